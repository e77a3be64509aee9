"""What became of people chosen by the same rule a year earlier, when there was nothing to be chosen for.

An earlier cohort of the same place stands in for the one that cannot be seen (Cook and Campbell 1979, on cohort
designs). The rule is learnt from who was selected: a logistic curve in last year's count. A year earlier the same curve
gives each person's chance of having been chosen, and their following year, so weighted, shows the natural fall.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from trellis.evaluation.bootstrap import REPLICATES
from trellis.evaluation.natural_fall.estimating import RateRatio, estimate_from, solve_each
from trellis.evaluation.natural_fall.panel import Flags, Floats, Panel

METHOD = "Placebo cohort, the same rule a year earlier"
STEPS, LARGEST_STEP, ENOUGH = 200, 1.0, 1e-9
PRIOR = 1e-4
"""A normal prior's precision on the slope: it matters only where the rule is so sharp that no finite slope fits."""


def estimate(panel: Panel, *, replicates: int = REPLICATES, seed: int, level: float = 0.95) -> RateRatio:
    """(after / before of the managed) over (after / before of the placebo cohort), rates of time at risk.

    Each resample learns the rule anew, by one Newton step from the whole panel's. Raises Refused for under two years
    of history.
    """
    panel.need_history(2, METHOD)
    now = _terms(panel.counts[:, -1])
    rule = learn_rule(now, panel.managed, panel.eligible)
    chance = expit(now @ rule)
    usable = panel.eligible.astype(np.float64)
    slopes = now * (usable * (panel.managed - chance))[:, None]
    spread = usable * chance * (1 - chance)
    bends = (now[:, :, None] * now[:, None, :] * spread[:, None, None]).reshape(len(now), -1)
    prior = np.array([0.0, PRIOR])
    learning = np.hstack([slopes, bends])
    # The chance depends on the count alone, so it is worked out once for each count there is.
    levels, place = np.unique(panel.counts[:, -2], return_inverse=True)
    windows = np.column_stack([panel.counts[:, -1], panel.years[:, -1], panel.counts[:, -2], panel.years[:, -2]])
    windows = windows * panel.eligible_earlier[:, None]
    managed = panel.managed
    own = np.column_stack([panel.counts[managed, -1], panel.years[managed, -1], panel.years_after[managed]])

    def expected(weights: Floats) -> Floats:
        sums = weights @ learning
        bend = sums[:, 2:].reshape(-1, 2, 2) + np.diag(prior)
        rules = rule + np.clip(solve_each(bend, sums[:, :2] - prior * rule), -LARGEST_STEP, LARGEST_STEP)
        chosen = weights * expit(rules @ _terms(levels).T)[:, place]
        after, time_after, before, time_before = (chosen @ windows).T
        stays = (after / time_after) / (before / time_before)
        own_before, own_time_before, follow_up = (weights[:, managed] @ own).T
        return np.asarray(own_before / own_time_before * stays * follow_up)

    return estimate_from(METHOD, panel, expected, replicates=replicates, seed=seed, level=level)


def learn_rule(terms: Floats, managed: Flags, eligible: Flags) -> Floats:
    """Coefficients of a logistic curve by damped Newton steps: from terms (n, 2) of those eligible."""
    x, y = terms[eligible], managed[eligible].astype(np.float64)
    share = y.mean()
    rule = np.array([np.log(share / (1 - share)), 0.0])
    prior = np.array([0.0, PRIOR])
    for _ in range(STEPS):
        chance = expit(x @ rule)
        bend = (x * (chance * (1 - chance))[:, None]).T @ x + np.diag(prior)
        step = solve_each(bend[None], (x.T @ (y - chance) - prior * rule)[None])[0]
        rule = rule + step * min(1.0, LARGEST_STEP / max(np.abs(step).max(), 1e-300))
        if np.abs(step).max() < ENOUGH:
            break
    return rule


def _terms(last_year: Floats) -> Floats:
    return np.column_stack([np.ones(len(last_year)), last_year])
