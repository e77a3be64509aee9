"""The natural fall: slow twins of each method, fits anew in each resample, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import nbinom

from tests.evaluation.panels import matched_of, panel_of
from trellis.evaluation import bootstrap
from trellis.evaluation.natural_fall import (
    Panel,
    RateRatio,
    agreement,
    credibility,
    did,
    empirical_bayes,
    make_panel,
    placebo,
)
from trellis.evaluation.natural_fall.placebo import learn_rule
from trellis.rules.errors import Refused
from trellis.synthetic.worlds import WORLDS, Lives, simulate

Floats = NDArray[np.float64]
Estimate = Callable[..., RateRatio]

FROM_HISTORY: tuple[Estimate, ...] = (empirical_bayes.estimate, credibility.estimate, placebo.estimate)


@pytest.fixture(scope="module")
def lives() -> Lives:
    return simulate(replace(WORLDS["zero"], people_per_area=2000, managed=100), seed=11)


@pytest.fixture(scope="module")
def panel(lives: Lives) -> Panel:
    return panel_of(lives)


def resample(panel: Panel, rows: NDArray[np.int64]) -> Panel:
    """The panel of these people, with those named twice in it twice."""
    return Panel(*(getattr(panel, name)[rows] for name in Panel.__slots__))


def test_the_busiest_of_a_town_fall_by_a_third_with_nobody_doing_anything(figure: Callable[[str], None]) -> None:
    # A mean of 1.1 offences a year, shape 0.55, and the 1.4 % who had 8 or more.
    shape, mean = 0.55, 1.1
    counts = np.arange(8, 200).astype(float)
    chance = nbinom.pmf(counts, shape, shape / (shape + mean))
    before = (chance @ counts) / chance.sum()
    after = (chance @ empirical_bayes.expected_rates(counts, np.ones(len(counts)), shape, mean)) / chance.sum()
    figure(
        f"the {chance.sum():.1%} with 8 offences or more: {before:.1f} in the year, {after:.1f} expected in the next"
    )
    assert chance.sum() == pytest.approx(0.014, abs=0.0006)
    assert before == pytest.approx(9.8, abs=0.1)
    assert after == pytest.approx(6.9, abs=0.1)


def test_the_gamma_is_the_likeliest_one(panel: Panel) -> None:
    counts, years = panel.counts[:, -3:].sum(axis=1), panel.years[:, -3:].sum(axis=1)
    counts, years = counts[years > 0], years[years > 0]

    def unlikely(at: Floats) -> float:
        shape, mean = np.exp(at)
        return -float(nbinom.logpmf(counts, shape, shape / (shape + mean * years)).sum())

    best = minimize(unlikely, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9})
    assert empirical_bayes.fit_gamma(counts, years) == pytest.approx(np.exp(best.x), rel=1e-4)


def slow_bayes(panel: Panel) -> float:
    counts, years = panel.counts[:, -3:].sum(axis=1), panel.years[:, -3:].sum(axis=1)
    shape, mean = empirical_bayes.fit_gamma(counts[years > 0], years[years > 0])
    expected = sum(
        (shape + counts[person]) / (shape / mean + years[person]) * panel.years_after[person]
        for person in np.flatnonzero(panel.managed)
    )
    return float(panel.after[panel.managed].sum() / expected)


def slow_line(panel: Panel) -> float:
    def known(person: int, back: int) -> list[float]:
        counts, years = panel.counts[person], panel.years[person]
        last = [counts[-1 - back], counts[-2 - back], 1 - years[-1 - back]]
        return [1.0, *last, *panel.covariates[person]]

    people = range(len(panel.managed))
    fit = [
        person
        for person in people
        if panel.counts[person, -2] >= 3 and panel.years[person, -1] > 0 and panel.eligible_earlier[person]
    ]
    root = np.sqrt(panel.years[fit, -1])
    rates = panel.counts[fit, -1] / panel.years[fit, -1]
    line = np.linalg.lstsq(np.array([known(one, 1) for one in fit]) * root[:, None], rates * root, rcond=None)[0]
    managed = np.flatnonzero(panel.managed)
    expected = sum(float(np.dot(known(one, 0), line)) * panel.years_after[one] for one in managed)
    return float(panel.after[managed].sum() / expected)


def slow_placebo(panel: Panel) -> float:
    terms = np.column_stack([np.ones(len(panel.managed)), panel.counts[:, -1]])
    rule = learn_rule(terms, panel.managed, panel.eligible)
    chosen = expit(rule[0] + rule[1] * panel.counts[:, -2]) * panel.eligible_earlier

    def rate(weights: Floats, counts: Floats, years: Floats) -> float:
        return float((weights @ counts) / (weights @ years))

    stays = rate(chosen, panel.counts[:, -1], panel.years[:, -1]) / rate(
        chosen, panel.counts[:, -2], panel.years[:, -2]
    )
    managed = panel.managed.astype(float)
    change = rate(managed, panel.after, panel.years_after) / rate(managed, panel.counts[:, -1], panel.years[:, -1])
    return change / stays


TWINS = ((empirical_bayes.estimate, slow_bayes), (credibility.estimate, slow_line), (placebo.estimate, slow_placebo))


@pytest.mark.parametrize(("fast", "slow"), TWINS, ids=["bayes", "line", "placebo"])
def test_a_slow_twin_says_the_same(fast: Estimate, slow: Callable[[Panel], float], panel: Panel) -> None:
    assert fast(panel, replicates=20, seed=1).rate_ratio == pytest.approx(slow(panel), rel=1e-6)


@pytest.mark.parametrize(("fast", "slow"), TWINS, ids=["bayes", "line", "placebo"])
def test_the_interval_is_that_of_whole_panels_drawn_and_fitted_again(
    fast: Estimate, slow: Callable[[Panel], float], panel: Panel
) -> None:
    found = fast(panel, replicates=2000, seed=1)
    rng = np.random.default_rng(5)
    groups = [np.flatnonzero(panel.managed == side) for side in (True, False)]
    again = [
        slow(resample(panel, np.concatenate([rng.choice(group, len(group)) for group in groups]))) for _ in range(60)
    ]
    spread = np.log(found.high / found.low) / (2 * 1.96)
    assert spread == pytest.approx(np.log(again).std(), rel=0.35)


def test_one_step_from_the_whole_is_nearly_the_fit_itself(panel: Panel) -> None:
    rng = np.random.default_rng(6)
    gaps = []
    for seed in range(5):
        rows = rng.integers(0, len(panel.managed), len(panel.managed))
        weights = np.bincount(rows, minlength=len(panel.managed)).astype(float)[None]
        step = empirical_bayes.expectation(panel, 3)(weights)[0]
        anew = empirical_bayes.estimate(resample(panel, rows), replicates=2, seed=seed).expected
        gaps.append(abs(step / anew - 1))
    assert max(gaps) < 0.005


@pytest.mark.parametrize("estimate", [credibility.estimate, placebo.estimate])
def test_the_interval_includes_the_fit(estimate: Estimate, panel: Panel) -> None:
    """Were the expectation known, only chance in what was observed would be left: a narrower interval."""
    found = estimate(panel, replicates=400, seed=1)
    observed = panel.after[panel.managed]
    per_person = found.expected / len(observed)
    known = [row @ observed / (row.sum() * per_person) for row in np.vstack(list(bootstrap.draws(100, 400, seed=1)))]
    low, high = bootstrap.percentile_interval(known)
    assert found.high - found.low > high - low
    assert found.low < found.rate_ratio < found.high
    assert found.natural_fall_low < found.natural_fall < found.natural_fall_high


@pytest.mark.parametrize("estimate", FROM_HISTORY)
def test_fall_expectation_and_ratio_hang_together(estimate: Estimate, panel: Panel) -> None:
    found = estimate(panel, replicates=20, seed=1)
    managed = panel.managed
    before = panel.counts[managed, -1].sum() / panel.years[managed, -1].sum()
    assert found.observed == panel.after[managed].sum()
    assert found.rate_ratio == pytest.approx(found.observed / found.expected)
    assert found.natural_fall == pytest.approx(1 - found.expected / panel.years_after[managed].sum() / before)


@pytest.mark.parametrize("estimate", [*FROM_HISTORY, empirical_bayes.lesson_of_one_window])
def test_the_natural_fall_is_a_number_within_ten_points_of_the_truth(
    estimate: Estimate, lives: Lives, panel: Panel, figure: Callable[[str], None]
) -> None:
    managed = panel.managed
    rates = [
        panel.counts[managed, -1].sum() / panel.years[managed, -1].sum(),
        panel.after[managed].sum() / panel.years_after[managed].sum(),
    ]
    # Without an effect, what happened is what would have happened.
    assert lives.settings.effect == 1
    true_fall = 1 - rates[1] / rates[0]
    found = estimate(panel, replicates=20, seed=1)
    figure(f"natural fall, one small world: {found.method} {found.natural_fall:.0%}, true {true_fall:.0%}")
    if estimate is empirical_bayes.lesson_of_one_window:
        assert found.natural_fall < true_fall - 0.1
    else:
        assert found.natural_fall == pytest.approx(true_fall, abs=0.1)


@pytest.mark.parametrize("estimate", FROM_HISTORY)
def test_the_seed_decides_and_the_order_of_people_does_not(estimate: Estimate, panel: Panel) -> None:
    first, again, other = (estimate(panel, replicates=30, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.rate_ratio == other.rate_ratio
    assert (first.low, first.high) != (other.low, other.high)
    shuffled = resample(panel, np.random.default_rng(1).permutation(len(panel.managed)))
    assert estimate(shuffled, replicates=2, seed=1).rate_ratio == pytest.approx(first.rate_ratio, rel=1e-9)


def test_a_rule_without_any_judgement_is_still_learnt() -> None:
    counts = np.tile([0, 1, 2, 5, 9], 40).astype(float)
    rule = learn_rule(np.column_stack([np.ones(200), counts]), counts >= 5, np.ones(200, dtype=bool))
    assert np.isfinite(rule).all()
    assert expit(rule[0] + 2 * rule[1]) < 0.01
    assert expit(rule[0] + 5 * rule[1]) > 0.99


def test_difference_in_differences_by_hand() -> None:
    counts = np.array([[4, 8], [2, 6], [3, 5], [3, 5]])
    after = np.array([3, 5, 2, 4])
    days = np.full((4, 2), 365.25)
    pairs = [0, 1, 0, 1]
    panel = make_panel(counts, days, after, np.full(4, 365.25), np.array([True, True, False, False]))
    found = did.estimate(panel, pairs, replicates=20, seed=1)
    assert found.effect.rate_ratio == pytest.approx((4 / 5) / (3 / 4))
    assert found.placebo.rate_ratio == pytest.approx((3 / 7) / (3 / 5))
    assert found.effect.expected == pytest.approx(8 / found.effect.rate_ratio)
    assert found.effect.natural_fall == pytest.approx(1 - found.effect.expected / 2 / 7)
    other_year = did.estimate(panel, pairs, placebo_year=1, replicates=20, seed=1)
    assert other_year.placebo.rate_ratio == pytest.approx((7 / 3) / (5 / 3))


def test_a_pool_that_is_not_alike_fails_in_the_placebo_year(lives: Lives, figure: Callable[[str], None]) -> None:
    alike = matched_of(lives)
    assert not did.estimate(alike.panel, alike.pair, replicates=300, seed=1).placebo_failed
    bigger = replace(WORLDS["unlike-pool"], people_per_area=6000, managed=240, pool_rate=0.3)
    unlike = matched_of(simulate(bigger, seed=12))
    found = did.estimate(unlike.panel, unlike.pair, replicates=300, seed=1)
    year = found.placebo
    figure(f"a pool that offends 70 % less: placebo year {year.rate_ratio:.2f} ({year.low:.2f}-{year.high:.2f})")
    assert found.placebo_failed


def said(method: str, ratio: float, low: float, high: float) -> RateRatio:
    return RateRatio(method, ratio, low, high, 100, 100 * ratio, 0.4, 0.3, 0.5)


def test_methods_agree_when_they_lie_within_ten_points() -> None:
    near = agreement([said("a", 0.95, 0.8, 1.1), said("b", 1.04, 0.9, 1.2), said("c", 1.0, 0.9, 1.1)])
    assert near.agree
    assert near.same_verdict
    assert near.gap == pytest.approx(0.09)
    far = agreement([said("a", 0.80, 0.7, 0.9), said("b", 1.04, 0.9, 1.2)])
    assert not far.agree
    assert not far.same_verdict
    assert (far.lowest, far.highest) == ("a", "b")
    assert far.sentence == (
        "The methods disagree: the two furthest from each other are 24.0 points apart (a −20.0 %, b +4.0 %)."
    )


def shrunk(panel: Panel, years: int) -> Panel:
    return replace(panel, counts=panel.counts[:, -years:], days=panel.days[:, -years:])


def alike(panel: Panel) -> Panel:
    """Everybody offends three times in three years: nothing of the past tells of the future."""
    return replace(panel, counts=np.ones_like(panel.counts))


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (lambda panel: empirical_bayes.estimate(shrunk(panel, 2), seed=1), "needs 3 years"),
        (lambda panel: credibility.estimate(shrunk(panel, 2), seed=1), "needs 3 years"),
        (lambda panel: placebo.estimate(shrunk(panel, 1), seed=1), "needs 2 years"),
        (lambda panel: did.estimate(shrunk(panel, 1), np.zeros(2000), seed=1), "needs 2 years"),
        (lambda panel: empirical_bayes.estimate(alike(panel), seed=1), "no more than chance"),
        (lambda panel: credibility.estimate(alike(panel), seed=1), "the line needs"),
        (lambda panel: did.estimate(replace(panel, after=0 * panel.after), np.zeros(2000), seed=1), "logarithm"),
        (lambda panel: placebo.estimate(replace(panel, counts=0 * panel.counts), seed=1), "nothing is to compare"),
        (lambda panel: replace(panel, after=panel.after[1:]), "same people"),
        (lambda panel: replace(panel, after=panel.after - 50), "below 0"),
        (lambda panel: replace(panel, covariates=np.full((2000, 1), np.nan)), "covariate is missing"),
        (lambda panel: replace(panel, managed=np.zeros(2000, dtype=bool)), "one kind is absent"),
        (lambda panel: agreement([said("a", 1, 0.9, 1.1)]), "two methods"),
    ],
)
def test_what_cannot_be_estimated_is_refused(wrong: Callable[[Panel], object], word: str, panel: Panel) -> None:
    with pytest.raises(Refused, match=word):
        wrong(panel)
