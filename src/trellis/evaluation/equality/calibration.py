"""Whether a score means what it says: of those given 40 %, do 40 in 100 have the outcome?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import logit
from scipy.stats import poisson

from trellis.evaluation import propensity
from trellis.evaluation.equality.comparisons import Method, Ratio, Z
from trellis.evaluation.measures.proportions import Proportion, proportion
from trellis.rules.errors import Refused

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """The logistic line of the outcome on the score's log odds: slope and intercept, each (estimate, low, high).

    A perfect score has slope 1 and intercept 0; a slope below 1 says that it is too sure of itself.
    """

    slope: tuple[float, float, float]
    intercept: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Band:
    """People whose scores lie from `lowest` to `highest`: the mean chance given, and the share that had the outcome."""

    lowest: float
    highest: float
    expected: float
    observed: Proportion


def observed_over_expected(outcome: ArrayLike, chance: ArrayLike) -> Ratio:
    """Calibration in the large: people with the outcome over the sum of their chances, with the mid-P interval.

    The count is taken as Poisson given what was expected (Lancaster 1961; Rothman and Boice 1979); at a count of 0 the
    upper limit is one-sided.
    """
    observed, expected = int(np.sum(outcome)), float(np.sum(chance))
    if expected <= 0:
        return Ratio(None, None, None, Method.NONE)
    tail = 0.025 if observed else 0.05
    low = _poisson_mean(observed, 1 - tail) / expected if observed else 0.0
    return Ratio(observed / expected, low, _poisson_mean(observed, tail) / expected, Method.MID_P)


def _poisson_mean(count: int, below: float) -> float:
    """The mean at which P(fewer than count) + ½ P(count) is `below`."""

    def excess(mean: float) -> float:
        return float(poisson.cdf(count, mean) - poisson.pmf(count, mean) / 2) - below

    return float(brentq(excess, 1e-12, 2 * count + 50.0, xtol=1e-12))


def calibration_line(outcome: ArrayLike, chance: ArrayLike) -> Line | None:
    """Slope and intercept of logit(outcome) on logit(chance) (Cox 1958), with Wald intervals.

    Chances lie strictly between 0 and 1. None when everybody, or nobody, had the outcome, or the score tells them apart
    completely: then no line exists.
    """
    happened, log_odds = np.asarray(outcome, dtype=np.float64), logit(np.asarray(chance, dtype=np.float64))
    if not np.isfinite(log_odds).all():
        raise Refused("A chance of exactly 0 or 1 has no log odds: give chances between the two.")
    try:
        fitted = propensity.fit(log_odds[:, None], happened)
    except Refused:
        return None
    design = np.column_stack([np.ones(len(log_odds)), log_odds])
    spread = fitted.probability * (1 - fitted.probability)
    errors = np.sqrt(np.diag(np.linalg.pinv((design * spread[:, None]).T @ design, hermitian=True)))
    (intercept, slope) = (
        (float(at), float(at - Z * error), float(at + Z * error))
        for at, error in zip(fitted.coefficients, errors, strict=True)
    )
    return Line(slope, intercept)


def tenth_cuts(chance: ArrayLike) -> Floats:
    """The nine scores that cut everybody into tenths: found once for all, so that groups share the same bands."""
    return np.asarray(np.quantile(np.asarray(chance, dtype=np.float64), np.arange(0.1, 0.95, 0.1)))


def calibration_bands(outcome: ArrayLike, chance: ArrayLike, cuts: ArrayLike) -> tuple[Band, ...]:
    """The bands between the cuts that somebody is in, from the lowest: expected beside observed, with Wilson (1927)."""
    happened, chances = np.asarray(outcome, dtype=bool), np.asarray(chance, dtype=np.float64)
    place = np.searchsorted(np.asarray(cuts), chances, side="right")
    return tuple(
        Band(
            float(chances[place == band].min()),
            float(chances[place == band].max()),
            float(chances[place == band].mean()),
            proportion(int(happened[place == band].sum()), int((place == band).sum())),
        )
        for band in np.unique(place)
    )
