"""How a priority stands: the colour in force, what each agency proposes, what the grid says, what changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from trellis.rules.colour_history import Coloured, Share, held_since, time_in_colours
from trellis.rules.contact_standards import Situation, StandardLine
from trellis.rules.intervals import Interval
from trellis.rules.priority import PriorityFacts, propose
from trellis.rules.priority import Proposal as GridProposal
from trellis.rules.proposals import Agreement, Position, Suggestion, agreement, suggestion
from trellis.rules.vocabulary import Engagement, IntelligencePicture, PriorityColour
from trellis.service.people.models import Person
from trellis.service.priority.models import Proposal
from trellis.service.record.models import Custody, Priority, Supervision
from trellis.service.record.queries import custody_now, priority_of
from trellis.service.schemes.definitions import PriorityGridDefinition
from trellis.service.schemes.models import Scheme
from trellis.service.schemes.queries import definitions


@dataclass(frozen=True)
class Standing:
    """How a person's priority stands today, as the reader may see it."""

    current: Priority | None
    history: tuple[Priority, ...]
    proposals: tuple[Proposal, ...]
    custody: Custody | None
    last_custody: Custody | None
    grid: PriorityGridDefinition
    facts: PriorityFacts

    @property
    def colour(self) -> PriorityColour | None:
        """The colour in force; None where none is, or the reader's agency is not told it."""
        return colour_of(self.current)

    @property
    def latest(self) -> tuple[Proposal, ...]:
        """What each agency proposed last, by the agency's name."""
        return latest_of_each(one for one in self.proposals if one.superseded_at is None)

    @property
    def agreement(self) -> Agreement:
        """What the agencies propose beside the colour in force."""
        return agreement(self.colour, positions(self.latest))

    @property
    def proposed(self) -> GridProposal:
        """What the grid proposes of the facts last recorded and of custody as it is."""
        return propose(self.facts, self.grid.grid())

    @property
    def suggestion(self) -> Suggestion | None:
        """What custody or being at large suggests that nobody has decided yet."""
        then = PriorityColour(self.current.proposed) if self.current and self.current.proposed else None
        return suggestion(self.colour, then, self.facts, self.grid.grid())

    @property
    def spells(self) -> list[Coloured]:
        """The colours as the rules take them; one that the reader's agency is not told is left out."""
        return coloured(self.history)

    def since(self, today: date) -> date | None:
        """Since when the colour in force has held without a break."""
        return held_since(self.spells, today)

    def shares(self, window: Interval) -> tuple[Share, ...]:
        """The days of a window in each colour."""
        return time_in_colours(self.spells, window)

    def agreement_then(self, spell: Priority) -> Agreement | None:
        """What the agencies proposed when a colour was decided; None where it is not known when that was."""
        if spell.decided_at is None:
            return None
        then = [one for one in self.proposals if _known(one, spell.decided_at)]
        return agreement(colour_of(spell), positions(latest_of_each(then)))


def standing_of(person: Person) -> Standing:
    """How a person's priority stands: four queries. The person comes with their scheme."""
    standing = priority_of(person)
    held = custody_now(person)
    proposals = Proposal.objects.filter(person=person).select_related("agency", "recorded_by").order_by("-recorded_at")
    ended = None if held else person.custody_set.current().exclude(ends=None).order_by("-ends").first()
    grid = grid_of(person.scheme)
    return Standing(
        current=standing.current,
        history=standing.history,
        proposals=tuple(proposals),
        custody=held,
        last_custody=ended,
        grid=grid,
        facts=facts_of(standing.current, held, ended, grid),
    )


def agreement_of(person: Person, current: Priority | None) -> Agreement:
    """What the agencies propose beside the colour in force: one query."""
    found = Proposal.objects.current().filter(person=person).select_related("agency").order_by("-recorded_at")
    return agreement(colour_of(current), positions(latest_of_each(found)))


def facts_of(
    current: Priority | None, held: Custody | None, ended: Custody | None, grid: PriorityGridDefinition
) -> PriorityFacts:
    """The facts last recorded, with custody and being at large as the record has them now."""
    engagement = Engagement(current.engagement) if current and current.engagement else Engagement.NOT_KNOWN
    picture = current.intelligence if current else ""
    fled = ended is not None and held is None and grid.says_at_large(ended.release_reason)
    # Somebody who was found since is no longer at large: a colour decided after the day they fled says how it is.
    fled = fled and (current is None or ended is None or ended.ends is None or current.starts < ended.ends)
    return PriorityFacts(
        engagement,
        IntelligencePicture(picture) if picture else IntelligencePicture.NOT_KNOWN,
        at_large=fled or bool(current and current.at_large and held is None),
        in_custody=held is not None,
    )


def grid_of(scheme: Scheme) -> PriorityGridDefinition:
    """The grid that a scheme decides by."""
    return definitions().grid(scheme.priority_grid)


def standard_line(person: Person, standing: Standing) -> StandardLine:
    """How often somebody in this priority is to be seen, by the scheme's contact standard."""
    situation = Situation.NOT_SET
    if standing.custody:
        situation = Situation.CUSTODY
    elif standing.colour:
        situation = Situation(standing.colour.value)
    return definitions().contact_standard(person.scheme.slug).standard().line_for(situation)


def is_supervised(person: Person) -> bool:
    """Whether an order or a licence is in force today: one query."""
    found: bool = Supervision.objects.current().as_at(timezone.localdate()).filter(person=person).exists()
    return found


def positions(proposals: Iterable[Proposal]) -> list[Position]:
    """Proposals as the rules take them; one whose colour the reader's agency is not told is left out."""
    return [Position(str(one.agency), PriorityColour(one.colour), one.happened_on) for one in proposals if one.colour]


def latest_of_each(proposals: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """Of proposals given the latest first, each agency's latest, by the agency's name."""
    found: dict[int, Proposal] = {}
    for one in proposals:
        found.setdefault(one.agency_id, one)
    return tuple(sorted(found.values(), key=lambda one: str(one.agency)))


def coloured(history: Sequence[Any]) -> list[Coloured]:
    """Rows of priority as the rules take them."""
    return [Coloured(PriorityColour(row.colour), Interval(row.starts, row.ends)) for row in history if row.colour]


def colour_of(row: Priority | None) -> PriorityColour | None:
    """A row's colour; None where there is no row or the reader's agency is not told it."""
    return PriorityColour(row.colour) if row and row.colour else None


def _known(one: Proposal, moment: datetime) -> bool:
    return one.recorded_at <= moment and (one.superseded_at is None or one.superseded_at > moment)
