"""Recording and correcting contacts."""

from __future__ import annotations

from datetime import date, time

from django.db import transaction
from django.utils import timezone

from trellis.rules.contacts import check_contact
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import ContactMode, ContactOutcome, Permission
from trellis.service.access.models import User
from trellis.service.access.permitted import check_permitted
from trellis.service.casework.models import Contact
from trellis.service.casework.queries import why_not_correct
from trellis.service.people.correcting import correct
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency


@transaction.atomic
def record_contact(
    *,
    person: Person,
    happened_on: date,
    happened_at: time | None,
    mode: ContactMode,
    outcome: ContactOutcome,
    worker: str,
    agency: Agency,
    notes: str,
    by: User,
) -> Contact:
    """Record a contact of any agency. Raises Refused when `rules.contacts.check_contact` does."""
    check_permitted(by, Permission.RECORD_CONTACT)
    check_contact(happened_on=happened_on, today=timezone.localdate(), mode=mode, outcome=outcome, who=worker)
    return Contact.objects.create(
        person=person, happened_on=happened_on, happened_at=happened_at, mode=mode, outcome=outcome,
        worker=worker.strip(), agency=agency, notes=notes.strip(), recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def correct_contact(
    *,
    contact: Contact,
    happened_on: date,
    happened_at: time | None,
    mode: ContactMode,
    outcome: ContactOutcome,
    worker: str,
    notes: str,
    reason: str,
    acting_for: Agency,
    by: User,
) -> Contact:
    """Put a corrected contact in place of one that the agency acted for recorded; the earlier version is kept.

    Raises Refused without a reason, for another agency's contact and for one that a feed sent; Changed when somebody
    else has corrected it since it was read.
    """
    check_permitted(by, Permission.RECORD_CONTACT)
    if refusal := why_not_correct(contact, acting_for, drawn_earlier=True):
        raise Refused(refusal)
    if not reason.strip():
        raise Refused("Say what was wrong, so that a reader of both versions understands.")
    check_contact(happened_on=happened_on, today=timezone.localdate(), mode=mode, outcome=outcome, who=worker)
    return correct(
        contact, recorded_by=by, happened_on=happened_on, happened_at=happened_at, mode=mode, outcome=outcome,
        worker=worker.strip(), notes=notes.strip(), correction=reason.strip(),
    )  # fmt: skip
