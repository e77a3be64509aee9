"""Changes of manager and how long the longest stayed, over leap days, the clocks' change and spells that overlap."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.clock import Kept
from trellis.rules.continuity import Led, changes, continuity, managers, on_average
from trellis.rules.intervals import Interval

FIRST, LAST = date(2028, 2, 1), date(2028, 4, 30)  # a 29 February and the clocks' change of 26 March
DAYS = st.dates(FIRST - timedelta(20), LAST)
ANN, BEN, CY = 1, 2, 3


@st.composite
def spells(draw: st.DrawFn) -> Led:
    starts, length = draw(DAYS), draw(st.none() | st.integers(1, 60))
    return Led(draw(st.integers(1, 3)), Interval(starts, None if length is None else starts + timedelta(length)))


HELD = st.lists(spells(), max_size=6)


def led(officer: int, starts: date, ends: date | None = None) -> Led:
    return Led(officer, Interval(starts, ends))


def day_by_day(held: list[Led]) -> list[int]:
    """The managers, found by looking at every day in turn."""
    found: list[int] = []
    day = FIRST
    while day <= LAST:
        leading = {one.officer for one in held if one.days.contains(day)}
        if leading and not (found and found[-1] in leading):
            found.append(min(leading, key=lambda officer: (_since(held, officer, day), officer)))
        day += timedelta(1)
    return found


def _since(held: list[Led], officer: int, day: date) -> date:
    """Since when an officer has led without a day's break, as far back as the window goes."""
    while day > FIRST and any(one.officer == officer and one.days.contains(day - timedelta(1)) for one in held):
        day -= timedelta(1)
    return day


@pytest.mark.requirement("REF-14")
@given(HELD)
def test_managers_are_those_that_a_look_at_each_day_finds(held: list[Led]) -> None:
    assert list(managers(held, FIRST, LAST)) == day_by_day(held)
    assert changes(held, FIRST, LAST) == max(0, len(day_by_day(held)) - 1)


@given(HELD)
def test_continuity_is_the_days_of_whoever_led_most(held: list[Led]) -> None:
    days = [FIRST + timedelta(number) for number in range((LAST - FIRST).days + 1)]
    most = max(
        (sum(any(one.officer == who and one.days.contains(day) for one in held) for day in days) for who in (1, 2, 3)),
        default=0,
    )
    assert continuity(held, FIRST, LAST) == Kept(most, len(days))


@given(HELD, st.randoms(use_true_random=False), st.integers(1, 30))
def test_neither_order_nor_how_a_spell_is_cut_up_matters(held: list[Led], random: object, after: int) -> None:
    cut = []
    for one in held:
        middle = one.days.starts + timedelta(after)
        parts = [one.days]
        if one.days.contains(middle) and middle > one.days.starts:
            parts = [Interval(one.days.starts, middle), Interval(middle, one.days.ends)]
        cut += [Led(one.officer, part) for part in parts]
    random.shuffle(cut)  # type: ignore[attr-defined]
    assert managers(cut, FIRST, LAST) == managers(held, FIRST, LAST)
    assert continuity(cut, FIRST, LAST) == continuity(held, FIRST, LAST)


def test_a_handover_of_some_days_is_one_change_and_cover_is_none() -> None:
    leap = date(2028, 2, 29)
    handed = [led(ANN, FIRST, leap + timedelta(7)), led(BEN, leap)]
    assert managers(handed, FIRST, LAST) == (ANN, BEN)
    covered = [led(ANN, FIRST), led(BEN, leap, leap + timedelta(7))]
    assert changes(covered, FIRST, LAST) == 0
    back = [led(ANN, FIRST, leap), led(ANN, leap + timedelta(20))]
    assert changes(back, FIRST, LAST) == 0
    twice = [led(ANN, FIRST, leap), led(BEN, leap, date(2028, 3, 26)), led(ANN, date(2028, 3, 26))]
    assert managers(twice, FIRST, LAST) == (ANN, BEN, ANN)
    assert changes([], FIRST, LAST) == 0


def test_averages_count_every_case_alike() -> None:
    assert on_average([]) is None
    found = on_average([(0, Kept(10, 10)), (3, Kept(100, 400))])
    assert found is not None
    assert (found.cases, found.changes, found.percent) == (2, 1.5, 63)
