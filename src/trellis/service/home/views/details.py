"""Editing a person's details."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.home.forms import PersonForm
from trellis.service.people.actions import EDITABLE, edit_person
from trellis.service.people.models import Person


@needs(Permission.EDIT_PERSON)
def edit(request: HttpRequest, person_id: int) -> HttpResponse:
    """Change a person's name, birth or sex; the record before stays in the trail."""
    person = get_object_or_404(Person, pk=person_id)
    form = PersonForm(request.POST or None, initial={name: getattr(person, name) for name in (*EDITABLE, "version")})
    if form.is_valid():
        try:
            edit_person(person=person, by=signed_in(request).user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The details are changed.")
            return redirect("home:person", person.pk)
    back = reverse("home:person", args=[person.pk])
    context = {
        "title": "Edit details",
        "heading": "Edit details",
        "caption": str(person),
        "lede": "These stand in the header of every page about the person. What another agency’s system holds beside"
        " them, such as aliases and identifiers, comes with its extracts.",
        "form": form,
        "submit": "Save the details",
        "back": back,
        "cancel": back,
    }
    return render(request, "ui/form.html", context)
