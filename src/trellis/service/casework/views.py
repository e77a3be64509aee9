"""Recording a contact and correcting one."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.casework.actions import correct_contact, record_contact
from trellis.service.casework.forms import ContactForm, CorrectionForm
from trellis.service.casework.models import Contact
from trellis.service.casework.queries import why_not_correct
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.people.standing import row_now, standing_of
from trellis.service.ui.editing import Editing, Standing

CORRECTED = ("happened_on", "happened_at", "mode", "outcome", "worker", "notes")


@needs(Permission.RECORD_CONTACT)
def new(request: HttpRequest, person_id: int) -> HttpResponse:
    """Record a contact with a person."""
    person = person_or_refusal(request, person_id)
    signed = signed_in(request)
    usual = {"happened_on": timezone.localdate(), "worker": str(signed.user), "agency": signed.agency}
    form = ContactForm(request.POST or None, initial=usual)
    if form.is_valid():
        try:
            record_contact(person=person, by=signed.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The contact is recorded.")
            return redirect("home:person", person.pk)
    context = {"title": "Record a contact", "heading": "Record a contact", "submit": "Record the contact"}
    return render(request, "casework/contact.html", context | {"form": form} | _way_back(person))


@needs(Permission.RECORD_CONTACT)
def correct(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Correct a contact; the earlier version is kept."""
    contact = get_object_or_404(Contact.objects.select_related("person", "agency"), pk=contact_id)
    person_or_refusal(request, contact.person_id)
    signed = signed_in(request)
    # What was written about a contact that somebody has corrected meanwhile is not lost: it is merged with theirs.
    refusal = why_not_correct(contact, signed.agency, drawn_earlier=request.method == "POST")
    agency = signed.agency
    if refusal or agency is None:
        raise PermissionDenied(refusal)
    editing = Editing(
        request, CorrectionForm, record=f"casework.Contact {contact.pk}", read=lambda: _standing(contact)
    )  # fmt: skip
    if editing.save(
        lambda row, answers: correct_contact(
            contact=Contact.objects.select_related("agency").get(pk=row), acting_for=agency, by=signed.user, **answers
        )
    ):
        messages.success(request, "The contact is corrected. The earlier version is kept.")
        return redirect("home:person", contact.person_id)
    context = {"title": "Correct a contact", "heading": "Correct a contact", "submit": "Save the correction"}
    return editing.page(context | _way_back(contact.person), "casework/contact.html")


def _standing(drawn: Contact) -> Standing:
    contact = row_now(drawn)
    return standing_of(contact, mark=contact.pk, values={name: getattr(contact, name) for name in CORRECTED})


def _way_back(person: Person) -> dict[str, str]:
    back = reverse("home:person", args=[person.pk])
    return {"caption": str(person), "cancel": back, "back": back}
