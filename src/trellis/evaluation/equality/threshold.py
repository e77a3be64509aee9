"""What a threshold does to each group: of those it picks, and of those it ought and ought not to pick."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trellis.evaluation.measures.proportions import Proportion, proportion

CHOULDECHOVA = (
    "Where groups differ in how many have the outcome, a score cannot give them equal predictive value and equal false"
    " positive and false negative rates at once (Chouldechova 2017). So a difference in one of them is not by itself a"
    " fault; all are shown, and which matters most is for people to say."
)

RATES = ("ppv", "fpr", "fnr")

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Errors:
    """At one threshold: of those picked, the share with the outcome (ppv); of those without it, the share picked (fpr);
    of those with it, the share not picked (fnr). Each with its Wilson interval.
    """

    ppv: Proportion
    fpr: Proportion
    fnr: Proportion


@dataclass(frozen=True, slots=True)
class RateDifference:
    """A group's rate less the reference group's, and its 95 % percentile bootstrap interval; None where one has none.

    `repeats` is how many samples had the rate in both groups.
    """

    rate: str
    difference: float | None
    low: float | None
    high: float | None
    repeats: int


def error_rates(picked: ArrayLike, outcome: ArrayLike) -> Errors:
    """The three rates of n people, from who was picked and who had the outcome."""
    chosen, happened = np.asarray(picked, dtype=bool), np.asarray(outcome, dtype=bool)
    return Errors(
        ppv=proportion(int((chosen & happened).sum()), int(chosen.sum())),
        fpr=proportion(int((chosen & ~happened).sum()), int((~happened).sum())),
        fnr=proportion(int((~chosen & happened).sum()), int(happened.sum())),
    )


def rate_differences(
    picked: ArrayLike, outcome: ArrayLike, base_picked: ArrayLike, base_outcome: ArrayLike, *, seed: int, repeats: int
) -> tuple[RateDifference, ...]:
    """Each rate of a group less that of the reference, people drawn anew within each (Efron and Tibshirani 1993).

    A draw of people is a draw of how many fall into each of the four cells, so it is made as a multinomial one.
    """
    rng = np.random.default_rng(seed)
    cells = [_cells(picked, outcome), _cells(base_picked, base_outcome)]
    drawn = [_rates(rng.multinomial(cell.sum(), cell / max(cell.sum(), 1), size=repeats)) for cell in cells]
    seen = [_rates(cell[None, :]) for cell in cells]
    return tuple(
        _difference(rate, float(seen[0][0, place] - seen[1][0, place]), drawn[0][:, place] - drawn[1][:, place])
        for place, rate in enumerate(RATES)
    )


def _cells(picked: ArrayLike, outcome: ArrayLike) -> NDArray[np.int64]:
    """People picked with the outcome, picked without, not picked with, not picked without."""
    chosen, happened = np.asarray(picked, dtype=bool), np.asarray(outcome, dtype=bool)
    return np.bincount(2 * ~chosen + ~happened, minlength=4).astype(np.int64)


def _rates(cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """ppv, fpr and fnr of each row of cells; NaN where nobody could show it."""
    true_pick, false_pick, missed, rightly_left = cells.T.astype(np.float64)
    parts = np.column_stack([true_pick, false_pick, missed])
    wholes = np.column_stack([true_pick + false_pick, false_pick + rightly_left, missed + true_pick])
    return np.asarray(np.divide(parts, wholes, out=np.full(parts.shape, np.nan), where=wholes > 0))


def _difference(rate: str, at: float, drawn: NDArray[np.float64]) -> RateDifference:
    found = drawn[np.isfinite(drawn)]
    if not np.isfinite(at) or not found.size:
        return RateDifference(rate, None, None, None, int(found.size))
    low, high = np.quantile(found, [0.025, 0.975])
    return RateDifference(rate, at, float(low), float(high), int(found.size))
