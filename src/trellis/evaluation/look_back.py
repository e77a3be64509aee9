"""The same frozen list of people at two dates: what was proven of them in the years before each.

Lincolnshire 2022, 3.2, counts positive criminal justice outcomes of 17 women over the two years to a date, and again
two months later. The windows overlap almost wholly, so only what entered and what left the window makes the change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from trellis.evaluation.attribution import NOT_ATTRIBUTABLE, Expected
from trellis.evaluation.cost_tables import Change
from trellis.evaluation.measures.events import DATES, EventType
from trellis.evaluation.tables import ANY, DATE, check_columns
from trellis.rules.dates import add_months, long_date
from trellis.rules.errors import Refused

LOOK_BACK_YEARS: Final = 2


@dataclass(frozen=True, slots=True)
class LookBack:
    """The counts at two dates, `change.before` and `change.after`; `left` the window in between and `entered` it."""

    event_type: EventType
    years: int
    first: date
    second: date
    change: Change
    left: int
    entered: int
    expected: Expected

    @property
    def words(self) -> tuple[str, ...]:
        """The counts, what makes the difference, and what may not be claimed."""
        cells = self.change.cells(pounds=False)
        return (
            f"{self.event_type.label} of the same {self.change.people:,} people in the {self.years} years before "
            f"{long_date(self.first)}: {cells['before']}; before {long_date(self.second)}: {cells['after']}. "
            f"That is {cells['difference']}, {cells['percent']}.",
            f"{self.left:,} left the window and {self.entered:,} entered it: the rest is counted at both dates.",
            NOT_ATTRIBUTABLE,
            self.expected.words(self.change.share),
        )


def look_back(
    people: pl.Series,
    offences: pl.DataFrame,
    *,
    first: date,
    second: date,
    expected: Expected,
    years: int = LOOK_BACK_YEARS,
    event_type: EventType = EventType.PROVEN,
) -> LookBack:
    """Count outcomes of a frozen list in the `years` before each of two dates, by the day they became known.

    `people`: their identifiers, each once. `offences`: person_id and the day column of `event_type` (proven_date,
    arrest_date or charge_date). A date's own day is not in its window. Raises Refused when the list names somebody
    twice or is empty, or the second date is not later.
    """
    if people.is_empty() or people.n_unique() != len(people):
        raise Refused("The list must name each person once, and at least one. It is the same at both dates.")
    if second <= first:
        raise Refused(f"The second date must come after the first, {long_date(first)}.")
    columns = DATES[event_type].known
    check_columns(offences, {"person_id": ANY} | dict.fromkeys(columns, DATE), "offences")
    known = offences.filter(pl.col("person_id").is_in(people.implode())).select(pl.min_horizontal(columns)).to_series()
    starts = [add_months(day, -12 * years) for day in (first, second)]
    inside = [(known >= start) & (known < day) for start, day in zip(starts, (first, second), strict=True)]
    return LookBack(
        event_type=event_type,
        years=years,
        first=first,
        second=second,
        change=Change(len(people), int(inside[0].sum()), int(inside[1].sum())),
        left=int((inside[0] & ~inside[1]).sum()),
        entered=int((inside[1] & ~inside[0]).sum()),
        expected=expected,
    )
