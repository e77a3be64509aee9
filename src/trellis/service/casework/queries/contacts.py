"""Contacts and appointments, for those who record them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from trellis.rules.contacts import Slot, clashes
from trellis.service.access.models import User
from trellis.service.casework.models import Appointment, Contact
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency
from trellis.service.selection.models import Lead

SHOWN_LAST = 3
# A record that a feed began may hold appointments years back; what is older waits for nobody any more.
OUTCOME_WITHIN = timedelta(days=90)


def why_not_correct(contact: Contact, agency: Agency | None, *, drawn_earlier: bool = False) -> str:
    """Why somebody of this agency may not correct the contact, in a sentence; nothing when they may.

    `drawn_earlier`: they began when the contact stood, so that it has been corrected since is no reason.
    """
    if contact.superseded_at is not None and not drawn_earlier:
        return "This contact has been corrected already. Open the person’s timeline for the latest version."
    if contact.source:
        return f"This contact came from the feed {contact.source}. Ask its sender to correct it, or it would come back."
    if agency is None or contact.agency_id != agency.pk:
        return f"This contact is {contact.agency}’s record. Ask them to correct it."
    return ""


def why_not_change(appointment: Appointment, agency: Agency | None) -> str:
    """Why somebody of this agency may not move the appointment, call it off or say how it ended; nothing if they may.

    Whoever takes part may, not only the agency whose it is.
    """
    if appointment.superseded_at is not None:
        return "This appointment has been changed since. Open the person’s contacts for where it stands now."
    if appointment.called_off:
        return "This appointment has been called off. Plan another one."
    if agency is None or agency.pk not in {appointment.agency_id, *appointment.joint}:
        return f"This appointment is {appointment.agency}’s. Ask them, or plan one of your own."
    if Contact.objects.current().filter(appointment=appointment).exists():
        return "How this appointment ended is recorded already. Correct the contact instead."
    return ""


def standing() -> QuerySet[Appointment]:
    """Appointments that stand: not called off, and of which nothing is recorded yet."""
    ended = Contact.objects.current().filter(appointment=OuterRef("pk"))
    appointments = Appointment.objects.current().filter(~Exists(ended), called_off=False)
    return appointments.select_related("agency", "with_user").order_by("happened_on", "happened_at", "pk")


def waiting_for_outcome(today: date) -> QuerySet[Appointment]:
    """Appointments of days that have passed of which nobody has said how they ended, the oldest first."""
    return standing().filter(happened_on__lt=today, happened_on__gte=today - OUTCOME_WITHIN)


def of_user(appointments: QuerySet[Appointment], user: User) -> QuerySet[Appointment]:
    """Of appointments, those in somebody's own calendar."""
    return appointments.filter(with_user=user)


def of_agency(appointments: QuerySet[Appointment], agency: Agency | None) -> QuerySet[Appointment]:
    """Of appointments, those in which an agency takes part."""
    number = agency.pk if agency else 0
    return appointments.filter(Q(agency=agency) | Q(joint__contains=[number]))


def last_contacts(person: Person, number: int = SHOWN_LAST) -> list[Contact]:
    """The last so many contacts, the latest first, by anybody."""
    contacts = Contact.objects.current().filter(person=person).select_related("agency", "recorded_by")
    return list(contacts.order_by("-happened_on", "-happened_at", "-pk")[:number])


def clashes_with(person: Person, slot: Slot) -> list[Appointment]:
    """The person's appointments that share time with a slot, whoever they are with; itself left out."""
    days = (slot.on - timedelta(days=1), slot.on + timedelta(days=1))
    near = standing().filter(person=person, happened_on__range=days).exclude(pk=slot.key)
    return [one for one in near if one.slot is not None and clashes([slot, one.slot])]


def clashing(appointments: Iterable[Appointment]) -> set[int]:
    """Which of one person's appointments share time with another of them, by number."""
    slots = [one.slot for one in appointments if one.slot is not None]
    return {slot.key for pair in clashes(slots) for slot in pair}


def names_of(numbers: Iterable[int]) -> dict[int, str]:
    """The names of agencies by number: one query, and none for nobody."""
    wanted = set(numbers)
    return dict(Agency.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def lead_agencies(person_id: int) -> list[int]:
    """The numbers of the agencies whose officers lead a person's case today."""
    leads = Lead.objects.current().as_at(timezone.localdate()).filter(person=person_id).order_by()
    return sorted(set(leads.values_list("agency_id", flat=True)))
