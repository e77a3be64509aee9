"""The order of a briefing, and what changed since the last."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.briefing import Line, Recoloured, changes, in_briefing_order
from trellis.rules.vocabulary import PriorityColour

RED, AMBER, GREEN, BLUE = PriorityColour
snapshots = st.dictionaries(st.integers(1, 8), st.none() | st.sampled_from(PriorityColour))


def test_red_first_then_by_name_and_nobody_lost_who_has_no_colour() -> None:
    lines = [
        Line(1, "Wethercott, Juniper", BLUE),
        Line(2, "Underhay, Kester", RED),
        Line(3, "Ångstrom, Orlo", RED),
        Line(4, "Larkspurr, Nevin", None),
        Line(5, "Saltmarsh, Edric", AMBER),
        Line(6, "Inkpenny, Florian", GREEN),
    ]
    assert [line.person for line in in_briefing_order(lines)] == [4, 3, 2, 5, 6, 1]


@pytest.mark.requirement("RAG-08")
def test_changes_between_two_briefings() -> None:
    told = changes({1: RED, 2: AMBER, 3: None}, {2: RED, 3: None, 4: GREEN})
    assert (told.joined, told.left) == ((4,), (1,))
    assert told.recoloured == (Recoloured(2, AMBER, RED),)


@given(snapshots, snapshots)
def test_the_changes_lead_from_one_briefing_to_the_other(
    before: dict[int, PriorityColour | None], now: dict[int, PriorityColour | None]
) -> None:
    told = changes(before, now)
    rebuilt = {person: colour for person, colour in before.items() if person not in told.left}
    rebuilt |= {person: now[person] for person in told.joined}
    rebuilt |= {each.person: each.now for each in told.recoloured}
    assert rebuilt == now
    assert bool(told) == (before != now)
