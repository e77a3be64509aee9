"""One share beside another: their ratio and their difference, each with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp, hypot, inf, log, sqrt

from scipy.optimize import brentq
from scipy.special import ndtri

from trellis.evaluation.measures.proportions import proportion
from trellis.rules.errors import Refused

FEWEST_FOR_LOG = 10
"""Below this many in any count, the log interval is not trusted."""

Z = float(ndtri(0.975))
ONE_SIDED_Z = float(ndtri(0.95))


class Method(StrEnum):
    """How an interval was found."""

    LOG = "log (Katz 1978)"
    SCORE = "score (Koopman 1984)"
    ONE_SIDED = "one-sided score (Koopman 1984)"
    MID_P = "mid-P (Lancaster 1961)"
    PERSON_ROBUST = "log, robust by person (Liang and Zeger 1986)"
    WALD = "Wald on the log scale"
    NONE = "no estimate"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of two shares or rates and its 95 % interval.

    With nobody in the first count `ratio` and `low` are 0, with nobody in the second `ratio` and `high` are infinite,
    and the other limit is one-sided; with nobody in either there is no estimate and all three are None.
    """

    ratio: float | None
    low: float | None
    high: float | None
    method: Method

    @property
    def excludes_one(self) -> bool:
        """Whether the interval leaves out 1, that is, a difference shows."""
        return self.low is not None and self.high is not None and not self.low <= 1 <= self.high

    @property
    def words(self) -> str:
        """`1.82 (1.61 to 2.05)`, or that there is no estimate."""
        if self.ratio is None or self.low is None or self.high is None:
            return "no estimate"
        if self.ratio == inf:
            return f"at least {self.low:.2f}"
        return (
            f"at most {self.high:.2f}" if self.ratio == 0 else f"{self.ratio:.2f} ({self.low:.2f} to {self.high:.2f})"
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two shares, per 100 people, and its 95 % interval."""

    per_100: float
    low: float
    high: float


def ratio_of_shares(a1: int, n1: int, a0: int, n0: int) -> Ratio:
    """(a1 / n1) / (a0 / n0), the relative rate of a group against its reference.

    With 10 or more in each count the interval is the log interval (Katz and others 1978), with fewer the score interval
    (Koopman 1984), and at a zero a one-sided one. Raises Refused for impossible counts.
    """
    _check(a1, n1, a0, n0)
    if not n1 or not n0 or a1 == a0 == 0:
        return Ratio(None, None, None, Method.NONE)
    if a1 == 0:
        return Ratio(0.0, 0.0, _score_limit(a1, n1, a0, n0, ONE_SIDED_Z, upper=True), Method.ONE_SIDED)
    if a0 == 0:
        return Ratio(inf, _score_limit(a1, n1, a0, n0, ONE_SIDED_Z, upper=False), inf, Method.ONE_SIDED)
    ratio = (a1 / n1) / (a0 / n0)
    if min(a1, a0) < FEWEST_FOR_LOG:
        low, high = (_score_limit(a1, n1, a0, n0, Z, upper=upper) for upper in (False, True))
        return Ratio(ratio, low, high, Method.SCORE)
    reach = Z * sqrt(1 / a1 - 1 / n1 + 1 / a0 - 1 / n0)
    return Ratio(ratio, ratio * exp(-reach), ratio * exp(reach), Method.LOG)


def difference_of_shares(a1: int, n1: int, a0: int, n0: int) -> Difference | None:
    """100 (a1 / n1 − a0 / n0) with the hybrid score interval (Newcombe 1998, method 10); None without people.

    Raises Refused for impossible counts.
    """
    _check(a1, n1, a0, n0)
    first, second = proportion(a1, n1), proportion(a0, n0)
    if first.share is None or first.low is None or first.high is None:
        return None
    if second.share is None or second.low is None or second.high is None:
        return None
    middle = first.share - second.share
    low = middle - hypot(first.share - first.low, second.high - second.share)
    high = middle + hypot(first.high - first.share, second.share - second.low)
    return Difference(100 * middle, 100 * low, 100 * high)


def against_everyone(against_the_rest: Ratio, share_of_base: float) -> Ratio:
    """The ratio to everyone's rate, from that to the rest; the group is `share_of_base` of everyone, or of their time.

    θ / (q θ + 1 − q), which only rises with θ, so the limits are the images of the limits. It spares making one group
    the norm, and counts the group in "everyone" without counting its variance twice.
    """
    rest = against_the_rest
    ratio, low, high = (_image(value, share_of_base) for value in (rest.ratio, rest.low, rest.high))
    return Ratio(ratio, low, high, rest.method)


def _image(value: float | None, share: float) -> float | None:
    if value is None:
        return None
    if value == inf:
        return 1 / share if share > 0 else inf
    return value / (share * value + 1 - share)


def _score_limit(a1: int, n1: int, a0: int, n0: int, z: float, *, upper: bool) -> float:
    """Where the score statistic for a given ratio reaches z, above or below the estimate (Koopman 1984)."""

    def excess(log_ratio: float) -> float:
        return _score_statistic(a1, n1, a0, n0, exp(log_ratio)) - z**2

    # At a zero the estimate is at infinity: begin where the other count is one half.
    start = log(((a1 or 0.5) / n1) / ((a0 or 0.5) / n0))
    step = 0.5 if upper else -0.5
    inner = outer = start
    if excess(inner) > 0:
        while excess(inner) > 0:
            inner, outer = inner - step, inner
    else:
        while excess(outer) <= 0:
            inner, outer = outer, outer + step
    return exp(float(brentq(excess, *sorted((inner, outer)), xtol=1e-13)))


def _score_statistic(a1: int, n1: int, a0: int, n0: int, ratio: float) -> float:
    """Pearson's chi-squared for shares held to p1 = ratio · p0, at their greatest likelihood (Koopman 1984)."""
    total = n1 + n0
    middle = ratio * (n1 + a0) + a1 + n0
    root = sqrt(max(middle**2 - 4 * ratio * total * (a1 + a0), 0.0))
    # The smaller root, in the form that loses no digits.
    p0 = 2 * (a1 + a0) / (middle + root)
    p1 = ratio * p0
    return sum(
        (a - n * p) ** 2 / (n * p * (1 - p)) if p < 1 else (0.0 if a == n else inf)
        for a, n, p in ((a1, n1, p1), (a0, n0, p0))
    )


def _check(a1: int, n1: int, a0: int, n0: int) -> None:
    if not (0 <= a1 <= n1 and 0 <= a0 <= n0):
        raise Refused(f"{a1} of {n1} and {a0} of {n0}: a part is more than its whole, or below 0. Count again.")
