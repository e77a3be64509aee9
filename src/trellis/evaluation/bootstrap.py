"""Intervals by resampling people, pairs or whole clusters, for counts that vary more than chance would have them.

Everything here is a ratio of sums over units, so a resample is a row of weights: how often each unit was drawn
(Efron and Tibshirani 1993, ch. 6 and 13).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trellis.evaluation.ratios import RatioInterval
from trellis.rules.errors import Refused

Floats = NDArray[np.float64]

REPLICATES = 1000
CELLS_AT_ONCE = 2_000_000
"""Weights held in memory at a time: 16 MB."""


def draws(units: int, replicates: int = REPLICATES, *, seed: int, strata: ArrayLike | None = None) -> Iterator[Floats]:
    """How often each unit was drawn, in blocks of replicates: arrays (some, units), replicates rows in all.

    Units are drawn with replacement, as many as there are; within each of `strata` (units labels) where given, so that
    no group changes its size.
    """
    if units < 1 or replicates < 1:
        raise Refused(f"There is nothing to resample: {units} units and {replicates} replicates were given.")
    rng = np.random.default_rng(seed)
    labels = np.zeros(units, dtype=np.int64) if strata is None else np.unique(strata, return_inverse=True)[1]
    groups = [np.flatnonzero(labels == label) for label in range(labels.max() + 1)]
    most = max(1, CELLS_AT_ONCE // units)
    for first in range(0, replicates, most):
        rows = min(most, replicates - first)
        weights = np.empty((rows, units))
        for group in groups:
            size = len(group)
            places = rng.integers(0, size, (rows, size)) + (np.arange(rows) * size)[:, None]
            weights[:, group] = np.bincount(places.ravel(), minlength=rows * size).reshape(rows, size)
        yield weights


def resampled(
    statistic: Callable[[Floats], Floats],
    units: int,
    replicates: int = REPLICATES,
    *,
    seed: int,
    strata: ArrayLike | None = None,
) -> Floats:
    """A statistic of every resample. It takes weights (some, units) and returns (some,) or (some, k)."""
    return np.concatenate([statistic(block) for block in draws(units, replicates, seed=seed, strata=strata)])


def percentile_interval(values: ArrayLike, *, level: float = 0.95) -> tuple[float, float]:
    """The middle `level` of the resampled values (Efron and Tibshirani 1993, ch. 13). Not-a-number counts as widest.

    A resample in which nothing could be estimated tells neither way, so it stands at both ends.
    """
    found = np.asarray(values, dtype=np.float64)
    tail = (1 - level) / 2
    lowest, highest = np.where(np.isnan(found), -np.inf, found), np.where(np.isnan(found), np.inf, found)
    return (
        float(np.quantile(lowest, tail, method="inverted_cdf")),
        float(np.quantile(highest, 1 - tail, method="inverted_cdf")),
    )


def people(
    counts: ArrayLike,
    days: ArrayLike,
    managed: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    replicates: int = REPLICATES,
    seed: int,
    level: float = 0.95,
) -> RatioInterval:
    """The managed people's rate beside the others', resampling people of each group.

    counts, days, managed: n each; weights: n matching weights. Raises Refused when either group has no time at risk.
    """
    chosen = np.asarray(managed, dtype=bool)
    sums = _sums_by_group(counts, days, chosen, weights)
    return _ratio_of_rates(sums, replicates, seed=seed, level=level, strata=chosen)


def pairs(
    counts: ArrayLike,
    days: ArrayLike,
    managed: ArrayLike,
    clusters: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    replicates: int = REPLICATES,
    seed: int,
    level: float = 0.95,
) -> RatioInterval:
    """The managed people's rate beside the others', resampling whole pairs or subclasses (Austin and Small 2014).

    clusters: n labels of who was matched with whom. The rest and the refusal as in `people`.
    """
    sums = cluster_sums(_sums_by_group(counts, days, np.asarray(managed, dtype=bool), weights), clusters)
    return _ratio_of_rates(sums, replicates, seed=seed, level=level)


def before_after(
    before: ArrayLike,
    days_before: ArrayLike,
    after: ArrayLike,
    days_after: ArrayLike,
    *,
    replicates: int = REPLICATES,
    seed: int,
    level: float = 0.95,
) -> RatioInterval:
    """The rate after beside the rate before of the same n people, resampling people with both their windows.

    This is a change and not an effect: people are chosen at their worst. Show it beside the natural fall alone.
    """
    columns = [np.asarray(column, dtype=np.float64) for column in (after, days_after, before, days_before)]
    return _ratio_of_rates(np.column_stack(columns), replicates, seed=seed, level=level)


def cluster_sums(columns: Floats, clusters: ArrayLike) -> Floats:
    """Rows added up by cluster: (n, k) and n labels to (clusters, k), in order of label."""
    labels, position = np.unique(np.asarray(clusters), return_inverse=True)
    return np.column_stack([np.bincount(position, weights=column, minlength=len(labels)) for column in columns.T])


def _sums_by_group(counts: ArrayLike, days: ArrayLike, managed: NDArray[np.bool_], weights: ArrayLike | None) -> Floats:
    """Columns: managed people's counts and days, then the others'."""
    weight = np.ones(len(managed)) if weights is None else np.asarray(weights, dtype=np.float64)
    each = [np.asarray(column, dtype=np.float64) * weight for column in (counts, days)]
    return np.column_stack([column * group for group in (managed, ~managed) for column in each])


def _ratio_of_rates(
    columns: Floats, replicates: int, *, seed: int, level: float, strata: ArrayLike | None = None
) -> RatioInterval:
    totals = columns.sum(axis=0)
    if not (totals[1] > 0 and totals[3] > 0):
        raise Refused("One of the two sides has no time at risk, so there is no rate to compare.")

    def ratio(sums: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray((sums[..., 0] / sums[..., 1]) / (sums[..., 2] / sums[..., 3]))

    values = resampled(lambda drawn: ratio(drawn @ columns), len(columns), replicates, seed=seed, strata=strata)
    return RatioInterval(float(ratio(totals)), *percentile_interval(values, level=level))
