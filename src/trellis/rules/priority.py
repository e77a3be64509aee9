"""Red, Amber, Green or Blue: proposed from facts by a grid that leaves no combination out. A person decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import product

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Engagement, IntelligencePicture, PriorityColour, Stage

Fact = Engagement | IntelligencePicture | bool


@dataclass(frozen=True, slots=True)
class PriorityFacts:
    """What a colour is proposed from."""

    engagement: Engagement
    intelligence: IntelligencePicture
    at_large: bool = False
    in_custody: bool = False


FACTS: Mapping[str, tuple[Fact, ...]] = {
    "engagement": tuple(Engagement),
    "intelligence": tuple(IntelligencePicture),
    "at_large": (True, False),
    "in_custody": (True, False),
}
"""Each fact that a grid may name, and every value it takes."""


@dataclass(frozen=True, slots=True)
class GridLine:
    """One line of a grid: the values it asks for (a fact left out may be anything), the colour and why."""

    name: str
    when: Mapping[str, tuple[Fact, ...]]
    colour: PriorityColour
    reason: str
    review_days: int

    def covers(self, facts: PriorityFacts) -> bool:
        """Whether the line speaks of these facts."""
        return all(getattr(facts, fact) in values for fact, values in self.when.items())


@dataclass(frozen=True, slots=True)
class Grid:
    """A scheme's priority grid: the first line that covers the facts speaks. `version` is kept with each proposal."""

    name: str
    version: int
    lines: tuple[GridLine, ...]

    def line_for(self, facts: PriorityFacts) -> GridLine:
        """The first line that covers the facts. Raises Refused where none does."""
        for line in self.lines:
            if line.covers(facts):
                return line
        raise Refused(f"The priority grid {self.name} says nothing of somebody who is {describe(facts)}.")


@dataclass(frozen=True, slots=True)
class Move:
    """A colour that one changed fact would lead to."""

    colour: PriorityColour
    sentence: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed colour with its reason, the line that gave it, when to look again, and what would change it."""

    colour: PriorityColour
    reason: str
    rule: str
    grid: str
    version: int
    review_days: int
    moves: tuple[Move, ...]


def every_combination() -> Iterator[PriorityFacts]:
    """All the facts that there can be: the records may contradict one another, so nothing is ruled out."""
    for values in product(*FACTS.values()):
        yield PriorityFacts(**dict(zip(FACTS, values, strict=True)))  # type: ignore[arg-type]  # from the table above


def check_complete(grid: Grid) -> None:
    """Refuse a grid that leaves a combination out, or has a line that never speaks (RAG-05)."""
    speaking = {grid.line_for(facts).name for facts in every_combination()}
    silent = [line.name for line in grid.lines if line.name not in speaking]
    if silent:
        raise Refused(
            f"The priority grid {grid.name} has a line that never speaks, {silent[0]}: earlier lines cover all of it."
        )


def propose(facts: PriorityFacts, grid: Grid) -> Proposal:
    """The colour that a grid proposes for the facts, and what it would take to move."""
    line = grid.line_for(facts)
    return Proposal(
        colour=line.colour,
        reason=line.reason,
        rule=line.name,
        grid=grid.name,
        version=grid.version,
        review_days=line.review_days,
        moves=tuple(_moves(facts, grid)),
    )


def can_set_priority(stage: Stage) -> bool:
    """Whether somebody at this stage has a priority: only those whom a scheme manages."""
    return stage is Stage.MANAGED


def check_set_priority(*, stage: Stage, reason: str, review_on: date | None, today: date) -> None:
    """Refuse a colour for somebody who is not managed, or one without its reason and a review date that lies ahead."""
    if not can_set_priority(stage):
        raise Refused("A priority is for somebody whom the scheme manages. A panel must adopt the person first.")
    if not reason.strip():
        raise Refused("Say why you choose this colour: others act on it.")
    if review_on is None or review_on <= today:
        raise Refused("Give a review date after today.")


def describe(facts: PriorityFacts) -> str:
    """The facts in words, for a refusal or a record of what was seen."""
    return "; ".join(_words(fact.name, getattr(facts, fact.name)) for fact in fields(facts))


def _moves(facts: PriorityFacts, grid: Grid) -> Iterator[Move]:
    colour = grid.line_for(facts).colour
    for fact, values in FACTS.items():
        for value in values:
            # Forgetting what is known is nothing to aim at.
            if value == getattr(facts, fact) or value in {Engagement.NOT_KNOWN, IntelligencePicture.NOT_KNOWN}:
                continue
            changed = grid.line_for(replace(facts, **{fact: value})).colour  # type: ignore[arg-type]  # its own values
            if changed is not colour:
                yield Move(changed, f"Would move to {changed.label.lower()} if {_words(fact, value)}.")


def _words(fact: str, value: Fact) -> str:
    return _IN_WORDS[fact, value]


_IN_WORDS: Mapping[tuple[str, Fact], str] = {
    ("engagement", Engagement.ENGAGING): "engaging",
    ("engagement", Engagement.SOME): "engaging in part",
    ("engagement", Engagement.NOT_ENGAGING): "not engaging",
    ("engagement", Engagement.NOT_KNOWN): "engagement not known",
    ("intelligence", IntelligencePicture.ACTIVE): "thought to be offending",
    ("intelligence", IntelligencePicture.NONE): "without intelligence of offending",
    ("intelligence", IntelligencePicture.NOT_KNOWN): "intelligence not checked",
    ("at_large", True): "unlawfully at large",
    ("at_large", False): "not unlawfully at large",
    ("in_custody", True): "in custody",
    ("in_custody", False): "not in custody",
}
