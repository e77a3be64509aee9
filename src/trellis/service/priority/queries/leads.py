"""Who leads a case, and who of them may read what a proposal rests on."""

from __future__ import annotations

from django.utils import timezone

from trellis.rules.vocabulary import Compartment
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.people.models import Person
from trellis.service.selection.clocks import ASKED_FIRST
from trellis.service.selection.models import Lead
from trellis.service.work.queries.documents import compartments_open


def leads(user: User, person: Person) -> bool:
    """Whether a user leads a person's case today: one query."""
    return Lead.objects.current().as_at(timezone.localdate()).filter(person=person, officer=user).exists()


def who_answers(person: Person, compartment: Compartment, but: User) -> User | None:
    """The lead who is asked about a proposal of a compartment, or None where none but the proposer may read it."""
    found = Lead.objects.current().as_at(timezone.localdate()).filter(person=person, officer__is_active=True)
    rows = sorted(found.exclude(officer=but).select_related("officer"), key=lambda row: ASKED_FIRST.index(row.kind))
    return next((row.officer for row in rows if _reads(row, compartment)), None)


def _reads(lead: Lead, compartment: Compartment) -> bool:
    """Asked in the lead's place, so that row security itself answers."""
    with acting(lead.officer, agency_id=lead.agency_id):
        return compartment in compartments_open(lead.person_id)
