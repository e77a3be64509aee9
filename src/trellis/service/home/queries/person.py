"""What a person's page shows above the timeline. A set number of queries, however much is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from trellis.rules.contacts import last_seen_sentence
from trellis.rules.dates import how_long, long_date
from trellis.rules.proposals import Agreement
from trellis.rules.vocabulary import ContactOutcome, IdentifierKind, Stage
from trellis.service.casework.models import Contact
from trellis.service.home.queries.knowledge import Knowledge
from trellis.service.people.models import Address, Alert, Identifier, Person, PersonName, Phone, Vehicle
from trellis.service.priority.queries.standing import agreement_of
from trellis.service.record.models import Custody, Priority, Supervision
from trellis.service.selection.models import CohortMembership, Lead, Referral, Score

SUCCESSFUL = [outcome.value for outcome in ContactOutcome if outcome.successful]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands on a day: everything in force, and the latest of what comes one by one."""

    person: Person
    known: Knowledge
    aliases: list[str]
    identifiers: list[Identifier]
    alerts: list[Alert]
    priority: Priority | None
    # What agencies propose beside it today; nothing of the past, nor of somebody whom no scheme manages.
    agreement: Agreement | None
    custody: Custody | None
    supervision: list[Supervision]
    membership: CohortMembership | None
    leads: list[Lead]
    addresses: list[Address]
    phones: list[str]
    vehicles: list[str]
    last_contact: Contact | None
    last_seen: Contact | None
    score: Score | None
    referral: Referral | None

    @property
    def seen_sentence(self) -> str:
        """When somebody last saw the person, in words."""
        return last_seen_sentence(self.last_seen.happened_on if self.last_seen else None, self.known.day)

    @property
    def next_step(self) -> str:
        """The next day that something is due, the most overdue first; nothing when no day is set."""
        due = [("Priority review", self.priority.review_on)] if self.priority and self.priority.review_on else []
        due += [(f"Review of the alert “{alert}”", alert.review_on) for alert in self.alerts]
        if self.custody and self.custody.expected_release:
            due.append(("Release expected", self.custody.expected_release))
        if not due:
            return ""
        what, day = min(due, key=lambda pair: pair[1])
        return f"{what}: {long_date(day)} ({how_long(day, self.known.day)})"


def standing_of(person: Person, known: Knowledge, *, with_scores: bool) -> Standing:
    """How the person stands, as believed now or on a day. Scores are read only for whoever may see them."""
    priority = known.in_force(Priority.objects.filter(person=person)).select_related("agency", "recorded_by").first()
    managed = person.stage == Stage.MANAGED and not known.is_past
    return Standing(
        person=person,
        known=known,
        aliases=_aliases(person, known),
        identifiers=_identifiers(person, known),
        alerts=list(known.in_force(Alert.objects.filter(person=person)).select_related("agency").order_by("review_on")),
        priority=priority,
        agreement=agreement_of(person, priority) if managed else None,
        custody=known.in_force(Custody.objects.filter(person=person)).first(),
        supervision=list(known.in_force(Supervision.objects.filter(person=person)).select_related("agency")),
        membership=known.in_force(CohortMembership.objects.filter(person=person)).select_related("cohort").first(),
        leads=list(known.in_force(Lead.objects.filter(person=person)).select_related("officer", "agency")),
        addresses=list(known.in_force(Address.objects.filter(person=person)).select_related("agency")),
        phones=_once(known.rows(Phone.objects.filter(person=person))),
        vehicles=_once(known.rows(Vehicle.objects.filter(person=person))),
        last_contact=_contacts(person, known).first(),
        last_seen=_contacts(person, known).filter(outcome__in=SUCCESSFUL).first(),
        score=_score(person, known) if with_scores else None,
        referral=_referral(person, known),
    )


def _contacts(person: Person, known: Knowledge) -> QuerySet[Contact]:
    contacts = known.in_force(Contact.objects.filter(person=person)).select_related("agency")
    return contacts.order_by("-happened_on", "-happened_at", "-id")


def _aliases(person: Person, known: Knowledge) -> list[str]:
    names = [str(name) for name in known.rows(PersonName.objects.filter(person=person))]
    return [name for name in dict.fromkeys(names) if name.casefold() != str(person).casefold()]


def _identifiers(person: Person, known: Knowledge) -> list[Identifier]:
    """Each number once, though several sources may hold it."""
    order = [kind.value for kind in IdentifierKind]
    held = {(row.kind, row.value): row for row in known.rows(Identifier.objects.filter(person=person))}
    return sorted(held.values(), key=lambda row: (order.index(row.kind), row.value))


def _once(rows: Any) -> list[str]:
    return list(dict.fromkeys(str(row) for row in rows))


def _score(person: Person, known: Knowledge) -> Score | None:
    scores = Score.objects.filter(person=person)
    return (scores.filter(scored_at__lte=known.moment) if known.moment else scores).first()


def _referral(person: Person, known: Knowledge) -> Referral | None:
    if known.is_past:
        return None
    return Referral.objects.filter(person=person, closed_at=None).select_related("agency", "referred_by").first()
