"""Whether the groups look alike: covariate by covariate, before matching and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trellis.evaluation.matching import effective_size

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

# Conventions of the field, not laws (Stuart 2010 for 0.1 and 0.25; Rubin 2001 for the variance ratio).
GOOD = 0.1
TOLERABLE = 0.25
VARIANCE_RATIO = (0.5, 2.0)
# A difference this small is rounding (MatchIt 4.7.2: the root of the machine's precision).
NOTHING = float(np.sqrt(np.finfo(np.float64).eps))


@dataclass(frozen=True, slots=True)
class Row:
    """One covariate in one sample.

    `smd`: difference of the weighted means over the standard deviation of all treated units, infinite where the groups
    differ and nobody within them does. `variance_ratio`: treated
    over control, None for a covariate of 0 and 1. `ecdf_mean`, `ecdf_max`: mean and largest distance between the two
    cumulative distributions.
    """

    mean_treated: float
    mean_control: float
    smd: float
    variance_ratio: float | None
    ecdf_mean: float
    ecdf_max: float


@dataclass(frozen=True, slots=True)
class Balance:
    """The balance table and what to make of it.

    `names` are the covariates, with a Row each in `before` and `after`. `sizes` counts all and matched of both groups
    and the effective number of controls. `unmatched` are the rows of the treated units left out.
    """

    names: tuple[str, ...]
    before: tuple[Row, ...]
    after: tuple[Row, ...]
    treated: int
    controls: int
    matched_treated: int
    matched_controls: int
    effective_controls: float
    unmatched: IntArray

    @property
    def largest(self) -> float:
        """The largest absolute standardised mean difference after matching."""
        return max((abs(row.smd) for row in self.after), default=0.0)

    @property
    def worst(self) -> str:
        """The covariate that has it."""
        return max(zip(self.names, self.after, strict=True), key=lambda each: abs(each[1].smd))[0] if self.names else ""

    @property
    def verdict(self) -> str:
        """What it comes to: "good" below 0.1, "adjust" up to 0.25, and "refuse" beyond: then no effect is reported."""
        if self.largest < GOOD:
            return "good"
        return "adjust" if self.largest <= TOLERABLE else "refuse"

    @property
    def sentence(self) -> str:
        """The verdict in words, with the worst covariate, spreads that differ and who was left out."""
        said = [_VERDICTS[self.verdict].format(worst=self.worst, largest=self.largest)]
        low, high = VARIANCE_RATIO
        uneven = [
            name
            for name, row in zip(self.names, self.after, strict=True)
            if row.variance_ratio is not None and not low <= row.variance_ratio <= high
        ]
        if uneven:
            said.append(f"The spread still differs more than twofold on {', '.join(uneven)}.")
        if self.unmatched.size:
            said.append(
                f"{self.unmatched.size} of {self.treated} people managed found no comparable person: the effect "
                "leaves them out, and is one on those matched, not on everybody managed."
            )
        return " ".join(said)


_VERDICTS = {
    "good": "The groups are alike: the largest standardised difference is {largest:.2f}, on {worst}.",
    "adjust": (
        "The groups are nearly alike: the largest standardised difference is {largest:.2f}, on {worst}; the effect "
        "must be adjusted for it."
    ),
    "refuse": (
        "The groups are not alike: {worst} still differs by {largest:.2f} standard deviations, more than 0.25, so no "
        "effect may be reported from this match."
    ),
}


def table(covariates: ArrayLike, names: Sequence[str], treated: ArrayLike, weights: ArrayLike) -> Balance:
    """Balance of `covariates` (n, p), called `names`, between treated (n,) and the rest, before and after `weights`.

    The statistics are those of MatchIt 4.7.2's `summary()` for the effect on the treated: standardised by the standard
    deviation of all treated units (√p(1−p) for 0 and 1), variances with reliability weights.
    """
    matrix = np.asarray(covariates, dtype=np.float64)
    group = np.asarray(treated).astype(bool)
    weighting = np.asarray(weights, dtype=np.float64)
    before, after = [], []
    for place in range(matrix.shape[1]):
        column = np.ascontiguousarray(matrix[:, place])
        first, second = _rows(column, group, weighting)
        before.append(first)
        after.append(second)
    return Balance(
        names=tuple(names),
        before=tuple(before),
        after=tuple(after),
        treated=int(group.sum()),
        controls=int((~group).sum()),
        matched_treated=int((group & (weighting > 0)).sum()),
        matched_controls=int((~group & (weighting > 0)).sum()),
        effective_controls=effective_size(weighting[~group]),
        unmatched=np.flatnonzero(group & (weighting == 0)),
    )


def _rows(column: FloatArray, group: BoolArray, weights: FloatArray) -> tuple[Row, Row]:
    binary = bool(((column == 0) | (column == 1)).all())
    managed, others = column[group], column[~group]
    spread = float(np.sqrt(_variance(managed, np.ones(managed.size), binary)))
    if not spread >= NOTHING:
        spread = float(np.sqrt(_pooled_variance(managed, others, binary)))
    everybody = np.ones(column.size)
    gaps = [(None, None)] * 2 if binary else _ecdf_gaps(column, group, (everybody, weights))
    before = _row(managed, others, (everybody[group], everybody[~group]), spread, gaps[0])
    after = _row(managed, others, (weights[group], weights[~group]), spread, gaps[1])
    return before, after


def _row(
    managed: FloatArray,
    others: FloatArray,
    weights: tuple[FloatArray, FloatArray],
    spread: float,
    gaps: tuple[float, float] | tuple[None, None],
) -> Row:
    means = [_dot(values, each) / float(each.sum()) for values, each in zip((managed, others), weights, strict=True)]
    difference = means[0] - means[1]
    smd = 0.0
    if abs(difference) > NOTHING:
        smd = difference / spread if spread >= NOTHING else float(np.copysign(np.inf, difference))
    mean_gap, largest_gap = gaps
    if mean_gap is None or largest_gap is None:
        return Row(means[0], means[1], smd, None, abs(difference), abs(difference))
    variances = _variance(managed, weights[0], False), _variance(others, weights[1], False)
    ratio = variances[0] / variances[1] if variances[1] > 0 else None
    return Row(means[0], means[1], smd, ratio, mean_gap, largest_gap)


def _ecdf_gaps(
    column: FloatArray, group: BoolArray, weightings: tuple[FloatArray, FloatArray]
) -> list[tuple[float, float]]:
    """Mean and largest distance between the groups' cumulative distributions, over the values that occur."""
    order = np.argsort(column)
    in_order, managed = column[order], group[order]
    last_of_value = np.append(in_order[1:] != in_order[:-1], True)
    found = []
    for weights in weightings:
        signed = weights[order]
        total = float(signed.sum())
        of_managed = float(signed[managed].sum())
        signed *= np.where(managed, 1 / of_managed, -1 / (total - of_managed))
        distances = np.abs(np.cumsum(signed, out=signed))[last_of_value]
        found.append((float(distances.mean()), float(distances.max())))
    return found


def _variance(column: FloatArray, weights: FloatArray, binary: bool) -> float:
    """Σw(x−m)² / (1−Σw²) with the weights summing to 1 (reliability weights), or p(1−p) for 0 and 1."""
    total = float(weights.sum())
    mean = _dot(column, weights) / total
    if binary:
        return mean * (1 - mean)
    free = 1 - _dot(weights, weights) / total**2
    away = column - mean
    away *= away
    return _dot(away, weights) / total / free if free > 0 else 0.0


def _pooled_variance(managed: FloatArray, others: FloatArray, binary: bool) -> float:
    """The variance within the groups, for a covariate on which the treated units do not vary (MatchIt 4.7.2)."""
    within = np.concatenate([values - values.mean() for values in (managed, others)])
    return _dot(within, within) / (within.size if binary else within.size - 2)


def _dot(first: FloatArray, second: FloatArray) -> float:
    # Not BLAS: its sum depends on how many threads it runs, and on long vectors they cost more than they save.
    return float((first * second).sum())
