"""Weights under which other people look, on average, exactly like the managed: entropy balancing (Hainmueller 2012).

Each row's weight is exp(x·b), with b such that the weighted means of the terms are those of the managed. If what people
would do next is a straight line in the terms, or if the rule of selection is exponential in them, the weighted rate is
right (Zhao and Percival 2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from trellis.evaluation.natural_fall.estimating import solve_each
from trellis.evaluation.world.lives import Floats
from trellis.rules.errors import Refused

STEPS: Final = 200
SETTLED: Final = 1e-8
RIDGE: Final = 1e-9
UNREACHED: Final = 0.1
"""Standard deviations by which a mean may miss after the last step; beyond it the groups do not overlap."""


@dataclass(frozen=True, slots=True, eq=False)
class Tilt:
    """Balancing weights of n rows towards a target: `weights` (n,) sum to 1; `missed` is the largest standardised
    difference of means that is left; `effective` Kish's effective number of rows.
    """

    scaled: Floats
    spread: Floats
    target: Floats
    slope: Floats
    weights: Floats
    bend: Floats
    missed: float

    @property
    def effective(self) -> float:
        """(Σw)² / Σw²."""
        return float(1 / (self.weights**2).sum())


def tilt(columns: Floats, target: Floats, spread: Floats) -> Tilt:
    """Weights for rows `columns` (n, p) so that their means become `target` (p,); `spread` (p,) scales the terms.

    Raises Refused when no weights reach the target: nobody in the rows is like some of those aimed at.
    """
    scaled = (columns - target) / spread
    slope = np.zeros(columns.shape[1])
    level = _level(scaled, slope)
    for _ in range(STEPS):
        weights = _weights(scaled, slope)
        mean = weights @ scaled
        bend = (scaled * weights[:, None]).T @ scaled - np.outer(mean, mean) + RIDGE * np.eye(len(slope))
        if np.abs(mean).max() < SETTLED:
            break
        step = -solve_each(bend[None], mean[None])[0]
        length = 1.0
        while (found := _level(scaled, slope + length * step)) > level + 1e-4 * length * float(mean @ step):
            length /= 2
            if length < 1e-9:
                break
        if length < 1e-9:
            break
        slope, level = slope + length * step, found
    weights = _weights(scaled, slope)
    missed = float(np.abs(weights @ scaled).max())
    if missed > UNREACHED:
        raise Refused("Nobody in the earlier years or among those not managed is like some of the people managed.")
    return Tilt(scaled, spread, target, slope, weights, bend, missed)


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """How balanced `rates` (k,) move when people are drawn again: `slopes` (p, k) with the target, `residuals` (n, k)
    with the rows. To first order balancing is regression on its terms (Deville and Särndal 1992), so that a resample's
    rates are the rates, plus the weighted mean of its residuals, plus what its target moved times the slopes.
    """

    rates: Floats
    slopes: Floats
    residuals: Floats
    target: Floats
    weights: Floats


def linear(found: Tilt, columns: Floats, outcomes: Floats, days: Floats) -> Linear:
    """The balanced rates of `outcomes` (n, k) over `days` (n,), with what moves them. `columns`: as given to `tilt`."""
    weights = found.weights
    at_risk = float(weights @ days)
    rates = weights @ outcomes / at_risk
    excess = (outcomes - days[:, None] * rates) / at_risk
    x = columns - weights @ columns
    bend = (x * weights[:, None]).T @ x
    slopes = np.column_stack([solve_each(bend[None], (x.T @ (weights * each))[None])[0] for each in excess.T])
    return Linear(rates, slopes, excess - x @ slopes, found.target, weights)


def _weights(scaled: Floats, slope: Floats) -> Floats:
    power = scaled @ slope
    weights = np.exp(power - power.max())
    return np.asarray(weights / weights.sum())


def _level(scaled: Floats, slope: Floats) -> float:
    power = scaled @ slope
    top = float(power.max())
    return top + float(np.log(np.exp(power - top).sum()))
