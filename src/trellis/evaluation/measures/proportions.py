"""A share with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from scipy.special import ndtri


@dataclass(frozen=True, slots=True)
class Proportion:
    """`count` of `of`, the share between 0 and 1, and its Wilson interval. All three are None when `of` is 0."""

    count: int
    of: int
    share: float | None
    low: float | None
    high: float | None

    @property
    def words(self) -> str:
        """`12 of 40 (30.0 %, 95 % interval 18.1 to 45.4)`, or `0 of 0`."""
        if self.share is None or self.low is None or self.high is None:
            return f"{self.count} of {self.of}"
        return (
            f"{self.count:,} of {self.of:,} ({100 * self.share:.1f} %, 95 % interval "
            f"{100 * self.low:.1f} to {100 * self.high:.1f})"
        )


def proportion(count: int, of: int) -> Proportion:
    """The share with its 95 % score interval (Wilson 1927)."""
    if not of:
        return Proportion(count, of, None, None, None)
    z = float(ndtri(0.975))
    share = count / of
    middle = (share + z**2 / (2 * of)) / (1 + z**2 / of)
    half = z / (1 + z**2 / of) * sqrt(share * (1 - share) / of + z**2 / (4 * of**2))
    # At 0 and at all the interval ends there: what rounding leaves over is taken away.
    low, high = (0.0 if count == 0 else middle - half), (1.0 if count == of else middle + half)
    return Proportion(count, of, share, low, high)
