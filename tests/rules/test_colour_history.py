"""Time in each colour against a slow and obvious twin that asks of every day which colour began last."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.colour_history import MOST_DAYS, Coloured, check_window, held_since, runs, time_in_colours
from trellis.rules.errors import Refused
from trellis.rules.intervals import Interval
from trellis.rules.vocabulary import PriorityColour

RED, AMBER, GREEN, BLUE = PriorityColour
# From the autumn before a leap day to the one after it, so that spells and windows cross 29 February 2028.
FIRST = date(2027, 11, 1)
YEAR = date(2028, 1, 1), date(2028, 12, 31)
ALL_DAYS = [FIRST + timedelta(days=number) for number in range(400)]


@st.composite
def intervals(draw: st.DrawFn, *, bounded: bool = False) -> Interval:
    start = draw(st.integers(0, 300))
    still = not bounded and draw(st.booleans())
    return Interval(ALL_DAYS[start], None if still else ALL_DAYS[start + draw(st.integers(1, 99))])


colours = st.builds(Coloured, st.sampled_from(PriorityColour), intervals())
many = st.lists(colours, max_size=8)


def in_force(spells: list[Coloured], day: date) -> PriorityColour | None:
    """The twin: of the spells that had begun, the one that began last, the later given of two; if it still holds."""
    begun = [(spell.held.starts, place, spell) for place, spell in enumerate(spells) if spell.held.starts <= day]
    if not begun:
        return None
    last = max(begun, key=lambda one: one[:2])[2]
    return last.colour if last.held.contains(day) else None


@pytest.mark.requirement("RAG-11")
@given(many, intervals(bounded=True))
def test_the_days_of_any_window_are_shared_out_whole(spells: list[Coloured], window: Interval) -> None:
    found = {share.colour: share.days for share in time_in_colours(spells, window)}
    assert sum(found.values()) == window.days
    days = [day for day in ALL_DAYS if window.contains(day)]
    assert found == {
        colour: count
        for colour in (*PriorityColour, None)
        if (count := sum(in_force(spells, day) is colour for day in days))
    }


@given(many, intervals(bounded=True), st.integers(1, 98))
def test_two_windows_that_meet_hold_what_one_does(spells: list[Coloured], window: Interval, part: int) -> None:
    if part >= window.days:
        return
    middle = window.starts + timedelta(days=part)
    halves = [Interval(window.starts, middle), Interval(middle, window.ends)]
    summed: dict[PriorityColour | None, int] = {}
    for half in halves:
        for share in time_in_colours(spells, half):
            summed[share.colour] = summed.get(share.colour, 0) + share.days
    assert summed == {share.colour: share.days for share in time_in_colours(spells, window)}


@given(many)
def test_runs_neither_overlap_nor_repeat_a_colour(spells: list[Coloured]) -> None:
    found = runs(spells)
    assert all(
        before.held.ends is not None and before.held.ends <= after.held.starts
        and (before.colour is not after.colour or before.held.ends < after.held.starts)
        for before, after in pairwise(found)
    )  # fmt: skip
    for day in ALL_DAYS[::7]:
        assert in_force(spells, day) is next((run.colour for run in found if run.held.contains(day)), None)


@given(many, intervals(bounded=True))
def test_a_correction_that_is_taken_back_changes_nothing(spells: list[Coloured], window: Interval) -> None:
    """What was superseded is not among the spells, so the same spells in another order count the same."""
    apart = {spell.held.starts: spell for spell in spells}
    ordered = sorted(apart.values(), key=lambda spell: spell.held.starts, reverse=True)
    assert time_in_colours(ordered, window) == time_in_colours(list(apart.values()), window)


def test_a_leap_year_is_counted_by_its_days() -> None:
    spells = [Coloured(RED, Interval(date(2028, 2, 1), date(2028, 3, 1))), Coloured(AMBER, Interval(date(2028, 3, 1)))]
    shares = time_in_colours(spells, check_window(*YEAR))
    assert [(share.colour, share.days, share.percent) for share in shares] == [
        (RED, 29, 8), (AMBER, 306, 84), (None, 31, 8),
    ]  # fmt: skip


def test_a_share_that_rounds_to_nothing_is_not_told_as_nothing() -> None:
    shares = time_in_colours([Coloured(RED, Interval(date(2028, 1, 1), date(2028, 1, 2)))], check_window(*YEAR))
    assert [(share.percent, share.percent_words) for share in shares] == [(0, "Less than 1%"), (100, "100%")]


def test_a_colour_that_was_confirmed_is_one_run() -> None:
    spells = [
        Coloured(GREEN, Interval(date(2028, 3, 1))),
        Coloured(RED, Interval(date(2028, 1, 1), date(2028, 2, 1))),
        Coloured(RED, Interval(date(2028, 2, 1), date(2028, 3, 1))),
    ]
    assert [(run.colour, run.held.starts) for run in runs(spells)] == [
        (RED, date(2028, 1, 1)), (GREEN, date(2028, 3, 1)),
    ]  # fmt: skip
    assert held_since(spells, date(2028, 2, 29)) == date(2028, 1, 1)
    assert held_since(spells, date(2027, 12, 31)) is None


def test_a_window_that_cannot_be_meant_is_refused() -> None:
    with pytest.raises(Refused, match="comes before the first"):
        check_window(date(2028, 3, 1), date(2028, 2, 29))
    with pytest.raises(Refused, match="at most 20 years"):
        check_window(date(2000, 1, 1), date(2000, 1, 1) + timedelta(days=MOST_DAYS + 1))
    assert check_window(date(2028, 2, 29), date(2028, 2, 29)).days == 1
