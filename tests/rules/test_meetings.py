"""Who is expected, what must be recorded before a meeting is held, and partners' figures that add up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.errors import Refused
from trellis.rules.meetings import (
    ActionTaken,
    Turnout,
    check_action,
    check_attendance,
    check_expected,
    check_held,
    check_minute,
    check_open,
    check_planned,
    partner_figures,
)
from trellis.rules.vocabulary import Came, MeetingStatus

TODAY = date(2026, 3, 29)
BEGAN = datetime(2026, 3, 29, 10, tzinfo=UTC)
USUAL = {"1": "Fable police", "2": "Fable probation"}

agencies = st.sampled_from(["a", "b", "c"])
moments = st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2026, 6, 1), timezones=st.just(UTC))
turnouts = st.lists(st.builds(Turnout, agencies, st.sampled_from(Came), st.just(BEGAN), moments), max_size=12)
days = st.dates(date(2026, 1, 1), date(2026, 6, 1))
actions = st.lists(st.builds(ActionTaken, agencies, days, st.none() | days), max_size=12)


@pytest.mark.requirement("SEC-03")
def test_a_usual_member_is_left_out_only_with_a_reason() -> None:
    check_expected(usual=USUAL, chosen={"1", "2", "9"}, why_not="")
    check_expected(usual=USUAL, chosen={"1"}, why_not="No order is in force, and probation agreed")
    with pytest.raises(Refused, match="Fable probation"):
        check_expected(usual=USUAL, chosen={"1"}, why_not="no")
    with pytest.raises(Refused, match="at least one"):
        check_expected(usual={}, chosen=(), why_not="whatever it takes")


def test_a_meeting_is_planned_ahead_and_minuted_once_it_has_begun() -> None:
    check_planned(on=TODAY, today=TODAY)
    for wrong in (TODAY - timedelta(1), TODAY + timedelta(400)):
        with pytest.raises(Refused):
            check_planned(on=wrong, today=TODAY)
    check_minute(on=TODAY, status=MeetingStatus.HELD, today=TODAY)
    for on, status in ((TODAY + timedelta(1), MeetingStatus.PLANNED), (TODAY, MeetingStatus.CANCELLED)):
        with pytest.raises(Refused):
            check_minute(on=on, status=status, today=TODAY)
    with pytest.raises(Refused, match="cancelled"):
        check_open(MeetingStatus.CANCELLED)


def test_an_action_has_an_owner_and_a_day() -> None:
    check_action(what="", owner="", due=None)
    check_action(what="Ask the landlord", owner="somebody", due=TODAY)
    for what, owner, due in (("Ask", "", TODAY), ("Ask", "somebody", None), ("", "somebody", TODAY)):
        with pytest.raises(Refused):
            check_action(what=what, owner=owner, due=due)


def test_a_meeting_is_held_once_attendance_is_known_of_all() -> None:
    check_held(on=TODAY, today=TODAY, unrecorded=())
    with pytest.raises(Refused, match="Fable police, Fable probation"):
        check_held(on=TODAY, today=TODAY, unrecorded=["Fable probation", "Fable police"])
    with pytest.raises(Refused, match="on its day"):
        check_held(on=TODAY + timedelta(1), today=TODAY, unrecorded=())
    check_attendance(Came.APOLOGIES, "At court", on=TODAY + timedelta(1), today=TODAY)
    with pytest.raises(Refused, match="Say why"):
        check_attendance(Came.APOLOGIES, " ", on=TODAY, today=TODAY)
    with pytest.raises(Refused, match="apologies alone"):
        check_attendance(Came.ATTENDED, "", on=TODAY + timedelta(1), today=TODAY)


@pytest.mark.requirement("INT-23")
@given(turnouts, actions)
def test_partners_figures_add_up(came: list[Turnout], acted: list[ActionTaken]) -> None:
    found = partner_figures(came, acted, TODAY)
    assert [one.agency for one in found] == sorted({one.agency for one in [*came, *acted]})
    assert sum(one.expected for one in found) == len(came)
    assert sum(one.actions for one in found) == len(acted)
    for one in found:
        assert one.attended + one.apologies + one.absent == one.expected
        assert one.in_time + one.late + one.open_in_time == one.actions
        assert 0 <= one.non_returns <= one.expected


@pytest.mark.requirement("INT-23")
def test_an_update_after_the_meeting_began_is_none_and_a_late_action_is_late() -> None:
    # The clocks go forward on this day: a moment before is before, whatever the wall says.
    british = timezone(timedelta(hours=1))
    in_time = Turnout("a", Came.ATTENDED, BEGAN, datetime(2026, 3, 29, 10, 59, tzinfo=british))
    too_late = Turnout("a", Came.ATTENDED, BEGAN, datetime(2026, 3, 29, 11, 1, tzinfo=british))
    assert (in_time.is_non_return, too_late.is_non_return) == (False, True)
    overdue = ActionTaken("a", TODAY - timedelta(1), None)
    on_the_day = ActionTaken("a", TODAY, TODAY)
    found = partner_figures([in_time, too_late], [overdue, on_the_day, ActionTaken("a", TODAY, None)], TODAY)[0]
    assert (found.non_returns, found.in_time, found.late, found.open_in_time) == (1, 1, 1, 1)
