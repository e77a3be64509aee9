"""What makes somebody vulnerable, and a psychologist's advice."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from trellis.rules.errors import Refused
from trellis.rules.needs import ConsultReason, VulnerabilityKind
from trellis.rules.vocabulary import Compartment, Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.needs.actions import end_vulnerability, record_consult, record_vulnerability
from trellis.service.needs.forms import ConsultForm, VulnerabilityForm
from trellis.service.needs.models import Vulnerability
from trellis.service.needs.queries.picked import readable
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.ui.forms import Form


@needs(Permission.PLAN)
def new_vulnerability(request: HttpRequest, person_id: int) -> HttpResponse:
    """Record what makes somebody vulnerable."""
    person = person_or_refusal(request, person_id)
    form = VulnerabilityForm(
        request.POST or None, compartments=readable(person), initial={"starts": timezone.localdate()}
    )
    if form.is_valid():
        said = form.cleaned_data | {"kind": VulnerabilityKind(form.cleaned_data["kind"])}
        try:
            record_vulnerability(person=person, by=signed_in(request).user, **said)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is recorded, and read by those whose work needs it.")
            return redirect("needs:person", person.pk)
    return _form(request, person, form, "Record a vulnerability")


@require_POST
@needs(Permission.PLAN)
def end(request: HttpRequest, vulnerability_id: int) -> HttpResponse:
    """End what no longer holds."""
    row = get_object_or_404(Vulnerability.objects.current().select_related("agency"), pk=vulnerability_id)
    person_or_refusal(request, row.person_id)
    try:
        end_vulnerability(row=row, by=signed_in(request).user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It has ended. What was recorded is kept.")
    return redirect("needs:person", row.person_id)


@needs(Permission.PLAN)
def new_consult(request: HttpRequest, person_id: int) -> HttpResponse:
    """Record a psychologist's advice."""
    person = person_or_refusal(request, person_id)
    if Compartment.PSYCHOLOGY not in readable(person):
        raise PermissionDenied("A psychologist’s advice is recorded by those whose work needs the psychology record.")
    form = ConsultForm(request.POST or None, initial={"consulted_on": timezone.localdate()})
    if form.is_valid():
        said = form.cleaned_data | {"reason": ConsultReason(form.cleaned_data["reason"])}
        try:
            record_consult(person=person, by=signed_in(request).user, **said)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The advice is recorded, for those who read the psychology record.")
            return redirect("needs:person", person.pk)
    return _form(request, person, form, "Record a psychologist’s advice")


def _form(request: HttpRequest, person: Person, form: Form, heading: str) -> HttpResponse:
    back = reverse("needs:person", args=[person.pk])
    context = {"title": heading, "heading": heading, "form": form, "caption": str(person), "cancel": back, "back": back}
    return render(request, "needs/form.html", context)
