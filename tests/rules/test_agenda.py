"""An agenda's order rests on what its reader is shown and on nothing else, and a window neither loses nor repeats."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.agenda import (
    LEARNED_LATE,
    MOST_TIMES,
    USUAL_LOOK_BACK,
    Change,
    Moved,
    Window,
    by_movement,
    movement,
    weightiest_first,
    window_of,
)
from trellis.rules.vocabulary import ChangeKind

DAY = date(2026, 3, 2)
days = st.dates(date(2023, 1, 1), date(2028, 12, 31))
changes = st.lists(
    st.builds(Change, st.sampled_from(list(ChangeKind)), st.just("x"), st.none() | days, st.integers(1, 9)), max_size=6
).map(tuple)
people = st.lists(
    st.builds(Moved, st.integers(1, 10_000), st.text("abcXYZ", min_size=1, max_size=3), changes),
    max_size=8,
    unique_by=lambda one: one.key,
)


@pytest.mark.requirement("PLN-05")
@given(people, st.randoms())
def test_the_order_does_not_depend_on_how_people_come(found: list[Moved[int]], random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert by_movement(shuffled) == by_movement(found)


@pytest.mark.requirement("PLN-05")
@given(people, st.sets(st.integers(0, 7)))
def test_who_is_hidden_changes_nobody_elses_place(found: list[Moved[int]], hidden: set[int]) -> None:
    shown = [one for place, one in enumerate(found) if place not in hidden]
    assert by_movement(shown) == [one for one in by_movement(found) if one in shown]


@given(people, st.data())
def test_more_change_never_moves_somebody_down(found: list[Moved[int]], data: st.DataObject) -> None:
    if not found:
        return
    chosen = data.draw(st.sampled_from(found))
    more = Moved(chosen.key, chosen.name, (*chosen.changes, Change(ChangeKind.ARREST, "Arrested", DAY)))
    before = [one.key for one in by_movement(found)].index(chosen.key)
    after = [one.key for one in by_movement([more if one is chosen else one for one in found])].index(chosen.key)
    assert after <= before


def test_most_movement_comes_first_and_ties_go_by_name() -> None:
    kept = (Change(ChangeKind.KEPT, "3 kept", times=3),)
    arrested = (Change(ChangeKind.ARREST, "Arrested", DAY),)
    found = by_movement(
        [Moved(3, "Ward", kept), Moved(2, "abbot", ()), Moved(4, "Ash", ()), Moved(1, "Zeal", arrested)]
    )
    assert [one.key for one in found] == [1, 3, 2, 4]
    assert movement([Change(ChangeKind.MISSED, "many", times=99)]) == movement(
        [Change(ChangeKind.MISSED, "some", times=MOST_TIMES)]
    )


def test_a_persons_weightiest_change_comes_first_and_then_the_latest() -> None:
    early, late = Change(ChangeKind.ARREST, "a", DAY), Change(ChangeKind.ARREST, "b", DAY + timedelta(1))
    priority, kept = Change(ChangeKind.PRIORITY, "p", DAY), Change(ChangeKind.KEPT, "k")
    assert weightiest_first([kept, early, late, priority]) == (priority, late, early, kept)


@given(last=days, gap=st.integers(1, 90), until=st.integers(1, 90), ago=st.integers(0, 200), late=st.integers(0, 200))
def test_each_fact_is_told_at_one_meeting(last: date, gap: int, until: int, ago: int, late: int) -> None:
    """What happened and became known in time is new at the first meeting after it, and at no other."""
    first, second = last + timedelta(gap), last + timedelta(gap + until)
    happened = second - timedelta(ago)
    learned = min(happened + timedelta(min(late, LEARNED_LATE.days - 1)), second)
    windows = [Window(last, first), Window(first, second)]
    told = [window.holds(happened, learned) for window in windows]
    if happened > last:
        assert sum(told) == 1
        assert told.index(True) == (0 if learned <= first else 1)


@given(last=days, happened=days, learned=days, length=st.integers(0, 60))
def test_nothing_of_the_future_or_long_past_is_told(last: date, happened: date, learned: date, length: int) -> None:
    window = Window(last, last + timedelta(length))
    if window.holds(happened, learned):
        assert happened <= window.until
        assert learned <= window.until
        assert happened > last - LEARNED_LATE


def test_somebody_new_is_looked_back_on_for_four_weeks() -> None:
    leap = date(2028, 3, 10)
    assert window_of(None, leap) == Window(leap - USUAL_LOOK_BACK, leap)
    assert window_of(date(2028, 2, 28), leap).holds(date(2028, 2, 29), date(2028, 2, 29))
    assert window_of(leap, leap).since < leap
