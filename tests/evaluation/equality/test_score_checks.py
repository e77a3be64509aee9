"""A score held against what happened, against statsmodels and slow twins."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import poisson

from trellis.evaluation.equality import score_checks
from trellis.evaluation.equality.calibration import (
    calibration_bands,
    calibration_line,
    observed_over_expected,
    tenth_cuts,
)
from trellis.evaluation.equality.discrimination import auc
from trellis.evaluation.equality.threshold import error_rates, rate_differences
from trellis.rules.errors import Refused


def slow_delong(score: np.ndarray, outcome: np.ndarray) -> tuple[float, float]:
    """The area and its variance from every pair (DeLong, DeLong and Clarke-Pearson 1988, equations 3 to 5)."""
    first, second = score[outcome], score[~outcome]
    wins = (first[:, None] > second[None, :]) + 0.5 * (first[:, None] == second[None, :])
    rows, columns = wins.mean(axis=1), wins.mean(axis=0)
    return float(wins.mean()), float(rows.var(ddof=1) / len(first) + columns.var(ddof=1) / len(second))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100_000), st.integers(8, 60))
def test_the_area_is_that_of_every_pair(seed: int, people: int) -> None:
    rng = np.random.default_rng(seed)
    score, outcome = rng.integers(0, 10, people) / 10, np.arange(people) % 3 == 0
    found = auc(score, outcome)
    assert found is not None
    area, variance = slow_delong(score, outcome)
    assert (found.auc, found.variance) == pytest.approx((area, variance), abs=1e-12)


def test_an_area_of_one_person_is_none() -> None:
    assert auc([0.1, 0.2, 0.3], [True, False, False]) is None


def test_observed_over_expected_ends_at_half_the_tails() -> None:
    outcome, chance = np.arange(200) < 30, np.full(200, 0.1)
    found = observed_over_expected(outcome, chance)
    assert found.ratio == pytest.approx(1.5)
    for limit, tail in ((found.low, 0.975), (found.high, 0.025)):
        mean = 20 * limit  # type: ignore[operator]
        assert poisson.cdf(29, mean) + poisson.pmf(30, mean) / 2 == pytest.approx(tail)
    none = observed_over_expected(np.zeros(200), chance)
    assert (none.low, none.high) == (0, pytest.approx(-np.log(0.1) / 20))
    assert observed_over_expected([], []).ratio is None


def test_the_line_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(2)
    chance = rng.uniform(0.05, 0.95, 800)
    outcome = rng.random(800) < expit(0.3 + 0.6 * logit(chance))
    line = calibration_line(outcome, chance)
    fit = sm.GLM(outcome.astype(float), sm.add_constant(logit(chance)), family=sm.families.Binomial()).fit(tol=1e-12)
    assert line is not None
    assert [line.intercept, line.slope] == [
        pytest.approx((at, *limits), rel=1e-5) for at, limits in zip(fit.params, fit.conf_int(), strict=True)
    ]


def test_no_line_through_one_outcome() -> None:
    assert calibration_line(np.ones(20), np.linspace(0.1, 0.9, 20)) is None
    with pytest.raises(Refused, match="exactly 0 or 1"):
        calibration_line([True, False], [0.0, 0.5])


def test_bands_hold_everybody_once() -> None:
    rng = np.random.default_rng(4)
    chance = rng.random(1_000)
    outcome = rng.random(1_000) < chance
    bands = calibration_bands(outcome, chance, tenth_cuts(chance))
    assert [band.observed.of for band in bands] == [100] * 10
    assert sum(band.observed.count for band in bands) == outcome.sum()
    assert all(band.observed.low <= band.expected <= band.observed.high for band in bands[2:8])  # type: ignore[operator]


def test_errors_are_counted_by_hand() -> None:
    picked = [True, True, True, False, False, False, False, False]
    outcome = [True, True, False, True, False, False, False, False]
    found = error_rates(picked, outcome)
    assert (found.ppv.count, found.ppv.of) == (2, 3)
    assert (found.fpr.count, found.fpr.of) == (1, 5)
    assert (found.fnr.count, found.fnr.of) == (1, 3)


def test_differences_are_those_of_drawing_people_anew() -> None:
    rng = np.random.default_rng(0)
    sides = [(rng.random(300) < 0.4, rng.random(300) < 0.3), (rng.random(400) < 0.5, rng.random(400) < 0.4)]
    found = rate_differences(*sides[0], *sides[1], seed=1, repeats=4_000)
    drawn = []
    for _ in range(2_000):
        rates = []
        for picked, outcome in sides:
            rows = rng.integers(0, len(picked), len(picked))
            errors = error_rates(picked[rows], outcome[rows])
            rates.append([errors.ppv.share, errors.fpr.share, errors.fnr.share])
        drawn.append(np.subtract(*rates))
    slow = np.quantile(drawn, [0.025, 0.975], axis=0)
    for place, difference in enumerate(found):
        assert (difference.low, difference.high) == pytest.approx(tuple(slow[:, place]), abs=0.02)
    assert found == rate_differences(*sides[0], *sides[1], seed=1, repeats=4_000)


def test_a_rate_that_nobody_shows_has_no_difference() -> None:
    nobody = rate_differences([False] * 3, [True] * 3, [True, False], [True, False], seed=0, repeats=10)
    assert [each.difference for each in nobody][:2] == [None, None]


def scored(seed: int = 0) -> pl.DataFrame:
    """A score that is right for all but says too little of one group, and of another there are few."""
    rng = np.random.default_rng(seed)
    group = np.repeat(["White", "Black", "Asian"], [4_000, 2_000, 150])
    chance = rng.beta(2, 2, len(group)) * 0.96 + 0.02
    true = expit(logit(chance) + np.where(group == "Black", 0.5, 0.0))
    return pl.DataFrame({"ethnicity": group, "chance": chance, "reoffended": rng.random(len(group)) < true})


def check(people: pl.DataFrame, seed: int = 5, reference: str = "White"):  # type: ignore[no-untyped-def]
    return score_checks(
        people,
        characteristic="ethnicity",
        reference=reference,
        chance="chance",
        outcome="reoffended",
        threshold=0.5,
        seed=seed,
    )


def test_a_score_that_underestimates_a_group_is_seen() -> None:
    found = check(scored())
    white, asian, black = found.groups
    assert (white.group, asian.group, black.group) == ("White", "Asian", "Black")
    assert not white.observed_over_expected.excludes_one
    assert black.observed_over_expected.low > 1
    assert black.line.intercept[1] > 0
    assert black.line.slope[1] < 1 < black.line.slope[2]
    assert {each.rate: each.low > 0 for each in black.differences}["ppv"]
    assert black.auc_difference.low < 0 < black.auc_difference.high
    assert white.differences == ()
    assert len(black.bands) == 10
    assert "Chouldechova" in found.note


def test_fewer_than_a_hundred_are_not_judged() -> None:
    asian = check(scored()).groups[1]
    assert asian.too_few.startswith(f"Asian: {min(asian.events, 150 - asian.events)} people with")
    assert (asian.auc, asian.errors, asian.bands) == (None, None, ())


def test_nobody_is_compared_with_a_reference_of_too_few() -> None:
    found = check(scored(), reference="Asian")
    assert [group.differences for group in found.groups] == [(), (), ()]
    assert found.groups[1].auc is not None


def test_the_same_seed_gives_the_same_checks() -> None:
    assert check(scored()) == check(scored())


def test_percentages_are_refused() -> None:
    with pytest.raises(Refused, match="divide percentages by 100"):
        check(scored().with_columns(pl.col("chance") * 100))
