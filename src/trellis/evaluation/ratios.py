"""Ratios of two rates with intervals that are exact for Poisson counts.

People's offending is overdispersed, so these intervals are too narrow for counts summed over people: use
`bootstrap` or `counts.negative_binomial` there, and these for single counts of events alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.optimize import brentq
from scipy.stats import beta, binom

from trellis.rules.errors import Refused


@dataclass(frozen=True, slots=True)
class RatioInterval:
    """A ratio of two rates with its interval. `rate_ratio` and `high` are infinite when the second count is 0."""

    rate_ratio: float
    low: float
    high: float


def exact(a: int, time_a: float, b: int, time_b: float, *, level: float = 0.95) -> RatioInterval | None:
    """The rate a / time_a beside b / time_b with the interval of Clopper and Pearson (1934) on a given a + b.

    Given their sum, a is binomial with π = RR·T_a / (RR·T_a + T_b) (Przyborowski and Wilenski 1940). Times are in any
    one unit. None when both counts are 0: then nothing can be estimated. Raises Refused for a negative count or a
    time that is not positive.
    """
    _check(a, time_a, b, time_b)
    total, tail = a + b, (1 - level) / 2
    if total == 0:
        return None
    low = float(beta.ppf(tail, a, b + 1)) if a else 0.0
    high = float(beta.ppf(1 - tail, a + 1, b)) if b else 1.0
    return _as_ratio(a / total, time_b / time_a, low, high)


def mid_p(a: int, time_a: float, b: int, time_b: float, *, level: float = 0.95) -> RatioInterval | None:
    """The same ratio with the mid-P interval (Lancaster 1961; Rothman and Boice 1979), less wide than the exact one.

    Each limit is the π at which P(beyond a) + ½ P(a) = (1 − level) / 2. None and Refused as in `exact`.
    """
    _check(a, time_a, b, time_b)
    total, tail = a + b, (1 - level) / 2
    if total == 0:
        return None

    def above(share: float) -> float:
        return float(binom.sf(a, total, share) + binom.pmf(a, total, share) / 2)

    low = float(brentq(lambda share: above(share) - tail, 0.0, 1.0, xtol=1e-15)) if a else 0.0
    high = float(brentq(lambda share: above(share) - (1 - tail), 0.0, 1.0, xtol=1e-15)) if b else 1.0
    return _as_ratio(a / total, time_b / time_a, low, high)


def _check(a: int, time_a: float, b: int, time_b: float) -> None:
    if a < 0 or b < 0:
        raise Refused(f"A count of events cannot be below 0: {a} and {b} were given. Count again.")
    if not (time_a > 0 and time_b > 0):
        raise Refused(f"Time at risk must be above 0: {time_a} and {time_b} were given. Leave out who had none.")


def _as_ratio(share: float, scale: float, low: float, high: float) -> RatioInterval:
    """Shares of the events as ratios of the rates: RR = π / (1 − π) · scale, where scale is T_b / T_a."""
    ratio, *limits = (each / (1 - each) * scale if each < 1 else math.inf for each in (share, low, high))
    return RatioInterval(ratio, *limits)
