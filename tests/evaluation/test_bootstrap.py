"""Intervals by resampling: slow twins, seeds, and how often the truth lies within."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.evaluation.matched_studies import null_study
from trellis.evaluation import bootstrap, counts, ratios
from trellis.rules.errors import Refused

Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def people() -> tuple[Floats, Floats, NDArray[np.bool_], NDArray[np.int64]]:
    rng = np.random.default_rng(3)
    n = 120
    managed = np.arange(n) % 2 == 0
    return rng.poisson(rng.gamma(0.7, 5, n)).astype(float), rng.uniform(100, 365, n), managed, np.arange(n) // 2


def rate_ratio(y: Floats, days: Floats, managed: NDArray[np.bool_]) -> float:
    return float((y[managed].sum() / days[managed].sum()) / (y[~managed].sum() / days[~managed].sum()))


def test_draws_are_as_many_as_there_are_units_within_each_stratum() -> None:
    strata = np.array(["a", "b", "a", "a", "b", "c"])
    blocks = np.concatenate(list(bootstrap.draws(6, 50, seed=1, strata=strata)))
    assert blocks.shape == (50, 6)
    for label, size in (("a", 3), ("b", 2), ("c", 1)):
        assert (blocks[:, strata == label].sum(axis=1) == size).all()


def test_blocks_do_not_run_over_the_memory_they_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "CELLS_AT_ONCE", 30)
    assert [len(block) for block in bootstrap.draws(10, 8, seed=1)] == [3, 3, 2]
    assert [len(block) for block in bootstrap.draws(100, 2, seed=1)] == [1, 1]


def test_each_unit_is_drawn_once_on_average() -> None:
    weights = np.concatenate(list(bootstrap.draws(20, 20_000, seed=2)))
    assert weights.mean(axis=0) == pytest.approx(np.ones(20), abs=0.03)
    # Multinomial: each count has variance 1 - 1/n, and two have covariance -1/n.
    covariance = np.cov(weights.T)
    assert np.diag(covariance) == pytest.approx(np.full(20, 0.95), abs=0.05)
    assert covariance[0, 1:] == pytest.approx(np.full(19, -0.05), abs=0.03)


def test_the_pair_bootstrap_is_one_of_real_resampled_pairs(
    people: tuple[Floats, Floats, NDArray[np.bool_], NDArray[np.int64]],
) -> None:
    y, days, managed, pair = people
    fast = bootstrap.pairs(y, days, managed, pair, seed=1, replicates=1500)
    rng = np.random.default_rng(9)
    slow = []
    for _ in range(1500):
        rows = np.concatenate([np.flatnonzero(pair == one) for one in rng.integers(0, 60, 60)])
        slow.append(rate_ratio(y[rows], days[rows], managed[rows]))
    assert fast.rate_ratio == pytest.approx(rate_ratio(y, days, managed))
    assert np.log([fast.low, fast.high]) == pytest.approx(np.log(np.quantile(slow, [0.025, 0.975])), abs=0.1)


def test_people_are_resampled_within_their_group_and_pairs_are_not_torn(
    people: tuple[Floats, Floats, NDArray[np.bool_], NDArray[np.int64]],
) -> None:
    y, days, managed, pair = people
    alike = np.repeat(y[::2], 2)
    same_days = np.repeat(days[::2], 2)
    # Twins in all: within pairs there is nothing that could differ, between people there is.
    by_pair = bootstrap.pairs(alike, same_days, managed, pair, seed=1)
    by_person = bootstrap.people(alike, same_days, managed, seed=1)
    assert (by_pair.low, by_pair.high) == pytest.approx((1, 1))
    assert by_person.low < 0.8
    assert by_person.high > 1.2


def test_a_change_in_the_same_people_is_surer_than_between_two_lots_of_people() -> None:
    rng = np.random.default_rng(4)
    rate = rng.gamma(0.7, 8, 200)
    before, after = rng.poisson(rate), rng.poisson(0.8 * rate)
    days = np.full(200, 365.0)
    paired = bootstrap.before_after(before, days, after, days, seed=1)
    apart = bootstrap.people(np.append(after, before), np.append(days, days), np.repeat([True, False], 200), seed=1)
    assert paired.rate_ratio == pytest.approx(apart.rate_ratio) == after.sum() / before.sum()
    assert paired.high - paired.low < (apart.high - apart.low) / 2


def test_weights_count(people: tuple[Floats, Floats, NDArray[np.bool_], NDArray[np.int64]]) -> None:
    y, days, managed, pair = people
    weights = np.where(managed, 1.0, np.where(pair % 3 == 0, 0.0, 1.5))
    kept = weights > 0
    weighted = bootstrap.pairs(y, days, managed, pair, weights=weights, seed=1)
    assert weighted.rate_ratio == pytest.approx(rate_ratio(y[kept], days[kept], managed[kept]))


def test_the_seed_decides(people: tuple[Floats, Floats, NDArray[np.bool_], NDArray[np.int64]]) -> None:
    first, again, other = (bootstrap.pairs(*people, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert (first.low, first.high) != (other.low, other.high)


def test_what_could_not_be_estimated_widens_the_interval() -> None:
    values = np.linspace(1, 2, 101)
    assert bootstrap.percentile_interval(values) == (1.02, 1.98)
    values[:4] = np.nan
    assert bootstrap.percentile_interval(values) == (-np.inf, np.inf)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: list(bootstrap.draws(0, 10, seed=1)),
        lambda: bootstrap.people([1, 2], [365, 0], [True, False], seed=1),
        lambda: bootstrap.before_after([1], [0], [1], [365], seed=1),
    ],
)
def test_what_cannot_be_is_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(Refused):
        wrong()


def coverage(studies: int) -> tuple[float, float, float]:
    """Share of null studies whose interval holds 1: pair bootstrap, negative binomial by pair, exact Poisson."""
    held = np.zeros((studies, 3))
    for seed in range(studies):
        study = null_study(seed)
        managed = study.managed
        by_pair = bootstrap.pairs(study.counts, study.days, managed, study.pair, seed=seed)
        design = np.column_stack([np.ones(len(managed)), managed])
        model = counts.negative_binomial(study.counts, design, exposure=study.days, clusters=study.pair)
        events = [int(study.counts[group].sum()) for group in (managed, ~managed)]
        time = [float(study.days[group].sum()) for group in (managed, ~managed)]
        exact = ratios.exact(events[0], time[0], events[1], time[1])
        assert exact is not None
        held[seed] = [each.low <= 1 <= each.high for each in (by_pair, model.rate_ratio(1), exact)]
    pair, binomial, poisson = held.mean(axis=0).tolist()
    return pair, binomial, poisson


def test_exact_poisson_intervals_are_too_narrow_for_people(figure: Callable[[str], None]) -> None:
    pair, binomial, poisson = coverage(40)
    figure(
        f"40 null studies: 95 % intervals hold the truth: pairs {pair:.0%}, NB {binomial:.0%}, Poisson {poisson:.0%}"
    )
    assert pair >= 0.85
    assert binomial >= 0.85
    assert poisson <= 0.8


@pytest.mark.prove
def test_a_thousand_null_studies_are_covered(figure: Callable[[str], None]) -> None:
    pair, binomial, poisson = coverage(1000)
    figure(
        f"1,000 matched null studies (NB, k = 0.7): 95 % intervals hold the truth in {pair:.1%} (pair bootstrap), "
        f"{binomial:.1%} (negative binomial by pair), {poisson:.1%} (exact Poisson)"
    )
    assert 0.93 <= pair <= 0.97
    assert 0.93 <= binomial <= 0.97
    assert poisson < 0.8
