"""Opening the people of a panel to its members."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.models import Grant
from trellis.service.access.queries import signed_in
from trellis.service.access.stepping_up import recently_proved
from trellis.service.access.views import needs
from trellis.service.protection.actions.panels import open_to_panel
from trellis.service.protection.forms import PanelForm
from trellis.service.protection.queries.panels import members_for_panel, open_to_members, people_for_panel
from trellis.service.protection.queries.people import names_of
from trellis.service.ui.filters import date_and_time
from trellis.service.ui.views import Page, paginate


@needs(Permission.DECIDE)
@recently_proved
def panel(request: HttpRequest) -> HttpResponse:
    """Open those who wait for the panel to members from other agencies, and list what is open."""
    signed = signed_in(request)
    if signed.scheme is None:
        raise PermissionDenied("You work in no scheme today, so there is no panel to open anybody to.")
    people, members = people_for_panel(signed.scheme), members_for_panel(signed.scheme, signed.agency_id)
    form = PanelForm(request.POST or None, people=people, members=members)
    if form.is_valid():
        asked = form.asked()
        try:
            open_to_panel(by=signed.user, scheme=signed.scheme, **asked)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            until = date_and_time(asked["ends_at"])
            messages.success(request, f"The members see the people of the panel until {until}.")
            return redirect("protection:panel")
    page: Page[Grant] = paginate(request, open_to_members())
    names = names_of(grant.person_id for grant in page.items)
    context = {
        "title": "Open people to a panel",
        "form": form,
        "offered": bool(people and members),
        "open": [(grant, names.get(grant.person_id)) for grant in page.items],
        "page": page,
    }
    return render(request, "protection/panel.html", context)
