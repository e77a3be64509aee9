"""Planning an appointment, moving it, calling it off and saying how it ended."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.contacts import Slot
from trellis.rules.dates import parse_date
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import ContactKind, ContactMode, ContactOutcome, Engagement, MovedBy, Permission
from trellis.service.access.queries import Signed, signed_in
from trellis.service.access.views import needs
from trellis.service.casework.actions.appointments import (
    call_off,
    move_appointment,
    plan_appointment,
    record_outcome,
)
from trellis.service.casework.forms.contacts import (
    AppointmentForm,
    AppointmentOutcomeForm,
    CallOffForm,
    MoveForm,
)
from trellis.service.casework.models import Appointment
from trellis.service.casework.presenting import when_of
from trellis.service.casework.queries.contacts import clashes_with, lead_agencies, names_of, why_not_change
from trellis.service.casework.views.shared import carried_out, own_agency, way_back
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.ui.filters import clock

ALL = Appointment.objects.select_related("person", "agency", "with_user", "recorded_by")


@needs(Permission.RECORD_CONTACT)
def plan(request: HttpRequest, person_id: int) -> HttpResponse:
    """Plan an appointment; what the address says of it is filled in."""
    person = person_or_refusal(request, person_id)
    signed = signed_in(request)
    agency = own_agency(signed)
    usual = {"worker": str(signed.user), "with_user": signed.user.pk, "minutes": 30, **_asked(request)}
    if request.GET.get("with") == "leads":
        usual["joint"] = [number for number in lead_agencies(person.pk) if number != agency.pk]
    form = AppointmentForm(request.POST or None, initial=usual, scheme=signed.scheme, agency=agency)
    if form.is_valid() and not form.cleaned_data["despite_clash"]:
        _warn(form, person)

    def act(answers: dict[str, Any]) -> None:
        form.cleaned_data = answers
        for_what = form.for_what()
        answers.pop("despite_clash")
        plan_appointment(person=person, agency=agency, by=signed.user, for_what=for_what, **answers)

    if not form.errors and carried_out(form, act):
        messages.success(request, "The appointment is planned.")
        return redirect("casework:contacts", person.pk)
    context = {"title": "Plan an appointment", "submit": "Plan the appointment", "form": form}
    return render(request, "casework/appointment_form.html", context | way_back(person))


def _asked(request: HttpRequest) -> dict[str, Any]:
    """What a link to the page has settled already; anything that is no answer is left out."""
    asked: dict[str, Any] = {}
    if request.GET.get("mode") in dict(ContactMode.choices()):
        asked["mode"] = request.GET["mode"]
    if request.GET.get("kind") in dict(ContactKind.choices()):
        asked["kind"] = request.GET["kind"]
    try:
        day = parse_date(request.GET.get("on", ""), today=timezone.localdate())
    except Refused:
        return asked
    return asked | {"happened_on": day}


def _warn(form: AppointmentForm, person: Person) -> None:
    answers = form.cleaned_data
    slot = Slot(0, answers["happened_on"], answers["happened_at"], answers["minutes"])
    found = clashes_with(person, slot)
    if found:
        form.warn_of_clash([
            f"{one.agency} sees them at {clock(one.happened_at)} for {one.slot.minutes} minutes. Choose another time,"
            " or plan it all the same."
            for one in found if one.happened_at is not None and one.slot is not None
        ])  # fmt: skip


@needs(Permission.SEE_MANAGED_PEOPLE, Permission.SEE_KNOWN_PEOPLE)
def show(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Show one appointment, with how it came to stand where it does."""
    appointment = get_object_or_404(ALL, pk=appointment_id)
    person = person_or_refusal(request, appointment.person_id)
    signed = signed_in(request)
    slot = appointment.slot
    refusal = why_not_change(appointment, signed.agency)
    context = {
        "title": "Appointment",
        "appointment": appointment,
        "person": person,
        "when": when_of(appointment),
        "joint": list(names_of(appointment.joint).values()),
        "earlier": _earlier(appointment),
        "refusal": refusal if signed.may(Permission.RECORD_CONTACT) else "",
        "may_change": signed.may(Permission.RECORD_CONTACT) and not refusal,
        "has_begun": slot is None or slot.starts <= timezone.now(),
        "clashes": [(one, when_of(one)) for one in clashes_with(person, slot)] if slot else [],
        "back": reverse("casework:contacts", args=[person.pk]),
    }
    return render(request, "casework/appointment.html", context)


