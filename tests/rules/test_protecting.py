"""What must be said to restrict, ask for or lend a record, and by when it is reviewed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.errors import Refused
from trellis.rules.protecting import (
    MOST_DAYS_ASKED,
    check_cover,
    check_limit,
    check_meeting_end,
    check_request,
    check_review_day,
    emergency_review_due,
    may_still_open,
    working_days_after,
)
from trellis.rules.vocabulary import Compartment, LimitKind

MONDAY = date(2026, 11, 16)


@pytest.mark.parametrize(("used", "due"), [(0, 2), (2, 4), (3, 7), (4, 8), (5, 8), (6, 8)])
def test_emergency_access_is_reviewed_within_two_working_days(used: int, due: int) -> None:
    assert emergency_review_due(MONDAY + timedelta(used)) == MONDAY + timedelta(due)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 20))
def test_a_working_day_later_is_a_weekday_and_the_next_one_comes_after_it(day: date, days: int) -> None:
    due = working_days_after(day, days)
    assert due.weekday() < 5
    assert sum((day + timedelta(one)).weekday() < 5 for one in range(1, (due - day).days + 1)) == days


@pytest.mark.parametrize(("ahead", "refused"), [(0, True), (1, False), (186, False), (187, True)])
def test_a_restriction_is_looked_at_again_within_six_months(ahead: int, refused: bool) -> None:
    if refused:
        with pytest.raises(Refused, match="Choose a day after today and no later than 21 May 2027"):
            check_review_day(MONDAY + timedelta(ahead), MONDAY)
    else:
        check_review_day(MONDAY + timedelta(ahead), MONDAY)


@pytest.mark.parametrize(
    ("kind", "named", "others", "words"),
    [
        (LimitKind.RESTRICTION, set(), [], "Name at least one person"),
        (LimitKind.STEALTH, {9}, [], "none of those named has access"),
        (LimitKind.EXCLUSION, {1, 2}, [], "names everybody who has access"),
        (LimitKind.EXCLUSION, {1}, [(LimitKind.RESTRICTION, {1})], "names everybody who has access"),
        (LimitKind.RESTRICTION, {1}, [(LimitKind.EXCLUSION, {1})], "none of those named has access"),
    ],
)
def test_nobody_is_locked_out_of_a_record_altogether(
    kind: LimitKind, named: set[int], others: list[tuple[LimitKind, set[int]]], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        check_limit(kind=kind, named=named, openers={1, 2}, others=others)


def test_a_limit_that_leaves_somebody_is_let_through() -> None:
    for kind in LimitKind:
        check_limit(kind=kind, named={1}, openers={1, 2}, others=[])


@given(st.sets(st.integers(1, 9)), st.lists(st.tuples(st.sampled_from(LimitKind), st.sets(st.integers(1, 9)))))
def test_limits_only_ever_take_away(openers: set[int], limits: list[tuple[LimitKind, set[int]]]) -> None:
    still = may_still_open(openers, limits)
    assert still <= openers
    for one in still:
        assert all((one in named) is (kind is not LimitKind.EXCLUSION) for kind, named in limits)


@pytest.mark.parametrize(
    ("compartments", "reason", "days", "words"),
    [
        ([], "For the hearing on Tuesday", 5, "Choose what you need to see"),
        ([Compartment.CORE], "work", 5, "words that somebody else can decide on"),
        ([Compartment.CORE], "For the hearing on Tuesday", 0, "Ask for 1 to 90 days"),
        ([Compartment.CORE], "For the hearing on Tuesday", MOST_DAYS_ASKED + 1, "Ask for 1 to 90 days"),
    ],
)
def test_a_request_says_what_why_and_for_how_long(
    compartments: list[Compartment], reason: str, days: int, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        check_request(compartments=compartments, reason=reason, days=days)


def test_a_request_for_the_longest_time_is_let_through() -> None:
    check_request(compartments=[Compartment.CORE], reason="For the hearing on Tuesday", days=MOST_DAYS_ASKED)


def test_cover_is_of_today_or_later_and_the_right_way_round() -> None:
    check_cover(starts=MONDAY, last_day=MONDAY, today=MONDAY)
    with pytest.raises(Refused, match="begins today or later"):
        check_cover(starts=MONDAY - timedelta(1), last_day=MONDAY, today=MONDAY)
    with pytest.raises(Refused, match="last day is before the first"):
        check_cover(starts=MONDAY + timedelta(1), last_day=MONDAY, today=MONDAY)


def test_cover_is_of_a_month_at_a_time() -> None:
    check_cover(starts=MONDAY, last_day=MONDAY + timedelta(30), today=MONDAY)
    with pytest.raises(Refused, match="31 days at a time"):
        check_cover(starts=MONDAY, last_day=MONDAY + timedelta(31), today=MONDAY)


def test_a_panel_is_open_until_a_meeting_that_is_to_come_and_soon() -> None:
    now = datetime(2026, 11, 16, 9)
    check_meeting_end(now + timedelta(hours=2), now)
    for far in (timedelta(0), timedelta(days=15)):
        with pytest.raises(Refused, match="end of a meeting"):
            check_meeting_end(now + far, now)
