"""From a probability to OGRS3's whole percentage, exactly as the Ministry of Justice's service rounds.

It rounds twice, half up: first to five decimal places, then, times 100, to a whole number. Both roundings read the
exact binary value of the double. So 0.504996 becomes 0.50500 and then 51, and 0.49500, whose double lies a hair below,
becomes 49. `round(100 * p)` gets both wrong.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

PLACES: Final = 100_000
_SPLITTER: Final = 134_217_729.0  # 2**27 + 1 halves a double into two that multiply without rounding (Veltkamp)


def hundred_thousandths(p: NDArray[np.float64]) -> NDArray[np.int64]:
    """Each probability in [0, 1] as a whole number of hundred-thousandths, half up on its exact binary value."""
    whole = np.floor(p * PLACES)
    # p >= (whole + 1/2) / 100000, asked without rounding: the parts of p times 200000 are exact, and near the tie,
    # the only place where it matters, so is the difference.
    high = p * _SPLITTER
    high -= high - p
    beyond_tie = (high * (2 * PLACES) - (2 * whole + 1)) + (p - high) * (2 * PLACES)
    return np.asarray(whole + (beyond_tie >= 0), dtype=np.int64)


def _percentages() -> NDArray[np.int8]:
    """The percentage, kept within 1 and 99, for every k from 0 to 100,000 hundred-thousandths."""
    percent = (np.arange(PLACES + 1) + 500) // 1000
    for n in range(100):
        tie = Fraction(2 * n + 1, 200)
        if Fraction(float(tie)) < tie:
            percent[1000 * n + 500] = n
    return np.clip(percent, 1, 99).astype(np.int8)


PERCENT: Final = _percentages()


def percentage(p: NDArray[np.float64]) -> NDArray[np.int8]:
    """Each probability as OGRS3's whole percentage, from 1 to 99."""
    return PERCENT[hundred_thousandths(p)]
