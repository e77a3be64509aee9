"""What is due: how long it may wait, and when it comes again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.dates import add_months
from trellis.rules.errors import Refused
from trellis.rules.tasks import (
    MOST_DAYS_AHEAD,
    Repeat,
    Standing,
    TaskKind,
    check_snooze,
    check_task,
    latest_snooze,
    next_due,
    standing,
)

TODAY = date(2026, 3, 10)
DAYS = st.dates(date(2019, 1, 1), date(2032, 12, 31))


@given(first=DAYS, wait=st.integers(0, 1500), repeat=st.sampled_from([one for one in Repeat if one]))
def test_what_repeats_comes_on_the_first_day_of_its_own_after_the_last(first: date, wait: int, repeat: Repeat) -> None:
    after = first + timedelta(wait)
    found = next_due(first, repeat, after)
    steps = {Repeat.MONTHLY: 1, Repeat.QUARTERLY: 3, Repeat.YEARLY: 12}
    if repeat in steps:
        # A slow twin: every day of its own in turn, each counted from the first.
        days = (add_months(first, number * steps[repeat]) for number in range(1600))
    else:
        days = (first + timedelta(7 * (2 if repeat is Repeat.FORTNIGHTLY else 1) * number) for number in range(1600))
    assert found == next(day for day in days if day > after)


def test_the_last_of_a_month_and_a_leap_day_come_back_to_themselves() -> None:
    assert next_due(date(2024, 1, 31), Repeat.MONTHLY, date(2024, 1, 31)) == date(2024, 2, 29)
    assert next_due(date(2024, 1, 31), Repeat.MONTHLY, date(2024, 2, 29)) == date(2024, 3, 31)
    assert next_due(date(2024, 2, 29), Repeat.YEARLY, date(2025, 2, 28)) == date(2026, 2, 28)
    assert next_due(date(2024, 2, 29), Repeat.YEARLY, date(2027, 3, 1)) == date(2028, 2, 29)
    assert next_due(TODAY, Repeat.NEVER, TODAY) is None


@given(kind=st.sampled_from(list(TaskKind)), due=DAYS, off=st.integers(-40, 60), late=st.integers(-30, 60))
def test_nothing_is_put_off_past_what_its_kind_allows(kind: TaskKind, due: date, off: int, late: int) -> None:
    today, until = due + timedelta(late), due + timedelta(off)
    latest = latest_snooze(kind, due)
    allowed = latest is not None and today < until <= latest
    try:
        check_snooze(kind=kind, due_on=due, until=until, reason="Away until then", today=today)
    except Refused:
        assert not allowed
    else:
        assert allowed


def test_what_is_about_safety_cannot_be_snoozed_and_a_reason_is_asked() -> None:
    for kind in (TaskKind.ALERT, TaskKind.RELEASE):
        with pytest.raises(Refused, match="cannot be snoozed"):
            check_snooze(kind=kind, due_on=TODAY, until=TODAY + timedelta(1), reason="Away now", today=TODAY)
    with pytest.raises(Refused, match="why it can wait"):
        check_snooze(kind=TaskKind.PLAN, due_on=TODAY, until=TODAY + timedelta(1), reason="later", today=TODAY)


@pytest.mark.parametrize(
    ("reason", "days", "says"),
    [
        ("Ring", 0, "what is to be done"),
        ("Ring the landlord", -1, "has passed"),
        ("Ring the landlord", MOST_DAYS_AHEAD + 1, "two years"),
        ("x " * 200, 0, "characters"),
    ],
)
def test_a_task_says_what_and_a_day_that_can_be_meant(reason: str, days: int, says: str) -> None:
    check_task(reason="Ring the landlord", due_on=TODAY, today=TODAY)
    with pytest.raises(Refused, match=says):
        check_task(reason=reason, due_on=TODAY + timedelta(days), today=TODAY)


def test_how_a_day_stands_to_today() -> None:
    found = [standing(TODAY + timedelta(days), TODAY) for days in (-1, 0, 1, 7, 8)]
    assert found == [Standing.OVERDUE, Standing.TODAY, Standing.SOON, Standing.SOON, Standing.LATER]
