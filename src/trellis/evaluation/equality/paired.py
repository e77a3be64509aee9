"""Two outcomes of the same people, or of matched pairs."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from scipy.stats import binom, chi2

from trellis.evaluation.equality.comparisons import Z
from trellis.rules.errors import Refused


@dataclass(frozen=True, slots=True)
class Paired:
    """Matched pairs of which only the first, or only the second, had the outcome.

    `difference` is the share of first members with the outcome less that of second members, with its interval;
    `chi_squared` is McNemar's without continuity correction, `p` its p value, and `mid_p` the mid-P value of the
    binomial test, which is right for few pairs too.
    """

    only_first: int
    only_second: int
    pairs: int
    difference: float
    low: float
    high: float
    chi_squared: float
    p: float
    mid_p: float


def mcnemar(both: int, only_first: int, only_second: int, neither: int) -> Paired:
    """Compare two outcomes within pairs (McNemar 1947; mid-P: Fagerland, Lydersen and Laake 2013).

    The interval of the difference is Wald's with the adjustment of Bonett and Price (2012). Raises Refused for negative
    counts, and when no pair differs.
    """
    if min(both, only_first, only_second, neither) < 0:
        raise Refused("A count of pairs cannot be below 0. Count again.")
    differ, pairs = only_first + only_second, both + only_first + only_second + neither
    if not differ:
        raise Refused("No pair differs in the outcome, so pairs say nothing of a difference.")
    chi_squared = (only_first - only_second) ** 2 / differ
    fewer = min(only_first, only_second)
    mid = min(1.0, 2 * float(binom.cdf(fewer, differ, 0.5)) - float(binom.pmf(fewer, differ, 0.5)))
    first, second = (only_first + 1) / (pairs + 2), (only_second + 1) / (pairs + 2)
    reach = Z * sqrt((first + second - (first - second) ** 2) / (pairs + 2))
    return Paired(
        only_first=only_first,
        only_second=only_second,
        pairs=pairs,
        difference=(only_first - only_second) / pairs,
        low=first - second - reach,
        high=first - second + reach,
        chi_squared=chi_squared,
        p=float(chi2.sf(chi_squared, 1)),
        mid_p=mid,
    )
