"""Time to the first event: Rossi's releases in R's figures, lifelines beside, and a slow twin of Efron's sums."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from lifelines.datasets import load_rossi
from lifelines.statistics import multivariate_logrank_test
from numpy.typing import NDArray
from scipy.optimize import minimize

from trellis.evaluation import propensity
from trellis.evaluation.matching import Spec, nearest
from trellis.evaluation.survival import CoxModel, cox, curve, log_rank, rmst_difference
from trellis.rules.errors import Refused

COVARIATES = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]
Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def rossi() -> pd.DataFrame:
    return load_rossi()


@pytest.fixture(scope="module")
def tied() -> tuple[Floats, Floats, Floats, Floats]:
    """Few distinct times, so that most deaths are tied: times, events, covariates, weights."""
    rng = np.random.default_rng(2)
    n = 60
    x = np.column_stack([rng.integers(0, 2, n), rng.standard_normal(n)]).astype(float)
    times = np.ceil(rng.exponential(4, n) / np.exp(0.4 * x[:, 0])).clip(1, 9)
    return times, (rng.random(n) < 0.7).astype(float), x, rng.choice([0.5, 1.0, 2.0], n)


def test_kaplan_meier_of_rossi_with_the_log_log_interval(rossi: pd.DataFrame) -> None:
    for aided, expected in ((1, (0.7778, 0.7162, 0.8276)), (0, (0.6944, 0.6283, 0.7512))):
        group = rossi[rossi["fin"] == aided]
        assert curve(group["week"], group["arrest"]).at(52) == pytest.approx(expected, abs=5e-5)


def test_lifelines_draws_the_same_curve(rossi: pd.DataFrame) -> None:
    ours = curve(rossi["week"], rossi["arrest"])
    peer = KaplanMeierFitter().fit(rossi["week"], rossi["arrest"])
    limits = peer.confidence_interval_survival_function_.loc[ours.times].to_numpy()
    assert ours.survival == pytest.approx(peer.survival_function_.loc[ours.times].to_numpy().ravel(), rel=1e-12)
    assert ours.low == pytest.approx(limits[:, 0], rel=1e-9)
    assert ours.high == pytest.approx(limits[:, 1], rel=1e-9)


def test_a_curve_by_hand() -> None:
    found = curve([1, 2, 2, 3, 5], [1, 1, 0, 0, 1])
    assert found.survival == pytest.approx([0.8, 0.6, 0.0])
    assert found.at_risk.tolist() == [5, 4, 1]
    assert found.at(0.5) == (1.0, 1.0, 1.0)
    assert found.at(5) == (0.0, 0.0, 0.0)
    assert found.restricted_mean(4)[0] == pytest.approx(1 + 0.8 + 2 * 0.6)


def test_a_weight_of_two_draws_the_curve_of_two_people() -> None:
    weighted = curve([1, 2, 3], [1, 1, 0], weights=[2, 1, 1])
    twice = curve([1, 1, 2, 3], [1, 1, 1, 0])
    assert weighted.survival == pytest.approx(twice.survival)
    # But one person counted twice is not two people: the interval is wider.
    assert weighted.low[0] < twice.low[0]


def test_without_censoring_the_restricted_mean_is_a_plain_mean(rossi: pd.DataFrame) -> None:
    # Nobody in Rossi's study was lost before week 52.
    weeks = np.minimum(rossi["week"].to_numpy(float), 52)
    mean, error = curve(rossi["week"], rossi["arrest"]).restricted_mean(52)
    assert mean == pytest.approx(weeks.mean())
    assert error == pytest.approx(weeks.std() / np.sqrt(len(weeks)), rel=1e-9)


def test_the_difference_of_restricted_means(rossi: pd.DataFrame) -> None:
    aided = rossi["fin"] == 1
    groups = [rossi[aided], rossi[~aided]]
    found = rmst_difference(*(curve(group["week"], group["arrest"]) for group in groups), 52)
    weeks = [np.minimum(group["week"].to_numpy(float), 52) for group in groups]
    assert found.difference == pytest.approx(weeks[0].mean() - weeks[1].mean())
    assert found.standard_error == pytest.approx(np.sqrt(sum(each.var() / len(each) for each in weeks)))
    assert found.low < 0 < found.high


def test_the_log_rank_test_of_lifelines(rossi: pd.DataFrame) -> None:
    for column in ("fin", "prio"):
        ours = log_rank(rossi["week"], rossi["arrest"], rossi[column])
        peer = multivariate_logrank_test(rossi["week"], rossi[column], rossi["arrest"])
        assert ours.statistic == pytest.approx(peer.test_statistic, rel=1e-8)
        assert ours.p_value == pytest.approx(peer.p_value, rel=1e-7)
        assert ours.degrees == rossi[column].nunique() - 1


def test_cox_of_rossi(rossi: pd.DataFrame) -> None:
    model = cox(rossi["week"], rossi["arrest"], rossi[COVARIATES])
    aid = model.hazard_ratio(0)
    assert aid.rate_ratio == pytest.approx(0.6843, abs=5e-5)
    assert (aid.low, aid.high) == pytest.approx((0.470, 0.996), abs=5e-4)
    assert model.standard_errors[0] == pytest.approx(0.19138, abs=5e-6)
    alone = cox(rossi["week"], rossi["arrest"], rossi[["fin"]])
    assert alone.hazard_ratio(0).rate_ratio == pytest.approx(0.6914, abs=5e-5)


@pytest.fixture(scope="module")
def matched_rossi(rossi: pd.DataFrame) -> tuple[CoxModel, int]:
    score = propensity.fit(rossi[COVARIATES[1:]].to_numpy(float), rossi["fin"].to_numpy())
    match = nearest(score.linear, rossi["fin"].to_numpy(), Spec(caliper=0.2))
    kept = match.weights > 0
    assert match.strata is not None
    matched = rossi[kept]
    model = cox(matched["week"], matched["arrest"], matched[["fin"]], clusters=match.strata[kept])
    return model, len(match.pairs)


def test_errors_by_pair_are_those_of_r_and_not_the_smaller_ones_of_lifelines(
    matched_rossi: tuple[CoxModel, int], figure: Callable[[str], None]
) -> None:
    model, pairs = matched_rossi
    error = float(model.standard_errors[0])
    figure(f"Rossi, {pairs} pairs: hazard ratio {model.hazard_ratio(0).rate_ratio:.4f}, error by pair {error:.5f}")
    assert pairs == 201
    assert model.hazard_ratio(0).rate_ratio == pytest.approx(0.6803, abs=5e-5)
    assert error == pytest.approx(0.20094, abs=5e-6)
    assert error / 0.19610 == pytest.approx(1.024, abs=1e-3)


def slow_likelihood(beta: Floats, times: Floats, events: Floats, x: Floats, weights: Floats) -> float:
    """Efron's partial likelihood, one death after another."""
    total = 0.0
    for moment in np.unique(times[events == 1]):
        dying, facing = (times == moment) & (events == 1), times >= moment
        deaths = int(dying.sum())
        total += float((weights[dying] * (x[dying] @ beta)).sum())
        for step in range(deaths):
            risk = (weights[facing] * np.exp(x[facing] @ beta)).sum()
            less = (weights[dying] * np.exp(x[dying] @ beta)).sum() * step / deaths
            total -= float(weights[dying].mean() * np.log(risk - less))
    return total


