"""What a caseload lists is what it counts: cells add up, scopes hold, orders are whole."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trellis.rules.caseload import (
    ANY_WAY,
    NO_COLOUR,
    NOBODY,
    SORTS,
    Asked,
    Attention,
    Case,
    PlanState,
    Where,
    ordered,
    select,
    table,
    weight,
)
from trellis.rules.contact_standards import Situation
from trellis.rules.vocabulary import ContactMode, LeadKind, PriorityColour

TODAY = date(2028, 3, 26)  # the clocks change, and a 29 February lies behind
DAYS = st.dates(TODAY - timedelta(60), TODAY + timedelta(30))
OFFICERS = st.integers(1, 4)
COLOURS = (*(colour.value for colour in PriorityColour), NO_COLOUR)


@st.composite
def cases(draw: st.DrawFn) -> list[Case]:
    made = []
    for place in range(draw(st.integers(0, 8))):
        leads = draw(st.dictionaries(st.sampled_from(list(LeadKind)), OFFICERS, max_size=3))
        seen = draw(st.dictionaries(st.sampled_from(list(ContactMode)), DAYS.filter(lambda day: day <= TODAY)))
        made.append(
            Case(
                person=place, place=place, today=TODAY, area=draw(st.sampled_from([None, 1, 2])),
                colour=draw(st.none() | st.sampled_from(list(PriorityColour))), review_on=draw(st.none() | DAYS),
                in_custody=draw(st.booleans()), leads=leads, officers=frozenset(leads.values()),
                seen=seen, last_seen=max(seen.values(), default=None), span=draw(st.integers(1, 28)),
                contact_by=draw(st.none() | DAYS), plan=draw(st.sampled_from(list(PlanState))),
                tasks=draw(st.integers(0, 3)), joined=draw(st.none() | DAYS), told=draw(st.booleans()),
            )
        )  # fmt: skip
    return made


FILTERS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "within": st.lists(OFFICERS, max_size=2),
        "ground": st.lists(st.integers(1, 2), max_size=1),
        "areas": st.lists(st.integers(1, 2), max_size=2),
        "where": st.sampled_from(["", *Where]),
        "attention": st.lists(st.sampled_from(list(Attention)), max_size=2),
        "unseen": st.sampled_from(["", ANY_WAY, *ContactMode]),
    },
)


@settings(max_examples=40)
@given(cases(), FILTERS, st.sampled_from(list(LeadKind)))
def test_cells_add_up_to_the_total_and_each_is_the_length_of_its_list(
    made: list[Case], filters: dict[str, Any], kind: LeadKind
) -> None:
    scope = select(made, Asked(**filters))
    columns = tuple(Asked(colours=(colour,)) for colour in COLOURS)
    rows = table(scope, (1, 2, 3, 4, NOBODY), lambda case: case.leads.get(kind, NOBODY), columns)
    assert sum(sum(row.cells) for row in rows) == len(scope) == sum(len(row.cases) for row in rows)
    for row in rows:
        for colour, count in zip(COLOURS, row.cells, strict=True):
            listed = select(made, Asked(**filters | {"lead": row.of, "service": kind, "colours": (colour,)}))
            assert len(listed) == count
            # A list shows nobody whom the scope leaves out.
            assert {case.person for case in listed} <= {case.person for case in scope}


@settings(max_examples=40)
@given(cases(), FILTERS)
def test_what_costs_little_is_asked_first_and_loses_nobody(made: list[Case], filters: dict[str, Any]) -> None:
    asked = Asked(**filters | {"attention": tuple(filters.get("attention", ()))})
    assert select(select(made, asked.light), asked) == select(made, asked)
    assert asked.light.light == asked.light


@settings(max_examples=40)
@given(cases(), st.sampled_from([ANY_WAY, *ContactMode]))
def test_the_unseen_by_colour_are_the_unseen_of_all(made: list[Case], way: str) -> None:
    columns = (Asked(unseen=way),)
    rows = table(made, COLOURS, lambda case: case.colour_key, columns)
    assert sum(row.cells[0] for row in rows) == len(select(made, Asked(unseen=way)))
    # Whom nobody saw in any way was not seen in this one either.
    assert set(map(id, select(made, Asked(unseen=ANY_WAY)))) <= set(map(id, select(made, Asked(unseen=way))))


@settings(max_examples=40)
@given(cases(), st.sampled_from(SORTS), st.booleans())
def test_an_order_loses_nobody_and_puts_the_unknown_last(made: list[Case], sort: str, backwards: bool) -> None:
    found = ordered(made, f"-{sort}" if backwards else sort)
    assert sorted(case.person for case in found) == [case.person for case in made]
    if sort == "review":
        days = [case.review_on for case in found]
        known = [day for day in days if day is not None]
        assert days == known + [None] * (len(days) - len(known))
        assert known == sorted(known, reverse=backwards)


@pytest.mark.parametrize(
    ("days_ago", "unseen"), [(None, True), (6, False), (7, True), (0, False)]
)  # fmt: skip
def test_the_standards_days_end_with_today(days_ago: int | None, unseen: bool) -> None:
    last = None if days_ago is None else TODAY - timedelta(days_ago)
    case = Case(person=1, place=0, today=TODAY, last_seen=last, span=7, seen={ContactMode.HOME: last} if last else {})
    assert case.unseen() is unseen
    assert case.unseen(ContactMode.HOME) is unseen
    assert case.unseen(ContactMode.OFFICE)


def test_what_needs_attention() -> None:
    calm = Case(
        person=1, place=0, today=TODAY, review_on=TODAY, contact_by=TODAY, officers=frozenset({1}), assessment_by=TODAY
    )
    assert not [what for what in Attention if calm.needs(what)]
    yesterday = TODAY - timedelta(1)
    worried = Case(
        person=1, place=0, today=TODAY, review_on=yesterday, contact_by=yesterday, assessment_by=yesterday,
        plan=PlanState.MISSING, tasks=1, tasks_overdue=1, told=False, offered=False, disengaging=True,
    )  # fmt: skip
    assert [what for what in Attention if not worried.needs(what)] == [Attention.PLAN]
    lapsed = Case(person=1, place=0, today=TODAY, plan=PlanState.REPLAN)
    assert lapsed.needs(Attention.PLAN)
    assert not lapsed.needs(Attention.NO_PLAN)


def test_custody_comes_before_a_colour_when_cases_are_weighed() -> None:
    weights: dict[Situation, float] = dict.fromkeys(Situation, 0) | {
        Situation.RED: 3, Situation.CUSTODY: 0.5, Situation.NOT_SET: 2,
    }  # fmt: skip
    red = Case(person=1, place=0, today=TODAY, colour=PriorityColour.RED)
    held = Case(person=2, place=1, today=TODAY, colour=PriorityColour.RED, in_custody=True)
    assert weight([red, held, Case(person=3, place=2, today=TODAY)], weights) == 5.5
