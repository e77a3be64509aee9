"""Agencies, teams and areas: looking at them and adding one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import AgencyKind, Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.stepping_up import recently_proved
from trellis.service.access.views import needs
from trellis.service.administration.actions import add_agency, add_area, add_team
from trellis.service.administration.forms import AgencyForm, AreaForm, TeamForm
from trellis.service.administration.queries.organisation import agencies, side_by_side
from trellis.service.administration.views.reading import READERS, scheme_of, sections
from trellis.service.schemes.models import Agency
from trellis.service.ui.forms import Form
from trellis.service.ui.views import Page, paginate

READS_NOTHING_YET = (
    "Its workers can be invited at once. They read nobody’s record until the agency is party to a sharing agreement,"
    " which the information officer records."
)


@needs(*READERS)
def organisation(request: HttpRequest) -> HttpResponse:
    """Every agency with its teams."""
    scheme = scheme_of(request)
    page: Page[Agency] = paginate(request, agencies())
    context = {"title": "Agencies and teams", "page": page}
    return render(request, "administration/agencies.html", context | sections(request, scheme))


@needs(*READERS)
def areas(request: HttpRequest) -> HttpResponse:
    """The scheme's areas: what the police drew and what probation drew, side by side."""
    scheme = scheme_of(request)
    context = {"title": "Areas", "kinds": side_by_side(scheme), "scheme": scheme}
    return render(request, "administration/areas.html", context | sections(request, scheme))


@needs(Permission.MANAGE_USERS)
@recently_proved
def new_agency(request: HttpRequest) -> HttpResponse:
    """Add an agency."""
    form = AgencyForm(request.POST or None)
    scheme_of(request)

    def add() -> None:
        add_agency(
            by=signed_in(request).user, name=form.cleaned_data["name"], kind=AgencyKind(form.cleaned_data["kind"])
        )

    words = {"title": "Add an agency", "submit": "Add the agency", "lede": READS_NOTHING_YET}
    return _adding(request, form, add, words, "administration:agencies")


@needs(Permission.MANAGE_USERS)
@recently_proved
def new_team(request: HttpRequest) -> HttpResponse:
    """Add a team."""
    scheme = scheme_of(request)
    form = TeamForm(request.POST or None, scheme=scheme)

    def add() -> None:
        add_team(by=signed_in(request).user, scheme=scheme, **form.team())

    words = {"title": "Add a team", "submit": "Add the team"}
    return _adding(request, form, add, words, "administration:agencies")


@needs(Permission.MANAGE_USERS)
@recently_proved
def new_area(request: HttpRequest) -> HttpResponse:
    """Add an area."""
    form = AreaForm(request.POST or None, scheme=scheme_of(request))

    def add() -> None:
        add_area(by=signed_in(request).user, **form.area())

    words = {"title": "Add an area", "submit": "Add the area"}
    return _adding(request, form, add, words, "administration:areas")


def _adding(
    request: HttpRequest, form: Form, add: Callable[[], None], words: dict[str, Any], afterwards: str
) -> HttpResponse:
    if form.is_valid():
        try:
            add()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is added, and can be used from now on.")
            return redirect(afterwards)
    back = reverse(afterwards)
    return render(request, "ui/form.html", words | {"form": form, "back": back, "cancel": back})
