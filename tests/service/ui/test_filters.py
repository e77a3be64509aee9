"""Dates, counts and names read as GOV.UK writes them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from trellis.service.ui import filters


def test_dates_are_written_out() -> None:
    assert filters.date(dt.date(2026, 2, 1)) == "1 February 2026"
    assert filters.short_date(dt.date(2026, 9, 30)) == "30 Sep 2026"
    assert filters.date(None) == filters.short_date(None) == filters.date_and_time(None) == ""


def test_moments_are_told_in_local_time() -> None:
    summer = dt.datetime(2026, 6, 30, 23, 5, tzinfo=dt.UTC)
    assert filters.date_and_time(summer) == "1 July 2026 at 12:05am"
    assert filters.date(summer) == "1 July 2026"
    assert filters.date_and_time(dt.datetime(2026, 2, 1, 15, 5, tzinfo=ZoneInfo("UTC"))) == "1 February 2026 at 3:05pm"


@pytest.mark.parametrize(
    ("time", "words"),
    [((0, 0), "midnight"), ((12, 0), "midday"), ((9, 0), "9am"), ((0, 30), "12:30am"), ((15, 5), "3:05pm")],
)
def test_clock(time: tuple[int, int], words: str) -> None:
    assert filters.clock(dt.time(*time)) == words


def test_counts_carry_their_noun() -> None:
    assert filters.plural(1, "person", "people") == "1 person"
    assert filters.plural(0, "person", "people") == "0 people"
    assert filters.plural(1200, "row") == "1,200 rows"


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (dt.date(2000, 5, 4), dt.date(2026, 5, 3), 25),
        (dt.date(2000, 5, 4), dt.date(2026, 5, 4), 26),
        (dt.date(2004, 2, 29), dt.date(2026, 2, 28), 21),
        (dt.date(2004, 2, 29), dt.date(2026, 3, 1), 22),
    ],
)
def test_age_changes_on_the_birthday(born: dt.date, on: dt.date, years: int) -> None:
    assert filters.age(born, on) == years


def test_an_unknown_birth_has_no_age() -> None:
    assert filters.age(None) is None


def test_possessives() -> None:
    assert filters.possessive("Ana") == "Ana’s"
    assert filters.possessive("Chris") == "Chris’"
