"""The meetings of a scheme, and what partners bring to them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from trellis.rules.vocabulary import MeetingStatus, Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.meetings.models import Meeting
from trellis.service.meetings.queries.attendance import figures_of, usual_period
from trellis.service.ui.views import Page, paginate


@needs(Permission.ATTEND_MEETINGS)
def meetings(request: HttpRequest) -> HttpResponse:
    """List the meetings that are planned, the next first, and those that were held or cancelled."""
    signed = signed_in(request)
    everything = Meeting.objects.filter(scheme=signed.scheme)
    page: Page[Meeting] = paginate(request, everything.exclude(status=MeetingStatus.PLANNED))
    context = {
        "title": "Meetings",
        "planned": list(everything.filter(status=MeetingStatus.PLANNED).order_by("on", "at", "id")),
        "page": page,
        "may_hold": signed.may(Permission.HOLD_MEETINGS),
        "may_see_figures": signed.may(Permission.HOLD_MEETINGS) or signed.may(Permission.SEE_FIGURES),
        "today": timezone.localdate(),
    }
    return render(request, "meetings/meetings.html", context)


@needs(Permission.HOLD_MEETINGS, Permission.SEE_FIGURES)
def figures(request: HttpRequest) -> HttpResponse:
    """Show each agency's attendance, updates and actions over the last year (INT-23)."""
    signed, today = signed_in(request), timezone.localdate()
    since = usual_period(today)
    context = {
        "title": "Partners at meetings",
        "figures": figures_of(signed.scheme, since, today) if signed.scheme else [],
        "since": since,
        "attends": signed.may(Permission.ATTEND_MEETINGS),
    }
    return render(request, "meetings/figures.html", context)
