"""How often people like these offended in the next year, before anyone was managed: linear credibility.

A straight line, fitted one year earlier, forecasts the next year's rate from the last two years' counts, time inside
and what else is known (Bühlmann 1967: credibility as the best linear forecast). It is fitted only in the range that
selection draws from: a line through everyone fits the many who do little and misses the few who do most.
"""

from __future__ import annotations

import numpy as np

from trellis.evaluation.bootstrap import REPLICATES
from trellis.evaluation.natural_fall.estimating import RateRatio, estimate_from, solve_each
from trellis.evaluation.natural_fall.panel import Floats, Panel
from trellis.rules.errors import Refused

METHOD = "Linear credibility, fitted one year earlier"
LEAST = 3
"""Fewest offences in the last year of those the line is fitted to."""
FEWEST_PEOPLE = 30


def estimate(
    panel: Panel, *, least: int = LEAST, replicates: int = REPLICATES, seed: int, level: float = 0.95
) -> RateRatio:
    """The line of weighted least squares, weights years at risk; every resample fits its own.

    Raises Refused for under three years of history or for fewer than 30 people to fit it to.
    """
    panel.need_history(3, METHOD)
    earlier = forecasters(panel, years_ago=1)
    outcome_years = panel.years[:, -1]
    fit = panel.eligible_earlier & (panel.counts[:, -2] >= least) & (outcome_years > 0)
    if fit.sum() < FEWEST_PEOPLE:
        raise Refused(
            f"{METHOD}: {int(fit.sum())} people had {least} offences or more in the year before it, and the line needs "
            f"{FEWEST_PEOPLE}. Use the placebo cohort, or a larger area."
        )
    x, time, y = earlier[fit], outcome_years[fit], panel.counts[fit, -1]
    width = x.shape[1]
    squares = (x[:, :, None] * x[:, None, :] * time[:, None, None]).reshape(len(x), -1)
    # Weighting the rate y / time by the time leaves the count itself.
    products = x * y[:, None]
    managed = panel.managed
    ahead = forecasters(panel, years_ago=0)[managed] * panel.years_after[managed, None]

    def expected(weights: Floats) -> Floats:
        drawn = weights[:, fit]
        line = solve_each((drawn @ squares).reshape(-1, width, width), drawn @ products)
        return np.asarray(np.einsum("rp,rp->r", weights[:, managed] @ ahead, line))

    return estimate_from(METHOD, panel, expected, replicates=replicates, seed=seed, level=level)


def forecasters(panel: Panel, *, years_ago: int) -> Floats:
    """What is known at the index date, or a year before it: one, the last two counts, the share inside, covariates."""
    last, one_before = -1 - years_ago, -2 - years_ago
    share_inside = 1 - panel.years[:, last]
    return np.column_stack(
        [np.ones(len(panel.counts)), panel.counts[:, last], panel.counts[:, one_before], share_inside, panel.covariates]
    )
