"""Planning appointments, moving them, calling them off, and recording how they ended."""

from __future__ import annotations

from datetime import date, time

from django.db import transaction
from django.utils import timezone

from trellis.rules.contacts import check_appointment, check_outcome_due
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import (
    ContactKind,
    ContactMode,
    ContactOutcome,
    Engagement,
    MovedBy,
    Permission,
    Serves,
    VisitPurpose,
)
from trellis.service.access.models import User
from trellis.service.access.permitted import check_permitted
from trellis.service.casework.actions.contacts import NOTHING_MORE, ForWhat, record_contact
from trellis.service.casework.models import Appointment, Contact
from trellis.service.casework.queries.contacts import why_not_change
from trellis.service.people.correcting import correct, take_turns
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency


@transaction.atomic
def plan_appointment(
    *,
    person: Person,
    happened_on: date,
    happened_at: time,
    minutes: int,
    mode: ContactMode,
    worker: str,
    agency: Agency,
    by: User,
    with_user: User | None = None,
    notes: str = "",
    for_what: ForWhat = NOTHING_MORE,
) -> Appointment:
    """Plan to see somebody. Raises Refused for a time that has passed and as the checks of the rules do."""
    check_permitted(by, Permission.RECORD_CONTACT)
    check_appointment(on=happened_on, at=happened_at, minutes=minutes, now=timezone.now(), who=worker)
    return Appointment.objects.create(
        person=person, happened_on=happened_on, happened_at=happened_at, mode=mode, worker=worker.strip(),
        agency=agency, with_user=with_user, notes=notes.strip(), recorded_by=by,
        **for_what.values(agency) | {"minutes": minutes},
    )  # fmt: skip


@transaction.atomic
def move_appointment(
    *,
    appointment: Appointment,
    happened_on: date,
    happened_at: time,
    moved_by: MovedBy,
    reason: str,
    acting_for: Agency | None,
    by: User,
) -> Appointment:
    """Move an appointment to another time; the earlier one is kept, with who asked and why.

    Raises Refused for a time that has passed, without a reason, and where `why_not_change` says so; Changed when
    somebody else has changed it since it was read.
    """
    _check_change(appointment, reason, acting_for, by)
    check_appointment(
        on=happened_on, at=happened_at, minutes=_minutes(appointment), now=timezone.now(), who=appointment.worker
    )
    return correct(
        appointment, recorded_by=by, happened_on=happened_on, happened_at=happened_at, moved_by=moved_by,
        change=reason.strip(),
    )  # fmt: skip


@transaction.atomic
def call_off(
    *, appointment: Appointment, moved_by: MovedBy, reason: str, acting_for: Agency | None, by: User
) -> Appointment:
    """Call an appointment off, with who asked and why. Raises Refused and Changed as `move_appointment` does."""
    _check_change(appointment, reason, acting_for, by)
    return correct(appointment, recorded_by=by, called_off=True, moved_by=moved_by, change=reason.strip())


def _check_change(appointment: Appointment, reason: str, acting_for: Agency | None, by: User) -> None:
    check_permitted(by, Permission.RECORD_CONTACT)
    if refusal := why_not_change(appointment, acting_for):
        raise Refused(refusal)
    if not reason.strip():
        raise Refused("Say why, so that the next worker knows how it came about.")


def _minutes(appointment: Appointment) -> int:
    slot = appointment.slot
    return slot.minutes if slot else 1


@transaction.atomic
def record_outcome(
    *,
    appointment: Appointment,
    outcome: ContactOutcome,
    engagement: Engagement | None,
    worker: str,
    notes: str,
    acting_for: Agency | None,
    by: User,
    again_on: date | None = None,
    again_at: time | None = None,
) -> Contact:
    """Record how an appointment ended, as a contact of the agency whose appointment it was.

    One that was rescheduled needs the new day and time, and is planned again with them. Raises Refused before it has
    begun, for one with an outcome already, and where `why_not_change` says so.
    """
    check_permitted(by, Permission.RECORD_CONTACT)
    # Two who record at once must not both find that nothing is recorded yet.
    take_turns(appointment.person_id)
    if refusal := why_not_change(appointment, acting_for):
        raise Refused(refusal)
    slot = appointment.slot
    if slot is not None:
        check_outcome_due(slot, timezone.now())
    contact = record_contact(
        person=appointment.person, happened_on=appointment.happened_on, happened_at=appointment.happened_at,
        mode=ContactMode(appointment.mode), outcome=outcome, worker=worker, agency=appointment.agency, notes=notes,
        by=by, for_what=_same(appointment), engagement=engagement, appointment=appointment,
    )  # fmt: skip
    if outcome is ContactOutcome.RESCHEDULED:
        if again_on is None or again_at is None:
            raise Refused("Enter the new day and time, or choose another outcome.")
        plan_appointment(
            person=appointment.person, happened_on=again_on, happened_at=again_at, minutes=_minutes(appointment),
            mode=ContactMode(appointment.mode), worker=appointment.worker, agency=appointment.agency, by=by,
            with_user=appointment.with_user, notes=appointment.notes, for_what=_same(appointment),
        )  # fmt: skip
    return contact


def _same(appointment: Appointment) -> ForWhat:
    return ForWhat(
        kind=ContactKind(appointment.kind) if appointment.kind else None,
        purposes=[VisitPurpose(one) for one in appointment.purposes],
        serves=Serves(appointment.serves) if appointment.serves else None,
        joint=list(Agency.objects.filter(pk__in=appointment.joint)),
        place=appointment.place,
        minutes=appointment.minutes,
    )
