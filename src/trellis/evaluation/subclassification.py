"""Subclasses of the score: people managed and not managed with about the same chance of being managed."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from trellis.evaluation.matching import Match
from trellis.evaluation.matching.spec import BoolArray, FloatArray, IntArray
from trellis.evaluation.matching.weighting import from_strata
from trellis.rules.errors import Refused

SUBCLASSES = 6


def subclassify(score: ArrayLike, treated: ArrayLike, subclasses: int = SUBCLASSES) -> Match:
    """Cut the score (n,) at quantiles of the treated units' and weight the controls of each piece to its treated.

    Every subclass gets a unit of each group: one that lacks it takes the nearest of a neighbouring subclass (MatchIt
    4.7.2, `method = "subclass"` with min.n = 1; Rosenbaum and Rubin 1984 for the idea). Raises Refused when a group is
    too small for that many subclasses.
    """
    values = np.asarray(score, dtype=np.float64)
    group = np.asarray(treated).astype(bool)
    if subclasses < 2:
        raise Refused(f"{subclasses} subclasses were asked for: give 2 or more.")
    cuts = np.quantile(values[group], np.linspace(0, 1, subclasses + 1))
    pieces = np.clip(np.searchsorted(cuts, values, side="right") - 1, 0, subclasses - 1)
    numbers = np.unique(pieces, return_inverse=True)[1]
    count = int(numbers.max()) + 1
    for side, name in ((group, "managed"), (~group, "not managed")):
        if int(side.sum()) < count:
            raise Refused(f"There are {int(side.sum())} people {name} for {count} subclasses: ask for fewer.")
    for side in (group, ~group):
        _fill(numbers, np.flatnonzero(side), values, count)
    strata = numbers.astype(np.int64)
    return Match(
        treated=group,
        weights=from_strata(group, strata),
        pairs=np.empty((0, 2), dtype=np.int64),
        strata=strata,
        discarded=np.zeros(group.size, dtype=bool),
    )


def _fill(numbers: IntArray, rows: IntArray, score: FloatArray, count: int) -> None:
    """Move units of one group into the subclasses that have none of them, in place."""
    held = np.bincount(numbers[rows], minlength=count)
    while (held == 0).any():
        empty = int(np.argmin(held))
        from_left = _from_left(held, empty)
        giver = (
            int(np.flatnonzero(held[:empty])[-1])
            if from_left
            else empty + 1 + int(np.flatnonzero(held[empty + 1 :])[0])
        )
        there = rows[numbers[rows] == giver]
        best = score[there].max() if from_left else score[there].min()
        # Of several as near, the last in the file moves.
        numbers[there[score[there] == best][-1]] = empty
        held[giver] -= 1
        held[empty] += 1


def _from_left(held: IntArray, empty: int) -> bool:
    """Whether more, and nearer, units can be spared below the empty subclass than above it."""
    if empty in (0, held.size - 1):
        return empty == held.size - 1
    others = np.flatnonzero(held > 1)
    return bool(((held[others] - 1) / (others - empty)).sum() <= 0)


def strata_to_match(treated: BoolArray, strata: IntArray) -> Match:
    """The match that given strata (n,), -1 for none, amount to; those without both groups are dropped."""
    both = np.intersect1d(strata[treated & (strata >= 0)], strata[~treated & (strata >= 0)])
    if not both.size:
        raise Refused("No stratum holds both people managed and people not managed: use coarser bins or fewer columns.")
    kept = np.where(np.isin(strata, both), np.searchsorted(both, strata), -1).astype(np.int64)
    return Match(
        treated=treated,
        weights=from_strata(treated, kept),
        pairs=np.empty((0, 2), dtype=np.int64),
        strata=kept,
        discarded=np.zeros(treated.size, dtype=bool),
    )
