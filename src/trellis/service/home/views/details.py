"""Editing a person's details."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.home.forms import PersonForm
from trellis.service.people.actions import edit_person
from trellis.service.people.opening import person_or_refusal
from trellis.service.people.queries import editable_by_actor
from trellis.service.people.standing import person_standing
from trellis.service.ui.editing import Editing


@needs(Permission.EDIT_PERSON)
def edit(request: HttpRequest, person_id: int) -> HttpResponse:
    """Change a person's name, birth or sex; the record before stays in the trail."""
    person = person_or_refusal(request, person_id)
    by = signed_in(request).user
    fields = editable_by_actor()
    editing = Editing(
        request,
        lambda *args, **kwargs: _form_of(fields, *args, **kwargs),
        # A page drawn while more or less was shared does not fit this one.
        record=f"people.Person {person.pk} {' '.join(fields)}",
        read=lambda: person_standing(person.pk, fields),
    )
    if editing.save(lambda version, answers: edit_person(person=person, version=version, by=by, **answers)):
        messages.success(request, "The details are changed.")
        return redirect("home:person", person.pk)
    back = reverse("home:person", args=[person.pk])
    context = {
        "title": "Edit details",
        "heading": "Edit details",
        "caption": str(person),
        "lede": "These stand in the header of every page about the person. What another agency’s system holds beside"
        " them, such as aliases and identifiers, comes with its extracts.",
        "submit": "Save the details",
        "back": back,
        "cancel": back,
    }
    return editing.page(context)


def _form_of(fields: Iterable[str], *args: Any, **kwargs: Any) -> PersonForm:
    form = PersonForm(*args, **kwargs)
    for name in set(form.fields) - set(fields):
        del form.fields[name]
    return form
