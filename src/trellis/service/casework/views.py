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


@needs(Permission.RECORD_CONTACT)
def new(request: HttpRequest, person_id: int) -> HttpResponse:
    """Record a contact with a person."""
    person = get_object_or_404(Person, pk=person_id)
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
    return _page(request, form, person, context)


@needs(Permission.RECORD_CONTACT)
def correct(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Correct a contact; the earlier version is kept."""
    contact = get_object_or_404(Contact.objects.select_related("person", "agency"), pk=contact_id)
    signed = signed_in(request)
    refusal = why_not_correct(contact, signed.agency)
    if refusal or signed.agency is None:
        raise PermissionDenied(refusal)
    fields = ("happened_on", "happened_at", "mode", "outcome", "worker", "notes")
    form = CorrectionForm(request.POST or None, initial={name: getattr(contact, name) for name in fields})
    if form.is_valid():
        try:
            correct_contact(contact=contact, acting_for=signed.agency, by=signed.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The contact is corrected. The earlier version is kept.")
            return redirect("home:person", contact.person_id)
    context = {"title": "Correct a contact", "heading": "Correct a contact", "submit": "Save the correction"}
    return _page(request, form, contact.person, context)


def _page(request: HttpRequest, form: ContactForm, person: Person, context: dict[str, str]) -> HttpResponse:
    back = reverse("home:person", args=[person.pk])
    return render(
        request, "casework/contact.html", context | {"form": form, "caption": str(person), "cancel": back, "back": back}
    )
