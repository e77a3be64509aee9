"""Reads of the record: what was known of many people at once, in a number of queries that does not grow with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from django.utils import timezone

from trellis.rules.vocabulary import CustodyKind, Finding, RiskOfHarm, SupervisionKind
from trellis.service.people.history import AboutPerson
from trellis.service.people.models import Person
from trellis.service.record.models import (
    AgencyScore,
    Arrest,
    Charge,
    Custody,
    Disposal,
    Priority,
    Registration,
    Supervision,
)


class DisposalFact(NamedTuple):
    """One offence dealt with on a day."""

    id: int
    happened_on: date
    offence_on: date | None
    ho_code: str
    principal: bool
    finding: Finding
    disposal: str


class CustodyFact(NamedTuple):
    """Time held, up to but not on `ends`."""

    starts: date
    ends: date | None
    kind: CustodyKind
    prison: str
    expected_release: date | None
    release_reason: str


class SupervisionFact(NamedTuple):
    """A statutory order or licence, up to but not on `ends`."""

    starts: date
    ends: date | None
    kind: SupervisionKind
    agency: str


class RegistrationFact(NamedTuple):
    """A flag that an agency's system carries, up to but not on `ends`."""

    starts: date
    ends: date | None
    code: str
    title: str
    risk_of_harm: RiskOfHarm | None
    agency: str


class AgencyScoreFact(NamedTuple):
    """A predictor's score as another agency gave it."""

    happened_on: date
    predictor: str
    percent_2y: int | None
    band: str
    agency: str


class EventFact(NamedTuple):
    """The day and Home Office code of an arrest or a charge."""

    happened_on: date
    ho_code: str


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What was known of one person, each kind in order of time. Nothing protected is among it."""

    disposals: tuple[DisposalFact, ...] = ()
    custody: tuple[CustodyFact, ...] = ()
    supervision: tuple[SupervisionFact, ...] = ()
    registrations: tuple[RegistrationFact, ...] = ()
    agency_scores: tuple[AgencyScoreFact, ...] = ()

    def custody_on(self, day: date) -> CustodyFact | None:
        """The custody that held on the day."""
        return next(iter(held_on(self.custody, day)), None)

    def supervision_on(self, day: date) -> tuple[SupervisionFact, ...]:
        """The supervision in force on the day."""
        return held_on(self.supervision, day)

    def registrations_on(self, day: date) -> tuple[RegistrationFact, ...]:
        """The registrations in force on the day."""
        return held_on(self.registrations, day)


Held = TypeVar("Held", CustodyFact, SupervisionFact, RegistrationFact)


def held_on(spells: Iterable[Held], day: date) -> tuple[Held, ...]:
    """Those that held on the day."""
    return tuple(spell for spell in spells if spell.starts <= day and (spell.ends is None or spell.ends > day))


def facts_of(people: Collection[int], *, known_on: datetime | None = None) -> dict[int, PersonFacts]:
    """What was known of each of these people at a moment (now unless given), by their ids: five queries."""
    moment = known_on or timezone.now()
    disposals = _known(Disposal, DisposalFact, people, moment)
    custody = _known(Custody, CustodyFact, people, moment)
    supervision = _known(Supervision, SupervisionFact, people, moment)
    registrations = _known(Registration, RegistrationFact, people, moment)
    scores = _known(AgencyScore, AgencyScoreFact, people, moment)
    return {
        person: PersonFacts(
            disposals=tuple(disposals[person]),
            custody=tuple(custody[person]),
            supervision=tuple(supervision[person]),
            registrations=tuple(registrations[person]),
            agency_scores=tuple(scores[person]),
        )
        for person in people
    }


def events_of(
    model: type[Arrest | Charge], people: Collection[int], *, known_on: datetime | None = None
) -> dict[int, list[EventFact]]:
    """The arrests, or the charges, known of each of these people: one query."""
    return _known(model, EventFact, people, known_on or timezone.now())


Fact = TypeVar("Fact", bound=NamedTuple)

# Where a fact's field is not a column of its own, or is a word that the column holds as text.
_COLUMNS = {"agency": "agency__name"}
_WORDS: dict[str, Callable[[str], Any]] = {
    "finding": Finding,
    "risk_of_harm": lambda value: RiskOfHarm(value) if value else None,
}
_KINDS: dict[type[NamedTuple], Callable[[str], Any]] = {CustodyFact: CustodyKind, SupervisionFact: SupervisionKind}


def _known(
    model: type[AboutPerson], fact: type[Fact], people: Collection[int], moment: datetime
) -> defaultdict[int, list[Fact]]:
    fields = fact._fields
    makers = [_KINDS[fact] if name == "kind" else _WORDS.get(name) for name in fields]
    columns = [_COLUMNS.get(name, name) for name in fields]
    day = "starts" if "starts" in fields else "happened_on"
    rows = model.objects.known_on(moment).filter(person_id__in=people).order_by("person_id", day, "id")
    found: defaultdict[int, list[Fact]] = defaultdict(list)
    for person, *values in rows.values_list("person_id", *columns):
        found[person].append(
            fact(*(value if make is None else make(value) for make, value in zip(makers, values, strict=True)))
        )
    return found


@dataclass(frozen=True, slots=True)
class StandingPriority:
    """A person's priority: the spell in force (None where nobody set one) and every spell, latest first."""

    current: Priority | None
    history: tuple[Priority, ...]


def priority_of(person: Person) -> StandingPriority:
    """A person's priority with its history: one query."""
    spells = tuple(person.priority_set.current().select_related("recorded_by", "agency").order_by("-starts", "-id"))
    return StandingPriority(next((spell for spell in spells if spell.ends is None), None), spells)


def custody_now(person: Person) -> Custody | None:
    """The custody in force today: one query."""
    custody: Custody | None = person.custody_set.current().as_at(timezone.localdate()).first()
    return custody
