"""A briefing read from the record as it was known when it was issued, by whoever reads it.

A briefing keeps a moment and no names. Its lines, and what changed since the one before, are what the record said at
the two moments about the people its reader may see. A set number of queries, however many they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from trellis.rules.briefing import Changes, Line, changes, in_briefing_order
from trellis.rules.vocabulary import ContactOutcome, PriorityColour
from trellis.service.casework.models import Contact
from trellis.service.intelligence.models import Briefing
from trellis.service.people.models import Alert, Person
from trellis.service.record.models import Custody, Priority
from trellis.service.schemes.models import Area, Scheme
from trellis.service.selection.models import CohortMembership, Lead

SUCCESSFUL = [outcome.value for outcome in ContactOutcome if outcome.successful]


@dataclass(frozen=True, slots=True)
class Moment:
    """When a briefing was issued, and the day it was."""

    at: datetime

    @property
    def day(self) -> date:
        """The day in the scheme's own time."""
        return timezone.localtime(self.at).date()

    def in_force(self, model: type[Any], people: Collection[int]) -> Any:
        """What was known then to hold then, or to have happened, about these people."""
        return model.objects.known_on(self.at).as_at(self.day).filter(person__in=people)


@dataclass(frozen=True, slots=True)
class Picture:
    """The cohort at a moment: membership, colour and custody by person."""

    members: dict[int, CohortMembership]
    priorities: dict[int, Priority]
    held: frozenset[int]

    @property
    def colours(self) -> dict[int, PriorityColour | None]:
        """Each member's colour; None where none was set."""
        return {
            person: PriorityColour(self.priorities[person].colour) if person in self.priorities else None
            for person in self.members
        }


NOTHING = Picture({}, {}, frozenset())


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of a briefing, and what changed about them since the one before."""

    person: Person
    membership: CohortMembership
    priority: Priority | None
    leads: list[Lead]
    alerts: list[Alert]
    custody: Custody | None
    last_seen: date | None
    news: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Recolouring:
    """One priority decided since the briefing before, and the colour in force until then (None where none was)."""

    person: Person
    was: Priority | None
    now: Priority


@dataclass(frozen=True, slots=True)
class Told:
    """A briefing as one reader sees it. `left` are those no longer in the cohort, whom the reader may still see."""

    briefing: Briefing
    previous: Briefing | None
    entries: list[Entry]
    left: list[Person]
    day: date
    recoloured: list[Recolouring] = field(default_factory=list)

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """How many stand in each colour: value, label and number, the colours in order, then those without one."""
        found: dict[str, int] = defaultdict(int)
        for entry in self.entries:
            found[entry.priority.colour if entry.priority else ""] += 1
        return [(value, label, found[value]) for value, label in (*PriorityColour.choices(), ("", "Not set"))]

    @property
    def changed(self) -> list[Entry]:
        """Those about whom something changed."""
        return [entry for entry in self.entries if entry.news]


def read(briefing: Briefing, *, area: Area | None = None) -> Told:
    """The briefing as the actor may see it, all of it or one area."""
    previous = previous_of(briefing)
    now = Moment(briefing.issued_at)
    people = _visible(briefing.scheme, area)
    picture = _picture(now, people)
    before = _picture(Moment(previous.issued_at), people) if previous else NOTHING
    moved = changes(before.colours, picture.colours)
    news = _news(before, picture, moved) if previous else {}
    entries = _entries(now, {person: people[person] for person in picture.members}, picture, news)
    left = [people[person] for person in moved.left] if previous else []
    recoloured = _recoloured(Moment(previous.issued_at), now, before, people) if previous else []
    return Told(briefing, previous, entries, left, now.day, recoloured)


def previous_of(briefing: Briefing) -> Briefing | None:
    """The briefing before this one."""
    earlier = Briefing.objects.filter(scheme=briefing.scheme, issued_at__lt=briefing.issued_at)
    return earlier.order_by("-issued_at").first()


def _visible(scheme: Scheme, area: Area | None) -> dict[int, Person]:
    """Everybody ever in a cohort of the scheme whom the actor may see."""
    people = Person.objects.filter(pk__in=CohortMembership.objects.filter(cohort__scheme=scheme).values("person"))
    if area is not None:
        people = people.filter(area__path__startswith=area.path)
    return {person.pk: person for person in people.select_related("area")}


def _picture(moment: Moment, people: Collection[int]) -> Picture:
    members = moment.in_force(CohortMembership, people).select_related("cohort")
    return Picture(
        members={row.person_id: row for row in members},
        priorities={row.person_id: row for row in moment.in_force(Priority, people)},
        held=frozenset(moment.in_force(Custody, people).values_list("person_id", flat=True)),
    )


def _recoloured(since: Moment, now: Moment, before: Picture, people: dict[int, Person]) -> list[Recolouring]:
    """Each change of colour since a moment, even one that was changed back: the latest first. One query."""
    spells = (
        Priority.objects.known_on(now.at).filter(person__in=people, starts__lte=now.day).exclude(ends__lte=since.day)
    )
    found = []
    # Whoever joined since is new, not recoloured; their first colour has none before it.
    earlier: dict[int, Priority] = dict(before.priorities)
    for spell in spells.select_related("agency", "recorded_by").order_by("starts", "id"):
        was = earlier.get(spell.person_id)
        if spell.starts >= since.day and (was is None or was.colour != spell.colour):
            found.append(Recolouring(people[spell.person_id], was, spell))
        earlier[spell.person_id] = spell
    return found[::-1]


def _news(before: Picture, now: Picture, moved: Changes) -> dict[int, list[str]]:
    news: dict[int, list[str]] = defaultdict(list)
    for person in moved.joined:
        news[person].append("New in the cohort")
    for one in moved.recoloured:
        was = one.was.label if one.was else "not set"
        news[one.person].append(f"Priority was {was.lower()}")
    for person in now.members.keys() & before.members.keys():
        if person in now.held and person not in before.held:
            news[person].append("Taken into custody")
        elif person in before.held and person not in now.held:
            news[person].append("Out of custody")
    return news


def _entries(moment: Moment, people: dict[int, Person], picture: Picture, news: dict[int, list[str]]) -> list[Entry]:
    leads = _grouped(moment.in_force(Lead, people).select_related("officer", "agency").order_by("kind"))
    alerts = _grouped(moment.in_force(Alert, people).order_by("review_on"))
    custody = {row.person_id: row for row in moment.in_force(Custody, people)}
    seen = moment.in_force(Contact, people).filter(outcome__in=SUCCESSFUL).order_by().values_list("person_id")
    last_seen = dict(seen.annotate(latest=Max("happened_on")))
    colours = picture.colours
    order = in_briefing_order(Line(pk, person.list_name, colours[pk]) for pk, person in people.items())
    return [
        Entry(
            person=people[line.person],
            membership=picture.members[line.person],
            priority=picture.priorities.get(line.person),
            leads=leads[line.person],
            alerts=alerts[line.person],
            custody=custody.get(line.person),
            last_seen=last_seen.get(line.person),
            news=news.get(line.person, []),
        )
        for line in order
    ]


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.person_id].append(row)
    return grouped
