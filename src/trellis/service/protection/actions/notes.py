"""Sensitive notes: written, corrected and withdrawn by those who hold their compartment."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.protecting import check_words
from trellis.rules.vocabulary import Compartment, Permission
from trellis.service.access.models import User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.people.correcting import correct, withdraw
from trellis.service.people.models import Person, SensitiveNote
from trellis.service.protection.queries.notes import compartments_to_write, why_not_correct


@transaction.atomic
def write_note(*, by: User, person: Person, compartment: Compartment, happened_on: date, text: str) -> SensitiveNote:
    """Add a note to a compartment that one holds for this person. Raises Refused for another, and without words."""
    check_permitted(by, Permission.RECORD_CONTACT)
    _check(happened_on, text)
    if compartment not in compartments_to_write(person):
        raise Refused("You may not read or write notes of that kind about this person. Choose another.")
    return SensitiveNote.objects.create(
        person=person,
        agency_id=acting_agency(by),
        recorded_by=by,
        compartment=compartment,
        happened_on=happened_on,
        text=text.strip(),
    )


@transaction.atomic
def correct_note(*, by: User, note: SensitiveNote, happened_on: date, text: str) -> SensitiveNote:
    """Put a corrected note in place of one's own agency's; the earlier version is kept. Raises Changed in a race."""
    check_permitted(by, Permission.RECORD_CONTACT)
    _check(happened_on, text)
    if refusal := why_not_correct(note, acting_agency(by)):
        raise Refused(refusal)
    return correct(note, recorded_by=by, happened_on=happened_on, text=text.strip())


@transaction.atomic
def withdraw_note(*, by: User, note: SensitiveNote) -> None:
    """Take a note of one's own agency off the record; the trail keeps it. Raises Changed in a race."""
    check_permitted(by, Permission.RECORD_CONTACT)
    if refusal := why_not_correct(note, acting_agency(by)):
        raise Refused(refusal)
    withdraw(note)


def _check(happened_on: date, text: str) -> None:
    check_words(text, "Write the note in a sentence that a colleague can act on.")
    if happened_on > timezone.localdate():
        raise Refused("A note is of today or an earlier day.")
