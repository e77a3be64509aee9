"""Agencies' proposals beside the colour in force, and what a change of custody suggests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.test_priority import GRID
from trellis.rules.errors import Refused
from trellis.rules.priority import PriorityFacts
from trellis.rules.proposals import (
    Position,
    agreement,
    answer_by,
    check_decided,
    check_propose,
    suggestion,
)
from trellis.rules.vocabulary import (
    Compartment,
    DecidedBy,
    Engagement,
    IntelligencePicture,
    PriorityColour,
    RestsOn,
    Stage,
)

RED, AMBER, GREEN, BLUE = PriorityColour
DAY = date(2028, 2, 29)
ENGAGING = PriorityFacts(Engagement.ENGAGING, IntelligencePicture.NONE)
agencies = st.lists(st.sampled_from(["Police", "Probation", "Housing", "Recovery"]), unique=True)
chosen = st.none() | st.sampled_from(PriorityColour)


def at(agency: str, colour: PriorityColour) -> Position:
    return Position(agency, colour, DAY)


def test_disagreement_is_told_by_agency_and_colour() -> None:
    told = agreement(AMBER, [at("Probation", AMBER), at("Police", RED), at("Housing", AMBER), at("Recovery", GREEN)])
    assert told.is_disputed
    assert told.sentence == "Housing and Probation agree. Police proposes Red. Recovery proposes Green."
    assert agreement(AMBER, [at("Probation", AMBER)]).sentence == "Probation agrees."
    assert agreement(None, []).sentence == "No agency has proposed a colour."
    assert agreement(None, [at("Police", RED), at("Housing", RED)]).sentence == "Housing and Police propose Red."


@given(chosen, agencies, st.data())
def test_each_agency_stands_on_one_side_and_a_dispute_is_two_colours(
    colour: PriorityColour | None, names: list[str], data: st.DataObject
) -> None:
    said = [at(name, data.draw(st.sampled_from(PriorityColour))) for name in names]
    told = agreement(colour, said)
    assert sorted([*told.agree, *told.differ], key=str) == sorted(said, key=str)
    voiced = {one.colour for one in said} | ({colour} if colour and said else set())
    assert told.is_disputed == (len(voiced) > 1)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"stage": Stage.KNOWN}, "whom the scheme manages"),
        ({"reason": " "}, "Say why your agency proposes"),
        ({"happened_on": DAY + timedelta(days=1)}, "cannot lie ahead"),
        ({"rests_on": RestsOn.INTELLIGENCE}, "You may not read intelligence"),
        ({"rests_on": RestsOn.TEST}, "You may not read health"),
    ],
)
def test_what_cannot_be_proposed(fields: dict[str, Any], sentence: str) -> None:
    said: dict[str, Any] = {
        "stage": Stage.MANAGED, "reason": "Seen twice", "rests_on": RestsOn.CONTACT, "happened_on": DAY, "today": DAY,
        "held": [Compartment.CORE],
    }  # fmt: skip
    check_propose(**said)
    with pytest.raises(Refused, match=sentence):
        check_propose(**said | fields)


def test_a_meeting_has_a_name_and_has_been_held() -> None:
    check_decided(decided_by=DecidedBy.LEAD, meeting="", meeting_on=None, today=DAY)
    check_decided(decided_by=DecidedBy.MEETING, meeting="Panel", meeting_on=DAY, today=DAY)
    with pytest.raises(Refused, match="Say which meeting"):
        check_decided(decided_by=DecidedBy.MEETING, meeting=" ", meeting_on=DAY, today=DAY)
    with pytest.raises(Refused, match="on the day it is held"):
        check_decided(decided_by=DecidedBy.MEETING, meeting="Panel", meeting_on=DAY + timedelta(days=1), today=DAY)


@pytest.mark.requirement("RAG-04")
def test_custody_suggests_blue_and_release_something_else() -> None:
    held = PriorityFacts(Engagement.SOME, IntelligencePicture.NONE, in_custody=True)
    suggested = suggestion(AMBER, AMBER, held, GRID)
    assert suggested is not None
    assert (suggested.colour, suggested.reason) == (BLUE, "In custody.")
    assert suggestion(BLUE, BLUE, held, GRID) is None
    assert suggestion(RED, BLUE, held, GRID) is None, "who chose Red against a proposal of Blue has considered it"
    released = suggestion(BLUE, BLUE, ENGAGING, GRID)
    assert released is not None
    assert released.colour is GREEN
    assert released.reason.startswith("No longer in custody")


@pytest.mark.requirement("RAG-01")
def test_unlawfully_at_large_suggests_red() -> None:
    fled = PriorityFacts(Engagement.ENGAGING, IntelligencePicture.NONE, at_large=True)
    for colour in (None, AMBER, GREEN, BLUE):
        suggested = suggestion(colour, colour, fled, GRID)
        assert suggested is not None
        assert (suggested.colour, suggested.reason) == (RED, "Unlawfully at large.")
    assert suggestion(RED, AMBER, fled, GRID) is None
    assert suggestion(GREEN, GREEN, ENGAGING, GRID) is None, "nothing changed, so nothing is suggested"


def test_what_is_more_pressing_is_answered_sooner() -> None:
    assert [answer_by(colour, DAY).isoformat() for colour in (RED, AMBER, GREEN, BLUE)] == [
        "2028-02-29", "2028-03-03", "2028-03-03", "2028-03-07",
    ]  # fmt: skip
