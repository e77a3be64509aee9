"""Sensitive notes about a person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.vocabulary import Compartment, Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.people.models import SensitiveNote
from trellis.service.people.opening import person_or_refusal
from trellis.service.people.standing import row_now, standing_of
from trellis.service.protection.actions.notes import correct_note, withdraw_note, write_note
from trellis.service.protection.forms import NoteCorrection, NoteForm
from trellis.service.protection.queries.notes import compartments_to_write, notes_about, why_not_correct
from trellis.service.ui.editing import Editing, Standing
from trellis.service.work.actions import mentioned


@needs(Permission.RECORD_CONTACT)
def notes(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show the notes of the compartments that the reader holds, and take another."""
    person = person_or_refusal(request, person_id)
    signed = signed_in(request)
    offered = compartments_to_write(person)
    form = NoteForm(request.POST or None, offered=offered, initial={"happened_on": timezone.localdate()})
    if form.is_valid():
        said = form.cleaned_data
        try:
            write_note(by=signed.user, person=person, **said | {"compartment": Compartment(said["compartment"])})
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            named = mentioned(text=said["text"], person=person, by=signed.user)
            messages.success(request, f"The note is recorded. {named.sentence}".rstrip())
            return redirect("protection:notes", person.pk)
    context = {
        "title": "Sensitive notes",
        "person": person,
        "form": form,
        "offered": offered,
        "notes": notes_about(person),
        "agency_id": signed.agency_id,
        "back": reverse("home:person", args=[person.pk]),
    }
    return render(request, "protection/notes.html", context)


@needs(Permission.RECORD_CONTACT)
def correct(request: HttpRequest, note_id: int) -> HttpResponse:
    """Correct a note; the earlier version is kept."""
    note = _note(request, note_id)
    user = signed_in(request).user
    editing = Editing(
        request, NoteCorrection, record=f"people.SensitiveNote {note.pk}", read=lambda: _standing(note)
    )  # fmt: skip
    if editing.save(lambda row, answers: _correct(user, row, answers)):
        messages.success(request, "The note is corrected. The earlier version is kept.")
        return redirect("protection:notes", note.person_id)
    back = reverse("protection:notes", args=[note.person_id])
    context = {"title": "Correct a note", "submit": "Save the correction", "back": back, "cancel": back}
    return editing.page(context | {"caption": f"{note.person}: {note}"})


@needs(Permission.RECORD_CONTACT)
@require_POST
def withdraw(request: HttpRequest, note_id: int) -> HttpResponse:
    """Take a note off the record."""
    note = _note(request, note_id)
    try:
        withdraw_note(by=signed_in(request).user, note=note)
    except (Refused, Changed) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The note is withdrawn. The trail keeps it.")
    return redirect("protection:notes", note.person_id)


def _note(request: HttpRequest, note_id: int) -> SensitiveNote:
    found: SensitiveNote = get_object_or_404(SensitiveNote.objects.select_related("person", "agency"), pk=note_id)
    person_or_refusal(request, found.person_id)
    if refusal := why_not_correct(found, signed_in(request).agency_id):
        raise PermissionDenied(refusal)
    return found


def _standing(drawn: SensitiveNote) -> Standing:
    note = row_now(drawn)
    return standing_of(note, mark=note.pk, values={"happened_on": note.happened_on, "text": note.text})


def _correct(user: Any, row: int, answers: dict[str, Any]) -> None:
    correct_note(by=user, note=SensitiveNote.objects.select_related("agency").get(pk=row), **answers)
