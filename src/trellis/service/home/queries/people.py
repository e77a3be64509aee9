"""People as lists show them: each with their colour, leads, last contact and custody. Six queries, however many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils import timezone

from trellis.rules.dates import how_long
from trellis.service.casework.models import Contact
from trellis.service.home.queries.person import SUCCESSFUL
from trellis.service.people.birth import age_words, born_words
from trellis.service.people.models import Person
from trellis.service.record.models import Custody, Priority
from trellis.service.selection.models import CohortMembership, Lead


@dataclass(frozen=True, slots=True)
class Listed:
    """One person of a list, with what a list shows of them today."""

    person: Person
    priority: Priority | None
    membership: CohortMembership | None
    leads: list[Lead]
    last_seen: date | None
    in_custody: bool

    @property
    def born(self) -> str:
        """Birth and age in words."""
        age = age_words(self.person)
        return f"{born_words(self.person)}{f' (age {age})' if age else ''}"

    @property
    def seen(self) -> str:
        """When somebody last saw them."""
        return how_long(self.last_seen, timezone.localdate()).capitalize() if self.last_seen else "Not yet"


def listed(people: Sequence[Person]) -> list[Listed]:
    """What a list shows of these people, in their order."""
    ids = [person.pk for person in people]
    today = timezone.localdate()
    priorities = _one_each(Priority.objects.current().as_at(today).filter(person__in=ids))
    members = _one_each(
        CohortMembership.objects.current().as_at(today).filter(person__in=ids).select_related("cohort")
    )  # fmt: skip
    leads: dict[int, list[Lead]] = defaultdict(list)
    for lead in Lead.objects.current().as_at(today).filter(person__in=ids).select_related("officer", "agency"):
        leads[lead.person_id].append(lead)
    held = set(Custody.objects.current().as_at(today).filter(person__in=ids).values_list("person_id", flat=True))
    seen = last_seen(ids)
    return [
        Listed(
            person=person,
            priority=priorities.get(person.pk),
            membership=members.get(person.pk),
            leads=sorted(leads[person.pk], key=lambda lead: lead.kind),
            last_seen=seen.get(person.pk),
            in_custody=person.pk in held,
        )
        for person in people
    ]


def last_seen(people: Collection[int]) -> dict[int, date]:
    """The day of each person's last successful contact by anyone."""
    contacts = Contact.objects.current().filter(person__in=people, outcome__in=SUCCESSFUL)
    return dict(contacts.order_by().values_list("person_id").annotate(latest=Max("happened_on")))


def _one_each(rows: Any) -> dict[int, Any]:
    return {row.person_id: row for row in rows}
