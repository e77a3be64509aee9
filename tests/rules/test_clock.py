"""The one clock: which line held on each day, how well it was kept, and when probation's contact stops."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.test_contact_standards import MISSED, seen, standard
from trellis.rules import clock
from trellis.rules.contact_standards import Situation, next_due
from trellis.rules.contacts import Contact, Slot, absences_in_a_row, check_appointment, check_outcome_due, clashes
from trellis.rules.errors import Refused
from trellis.rules.intervals import Interval
from trellis.rules.vocabulary import ContactOutcome, PriorityColour

FIRST, LAST = date(2028, 2, 1), date(2028, 4, 30)  # a 29 February and the clocks' change of 26 March
DAYS = st.dates(FIRST, LAST)
COLOURS = st.sampled_from(list(PriorityColour))


@st.composite
def spells(draw: st.DrawFn) -> Interval:
    starts = draw(DAYS)
    length = draw(st.none() | st.integers(1, 60))
    return Interval(starts, None if length is None else starts + timedelta(length))


PLAN = st.fixed_dictionaries(
    {
        "managed": st.lists(spells(), min_size=1, max_size=3),
        "colours": st.lists(st.tuples(COLOURS, spells()), max_size=4),
        "custody": st.lists(spells(), max_size=3),
    }
)
WINDOW = Interval(FIRST, LAST)


@given(PLAN)
def test_every_day_of_management_stands_under_one_line(plan: dict[str, list[Interval]]) -> None:
    cut = clock.stretches(**plan)  # type: ignore[arg-type]
    day = FIRST
    while day <= LAST:
        under = [stretch.situation for stretch in cut if stretch.days.contains(day)]
        held = any(spell.contains(day) for spell in plan["custody"])
        colours = [c.value for c, spell in plan["colours"] if spell.contains(day)]  # type: ignore[misc, attr-defined]
        if not any(spell.contains(day) for spell in plan["managed"]):
            assert under == []
        elif held:
            assert under == [Situation.CUSTODY]
        else:
            most = next((each for each in clock.PRESSING if each.value in colours), Situation.NOT_SET)
            assert under == [most]
        day += timedelta(1)


@given(PLAN, st.lists(DAYS, max_size=15))
def test_days_kept_are_those_that_a_look_at_each_finds(plan: dict[str, list[Interval]], days: list[date]) -> None:
    cut, contacts = clock.stretches(**plan), seen(*days)  # type: ignore[arg-type]
    good = of = 0
    for back in range(WINDOW.days):
        day = FIRST + timedelta(back)
        due = clock.due_now(standard(), cut, [c for c in contacts if c.on <= day], today=day)
        if due is not None:
            of += 1
            good += not due.is_overdue
    found = clock.kept(standard(), cut, contacts, WINDOW)
    assert (found.days, found.of) == (good, of)


@given(PLAN, st.lists(DAYS, max_size=15), DAYS)
def test_another_contact_never_keeps_fewer_days(plan: dict[str, list[Interval]], days: list[date], more: date) -> None:
    cut = clock.stretches(**plan)  # type: ignore[arg-type]
    before = clock.kept(standard(), cut, seen(*days), WINDOW)
    after = clock.kept(standard(), cut, seen(*days, more), WINDOW)
    assert after.of == before.of
    assert after.days >= before.days


@given(PLAN, st.lists(DAYS, max_size=15), DAYS)
def test_the_weeks_of_the_strip_add_up_to_the_days(
    plan: dict[str, list[Interval]], days: list[date], today: date
) -> None:
    cut, contacts = clock.stretches(**plan), seen(*days)  # type: ignore[arg-type]
    strip = clock.weeks(standard(), cut, contacts, today=today, number=12)
    whole = Interval(strip[0].starts, today + timedelta(1))
    late = clock.kept(standard(), cut, [c for c in contacts if c.on <= today], whole)
    assert sum(week.days_late for week in strip) == late.of - late.days
    assert sum(week.seen for week in strip) == sum(whole.contains(day) for day in days)
    assert [week.starts.weekday() for week in strip] == [0] * 12


def test_release_begins_the_clock_afresh_and_a_colour_does_not() -> None:
    released = date(2026, 5, 4)
    cut = clock.stretches(
        managed=[Interval(date(2026, 1, 5))],
        colours=[(PriorityColour.BLUE, Interval(date(2026, 1, 5), date(2026, 5, 6))),
                 (PriorityColour.RED, Interval(date(2026, 5, 6)))],
        custody=[Interval(date(2026, 2, 2), released)],
    )  # fmt: skip
    assert [(one.situation.value, one.first) for one in cut] == [
        ("blue", True), ("custody", False), ("blue", True), ("red", False),
    ]  # fmt: skip
    due = clock.due_now(standard(), cut, seen(date(2026, 5, 1)), today=date(2026, 5, 8))
    assert due is not None
    assert due.by == date(2026, 5, 13)


def test_overlapping_records_of_custody_count_their_days_once() -> None:
    cut = clock.stretches(
        managed=[Interval(date(2026, 1, 1), date(2026, 3, 1))],
        colours=[],
        custody=[Interval(date(2026, 1, 10), date(2026, 1, 20)), Interval(date(2026, 1, 15), date(2026, 1, 31))],
    )
    assert sum(one.days.days for one in cut if one.situation is Situation.CUSTODY) == 21
    assert sum(one.days.days for one in cut) == 59


def test_gaps_are_stretches_without_success() -> None:
    window = Interval(date(2026, 3, 1), date(2026, 4, 1))
    contacts = [*seen(date(2026, 3, 10), date(2026, 3, 13)), Contact(date(2026, 3, 20), MISSED)]
    assert clock.gaps(contacts, window, longer_than=7) == (
        Interval(date(2026, 3, 1), date(2026, 3, 10)), Interval(date(2026, 3, 14), date(2026, 4, 1)),
    )  # fmt: skip


def whole_weeks(counts: list[int], monday: date = date(2014, 1, 6)) -> list[Contact]:
    """Contacts of so many in each week from a Monday, on its first days."""
    return seen(*(monday + timedelta(7 * week + day) for week, count in enumerate(counts) for day in range(count)))


@pytest.mark.requirement("INT-03")
def test_71_per_cent_of_the_cases_were_seen_at_least_twice_a_week() -> None:
    # 24 cases over four weeks, 17 of them seen twice a week or more: the inspectors' 71 % (HM 6.14).
    window = Interval(date(2014, 1, 6), date(2014, 2, 3))
    often, seldom = [[2, 2, 2, 2], [3, 1, 2, 2], [4, 2, 3, 5]], [[1, 1, 1, 1], [2, 2, 2, 1], [0, 3, 1, 2]]
    cases = [whole_weeks(often[one % 3]) for one in range(17)] + [whole_weeks(seldom[one % 3]) for one in range(7)]
    free = [Interval(date(2013, 1, 1))]
    found = [clock.frequency(contacts, window, at_liberty=free) for contacts in cases]
    assert clock.share_seen(found) == clock.Kept(17, 24)
    assert clock.share_seen(found).percent == 71
    assert sum(one.always(2) or False for one in found) == 11
    in_custody = clock.frequency(cases[0], window, at_liberty=[])
    assert (in_custody.at_least(2), in_custody.always(2)) == (None, None)
    assert clock.share_seen([*found, in_custody]).of == 24


@given(st.lists(DAYS, max_size=20), spells(), spells())
def test_only_whole_weeks_at_liberty_count(days: list[date], one: Interval, other: Interval) -> None:
    found = clock.frequency(seen(*days), WINDOW, at_liberty=[one, other])
    free = {FIRST + timedelta(n) for n in range(WINDOW.days)}
    free = {day for day in free if one.contains(day) or other.contains(day)}
    weeks = [[FIRST + timedelta(7 * week + day) for day in range(7)] for week in range(WINDOW.days // 7)]
    assert found.weeks == tuple(
        sum(days.count(day) for day in week) for week in weeks if all(day in free for day in week)
    )


def test_a_window_without_a_whole_week_is_refused() -> None:
    clock.check_window(Interval(date(2026, 1, 1), date(2026, 1, 8)))
    for window in (Interval(date(2026, 1, 1)), Interval(date(2026, 1, 1), date(2026, 1, 7))):
        with pytest.raises(Refused, match="at least 7 days"):
            clock.check_window(window)


def test_the_final_third_begins_after_two_thirds_of_the_days() -> None:
    assert clock.final_third(Interval(date(2026, 1, 1), date(2026, 1, 31))) == date(2026, 1, 21)
    # Over a 29 February: 366 days, of which 244 come before.
    assert clock.final_third(Interval(date(2028, 1, 1), date(2029, 1, 1))) == date(2028, 9, 1)


ORDERS = st.lists(spells(), max_size=4)


@given(ORDERS, DAYS)
def test_while_one_order_is_short_of_its_final_third_contact_goes_on(orders: list[Interval], today: date) -> None:
    found = clock.switch(orders, today=today)
    running = [order for order in orders if order.contains(today)]
    thirds = [order.ends is not None and today >= clock.final_third(order) for order in running]
    assert (found is not None and found.is_on(today)) == (bool(running) and all(thirds))


def test_whoever_is_exempt_never_switches() -> None:
    order = [Interval(date(2026, 1, 1), date(2026, 12, 31))]
    assert clock.switch(order, today=date(2026, 12, 1)).is_on(date(2026, 12, 1))  # type: ignore[union-attr]
    exempt = clock.switch(order, today=date(2026, 12, 1), exempt="MAPPA")
    assert exempt is not None
    assert not exempt.is_on(date(2026, 12, 1))


def test_what_is_left_when_probation_stops_is_counted() -> None:
    today = date(2026, 3, 8)
    line = standard().line_for(Situation.RED)
    contacts = [Contact(today - timedelta(back), ContactOutcome.ATTENDED_COMPLIED, agency)
                for back, agency in ((0, "police"), (2, "probation"), (3, "probation"), (7, "police"))]  # fmt: skip
    assert clock.made_without(contacts, line, agencies=["probation"], today=today) == 1


SLOTS = st.lists(
    st.builds(
        Slot,
        key=st.integers(1, 99),
        on=st.dates(date(2026, 3, 28), date(2026, 3, 30)) | st.dates(date(2026, 10, 24), date(2026, 10, 26)),
        at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        minutes=st.integers(1, 300),
    ),
    max_size=8,
)


@given(SLOTS)
def test_a_clash_is_a_minute_that_two_appointments_share(slots: list[Slot]) -> None:
    found = {frozenset((id(a), id(b))) for a, b in clashes(slots)}
    for a in slots:
        for b in slots:
            shared = min(a.ends, b.ends) > max(a.starts, b.starts)
            assert (frozenset((id(a), id(b))) in found) == (shared and a is not b)


def test_the_night_of_the_clocks_tells_hours_apart() -> None:
    # At 1 am on 29 March 2026 it becomes 2 am: an hour from half past twelve ends at half past two.
    early = Slot(1, date(2026, 3, 29), time(0, 30), 60)
    assert early.ends == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert clashes([early, Slot(2, date(2026, 3, 29), time(2, 15), 30)])
    assert not clashes([early, Slot(2, date(2026, 3, 29), time(2, 30), 30)])


def test_an_appointment_has_a_time_to_come_and_an_outcome_only_then() -> None:
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    check_appointment(on=date(2026, 3, 2), at=time(13), minutes=30, now=now, who="Wren")
    with pytest.raises(Refused, match="Record a contact instead"):
        check_appointment(on=date(2026, 3, 2), at=time(11), minutes=30, now=now, who="Wren")
    with pytest.raises(Refused, match="day and the time"):
        check_appointment(on=date(2026, 3, 2), at=None, minutes=30, now=now, who="Wren")
    with pytest.raises(Refused, match="from 1 minute"):
        check_appointment(on=date(2026, 3, 2), at=time(13), minutes=0, now=now, who="Wren")
    with pytest.raises(Refused, match="who sees them"):
        check_appointment(on=date(2026, 3, 2), at=time(13), minutes=30, now=now, who=" ")
    check_outcome_due(Slot(1, date(2026, 3, 2), time(12), 30), now)
    with pytest.raises(Refused, match="once it has begun"):
        check_outcome_due(Slot(1, date(2026, 3, 2), time(13), 30), now)


def test_absences_in_a_row_end_with_a_contact_kept() -> None:
    day = date(2026, 3, 10)
    excused = Contact(day - timedelta(1), ContactOutcome.ACCEPTABLE_ABSENCE)
    missed = [Contact(day - timedelta(back), MISSED) for back in (0, 2)]
    assert absences_in_a_row([*missed, excused, *seen(day - timedelta(5)), Contact(day - timedelta(6), MISSED)],
                             as_at=day) == 2  # fmt: skip
    assert absences_in_a_row([Contact(day + timedelta(1), MISSED)], as_at=day) == 0


def test_due_agrees_with_the_rule_of_its_line() -> None:
    cut = clock.stretches(managed=[Interval(date(2026, 1, 1))], colours=[], custody=[])
    today = date(2026, 1, 20)
    line = standard().line_for(Situation.NOT_SET)
    assert clock.due_now(standard(), cut, [], today=today) == next_due(
        line, date(2026, 1, 1), [], today=today, first=True
    )
    assert clock.due_now(standard(), cut, [], today=date(2025, 12, 31)) is None
