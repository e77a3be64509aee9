"""How well a score tells apart who had the outcome from who had not."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from trellis.evaluation.equality.comparisons import Z


@dataclass(frozen=True, slots=True)
class Discrimination:
    """The area under the curve with its DeLong interval; `variance` is of the area."""

    auc: float
    low: float
    high: float
    variance: float


def auc(score: ArrayLike, outcome: ArrayLike) -> Discrimination | None:
    """The chance that somebody with the outcome scores above somebody without, ties counting half.

    Variance by DeLong, DeLong and Clarke-Pearson (1988), worked out from midranks (Sun and Xu 2014). `score` and
    `outcome` (0 or 1) have length n. None with fewer than two people with or two without the outcome.
    """
    values, happened = np.asarray(score, dtype=np.float64), np.asarray(outcome, dtype=bool)
    with_it, without = values[happened], values[~happened]
    m, n = len(with_it), len(without)
    if min(m, n) < 2:
        return None
    together = rankdata(np.concatenate([with_it, without]))
    # For each person, the share of the other side that they are rightly placed against.
    placed_with: NDArray[np.float64] = (together[:m] - rankdata(with_it)) / n
    placed_without: NDArray[np.float64] = 1 - (together[m:] - rankdata(without)) / m
    area = float(placed_with.mean())
    variance = float(placed_with.var(ddof=1) / m + placed_without.var(ddof=1) / n)
    reach = Z * sqrt(variance)
    return Discrimination(area, max(area - reach, 0.0), min(area + reach, 1.0), variance)
