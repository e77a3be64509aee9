"""Rounding of counts, and what a reader may conclude from a rounded one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trellis.disclosure.policy import Policy


def rounded(counts: ArrayLike, base: int) -> NDArray[np.int64]:
    """Each count (whole, not negative) to the nearest multiple of base, halves up; the shape of `counts`."""
    whole = np.asarray(counts, dtype=np.int64)
    return (2 * whole + base) // (2 * base) * base


def range_behind(shown: int, policy: Policy) -> tuple[int, int]:
    """The lowest and highest count that the policy would show as this figure.

    Small counts are withheld, so the range of the smallest figure begins at the smallest count shown, and a 0 is a true
    0 unless the policy rounds so coarsely that a count that it shows becomes one.
    """
    low = shown - policy.round_to // 2
    high = low + policy.round_to - 1
    if shown == 0:
        return 0, high if high >= policy.smallest_shown else 0
    return max(low, policy.smallest_shown), high
