"""Effects: R's figures on lalonde, and statsmodels with the traps in it."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from tests.evaluation import lalonde
from trellis.evaluation import effects, generalised, matching, subclassification
from trellis.evaluation.matching import Match, Spec
from trellis.rules.errors import Refused

SPECS = {
    "one to one": ("probability", Spec()),
    "caliper": ("linear", Spec(caliper=0.2)),
    "replaced": ("linear", Spec(caliper=0.2, replace=True)),
}


def match_of(name: str) -> Match:
    distance, spec = SPECS[name]
    return matching.nearest(getattr(lalonde.score(), distance), lalonde.treated(), spec)


def effect(name: str, adjusted: bool, measure: effects.Measure = "difference", outcome=None) -> effects.Effect:
    earned = lalonde.frame()["re78"].to_numpy()
    columns = lalonde.design().matrix if adjusted else None
    return effects.estimate(
        earned if outcome is None else outcome(earned), lalonde.treated(), columns, match_of(name), measure
    )


@pytest.mark.requirement("PERF-16")
@pytest.mark.parametrize(
    ("name", "plain", "adjusted", "ratio"),
    [
        ("one to one", (894.37, 705.23), (1121.18, 752.42), 0.9196),
        ("caliper", (1770.60, 924.23), (1347.44, 944.22), 0.9429),
        ("replaced", (1998.17, 947.52), (2167.00, 1041.05), 0.9734),
    ],
)
def test_lalonde_as_r(name, plain, adjusted, ratio) -> None:
    unadjusted, modelled = effect(name, False), effect(name, True)
    assert (unadjusted.estimate, unadjusted.se) == pytest.approx(plain, abs=0.005)
    assert (modelled.estimate, modelled.se) == pytest.approx(adjusted, abs=0.005)
    assert modelled.errors == ("HC3" if name == "replaced" else "clustered by pair or subclass")
    without_work = effect(name, True, "risk ratio", lambda earned: earned == 0)
    assert without_work.estimate == pytest.approx(ratio, abs=5e-5)


def design_of(match: Match) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    used = match.weights > 0
    group, others = lalonde.treated()[used].astype(float), lalonde.design().matrix[used]
    return np.column_stack([np.ones(used.sum()), group, others, others * group[:, None]]), used, group


def test_the_cluster_trap() -> None:
    """statsmodels' errors for a logistic model are √((n−1)/(n−k)) too wide against R's: 0.220912 for 0.212701."""
    found = effect("caliper", True, "risk ratio", lambda earned: earned == 0)
    assert found.se == pytest.approx(0.212701, abs=1e-6)
    columns = design_of(match_of("caliper"))[0]
    people, size = columns.shape
    assert found.se * np.sqrt((people - 1) / (people - size)) == pytest.approx(0.220912, abs=1e-6)


def test_linear_errors_are_statsmodels() -> None:
    match = match_of("caliper")
    columns, used, _group = design_of(match)
    earned = lalonde.frame()["re78"].to_numpy()[used]
    pairs = match.strata[used]
    ours = generalised.fit("gaussian", columns, earned, match.weights[used])
    peer = sm.WLS(earned, columns, match.weights[used]).fit()
    clustered = peer.get_robustcov_results("cluster", groups=pairs)
    assert np.sqrt(np.diag(ours.covariance(pairs))) == pytest.approx(clustered.bse, rel=1e-6)
    assert np.sqrt(np.diag(ours.covariance(None))) == pytest.approx(peer.get_robustcov_results("HC3").bse, rel=1e-6)


@pytest.mark.parametrize("family", ["poisson", "binomial"])
def test_other_models_are_statsmodels_but_for_the_trap(family) -> None:
    rng = np.random.default_rng(11)
    columns = np.column_stack([np.ones(300), rng.standard_normal((300, 2))])
    pairs = np.repeat(np.arange(100), 3)
    time = rng.uniform(0.5, 2, 300)
    linear = 0.3 + columns[:, 1] * 0.4
    if family == "poisson":
        outcome, offset, kind = rng.poisson(time * np.exp(linear)).astype(float), np.log(time), sm.families.Poisson()
    else:
        outcome, offset = (rng.random(300) < 1 / (1 + np.exp(-linear))).astype(float), np.zeros(300)
        kind = sm.families.Binomial()
    ours = generalised.fit(family, columns, outcome, np.ones(300), offset)
    peer = sm.GLM(outcome, columns, family=kind, offset=offset).fit(
        tol=1e-12, cov_type="cluster", cov_kwds={"groups": pairs}
    )
    assert ours.coefficients == pytest.approx(peer.params, abs=1e-8)
    trap = np.sqrt((300 - 3) / (300 - 1))
    assert np.sqrt(np.diag(ours.covariance(pairs))) == pytest.approx(peer.bse * trap, rel=1e-6)


def test_the_negative_binomial_is_statsmodels() -> None:
    rng = np.random.default_rng(2)
    columns = np.column_stack([np.ones(500), rng.standard_normal(500)])
    mean = np.exp(0.5 + 0.3 * columns[:, 1])
    outcome = rng.poisson(mean * rng.gamma(0.8, 1 / 0.8, 500)).astype(float)
    ours = generalised.fit("negative binomial", columns, outcome, np.ones(500))
    peer = sm.NegativeBinomial(outcome, columns).fit(disp=0, maxiter=200, method="newton")
    assert ours.coefficients == pytest.approx(peer.params[:2], rel=1e-5)
    assert ours.dispersion == pytest.approx(1 / peer.params[2], rel=1e-4)


def simple(weights=None, strata=None) -> Match:
    group = np.array([True] * 4 + [False] * 4)
    return Match(
        treated=group,
        weights=np.ones(8) if weights is None else np.array(weights),
        pairs=np.column_stack([np.arange(4), np.arange(4, 8)]),
        strata=np.tile(np.arange(4), 2) if strata is None else strata,
        discarded=np.zeros(8, dtype=bool),
    )


def test_rates_are_events_over_time() -> None:
    counts, time = np.array([1, 0, 2, 1, 3, 1, 2, 4]), np.array([1, 1, 2, 1, 1, 1, 1, 2.0])
    group = [1] * 4 + [0] * 4
    found = effects.estimate(counts, group, None, simple(), "rate ratio", exposure=time, counts="poisson")
    assert found.with_scheme == pytest.approx(4 / 5)
    assert found.without == pytest.approx(10 / 5)
    assert found.estimate == pytest.approx(0.4)


def test_risks_come_as_people_of_100_and_a_verdict_from_the_interval_alone() -> None:
    group = [1] * 4 + [0] * 4
    found = effects.estimate([1, 0, 0, 0, 1, 1, 1, 0], group, None, simple(), "risk difference")
    assert found.per_100 == pytest.approx((25, 75))
    assert found.estimate == pytest.approx(-0.5)
    assert found.verdict == ("fewer" if found.high < 0 else "cannot tell")
    odds = effects.estimate([1, 0, 0, 0, 1, 1, 1, 0], group, None, simple(), "odds ratio")
    assert odds.estimate == pytest.approx((1 / 3) / 3)


def test_few_strata_get_errors_that_do_not_lean_on_them() -> None:
    earned = lalonde.frame()["re78"].to_numpy()
    six = subclassification.subclassify(lalonde.score().linear, lalonde.treated())
    assert effects.estimate(earned, lalonde.treated(), None, six).errors == "HC3"
    forty = subclassification.subclassify(lalonde.score().linear, lalonde.treated(), 40)
    assert effects.estimate(earned, lalonde.treated(), None, forty).clusters == 40


def test_a_group_that_all_has_one_outcome_is_told_beside_the_figure() -> None:
    rng = np.random.default_rng(3)
    group = np.arange(200) < 100
    rare = rng.random(200) < 0.15
    outcome = (rng.random(200) < 0.4) & ~(rare & group)
    match = Match(group, np.ones(200), np.empty((0, 2), dtype=np.int64), None, np.zeros(200, dtype=bool))
    found = effects.estimate(outcome, group, rare[:, None], match, "risk difference")
    assert "everybody has the same outcome" in found.caution


@pytest.mark.parametrize(
    ("outcome", "measure", "exposure", "sentence"),
    [
        ([np.nan] + [0] * 7, "difference", None, "An outcome is missing"),
        ([2] + [0] * 7, "risk ratio", None, "needs an outcome of 0 and 1"),
        ([2] + [0] * 7, "rate ratio", None, "needs the time at risk"),
        ([2] + [0] * 7, "rate ratio", [0] + [1] * 7, "no time at risk"),
        ([-2] + [0] * 7, "rate ratio", [1] * 8, "counts of 0 or more"),
    ],
)
def test_outcomes_that_do_not_fit_are_refused(outcome, measure, exposure, sentence) -> None:
    with pytest.raises(Refused, match=sentence):
        effects.estimate(outcome, [1] * 4 + [0] * 4, None, simple(), measure, exposure=exposure)


@pytest.mark.parametrize(
    ("outcome", "measure", "sentence"),
    [
        ([1] * 8, "difference", "the same outcome"),
        ([0, 0, 0, 0, 1, 0, 1, 0], "risk ratio", "Of the people managed nobody has the outcome"),
        ([1, 0, 0, 1, 1, 1, 1, 1], "odds ratio", "Of the people compared everybody has the outcome"),
    ],
)
def test_a_ratio_of_nothing_is_refused(outcome, measure, sentence) -> None:
    with pytest.raises(Refused, match=sentence):
        effects.estimate(outcome, [1] * 4 + [0] * 4, None, simple(), measure)


def test_somebody_whom_the_model_fits_exactly_has_no_error() -> None:
    alone = np.array([[1.0], *[[0.0]] * 7])
    match = Match(np.arange(8) < 4, np.ones(8), np.empty((0, 2), dtype=np.int64), None, np.zeros(8, dtype=bool))
    with pytest.raises(Refused, match="alone in a combination"):
        effects.estimate(np.arange(8.0) ** 2, [1] * 4 + [0] * 4, alone, match)


def test_more_coefficients_than_people_are_refused() -> None:
    with pytest.raises(Refused, match="adjust for fewer covariates"):
        effects.estimate(
            np.arange(8.0), [1] * 4 + [0] * 4, np.random.default_rng(1).random((8, 4)), simple(), "difference"
        )
