"""Briefings: the list of them, issuing one, and one as its reader may see it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from trellis.rules.vocabulary import AreaKind, Marking, Permission
from trellis.service.access.queries import Signed, signed_in
from trellis.service.access.views import needs
from trellis.service.intelligence.actions import issue_briefing
from trellis.service.intelligence.forms import BriefingForm
from trellis.service.intelligence.models import Briefing
from trellis.service.intelligence.presenting import cards_of
from trellis.service.intelligence.queries import read
from trellis.service.schemes.models import Area, Scheme
from trellis.service.ui.views import Page, paginate


@needs(Permission.SEE_BRIEFING)
def briefings(request: HttpRequest) -> HttpResponse:
    """List the scheme's briefings, the latest first."""
    signed = signed_in(request)
    issued = Briefing.objects.filter(scheme=_scheme(signed)).select_related("issued_by")
    page: Page[Briefing] = paginate(request, issued)
    may_issue = signed.may(Permission.ISSUE_BRIEFING)
    return render(request, "intelligence/briefings.html", {"title": "Briefings", "page": page, "may_issue": may_issue})


@needs(Permission.ISSUE_BRIEFING)
def issue(request: HttpRequest) -> HttpResponse:
    """Issue a briefing."""
    signed = signed_in(request)
    form = BriefingForm(request.POST or None)
    if form.is_valid():
        asked = form.cleaned_data
        briefing = issue_briefing(
            scheme=_scheme(signed), note=asked["note"], marking=Marking(asked["marking"]), by=signed.user
        )
        messages.success(request, "The briefing is issued. Each reader sees in it only the people they may see.")
        return redirect("intelligence:briefing", briefing.pk)
    back = reverse("intelligence:briefings")
    context = {
        "title": "Issue a briefing",
        "lede": "The cohort by priority as it stands now, and what changed since the last briefing. It stays as it is,"
        " whatever is corrected later.",
        "form": form,
        "submit": "Issue the briefing",
        "back": back,
        "cancel": back,
    }
    return render(request, "ui/form.html", context)


@needs(Permission.SEE_BRIEFING)
def briefing(request: HttpRequest, briefing_id: int) -> HttpResponse:
    """Show a briefing; `?area=` shows one area of it."""
    signed = signed_in(request)
    scheme = _scheme(signed)
    one = get_object_or_404(Briefing.objects.select_related("scheme", "issued_by"), pk=briefing_id, scheme=scheme)
    areas = list(Area.objects.filter(path__startswith=scheme.area.path, boundary=AreaKind.DISTRICT))
    area = next((area for area in areas if str(area.pk) == request.GET.get("area")), None)
    told = read(one, area=area)
    context = {
        "title": "Briefing",
        "told": told,
        "cards": cards_of(told),
        "areas": areas,
        "area": area,
        "marking": one.marking,
        "back": reverse("intelligence:briefings"),
    }
    return render(request, "intelligence/briefing.html", context)


def _scheme(signed: Signed) -> Scheme:
    if signed.scheme is None:
        raise PermissionDenied("You work in no scheme today. Ask an administrator for a posting.")
    return signed.scheme
