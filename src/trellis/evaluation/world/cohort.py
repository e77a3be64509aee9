"""Who is evaluated: people first managed within the window, by intention to treat, and why others are not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from trellis.evaluation.world.lives import NEVER, YEAR, Days, Lives

HISTORY: Final = YEAR
"""Days of history before selection without which nobody's fall can be judged."""
MATURE: Final = 540
"""Days after selection at which a year's reoffending is final: twelve months, and six for proof (MoJ).

Eighteen months of thirty days, so that files taken on the day by whichever count of months are not turned away.
"""
SLACK: Final = 31
"""Days by which the first offence of the files may come after their true start."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """Places in Lives. `submitted`: everybody ever managed. `evaluated`: mature, with history, in order of place.

    `immature`: selected too lately for a final figure; `too_early`: less than a year of history; `outside`: selected
    before or after the window that the settings name. A person's first spell alone counts, and who left early stays in.
    """

    submitted: Days
    evaluated: Days
    immature: Days
    too_early: Days
    outside: Days
    index: Days
    """The day on which each of `evaluated` was selected."""


def cohort_of(lives: Lives, *, window: tuple[date | None, date | None] = (None, None)) -> Cohort:
    """The cohort. `window`: first and last selection day that count, none for no bound."""
    submitted = np.flatnonzero(lives.managed_from != NEVER)
    start = lives.managed_from[submitted]
    low, high = (day.toordinal() - date(1970, 1, 1).toordinal() if day else None for day in window)
    outside = np.zeros(len(submitted), dtype=bool)
    outside |= start < low if low is not None else False
    outside |= start > high if high is not None else False
    early = ~outside & (start < lives.first_day + HISTORY - SLACK)
    late = ~outside & ~early & (start + MATURE > lives.as_at)
    kept = ~(outside | early | late)
    return Cohort(
        submitted=submitted,
        evaluated=submitted[kept],
        immature=submitted[late],
        too_early=submitted[early],
        outside=submitted[outside],
        index=start[kept],
    )
