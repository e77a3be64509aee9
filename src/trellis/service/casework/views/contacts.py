"""Recording a contact, correcting one, and what stands of it elsewhere."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.dates import long_date
from trellis.rules.vocabulary import ContactOutcome, OtherSystem, Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.casework.actions import correct_contact, record_contact
from trellis.service.casework.actions.contacts import change_outcome
from trellis.service.casework.actions.elsewhere import tick_recorded
from trellis.service.casework.forms import ContactForm, CorrectionForm
from trellis.service.casework.forms.contacts import FOR_WHAT, OutcomeChangeForm, taken_from
from trellis.service.casework.forms.engagement import TickForm
from trellis.service.casework.models import Contact
from trellis.service.casework.presenting import copies_of, note_parts
from trellis.service.casework.queries import why_not_correct
from trellis.service.casework.queries.contacts import names_of
from trellis.service.casework.queries.lists import formats_for
from trellis.service.casework.views.shared import carried_out, own_agency, way_back
from trellis.service.people.opening import person_or_refusal
from trellis.service.people.standing import row_now, standing_of
from trellis.service.ui.editing import Editing, Standing
from trellis.service.work.actions import mentioned

CORRECTED = ("happened_on", "happened_at", "mode", "outcome", "worker", "notes", "engagement", *FOR_WHAT)


@needs(Permission.RECORD_CONTACT)
def new(request: HttpRequest, person_id: int) -> HttpResponse:
    """Record a contact with a person."""
    person = person_or_refusal(request, person_id)
    signed = signed_in(request)
    usual = {"happened_on": timezone.localdate(), "worker": str(signed.user), "agency": signed.agency}
    form = ContactForm(request.POST or None, initial=usual)

    def act(answers: dict[str, Any]) -> None:
        form.cleaned_data = answers
        for_what = form.for_what()
        record_contact(person=person, by=signed.user, for_what=for_what, **answers)

    if carried_out(form, act):
        named = mentioned(text=form.cleaned_data["notes"], person=person, by=signed.user)
        messages.success(request, f"The contact is recorded. {named.sentence}".rstrip())
        return redirect("home:person", person.pk)
    context = {"title": "Record a contact", "heading": "Record a contact", "submit": "Record the contact"}
    return render(request, "casework/contact_form.html", context | {"form": form} | way_back(person))


@needs(Permission.SEE_MANAGED_PEOPLE, Permission.SEE_KNOWN_PEOPLE)
def show(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Show one contact, with how it reads in the agency's own system."""
    contacts = Contact.objects.select_related("person", "agency", "recorded_by", "appointment")
    contact = get_object_or_404(contacts, pk=contact_id)
    person = person_or_refusal(request, contact.person_id)
    signed = signed_in(request)
    names = names_of(contact.joint)
    writes = signed.may(Permission.RECORD_CONTACT)
    # Only one's own: what another agency wrote is theirs to enter in their system.
    own = writes and contact.agency_id == signed.agency_id and contact.superseded_at is None
    formats = formats_for(signed.agency) if own and not contact.withheld else []
    context = {
        "title": "Contact",
        "contact": contact,
        "person": person,
        "joint": list(names.values()),
        "copies": copies_of(contact, formats, note_parts(contact, list(names.values()))),
        "correctable": writes and not why_not_correct(contact, signed.agency),
        "shares": signed.may(Permission.SHARE),
        "back": reverse("casework:contacts", args=[person.pk]),
    }
    return render(request, "casework/contact.html", context)


@needs(Permission.RECORD_CONTACT)
def tick(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Record under which reference a contact stands in another system."""
    contact = get_object_or_404(Contact.objects.select_related("person", "agency"), pk=contact_id)
    person = person_or_refusal(request, contact.person_id)
    signed = signed_in(request)
    if contact.agency_id != signed.agency_id:
        raise PermissionDenied(f"This contact is {contact.agency}’s to enter in their own system.")
    systems = [one.system for one in formats_for(signed.agency)]
    form = TickForm(request.POST or None, initial={"system": systems[0] if systems else ""})
    agency = own_agency(signed)
    if carried_out(
        form,
        lambda answers: tick_recorded(
            contact=contact, system=OtherSystem(answers["system"]), reference=answers["reference"], agency=agency,
            by=signed.user,
        ),
    ):  # fmt: skip
        messages.success(request, "Ticked: it is recorded there.")
        return redirect("casework:show", contact.pk)
    context = {"title": "Recorded there", "heading": "Recorded in your own system", "submit": "Tick it"}
    return render(request, "ui/form.html", context | {"form": form} | way_back(person))


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

    def act(row: int, answers: dict[str, Any]) -> None:
        drawn = Contact.objects.select_related("agency").get(pk=row)
        for_what = taken_from(answers)
        correct_contact(contact=drawn, acting_for=agency, by=signed.user, for_what=for_what, **answers)

    if editing.save(act):
        messages.success(request, "The contact is corrected. The earlier version is kept.")
        return redirect("home:person", contact.person_id)
    context = {"title": "Correct a contact", "heading": "Correct a contact", "submit": "Save the correction"}
    return editing.page(context | way_back(contact.person), "ui/form.html")


def _standing(drawn: Contact) -> Standing:
    contact = row_now(drawn)
    return standing_of(contact, mark=contact.pk, values={name: getattr(contact, name) for name in CORRECTED})


@needs(Permission.RECORD_CONTACT)
def outcome(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Change how a contact ended, such as once the evidence has come; the earlier outcome is kept."""
    contact = get_object_or_404(Contact.objects.select_related("person", "agency"), pk=contact_id)
    person = person_or_refusal(request, contact.person_id)
    signed = signed_in(request)
    if refusal := why_not_correct(contact, signed.agency):
        raise PermissionDenied(refusal)
    form = OutcomeChangeForm(request.POST or None, initial={"outcome": contact.outcome})
    agency = own_agency(signed)
    if carried_out(
        form,
        lambda answers: change_outcome(
            contact=contact, outcome=ContactOutcome(answers["outcome"]), reason=answers["reason"], acting_for=agency,
            by=signed.user,
        ),
    ):  # fmt: skip
        messages.success(request, "The outcome is changed. The earlier one is kept.")
        return redirect("casework:contacts", person.pk)
    stands = f"{long_date(contact.happened_on)}, {contact.full_words[0].lower()}{contact.full_words[1:]}"
    lede = f"{stands}, by {contact.worker}. It stands as “{ContactOutcome(contact.outcome).label.lower()}”."
    context = {"title": "Change the outcome", "submit": "Change the outcome", "form": form, "lede": lede}
    return render(request, "ui/form.html", context | way_back(person))
