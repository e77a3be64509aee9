"""Which agency a session acts for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trellis.service.access.queries import signed_in
from trellis.service.administration.acting_for import MUST_CHOOSE, choose
from trellis.service.administration.forms import AgencyChoice


def acting_agency(request: HttpRequest) -> HttpResponse:
    """Choose the agency to act for, of those at which one has a role today."""
    signed = signed_in(request)
    offered = [(str(agency.pk), agency.name) for agency in signed.agencies]
    usual = {} if MUST_CHOOSE in request.session else {"agency": str(signed.agency_id)}
    form = AgencyChoice(request.POST or None, initial=usual, offered=offered)
    if form.is_valid():
        choose(request, int(form.cleaned_data["agency"]))
        return redirect("home:work")
    return render(request, "administration/agency.html", {"title": "Your agency", "form": form, "offered": offered})
