"""What agencies propose as a priority, beside the colour in force: who agrees, who does not, and what must be said."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from trellis.rules.errors import Refused
from trellis.rules.priority import Grid, PriorityFacts, can_set_priority
from trellis.rules.vocabulary import Compartment, DecidedBy, PriorityColour, RestsOn, Stage

# Days within which a lead answers a proposal that differs, or looks at a suggestion. Our own defaults.
DAYS_TO_ANSWER = {PriorityColour.RED: 0, PriorityColour.BLUE: 7}
DAYS_OTHERWISE = 3


@dataclass(frozen=True, slots=True)
class Position:
    """The colour that one agency proposes, and since which day."""

    agency: str
    colour: PriorityColour
    on: date


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agencies' proposals beside the colour in force (None where none is): each agency stands in one of the two."""

    colour: PriorityColour | None
    agree: tuple[Position, ...]
    differ: tuple[Position, ...]

    @property
    def is_disputed(self) -> bool:
        """Whether somebody proposes another colour than the one in force, or, without one, than somebody else."""
        if self.colour is None:
            return len({position.colour for position in self.differ}) > 1
        return bool(self.differ)

    @property
    def sentence(self) -> str:
        """Who agrees and who does not, in words; says so where nobody has proposed anything."""
        if not self.agree and not self.differ:
            return "No agency has proposed a colour."
        parts = []
        if self.agree:
            verb = "agrees" if len(self.agree) == 1 else "agree"
            parts.append(f"{_names(self.agree)} {verb}.")
        for colour in PriorityColour:
            those = [position for position in self.differ if position.colour is colour]
            if those:
                parts.append(f"{_names(those)} {'proposes' if len(those) == 1 else 'propose'} {colour.label}.")
        return " ".join(parts)


def agreement(colour: PriorityColour | None, positions: Iterable[Position]) -> Agreement:
    """Set what agencies propose beside the colour in force. Each agency is given once, by what it proposed last."""
    ordered = sorted(positions, key=lambda position: (list(PriorityColour).index(position.colour), position.agency))
    same = tuple(position for position in ordered if position.colour is colour)
    return Agreement(colour, same, tuple(position for position in ordered if position.colour is not colour))


def check_propose(
    *, stage: Stage, reason: str, rests_on: RestsOn, happened_on: date, today: date, held: Collection[Compartment]
) -> None:
    """Refuse a proposal about somebody not managed, without a reason, of a day to come, or on what one may not read."""
    if not can_set_priority(stage):
        raise Refused("A priority is for somebody whom the scheme manages. A panel must adopt the person first.")
    if not reason.strip():
        raise Refused("Say why your agency proposes this colour: whoever decides rests on it.")
    if happened_on > today:
        raise Refused("What the proposal rests on cannot lie ahead. Give today or a day that has passed.")
    if rests_on.compartment not in held:
        raise Refused(
            f"You may not read {rests_on.compartment.label.lower()} about this person, so a proposal cannot rest on it."
            " Choose what you know yourself."
        )


def check_decided(*, decided_by: DecidedBy, meeting: str, meeting_on: date | None, today: date) -> None:
    """Refuse a meeting's decision without the meeting's name, or of a meeting that has not been held."""
    if decided_by is DecidedBy.MEETING and not meeting.strip():
        raise Refused("Say which meeting decided.")
    if meeting_on is not None and meeting_on > today:
        raise Refused("A meeting decides on the day it is held, or before today. Change its date.")


def answer_by(colour: PriorityColour, day: date) -> date:
    """By when somebody should answer a proposal or a suggestion of a colour that came up on a day."""
    return day + timedelta(days=DAYS_TO_ANSWER.get(colour, DAYS_OTHERWISE))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A colour to consider because custody or being at large changed. Nothing sets it but a person."""

    colour: PriorityColour
    reason: str


def suggestion(
    colour: PriorityColour | None, proposed_then: PriorityColour | None, facts: PriorityFacts, grid: Grid
) -> Suggestion | None:
    """The colour to consider now that somebody is held, out, or unlawfully at large; None where nothing speaks for one.

    `proposed_then` is what the grid proposed when the colour in force was decided: who chose another colour against the
    same proposal has considered it, and is not asked again.
    """
    line = grid.line_for(facts)
    stale = colour is PriorityColour.BLUE and not facts.in_custody
    if not (facts.in_custody or facts.at_large or stale) or line.colour in {colour, proposed_then}:
        return None
    reason = (
        f"No longer in custody, so Blue no longer fits. {line.reason}" if stale and not facts.at_large else line.reason
    )
    return Suggestion(line.colour, reason)


def _names(positions: Collection[Position]) -> str:
    names = [position.agency for position in positions]
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
