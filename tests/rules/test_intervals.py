"""Intervals against a slow and obvious twin: the set of their days."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.errors import Refused
from trellis.rules.intervals import Interval, days_within, gaps, subtract, union

FIRST = date(2026, 1, 1)
ALL_DAYS = [FIRST + timedelta(days=n) for n in range(60)]


@st.composite
def intervals(draw: st.DrawFn, *, bounded: bool = False) -> Interval:
    start = draw(st.integers(0, 40))
    length = draw(st.integers(1, 15))
    still = not bounded and draw(st.booleans())
    return Interval(ALL_DAYS[start], None if still else ALL_DAYS[start + length])


many = st.lists(intervals(), max_size=6)


def days_of(*held: Interval) -> set[date]:
    return {day for day in ALL_DAYS if any(interval.contains(day) for interval in held)}


@given(intervals(), intervals())
def test_overlap_and_intersection(one: Interval, other: Interval) -> None:
    shared = days_of(one) & days_of(other)
    assert one.overlaps(other) == other.overlaps(one) == bool(shared)
    both = one.intersect(other)
    assert (days_of(both) if both else set()) == shared


@given(many)
def test_union_keeps_the_days_and_leaves_nothing_to_join(held: list[Interval]) -> None:
    joined = union(held)
    assert days_of(*joined) == days_of(*held)
    assert all(a.ends is not None and a.ends < b.starts for a, b in pairwise(joined))


@given(many, many)
def test_subtract(held: list[Interval], taken: list[Interval]) -> None:
    left = subtract(held, taken)
    assert days_of(*left) == days_of(*held) - days_of(*taken)
    assert union(left) == left


@given(many, intervals(bounded=True))
def test_days_and_gaps_of_a_window(held: list[Interval], window: Interval) -> None:
    assert days_within(held, window) == len(days_of(*held) & days_of(window))
    assert days_of(*gaps(held, window)) == days_of(window) - days_of(*held)
    assert days_within(held, window) + sum(gap.days for gap in gaps(held, window)) == window.days


def test_the_first_day_is_in_and_the_last_is_out() -> None:
    week = Interval(FIRST, FIRST + timedelta(days=7))
    assert week.contains(FIRST)
    assert not week.contains(FIRST + timedelta(days=7))
    assert week.days == 7


def test_an_interval_holds_a_day_or_is_refused() -> None:
    with pytest.raises(Refused, match="The end, 1 January 2026, must come after the start, 1 January 2026"):
        Interval(FIRST, FIRST)


def test_what_still_runs_cannot_be_counted() -> None:
    with pytest.raises(Refused, match="has no end yet"):
        _ = Interval(FIRST).days
