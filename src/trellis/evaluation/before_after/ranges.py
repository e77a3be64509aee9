"""Intervals of a before-and-after: people are resampled with all they did in both phases.

Offending is overdispersed, so an interval that takes events for independent would be far too narrow.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from trellis.evaluation.before_after.people import PHASES, Days
from trellis.evaluation.before_after.phases import COMPARED
from trellis.evaluation.before_after.settings import Settings
from trellis.evaluation.bootstrap import percentile_interval, resampled
from trellis.evaluation.cost_tables import Range
from trellis.evaluation.exposure import YEAR_DAYS
from trellis.evaluation.tally import Tally

MOST_UNITS: Final = 5000
"""More people than this are put into so many groups at random, and the groups resampled (Wolter 2007, chapter 2)."""

Floats = NDArray[np.float64]


def ranges(settings: Settings, days: Days, counted: Tally) -> tuple[Range | None, Range | None]:
    """The intervals of the change as a share and of the difference in annual pounds.

    None where a resample had nothing before to divide by, or no day at risk: then there are too few people for one.
    """
    since = [PHASES.index(phase) for phase in COMPARED[settings.scope]]
    tables = (counted.events, days.at_risk, counted.pounds)
    columns = [column for table in tables for column in (table[:, 0], table[:, since].sum(axis=1))]
    units = _units(np.column_stack(columns), settings.seed)
    people = len(counted.events)

    def changes(weights: Floats) -> Floats:
        before, after, days_before, days_after, pounds_before, pounds_after = (weights @ units).T
        with np.errstate(divide="ignore", invalid="ignore"):
            share = (after / days_after) / (before / days_before) - 1
            pounds = YEAR_DAYS * people * (pounds_after / days_after - pounds_before / days_before)
        return np.column_stack([share, pounds])

    drawn = resampled(changes, len(units), settings.replicates, seed=settings.seed)
    method = f"person bootstrap, {settings.replicates:,} resamples, seed {settings.seed}"
    share, pounds = (_range(column, method) for column in drawn.T)
    return share, pounds if settings.unit_costs else None


def _units(values: Floats, seed: int) -> Floats:
    if len(values) <= MOST_UNITS:
        return values
    group = np.random.default_rng(seed).permutation(len(values)) % MOST_UNITS
    return np.column_stack([np.bincount(group, weights=column) for column in values.T])


def _range(values: Floats, method: str) -> Range | None:
    low, high = percentile_interval(values)
    return Range(low, high, method) if np.isfinite([low, high]).all() else None
