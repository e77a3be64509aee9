"""Recording what somebody was told and offered, a drug test, a share in passing, and the answer to disengagement."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from trellis.rules.vocabulary import (
    Compartment,
    DisengagementResponse,
    DrugTestBasis,
    DrugTestResult,
    OfferAnswer,
    Permission,
    Understanding,
)
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.casework.actions.elsewhere import note_share
from trellis.service.casework.actions.engagement import (
    record_drug_test,
    record_explanation,
    record_offer,
    respond_to_disengagement,
)
from trellis.service.casework.forms.engagement import (
    DisengagementForm,
    DrugTestForm,
    ExplanationForm,
    OfferForm,
    ShareNoteForm,
)
from trellis.service.casework.queries.clocks import contact_clock
from trellis.service.casework.views.shared import carried_out, own_agency, way_back
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.protection.queries.notes import compartments_to_write

REVIEWED_AFTER = timedelta(days=14)


@needs(Permission.RECORD_CONTACT)
def explanation(request: HttpRequest, person_id: int) -> HttpResponse:
    """Record that somebody was told why they were selected."""
    person = person_or_refusal(request, person_id)
    signed = signed_in(request)
    agency = own_agency(signed)
    form = ExplanationForm(request.POST or None, initial=_usual(str(signed.user)))
    if carried_out(
        form,
        lambda answers: record_explanation(
            person=person, understood=Understanding(answers.pop("understood")), agency=agency, by=signed.user, **answers
        ),
    ):
        messages.success(request, "It is recorded that they were told.")
        return redirect("casework:contacts", person.pk)
    context = {"title": "Told why they were selected", "submit": "Record it", "form": form}
    return render(request, "ui/form.html", context | way_back(person))


@needs(Permission.RECORD_CONTACT)
def offer(request: HttpRequest, person_id: int) -> HttpResponse:
    """Record what help was offered and what they answered."""
    person = person_or_refusal(request, person_id)
    signed = signed_in(request)
    agency = own_agency(signed)
    form = OfferForm(request.POST or None, initial=_usual(str(signed.user)))

    def act(answers: dict[str, Any]) -> None:
        because = answers.pop("refused_because") or "", answers.pop("partly_because") or ""
        answers["consequences"] = answers["consequences"] or ""
        record_offer(
            person=person, answer=OfferAnswer(answers.pop("answer")), their_reason="".join(because), agency=agency,
            by=signed.user, **answers,
        )  # fmt: skip

    if carried_out(form, act):
        messages.success(request, "The offer and their answer are recorded.")
        return redirect("casework:contacts", person.pk)
    context = {"title": "Help offered", "submit": "Record the offer", "form": form}
    return render(request, "ui/form.html", context | way_back(person))


@needs(Permission.SET_PRIORITY)
def disengagement(request: HttpRequest, person_id: int) -> HttpResponse:
    """Choose what is done about somebody who has stopped engaging, and say why."""
    person = person_or_refusal(request, person_id, Person.objects.select_related("scheme"))
    signed = signed_in(request)
    agency = own_agency(signed)
    begin = {"happened_on": timezone.localdate(), "review_on": timezone.localdate() + REVIEWED_AFTER}
    signs = contact_clock(person).disengaging if request.method == "GET" else []
    form = DisengagementForm(request.POST or None, initial=begin | {"signs": "\n".join(signs)})
    chosen: list[DisengagementResponse] = []

    def act(answers: dict[str, Any]) -> None:
        chosen.append(DisengagementResponse(answers.pop("response")))
        respond_to_disengagement(person=person, response=chosen[0], agency=agency, by=signed.user, **answers)

    if carried_out(form, act):
        messages.success(request, "The response is recorded, with when it is looked at again.")
        if chosen[0] is DisengagementResponse.REMOVAL and signed.may(Permission.DECIDE):
            return redirect("selection:leave", person.pk)
        return redirect("casework:contacts", person.pk)
    context = {"title": "Not engaging: what do you do?", "submit": "Record the response", "form": form}
    return render(request, "ui/form.html", context | way_back(person))


@needs(Permission.RECORD_CONTACT)
def drug_test(request: HttpRequest, person_id: int) -> HttpResponse:
    """Record a drug test; only whoever may read health information about them can."""
    person = person_or_refusal(request, person_id)
    signed = signed_in(request)
    agency = own_agency(signed)
    if Compartment.HEALTH not in compartments_to_write(person):
        raise PermissionDenied(
            "A drug test is health information, which your work with this person does not open. Ask a worker of"
            " probation or treatment to record it, or ask for access to health information."
        )
    form = DrugTestForm(request.POST or None, initial=_usual(str(signed.user)))

    def act(answers: dict[str, Any]) -> None:
        record_drug_test(
            person=person, basis=DrugTestBasis(answers.pop("basis")), result=DrugTestResult(answers.pop("result")),
            positive_for=answers.pop("positive_for") or "", agency=agency, by=signed.user, **answers,
        )  # fmt: skip

    if carried_out(form, act):
        messages.success(request, "The test is recorded.")
        return redirect("casework:contacts", person.pk)
    lede = "This is health information: only those whose work with this person opens it read it."
    context = {"title": "Record a drug test", "submit": "Record the test", "form": form, "lede": lede}
    return render(request, "ui/form.html", context | way_back(person))


@needs(Permission.SHARE)
def share(request: HttpRequest, person_id: int) -> HttpResponse:
    """Note what was told to a partner in passing."""
    person = person_or_refusal(request, person_id, Person.objects.select_related("scheme"))
    signed = signed_in(request)
    agency = own_agency(signed)
    form = ShareNoteForm(request.POST or None)
    if carried_out(form, lambda answers: note_share(person=person, agency=agency, by=signed.user, **answers)):
        messages.success(request, "It is in the log of what has been shared.")
        return redirect("sharing:log", person.pk)
    context = {
        "title": "Note what you shared",
        "lede": f"You, {signed.user} of {agency}, told a partner something in passing, under the sharing agreement.",
        "submit": "Note it",
        "form": form,
    }
    return render(request, "ui/form.html", context | way_back(person))


def _usual(worker: str) -> dict[str, Any]:
    return {"happened_on": timezone.localdate(), "worker": worker}
