"""What people's own past, and that of others of the same place, says would have followed: credibility, empirical Bayes,
and the change from before to after that is nobody's effect.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trellis.evaluation import bootstrap
from trellis.evaluation.comparing.earlier_years import Design
from trellis.evaluation.comparing.rows import Flags, Outcomes, Rows, joined, risk_set, whole_years
from trellis.evaluation.natural_fall import Panel, RateRatio, credibility, empirical_bayes, make_panel
from trellis.evaluation.ratios import RatioInterval
from trellis.evaluation.world.lives import YEAR, Floats, Lives
from trellis.rules.errors import Refused


@dataclass(frozen=True, slots=True)
class Changes:
    """Rates after over rates before of the managed themselves: by the calendar, and by days at liberty."""

    raw: RatioInterval
    discounted: RatioInterval


def changes(own: Rows, after: Outcomes, *, replicates: int, seed: int) -> Changes:
    """The two changes, people resampled with both their years. Neither is an effect."""
    whole = np.full(len(own.who), 365.0)
    raw = bootstrap.before_after(own.counts[:, 0], whole, after.after, whole, replicates=replicates, seed=seed)
    free = bootstrap.before_after(
        own.counts[:, 0], own.free[:, 0], after.after, after.days, replicates=replicates, seed=seed
    )
    return Changes(raw, free)


def panel_rows(lives: Lives, plan: Design, area: Flags) -> Rows:
    """The managed on their days, and everybody else of the place on the middle one, at liberty or not."""
    middle = np.array([np.quantile(plan.managed.day, 0.5, method="nearest")], dtype=np.int64)
    without = np.isin(np.arange(lives.people), plan.managed.who)
    years = plan.managed.counts.shape[1]
    return joined([plan.managed, risk_set(lives, area, middle, years=years, free=False, without=without)])


def panel(lives: Lives, rows: Rows, outcomes: Outcomes, managed: int, *, years: int, free: bool) -> Panel:
    """The first `managed` rows and the others as a panel of so many years, oldest first.

    With `free` only people at liberty on the day, and a year before it, could have been selected then.
    """
    group = np.arange(len(rows.who)) < managed
    age: Floats = (rows.age - 30) / 10
    return make_panel(
        rows.counts[:, :years][:, ::-1],
        rows.free[:, :years][:, ::-1],
        outcomes.after,
        outcomes.days,
        group,
        eligible=group | ~rows.held if free else None,
        eligible_earlier=~lives.held_on(rows.who, rows.day - YEAR) if free else None,
        covariates=np.column_stack([age, rows.female]),
    )


def years_held(lives: Lives, rows: Rows) -> int:
    """How many years before the earliest of the rows' days the files hold whole, up to those the rows have."""
    return max(1, min(whole_years(lives, int(rows.day.min())), int(rows.counts.shape[1])))


def forecasts(found: Panel, *, replicates: int, seed: int) -> tuple[list[RateRatio], list[str]]:
    """Credibility and three-window empirical Bayes, and why one of them could not be had."""
    done: list[RateRatio] = []
    refusals: list[str] = []
    for method in (credibility.estimate, empirical_bayes.estimate):
        try:
            done.append(method(found, replicates=replicates, seed=seed))
        except Refused as refusal:
            refusals.append(str(refusal))
    return done, refusals