def test_the_fit_is_the_top_of_the_slow_likelihood(tied: tuple[Floats, Floats, Floats, Floats]) -> None:
    times, events, x, weights = tied
    model = cox(times, events, x, weights=weights)
    assert slow_likelihood(model.coefficients, *tied) == pytest.approx(model.log_likelihood, rel=1e-12)
    best = minimize(lambda beta: -slow_likelihood(beta, *tied), np.zeros(2), method="BFGS", options={"gtol": 1e-5})
    assert model.coefficients == pytest.approx(best.x, abs=1e-4)
    assert model.covariance == pytest.approx(best.hess_inv, rel=0.1, abs=0.01)


def test_robust_errors_are_what_each_person_moves_the_answer_by(
    tied: tuple[Floats, Floats, Floats, Floats],
) -> None:
    times, events, x, weights = tied
    step = 1e-5
    moved = np.empty((len(times), 2))
    for person in range(len(times)):
        more, less = weights.copy(), weights.copy()
        more[person] += step
        less[person] -= step
        fits = [cox(times, events, x, weights=each).coefficients for each in (more, less)]
        moved[person] = weights[person] * (fits[0] - fits[1]) / (2 * step)
    clusters = np.arange(len(times)) // 3
    sums = np.array([moved[clusters == cluster].sum(axis=0) for cluster in range(20)])
    found = cox(times, events, x, weights=weights, clusters=clusters).covariance
    assert found == pytest.approx(sums.T @ sums, rel=1e-4)


def test_order_of_rows_and_unit_of_a_covariate_change_nothing(tied: tuple[Floats, Floats, Floats, Floats]) -> None:
    times, events, x, weights = tied
    clusters = np.arange(len(times)) // 2
    plain = cox(times, events, x, weights=weights, clusters=clusters)
    order = np.random.default_rng(1).permutation(len(times))
    shuffled = cox(times[order], events[order], x[order], weights=weights[order], clusters=clusters[order])
    assert shuffled.coefficients == pytest.approx(plain.coefficients, rel=1e-9)
    assert shuffled.covariance == pytest.approx(plain.covariance, rel=1e-9)
    scaled = cox(times, events, x * [1, 1000], weights=weights, clusters=clusters)
    assert scaled.standard_errors == pytest.approx(plain.standard_errors / [1, 1000], rel=1e-9)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (lambda: curve([], []), "time of 0 or more"),
        (lambda: curve([1, -1], [1, 1]), "time of 0 or more"),
        (lambda: curve([1, 2], [1, 0]).at(3), "Nobody was followed"),
        (lambda: curve([1, 2], [1, 0]).restricted_mean(3), "Nobody was followed"),
        (lambda: log_rank([1, 2], [1, 0], [1, 1]), "two groups"),
        (lambda: cox([1, 2], [0, 0], [[1], [2]]), "Nobody had the event"),
        (lambda: cox([1, 2], [1, 0], [[1], [1]]), "same for everyone"),
        (lambda: cox([1, 2, 3, 4], [1, 1, 0, 0], [[1], [1], [0], [0]]), "No finite hazard"),
        (lambda: cox([1, np.nan], [1, 0], [[1], [2]]), "missing"),
    ],
)
def test_what_cannot_be_is_refused(wrong: Callable[[], object], word: str) -> None:
    with pytest.raises(Refused, match=word):
        wrong()