def _earlier(appointment: Appointment) -> list[tuple[Appointment, str]]:
    """The versions before it, the latest first: each was superseded at the moment at which the next was recorded."""
    versions = list(Appointment.objects.filter(person=appointment.person_id).exclude(superseded_at=None))
    by_end = {version.superseded_at: version for version in versions}
    found, moment = [], appointment.recorded_at
    while (version := by_end.pop(moment, None)) is not None:
        found.append((version, when_of(version)))
        moment = version.recorded_at
    return found


def _to_change(request: HttpRequest, appointment_id: int) -> tuple[Appointment, Person, Signed]:
    appointment = get_object_or_404(ALL, pk=appointment_id)
    person = person_or_refusal(request, appointment.person_id)
    signed = signed_in(request)
    if refusal := why_not_change(appointment, signed.agency):
        raise PermissionDenied(refusal)
    return appointment, person, signed


@needs(Permission.RECORD_CONTACT)
def move(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Move an appointment to another time."""
    appointment, person, signed = _to_change(request, appointment_id)
    begin = {"happened_on": appointment.happened_on, "happened_at": appointment.happened_at}
    form = MoveForm(request.POST or None, initial=begin)
    if carried_out(
        form,
        lambda answers: move_appointment(
            appointment=appointment, moved_by=MovedBy(answers.pop("moved_by")), acting_for=signed.agency,
            by=signed.user, **answers,
        ),
    ):  # fmt: skip
        messages.success(request, "The appointment is moved. The earlier time is kept.")
        return redirect("casework:contacts", person.pk)
    context = {"title": "Move the appointment", "lede": f"It stands on {when_of(appointment)}.", "submit": "Move it"}
    return render(request, "ui/form.html", context | {"form": form} | way_back(person))


@needs(Permission.RECORD_CONTACT)
def off(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Call an appointment off."""
    appointment, person, signed = _to_change(request, appointment_id)
    form = CallOffForm(request.POST or None)
    if carried_out(
        form,
        lambda answers: call_off(
            appointment=appointment, moved_by=MovedBy(answers["moved_by"]), reason=answers["reason"],
            acting_for=signed.agency, by=signed.user,
        ),
    ):  # fmt: skip
        messages.success(request, "The appointment is called off.")
        return redirect("casework:contacts", person.pk)
    context = {
        "title": "Call the appointment off",
        "lede": f"It stands on {when_of(appointment)}.",
        "submit": "Call off",
    }
    return render(request, "ui/form.html", context | {"form": form} | way_back(person))


@needs(Permission.RECORD_CONTACT)
def outcome(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Say how an appointment ended."""
    appointment, person, signed = _to_change(request, appointment_id)
    form = AppointmentOutcomeForm(request.POST or None, initial={"worker": appointment.worker or str(signed.user)})

    def act(answers: dict[str, Any]) -> None:
        rated = answers.pop("engagement")
        record_outcome(
            appointment=appointment, outcome=ContactOutcome(answers.pop("outcome")),
            engagement=Engagement(rated) if rated else None, acting_for=signed.agency, by=signed.user, **answers,
        )  # fmt: skip

    if carried_out(form, act):
        messages.success(request, "The outcome is recorded.")
        return redirect("casework:contacts", person.pk)
    context = {
        "title": "How did it end?",
        "lede": f"{appointment}, {when_of(appointment)}",
        "submit": "Record the outcome",
    }
    return render(request, "ui/form.html", context | {"form": form} | way_back(person))
