"""Balance: MatchIt's figures, its formulas done the long way, and what is said of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evaluation import lalonde
from trellis.evaluation import balance, matching
from trellis.evaluation.matching import Spec


def of_lalonde(distance: str, spec: Spec) -> balance.Balance:
    match = matching.nearest(getattr(lalonde.score(), distance), lalonde.treated(), spec)
    return balance.table(lalonde.design().matrix, lalonde.COVARIATES, lalonde.treated(), match.weights)


@pytest.mark.requirement("PERF-16")
@pytest.mark.parametrize(
    ("distance", "spec", "largest", "verdict"),
    [
        ("probability", Spec(), 1.0259, "refuse"),
        ("linear", Spec(caliper=0.2), 0.2837, "refuse"),
        ("linear", Spec(caliper=0.2, replace=True), 0.2309, "adjust"),
    ],
)
def test_lalonde_as_matchits_summary(distance, spec, largest, verdict) -> None:
    table = of_lalonde(distance, spec)
    assert table.largest == pytest.approx(largest, abs=5e-5)
    assert table.verdict == verdict


def test_an_unlike_match_is_refused_in_words_and_says_who_was_left_out() -> None:
    """One to one without a caliper leaves black men one standard deviation apart."""
    assert "black still differs by 1.03 standard deviations" in of_lalonde("probability", Spec()).sentence
    narrow = of_lalonde("linear", Spec(caliper=0.2))
    assert "68 of 185 people managed found no comparable person" in narrow.sentence
    assert narrow.unmatched.size == 68
    assert lalonde.treated()[narrow.unmatched].all()


def test_the_table_before_matching_is_lalondes_known_one() -> None:
    """As MatchIt 4.7.2 prints it for the men of lalonde."""
    before = dict(zip(lalonde.COVARIATES, of_lalonde("probability", Spec()).before, strict=True))
    assert before["age"].mean_treated == pytest.approx(25.8162, abs=5e-5)
    assert before["age"].mean_control == pytest.approx(28.0303, abs=5e-5)
    assert before["age"].smd == pytest.approx(-0.3094, abs=5e-5)
    assert before["age"].variance_ratio == pytest.approx(0.4400, abs=5e-5)
    assert before["black"].smd == pytest.approx(1.7615, abs=1e-3)
    assert before["black"].variance_ratio is None


@settings(max_examples=60, deadline=None)
@given(st.integers(4, 30), st.randoms(use_true_random=False))
def test_the_figures_are_those_of_the_formulas_done_the_long_way(size, rng) -> None:
    column = np.array([float(rng.randint(0, 6)) for _ in range(size)])
    treated = np.array([place % 2 == 0 for place in range(size)])
    weights = np.array([float(rng.randint(0, 3)) for _ in range(size)])
    weights[:4] = 1.0
    column[:4] = [0.0, 3.0, 2.0, 5.0]
    row = balance.table(column[:, None], ["x"], treated, weights).after[0]
    means, variances = [], []
    for side in (treated, ~treated):
        shares = weights[side] / weights[side].sum()
        means.append(sum(shares * column[side]))
        variances.append(sum(shares * (column[side] - means[-1]) ** 2) / (1 - sum(shares**2)))
    steps = []
    for value in sorted(set(column)):
        below = [(weights * side * (column <= value)).sum() / (weights * side).sum() for side in (treated, ~treated)]
        steps.append(abs(below[0] - below[1]))
    assert row.smd == pytest.approx((means[0] - means[1]) / np.std(column[treated], ddof=1), abs=1e-12)
    assert row.variance_ratio == pytest.approx(variances[0] / variances[1], rel=1e-9)
    assert row.ecdf_mean == pytest.approx(np.mean(steps), abs=1e-12)
    assert row.ecdf_max == pytest.approx(max(steps), abs=1e-12)


def test_the_thresholds() -> None:
    group = np.array([1, 1, 1, 0, 0, 0], dtype=bool)
    values = np.array([0.0, 1.0, 2.0, 0.0, 1.0, 2.0])
    verdicts = [
        balance.table((values + shift * group)[:, None], ["x"], group, np.ones(6)).verdict
        for shift in (0.09, 0.2, 0.26)
    ]
    assert verdicts == ["good", "adjust", "refuse"]


def test_groups_that_differ_where_nobody_within_them_does_are_refused() -> None:
    group = np.array([1, 1, 0, 0], dtype=bool)
    table = balance.table(group[:, None], ["x"], group, np.ones(4))
    assert table.largest == np.inf
    assert table.verdict == "refuse"


def test_a_covariate_on_which_the_treated_do_not_vary_is_measured_by_the_spread_within_groups() -> None:
    group = np.array([1, 1, 0, 0], dtype=bool)
    row = balance.table(np.array([[5.0], [5.0], [1.0], [3.0]]), ["x"], group, np.ones(4)).before[0]
    assert row.smd == pytest.approx(3.0 / np.sqrt(2 / 2))
