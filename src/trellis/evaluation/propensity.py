"""The chance of being managed, given what was known before: logistic regression without any penalty.

A penalised fit is another model: on the lalonde data its logits differ from the unpenalised ones by more than 1, and
so do the matches made on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trellis.evaluation import least_squares
from trellis.rules.errors import Refused

FloatArray = NDArray[np.float64]

TOLERANCE = 1e-8
ITERATIONS = 25
# A step of Newton's that still moves somebody's log odds by half, when the deviance has settled, is on its way to
# infinity: under separation each step adds about one, under a finite maximum it is next to nothing.
RUNAWAY = 0.5
# Up to this many rows the arithmetic is R's own, in its order; beyond it blocks of rows are faster.
SMALL = 10_000
# Rows a step: small enough for a core's cache.
BLOCK = 8192
# Beyond this the chance is 0 or 1 to the last bit (R's logit link).
THRESHOLD = 30.0
EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Score:
    """A fitted propensity score.

    `coefficients` starts with the intercept (a column that the earlier ones determine has 0, and stands in `dropped`);
    `linear` is each unit's log odds of being managed and `probability` its chance, both in the order of the rows.
    """

    coefficients: FloatArray
    linear: FloatArray
    probability: FloatArray
    iterations: int
    dropped: tuple[str, ...] = ()


def fit(covariates: ArrayLike, treated: ArrayLike, names: Sequence[str] | None = None) -> Score:
    """Fit treated ~ 1 + covariates by iteratively reweighted least squares (McCullagh and Nelder 1989, section 2.5).

    `covariates` is (n, p), `treated` (n,) of 0 and 1; start and stopping rule are those of R's `glm`, so that the
    scores are R's to about 1e-10. Raises Refused when a value is not finite, when a group is empty, when the groups
    can be told apart completely (separation: no finite score exists) and when the fit does not settle.
    """
    matrix = np.asfortranarray(covariates, dtype=np.float64)
    group = np.asarray(treated, dtype=np.float64)
    _check(matrix, group)
    called = tuple(names) if names is not None else tuple(f"column {place + 1}" for place in range(matrix.shape[1]))
    kept = least_squares.independent(matrix)
    used = matrix if len(kept) == matrix.shape[1] else matrix[:, kept]
    columns = _InOrder(used) if group.size <= SMALL else _InBlocks(used)
    coefficients, linear, iterations = _iterate(columns, group, [called[place] for place in kept])
    full = np.zeros(matrix.shape[1] + 1)
    full[[0, *(place + 1 for place in kept)]] = coefficients
    dropped = tuple(called[place] for place in range(matrix.shape[1]) if place not in kept)
    return Score(full, linear, logistic(linear), iterations, dropped)


class _Columns(Protocol):
    def solve(self, weights: FloatArray, response: FloatArray) -> FloatArray: ...

    def linear(self, coefficients: FloatArray) -> FloatArray: ...

    def spread(self) -> FloatArray: ...


class _InOrder:
    """Weighted least squares as R works it out, to the last bit (least_squares.py says why)."""

    def __init__(self, matrix: FloatArray) -> None:
        self._matrix = np.column_stack([np.ones(matrix.shape[0]), matrix])

    def solve(self, weights: FloatArray, response: FloatArray) -> FloatArray:
        roots = np.sqrt(weights)
        return least_squares.solve(self._matrix * roots[:, None], response * roots)

    def linear(self, coefficients: FloatArray) -> FloatArray:
        return _linear(self._matrix[:, 1:], coefficients)

    def spread(self) -> FloatArray:
        return np.asarray(self._matrix[:, 1:].std(axis=0))


class _InBlocks:
    """Weighted least squares by normal equations on scaled columns, a block of rows at a time."""

    def __init__(self, matrix: FloatArray) -> None:
        self._matrix, self._means = matrix, matrix.mean(axis=0)
        self._spreads: FloatArray = np.asarray(matrix.std(axis=0))
        self._blocks = [self._block(start) for start in range(0, matrix.shape[0], BLOCK)]

    def solve(self, weights: FloatArray, response: FloatArray) -> FloatArray:
        size = self._matrix.shape[1] + 1
        gram, moment = np.zeros((size, size)), np.zeros(size)
        for number, block in enumerate(self._blocks):
            rows = slice(number * BLOCK, number * BLOCK + block.shape[1])
            weighted = block * weights[rows]
            gram += weighted @ block.T
            moment += weighted @ response[rows]
        scaled = np.linalg.solve(gram, moment)
        slopes = scaled[1:] / self._spreads
        return np.concatenate([[scaled[0] - slopes @ self._means], slopes])

    def linear(self, coefficients: FloatArray) -> FloatArray:
        return _linear(self._matrix, coefficients)

    def spread(self) -> FloatArray:
        return self._spreads

    def _block(self, start: int) -> FloatArray:
        rows = self._matrix[start : start + BLOCK]
        block = np.ones((rows.shape[1] + 1, rows.shape[0]))
        np.subtract(rows.T, self._means[:, None], out=block[1:])
        block[1:] /= self._spreads[:, None]
        return block


def _linear(matrix: FloatArray, coefficients: FloatArray) -> FloatArray:
    # Column by column, so that two rows that are the same get the same score to the last bit: ties stay ties.
    total = np.full(matrix.shape[0], coefficients[0])
    for place, slope in enumerate(coefficients[1:]):
        total += slope * matrix[:, place]
    return total


def _iterate(columns: _Columns, group: FloatArray, names: list[str]) -> tuple[FloatArray, FloatArray, int]:
    fitted = (group + 0.5) / 2
    linear = np.log(fitted / (1 - fitted))
    slope = _chance_and_slope(linear)[1]
    before, coefficients = _deviance(group, fitted), np.zeros(len(names) + 1)
    for iteration in range(1, ITERATIONS + 1):
        try:
            coefficients = columns.solve(slope**2 / (fitted * (1 - fitted)), linear + (group - fitted) / slope)
        except np.linalg.LinAlgError:
            break
        moved, linear = linear, columns.linear(coefficients)
        if not np.isfinite(linear).all():
            break
        fitted, slope = _chance_and_slope(linear)
        deviance = _deviance(group, fitted)
        if abs(deviance - before) / (abs(deviance) + 0.1) < TOLERANCE:
            if iteration > 1 and np.abs(linear - moved).max() > RUNAWAY:
                break
            return coefficients, linear, iteration
        before = deviance
    raise Refused(_separated(names, coefficients, columns.spread()))


def _separated(names: list[str], coefficients: FloatArray, spread: FloatArray) -> str:
    strongest = names[int(np.argmax(np.abs(coefficients[1:] * spread)))]
    return (
        f"No score can be fitted: the covariates tell some people managed and not managed apart completely (look at "
        f"{strongest} first), so nobody is comparable with them. Leave that covariate out, join its levels, or match "
        "exactly on it."
    )


def _check(matrix: FloatArray, group: FloatArray) -> None:
    if matrix.ndim != 2 or group.shape != (matrix.shape[0],):
        raise Refused(
            f"The covariates have shape {matrix.shape} and the treatment {group.shape}: give a row of covariates and "
            "one 0 or 1 for each unit."
        )
    if not np.isfinite(matrix).all():
        row, column = np.argwhere(~np.isfinite(matrix))[0]
        raise Refused(f"Covariate {column + 1}, row {row + 1}: the value is missing or not finite. Fill it in.")
    if not np.isin(group, (0.0, 1.0)).all():
        raise Refused("The treatment holds something other than 0 and 1: code people managed 1 and others 0.")
    if group.min(initial=1.0) == group.max(initial=0.0):
        raise Refused("Everybody is in one group: a comparison needs people managed (1) and not managed (0).")


def logistic(linear: FloatArray) -> FloatArray:
    """The chance for each log odds, odds / (1 + odds), held as far from 0 and 1 as R's logit link holds it."""
    return _chance_and_slope(linear)[0]


def _chance_and_slope(linear: FloatArray) -> tuple[FloatArray, FloatArray]:
    odds = _exp(np.clip(linear, -THRESHOLD, THRESHOLD))
    above = 1 + odds
    slope = odds / (above * above)
    beyond = np.abs(linear) > THRESHOLD
    if beyond.any():
        odds[beyond] = np.where(linear[beyond] > 0, 1 / EPSILON, EPSILON)
        slope[beyond] = EPSILON
        above = 1 + odds
    return odds / above, slope


def _exp(values: FloatArray) -> FloatArray:
    # NumPy's own exp may differ from the C library's, which R uses, in the last bit.
    return np.array([exp(value) for value in values.tolist()]) if values.size <= SMALL else np.exp(values)


def _deviance(group: FloatArray, fitted: FloatArray) -> float:
    return float(-2 * np.log(np.where(group == 1, fitted, 1 - fitted)).sum())
