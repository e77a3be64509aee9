"""Sensitive notes about one person: those of the compartments that the reader holds, and which they may write."""

from __future__ import annotations

from itertools import groupby

from django.utils import timezone

from trellis.rules.vocabulary import Compartment
from trellis.service.people.models import Person, SensitiveNote
from trellis.service.protection.queries.people import compartments_of


def notes_about(person: Person) -> list[tuple[Compartment, list[SensitiveNote]]]:
    """The notes that the reader may see, the latest first, by compartment: one query."""
    found = SensitiveNote.objects.current().filter(person=person).select_related("agency", "recorded_by")
    ordered = sorted(found.order_by("-happened_on", "-id"), key=lambda note: list(Compartment).index(note.compartment))
    return [(Compartment(name), list(notes)) for name, notes in groupby(ordered, key=lambda note: note.compartment)]


def compartments_to_write(person: Person) -> list[Compartment]:
    """The compartments beyond the core record that the reader holds for this person."""
    held = compartments_of(person.pk, timezone.now())
    return [one for one in Compartment if one in held and one is not Compartment.CORE]


def why_not_correct(note: SensitiveNote, agency_id: int | None) -> str:
    """Why somebody who acts for this agency may not correct a note, in a sentence; nothing when they may."""
    if note.source:
        return f"This note came from the feed {note.source}. Ask its sender to correct it, or it would come back."
    if note.agency_id != agency_id:
        return f"This note is {note.agency}’s record. Ask them to correct it."
    return ""
