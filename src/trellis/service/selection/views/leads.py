"""Changing a lead, and ending management."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import LeadKind, Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.people.standing import standing_of
from trellis.service.selection.actions import change_lead, leave_cohort
from trellis.service.selection.forms import LeadForm, LeaveForm
from trellis.service.selection.queries.officers import leads_of, noting_training, officers_for
from trellis.service.ui.editing import Editing, Standing


@needs(Permission.ALLOCATE)
def change(request: HttpRequest, person_id: int, kind: str) -> HttpResponse:
    """Give a case another lead; the history keeps the former one."""
    person = person_or_refusal(request, person_id, Person.objects.select_related("scheme"))
    if kind not in set(LeadKind):
        raise Http404("There is no such kind of lead.")
    service = LeadKind(kind)
    officers = noting_training(officers_for(service, person.scheme), person)
    editing = Editing(
        request,
        partial(LeadForm, officers=officers),
        record=f"the {service} lead of people.Person {person.pk}",
        read=lambda: _standing(person, service),
        asked={"officer": None, "reason": ""},
    )
    if editing.save(
        lambda row, answers: change_lead(
            by=signed_in(request).user, person=person, kind=service, instead_of=row, **answers
        )
    ):
        messages.success(request, f"{editing.form.cleaned_data['officer']} is now the {service.label.lower()}.")
        return redirect("home:person", person.pk)
    history = person.lead_set.current().filter(kind=service).select_related("officer", "agency")
    context = {
        "title": f"Change the {service.label.lower()}",
        "submit": "Change the lead",
        "person": person,
        "history": list(history),
    }
    return editing.page(context | _way_back(person), "selection/lead.html")


def _standing(person: Person, kind: LeadKind) -> Standing:
    """Who leads for a service, as the form has it."""
    lead = next((lead for lead in leads_of(person) if lead.kind == kind), None)
    if lead is None:
        return Standing(0, {"officer": None, "reason": ""})
    return standing_of(lead, mark=lead.pk, values={"officer": lead.officer_id, "reason": lead.reason})


@needs(Permission.DECIDE)
def leave(request: HttpRequest, person_id: int) -> HttpResponse:
    """End somebody's management."""
    person = person_or_refusal(request, person_id, Person.objects.select_related("scheme"))
    form = LeaveForm(request.POST or None)
    if form.is_valid():
        try:
            leave_cohort(by=signed_in(request).user, person=person, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{person} is no longer managed. The record of it stays.")
            return redirect("home:person", person.pk)
    context = {
        "title": "End management",
        "lede": "Cohort, leads and priority end today. Officers lose sight of the record; nothing is deleted.",
        "submit": "End management",
        "form": form,
    }
    return render(request, "ui/form.html", context | _way_back(person))


def _way_back(person: Person) -> dict[str, str]:
    back = reverse("home:person", args=[person.pk])
    return {"caption": str(person), "back": back, "cancel": back}
