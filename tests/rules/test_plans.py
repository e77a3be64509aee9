"""Plans: balance, order and dependency, agreement, contingencies with an end, incentives that pause."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.errors import Refused
from trellis.rules.plans import (
    Agreed,
    Kept,
    PausesOn,
    Status,
    Step,
    balance,
    check_agreement,
    check_contingency,
    check_step,
    check_words,
    in_order,
    paused_by,
    waits_for_itself,
)
from trellis.rules.vocabulary import Serves

START = date(2026, 3, 27)
DAYS = st.integers(0, 400).map(lambda days: START + timedelta(days))


@pytest.mark.requirement("PLN-02")
def test_the_balance_of_control_and_change_says_what_is_missing() -> None:
    assert (
        balance([Serves.CONTROL] * 2).sentence
        == "2 to control, 0 to change, 0 to do both. Nothing helps them to change."
    )
    assert "Nothing controls the risk" in balance([Serves.CHANGE]).sentence
    assert balance([Serves.BOTH]).sentence == "0 to control, 0 to change, 1 to do both."
    assert "nothing controls and nothing changes" in balance([]).sentence


@pytest.mark.requirement("PLN-01", "PLN-04")
@pytest.mark.parametrize(
    ("step", "owned", "said"),
    [
        (Step("c", START), False, "Say who does it"),
        (Step("c", START - timedelta(1)), True, "on or after the day"),
        (Step("c", START, "z"), True, "not in this plan any more"),
        (Step("c", START + timedelta(2), "b"), True, "due later"),
        (Step("a", START + timedelta(9), "b"), True, "wait for each other"),
        (Step("c", START, "c"), True, "wait for each other"),
    ],
)
def test_a_step_is_dated_owned_and_waits_for_what_comes_before(step: Step[str], owned: bool, said: str) -> None:
    others = [Step("a", START), Step("b", START + timedelta(5), "a")]
    with pytest.raises(Refused, match=said):
        check_step(step, others, owned=owned, starts=START)


def test_a_step_that_fits_passes_and_words_are_asked_for() -> None:
    check_step(Step("c", START + timedelta(9), "b"), [Step("b", START)], owned=True, starts=START)
    check_words("Find a home", "goal")
    with pytest.raises(Refused, match="Say what the goal is"):
        check_words("Home soon", "goal")


@st.composite
def chains(draw: st.DrawFn) -> list[Step[int]]:
    """Steps that wait only for steps before them."""
    days = draw(st.lists(DAYS, min_size=1, max_size=8))
    return [
        Step(place, day, draw(st.none() | st.integers(0, place - 1)) if place else None)
        for place, day in enumerate(days)
    ]


@pytest.mark.requirement("PLN-04")
@given(chains())
def test_no_step_comes_before_what_it_waits_for(chain: list[Step[int]]) -> None:
    steps = chain[::-1]
    order = in_order(steps)
    assert sorted(order) == sorted(step.key for step in steps)
    for step in steps:
        assert step.after is None or order.index(step.after) < order.index(step.key)
        assert not waits_for_itself(step.key, {one.key: one for one in steps})


@given(st.dictionaries(st.integers(0, 5), st.none() | st.integers(0, 5), min_size=1))
def test_order_ends_even_among_steps_that_wait_for_each_other(after: dict[int, int | None]) -> None:
    steps = [Step(key, START, first) for key, first in after.items()]
    assert sorted(in_order(steps)) == sorted(after)
    known = {one.key: one for one in steps}
    for key, first in after.items():
        reached, at = set(), first
        while at is not None and at in after and at not in reached:
            reached.add(at)
            at = after[at]
        assert waits_for_itself(key, known) == (key in reached)


def test_no_and_no_answer_need_a_why() -> None:
    check_agreement(Agreed.YES, "")
    for agreed in (Agreed.NO, Agreed.COULD_NOT_ANSWER):
        with pytest.raises(Refused, match="Say why"):
            check_agreement(agreed, " ")
        check_agreement(agreed, "They were in hospital.")


@pytest.mark.requirement("PLN-13")
@given(DAYS, st.integers(-10, 800))
def test_a_contingency_lasts_from_a_day_to_a_year_over_leap_days_and_clock_changes(starts: date, days: int) -> None:
    if 1 <= days <= 366:
        check_contingency(starts, starts + timedelta(days))
    else:
        with pytest.raises(Refused):
            check_contingency(starts, starts + timedelta(days))


@pytest.mark.requirement("PLN-06")
def test_an_incentive_pauses_while_its_condition_holds_and_runs_again_after() -> None:
    every = list(PausesOn)
    calm = Status(in_custody=False, at_large=False, red=False)
    assert paused_by(every, calm) == []
    assert paused_by(every, Status(in_custody=True, at_large=False, red=True)) == [PausesOn.CUSTODY, PausesOn.RED]
    assert paused_by([PausesOn.RED], Status(in_custody=True, at_large=True, red=False)) == []
    broken = Status(in_custody=False, at_large=False, red=False, log=(Kept.KEPT, Kept.BROKEN))
    assert paused_by(every, broken) == [PausesOn.BROKEN]
    mended = Status(in_custody=False, at_large=False, red=False, log=(Kept.BROKEN, Kept.KEPT))
    assert paused_by(every, mended) == []
