"""How much more the managed fell than those matched with them: difference in differences on log rates.

ln RR = [ln r₁(after) − ln r₁(before)] − [ln r₀(after) − ln r₀(before)], with matching weights on the others' rates
(Angrist and Pischke 2009, 5.2, on the log scale). A placebo year, in which nobody was managed, shows whether the
two had kept the same distance: the same difference, with that year for the follow-up (Lipsitch et al. 2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trellis.evaluation.bootstrap import REPLICATES, cluster_sums, percentile_interval, resampled
from trellis.evaluation.natural_fall.estimating import RateRatio
from trellis.evaluation.natural_fall.panel import Floats, Panel
from trellis.evaluation.ratios import RatioInterval
from trellis.rules.errors import Refused

METHOD = "Matched difference in differences"


@dataclass(frozen=True, slots=True)
class DifferenceInDifferences:
    """The effect and the placebo year's. A placebo interval without 1 in it says the two were not alike."""

    effect: RateRatio
    placebo: RatioInterval

    @property
    def placebo_failed(self) -> bool:
        """Whether the two differ in a year in which nothing can have made them differ."""
        return not self.placebo.low <= 1 <= self.placebo.high


def estimate(
    panel: Panel,
    clusters: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    placebo_year: int = 0,
    replicates: int = REPLICATES,
    seed: int,
    level: float = 0.95,
) -> DifferenceInDifferences:
    """From a panel of the matched alone, managed and others. clusters: n labels of pairs; weights: n of matching.

    Before is all years of history. `placebo_year` is a column of them, the oldest by default: choose one that was
    not matched on. Pairs are resampled whole. Raises Refused for under two years of history or where a rate is 0.
    """
    panel.need_history(2, METHOD)
    weight = np.ones(len(panel.managed)) if weights is None else np.asarray(weights, dtype=np.float64)
    windows = _windows(panel, placebo_year)
    columns = [side[:, None] * weight[:, None] * windows for side in (panel.managed, ~panel.managed)]
    sums = cluster_sums(np.hstack(columns), clusters)

    def both(drawn: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return _differences(drawn @ sums)

    effect, placebo, fall = both(np.ones((1, len(sums))))[0].tolist()
    if not (np.isfinite([effect, placebo, fall]).all() and effect > 0):
        raise Refused(f"{METHOD}: a rate is 0 or has no time at risk, so its logarithm does not exist.")
    values = resampled(both, len(sums), replicates, seed=seed)
    low, high = percentile_interval(values[:, 0], level=level)
    fall_low, fall_high = percentile_interval(values[:, 2], level=level)
    observed = float(panel.after[panel.managed] @ weight[panel.managed])
    return DifferenceInDifferences(
        effect=RateRatio(METHOD, effect, low, high, observed / effect, observed, fall, fall_low, fall_high),
        placebo=RatioInterval(placebo, *percentile_interval(values[:, 1], level=level)),
    )


def _windows(panel: Panel, placebo_year: int) -> Floats:
    """Counts and years of: the follow-up, all before, the placebo year, the other years, the last year. (n, 10)."""
    others = np.delete(np.arange(panel.counts.shape[1]), placebo_year)
    counts, years = panel.counts, panel.years
    pairs = [
        (panel.after, panel.years_after),
        (counts.sum(axis=1), years.sum(axis=1)),
        (counts[:, placebo_year], years[:, placebo_year]),
        (counts[:, others].sum(axis=1), years[:, others].sum(axis=1)),
        (counts[:, -1], years[:, -1]),
    ]
    return np.column_stack([column for pair in pairs for column in pair])


def _differences(sums: Floats) -> Floats:
    """Effect, placebo and natural fall of each replicate: (r, 3) from sums (r, 20), managed people's first."""
    rates = sums[:, 0::2] / sums[:, 1::2]
    after, before, placebo, others, last = rates[:, :5].T
    after0, before0, placebo0, others0, _ = rates[:, 5:].T
    effect = (after / before) / (after0 / before0)
    return np.column_stack([effect, (placebo / others) / (placebo0 / others0), 1 - after / effect / last])
