"""When the next contact is due, and why: in whole days, whatever the clocks and the calendar do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.contact_standards import Situation, Standard, StandardLine, check_complete, due_by, next_due
from trellis.rules.contacts import Contact
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import ContactMode, ContactOutcome

SEEN, MISSED = ContactOutcome.ATTENDED_COMPLIED, ContactOutcome.UNACCEPTABLE_ABSENCE
RED = StandardLine(Situation.RED, times=2, days=7, first_days=1)
SINCE = date(2026, 3, 2)
# Around both changes of the clocks, and a 29 February.
DAYS = st.one_of(
    st.dates(date(2026, 3, 20), date(2026, 4, 10)),
    st.dates(date(2026, 10, 15), date(2026, 11, 5)),
    st.dates(date(2028, 2, 20), date(2028, 3, 10)),
)
LINES = st.builds(
    StandardLine,
    st.just(Situation.RED),
    times=st.integers(1, 4),
    days=st.integers(4, 28),
    first_days=st.none() | st.integers(1, 5),
)


def seen(*days: date, mode: ContactMode | None = None) -> list[Contact]:
    return [Contact(day, SEEN, mode=mode) for day in days]


def standard(**changes: StandardLine) -> Standard:
    lines = {
        Situation.RED: RED,
        Situation.AMBER: StandardLine(Situation.AMBER, 1, 7),
        Situation.GREEN: StandardLine(Situation.GREEN, 1, 14),
        Situation.BLUE: StandardLine(Situation.BLUE, 1, 28),
        Situation.CUSTODY: StandardLine(Situation.CUSTODY, 1, 28),
        Situation.NOT_SET: StandardLine(Situation.NOT_SET, 1, 7),
    }
    return Standard("test", 1, lines | {Situation(key): line for key, line in changes.items()})


def test_seen_on_monday_and_thursday_is_due_again_on_monday() -> None:
    due = next_due(RED, date(2026, 1, 1), seen(date(2026, 3, 2), date(2026, 3, 5)), today=date(2026, 3, 6))
    assert (due.by, due.is_overdue, due.made) == (date(2026, 3, 9), False, 2)
    assert due.reasons == (
        "The standard for Red is 2 contacts in any 7 days, since 1 January 2026.",
        "Seen twice in the last 7 days.",
        "Last seen on 5 March 2026, yesterday.",
    )
    assert due.words == "Due by 9 March 2026"
    later = next_due(RED, date(2026, 1, 1), seen(date(2026, 3, 2), date(2026, 3, 5)), today=date(2026, 3, 11))
    assert (later.words, later.days_overdue) == ("Overdue since 9 March 2026", 2)


def test_an_absence_and_a_way_that_does_not_count_move_nothing() -> None:
    face = replace(RED, times=1, modes=frozenset({ContactMode.HOME, ContactMode.OFFICE}))
    tried = [Contact(date(2026, 3, 20), MISSED), *seen(date(2026, 3, 21), mode=ContactMode.PHONE)]
    assert next_due(face, SINCE, tried, today=date(2026, 3, 22)).by == SINCE + timedelta(7)
    assert next_due(face, SINCE, seen(date(2026, 3, 21), mode=ContactMode.HOME), today=date(2026, 3, 22)).by == date(
        2026, 3, 28
    )


def test_after_release_the_first_contact_is_due_sooner() -> None:
    due = next_due(RED, SINCE, seen(date(2026, 2, 27)), today=SINCE, first=True)
    assert due.by == SINCE + timedelta(1)
    assert due.reasons[-1] == "The first contact is due within 1 days of 2 March 2026."
    assert next_due(RED, SINCE, seen(SINCE), today=SINCE, first=True).by == SINCE + timedelta(7)


def brute_due(line: StandardLine, since: date, days: list[date], on: date) -> date:
    """The first day, told by looking at each, on which too few of the contacts lie less than the span back."""
    known = [day for day in days if day <= on]
    day = since + timedelta(line.days)
    while sum(one > day - timedelta(line.days) for one in known) >= line.times:
        day += timedelta(1)
    return day


@given(LINES, st.lists(DAYS, max_size=12), DAYS)
def test_the_due_day_is_the_first_on_which_a_contact_is_lacking(
    line: StandardLine, days: list[date], since: date
) -> None:
    ordered = sorted(days)
    on = max([since, *ordered])
    assert due_by(replace(line, first_days=None), since, ordered, on=on) == brute_due(line, since, ordered, on)


@given(LINES, st.lists(DAYS, max_size=12), DAYS, DAYS)
def test_another_contact_never_makes_the_next_one_due_sooner(
    line: StandardLine, days: list[date], since: date, another: date
) -> None:
    today = max([since, another, *days])
    before = next_due(line, since, seen(*days), today=today, first=True)
    after = next_due(line, since, seen(*days, another), today=today, first=True)
    assert after.by >= before.by
    assert after.days_overdue <= before.days_overdue


@given(LINES, st.lists(DAYS, max_size=8), DAYS, st.integers(-400, 400))
def test_the_clock_moves_with_the_calendar_and_with_nothing_else(
    line: StandardLine, days: list[date], since: date, by: int
) -> None:
    shift = timedelta(by)
    today = max([since, *days])
    here = next_due(line, since, seen(*days), today=today)
    there = next_due(line, since + shift, seen(*(day + shift for day in days)), today=today + shift)
    assert (there.by - shift, there.made, there.days_overdue) == (here.by, here.made, here.days_overdue)


def test_a_standard_answers_every_situation_and_asks_most_of_the_most_pressing() -> None:
    check_complete(standard())
    with pytest.raises(Refused, match="Amber must be seen at least as often as Green"):
        check_complete(standard(green=StandardLine(Situation.GREEN, 2, 7)))
    with pytest.raises(Refused, match="at most one a day"):
        check_complete(standard(custody=StandardLine(Situation.CUSTODY, 9, 7)))
    with pytest.raises(Refused, match="says nothing of somebody in custody"):
        check_complete(Standard("bare", 1, {Situation.RED: RED, Situation.AMBER: RED, Situation.GREEN: RED,
                                            Situation.BLUE: RED}))  # fmt: skip
