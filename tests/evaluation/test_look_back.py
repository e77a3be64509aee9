"""The two-year look-back of a frozen list."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from trellis.evaluation.attribution import NotAssessed
from trellis.evaluation.look_back import look_back
from trellis.evaluation.measures import EventType
from trellis.rules.errors import Refused

FIRST, SECOND = date(2022, 1, 1), date(2022, 3, 1)
NOT_DONE = NotAssessed("17 people are too few")
WOMEN = pl.Series(range(17))


def outcomes(*spans: tuple[int, date]) -> pl.DataFrame:
    """So many outcomes on each of the days, shared out among the women."""
    days = [day for many, day in spans for _ in range(many)]
    return pl.DataFrame({"person_id": [n % 17 for n in range(len(days))], "proven_date": days})


@pytest.mark.requirement("WOM-02")
def test_seventeen_women_at_two_dates() -> None:
    table = outcomes(
        (24, date(2020, 2, 1)), (297, date(2021, 6, 1)), (10, date(2022, 2, 1)), (5, SECOND), (9, date(2019, 12, 31))
    )
    others = pl.DataFrame({"person_id": [99] * 40, "proven_date": [date(2021, 6, 1)] * 40})
    found = look_back(WOMEN, pl.concat([table, others]), first=FIRST, second=SECOND, expected=NOT_DONE)
    assert (found.change.before, found.change.after, found.change.difference) == (321, 307, -14)
    assert found.change.cells(pounds=False)["percent"] == "−4.4 %"
    assert (found.left, found.entered) == (24, 10)
    said = " ".join(found.words)
    assert (
        "of the same 17 people in the 2 years before 1 January 2022: 321; before 1 March 2022: 307. That is −14, −4.4 %"
        in said
    )
    assert "not attributable" in said
    assert "The natural fall is not assessed (17 people are too few)" in said


def test_the_window_takes_its_first_day_and_not_the_date_itself() -> None:
    table = outcomes((1, date(2020, 1, 1)), (1, FIRST), (1, date(2021, 12, 31)), (1, date(2019, 12, 31)))
    assert look_back(WOMEN, table, first=FIRST, second=SECOND, expected=NOT_DONE).change.before == 2
    yearly = look_back(WOMEN, table, first=FIRST, second=SECOND, years=1, expected=NOT_DONE)
    assert (yearly.change.before, yearly.change.after) == (1, 2)


def test_arrests_can_be_looked_back_at_and_say_so() -> None:
    table = outcomes((3, date(2021, 6, 1))).rename({"proven_date": "arrest_date"})
    found = look_back(WOMEN, table, first=FIRST, second=SECOND, event_type=EventType.ARREST, expected=NOT_DONE)
    assert found.words[0].startswith("Arrests of the same 17 people")


def test_a_list_that_is_not_frozen_is_refused() -> None:
    with pytest.raises(Refused, match="each person once"):
        look_back(pl.Series([1, 1]), outcomes(), first=FIRST, second=SECOND, expected=NOT_DONE)
    with pytest.raises(Refused, match="must come after the first, 1 March 2022"):
        look_back(WOMEN, outcomes((1, FIRST)), first=SECOND, second=FIRST, expected=NOT_DONE)
