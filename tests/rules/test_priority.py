"""A grid covers everything or is refused, and a proposal says what would change it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.errors import Refused
from trellis.rules.priority import FACTS, Grid, GridLine, PriorityFacts, check_complete, every_combination, propose
from trellis.rules.vocabulary import Engagement, IntelligencePicture, PriorityColour

RED, AMBER, GREEN, BLUE = PriorityColour
LARGE = GridLine("at_large", {"at_large": (True,)}, RED, "Unlawfully at large.", 1)
CUSTODY = GridLine("custody", {"in_custody": (True,)}, BLUE, "In custody.", 28)
ACTIVE = GridLine("active", {"intelligence": (IntelligencePicture.ACTIVE,)}, RED, "Thought to be offending.", 7)
QUIET = GridLine(
    "quiet",
    {"engagement": (Engagement.ENGAGING,), "intelligence": (IntelligencePicture.NONE,)},
    GREEN,
    "Engaging, and no intelligence of offending.",
    28,
)
REST = GridLine("rest", {}, AMBER, "Neither red nor green.", 14)
GRID = Grid("small", 3, (LARGE, CUSTODY, ACTIVE, QUIET, REST))

facts = st.builds(
    PriorityFacts,
    engagement=st.sampled_from(Engagement),
    intelligence=st.sampled_from(IntelligencePicture),
    at_large=st.booleans(),
    in_custody=st.booleans(),
)


def test_every_combination_is_there_once() -> None:
    assert len(set(every_combination())) == len(list(every_combination())) == 4 * 3 * 2 * 2


@pytest.mark.requirement("RAG-05")
def test_a_grid_covers_every_combination_or_is_refused() -> None:
    check_complete(GRID)
    with pytest.raises(Refused, match="says nothing of somebody who is engaging; without intelligence"):
        check_complete(replace(GRID, lines=(LARGE, CUSTODY, ACTIVE, replace(REST, when={"engagement": ()}))))
    with pytest.raises(Refused, match="a line that never speaks, quiet"):
        check_complete(replace(GRID, lines=(LARGE, CUSTODY, ACTIVE, REST, QUIET)))


def test_a_proposal_carries_its_line_its_version_and_its_review() -> None:
    told = propose(PriorityFacts(Engagement.ENGAGING, IntelligencePicture.NONE, in_custody=True), GRID)
    assert (told.colour, told.rule, told.reason) == (BLUE, "custody", "In custody.")
    assert (told.grid, told.version, told.review_days) == ("small", 3, 28)


def test_a_proposal_says_what_would_move_it() -> None:
    told = propose(PriorityFacts(Engagement.ENGAGING, IntelligencePicture.ACTIVE), GRID)
    assert told.colour is RED
    assert [move.sentence for move in told.moves] == [
        "Would move to green if without intelligence of offending.",
        "Would move to blue if in custody.",
    ]


@given(facts)
def test_each_move_is_one_changed_fact_away(known: PriorityFacts) -> None:
    told = propose(known, GRID)
    neighbours = {
        GRID.line_for(replace(known, **{fact: value})).colour for fact, values in FACTS.items() for value in values
    }
    assert {move.colour for move in told.moves} <= neighbours - {told.colour}
