"""Changing a lead, and ending management."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import LeadKind, Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.people.models import Person
from trellis.service.selection.actions import change_lead, leave_cohort
from trellis.service.selection.forms import LeadForm, LeaveForm
from trellis.service.selection.queries.officers import officers_for


@needs(Permission.ALLOCATE)
def change(request: HttpRequest, person_id: int, kind: str) -> HttpResponse:
    """Give a case another lead; the history keeps the former one."""
    person = get_object_or_404(Person.objects.select_related("scheme"), pk=person_id)
    if kind not in set(LeadKind):
        raise Http404("There is no such kind of lead.")
    service = LeadKind(kind)
    officers = officers_for(service, person.scheme)
    form = LeadForm(request.POST or None, officers=officers)
    if form.is_valid():
        try:
            change_lead(by=signed_in(request).user, person=person, kind=service, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{form.cleaned_data['officer']} is now the {service.label.lower()}.")
            return redirect("home:person", person.pk)
    history = person.lead_set.current().filter(kind=service).select_related("officer", "agency")
    context = {
        "title": f"Change the {service.label.lower()}",
        "submit": "Change the lead",
        "form": form,
        "person": person,
        "history": list(history),
    }
    return render(request, "selection/lead.html", context | _way_back(person))


@needs(Permission.DECIDE)
def leave(request: HttpRequest, person_id: int) -> HttpResponse:
    """End somebody's management."""
    person = get_object_or_404(Person.objects.select_related("scheme"), pk=person_id)
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
