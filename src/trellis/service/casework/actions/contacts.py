"""Recording and correcting contacts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from trellis.rules.contacts import check_contact, check_purposes
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import (
    ContactKind,
    ContactMode,
    ContactOutcome,
    Engagement,
    Permission,
    Serves,
    VisitPurpose,
)
from trellis.service.access.models import User
from trellis.service.access.permitted import check_permitted
from trellis.service.casework.models import Appointment, Contact
from trellis.service.casework.queries.contacts import why_not_correct
from trellis.service.people.correcting import correct
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency


@dataclass(frozen=True, slots=True)
class ForWhat:
    """What somebody is seen for, where and with whom; `joint` are the agencies that take part besides one's own."""

    kind: ContactKind | None = None
    purposes: Collection[VisitPurpose] = ()
    serves: Serves | None = None
    joint: Collection[Agency] = ()
    place: str = ""
    minutes: int | None = None

    def values(self, own: Agency) -> dict[str, Any]:
        """The model's fields, for an encounter that is one agency's. Raises Refused as `check_purposes` does."""
        check_purposes(self.kind, sorted(self.purposes))
        return {
            "kind": self.kind or "",
            "purposes": sorted(self.purposes),
            "serves": self.serves or "",
            "joint": sorted({agency.pk for agency in self.joint} - {own.pk}),
            "place": self.place.strip(),
            "minutes": self.minutes,
        }


NOTHING_MORE = ForWhat()


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
    for_what: ForWhat = NOTHING_MORE,
    engagement: Engagement | None = None,
    appointment: Appointment | None = None,
) -> Contact:
    """Record a contact of any agency, of an appointment or unplanned. Raises Refused as the checks of the rules do."""
    check_permitted(by, Permission.RECORD_CONTACT)
    check_contact(happened_on=happened_on, today=timezone.localdate(), mode=mode, outcome=outcome, who=worker)
    return Contact.objects.create(
        person=person, happened_on=happened_on, happened_at=happened_at, mode=mode, outcome=outcome,
        worker=worker.strip(), agency=agency, notes=notes.strip(), recorded_by=by, engagement=engagement or "",
        appointment=appointment, **for_what.values(agency),
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
    engagement: Engagement | str | None = None,
    for_what: ForWhat | None = None,
) -> Contact:
    """Put a corrected contact in place of one that the agency acted for recorded; the earlier version is kept.

    What it was for and with whom stays unless given, and so does the rating of engagement. Raises Refused without a
    reason, for another agency's contact and for one that a feed sent; Changed when somebody else has corrected it
    since it was read.
    """
    check_permitted(by, Permission.RECORD_CONTACT)
    if refusal := why_not_correct(contact, acting_for, drawn_earlier=True):
        raise Refused(refusal)
    if not reason.strip():
        raise Refused("Say what was wrong, so that a reader of both versions understands.")
    check_contact(happened_on=happened_on, today=timezone.localdate(), mode=mode, outcome=outcome, who=worker)
    rated = contact.engagement if engagement is None else engagement
    said = replace(for_what, minutes=contact.minutes).values(contact.agency) if for_what else {}
    return correct(
        contact, recorded_by=by, happened_on=happened_on, happened_at=happened_at, mode=mode, outcome=outcome,
        worker=worker.strip(), notes=notes.strip(), correction=reason.strip(), engagement=rated, **said,
    )  # fmt: skip


@transaction.atomic
def change_outcome(*, contact: Contact, outcome: ContactOutcome, reason: str, acting_for: Agency, by: User) -> Contact:
    """Change only how a contact ended, such as once the evidence has come. Raises Refused as `correct_contact` does."""
    if outcome == contact.outcome:
        raise Refused(f"It stands as “{outcome.label}” already. Choose another outcome, or leave it.")
    return correct_contact(
        contact=contact, happened_on=contact.happened_on, happened_at=contact.happened_at,
        mode=ContactMode(contact.mode), outcome=outcome, worker=contact.worker, notes=contact.notes, reason=reason,
        acting_for=acting_for, by=by,
    )  # fmt: skip
