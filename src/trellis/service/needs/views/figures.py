"""Whose assessment is due, and the figures of a scheme's needs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from trellis.rules.needs import Progress, rounded_percent
from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.casework.views.lists import LEADING, led_by
from trellis.service.needs.models import Reached
from trellis.service.needs.queries.figures import figures_of, published_beside
from trellis.service.needs.queries.picked import picked_by
from trellis.service.needs.queries.standing import Due, assessments_due
from trellis.service.people.models import Person
from trellis.service.ui.views import Page, paginate


@needs(Permission.SEE_MANAGED_PEOPLE)
def due(request: HttpRequest) -> HttpResponse:
    """List managed people by when their next assessment is due, the most overdue first."""
    signed, today = signed_in(request), timezone.localdate()
    mine, only_overdue = led_by(request), request.GET.get("show") == "overdue"
    found = assessments_due(signed.scheme, today, mine)
    late = [(one, standing) for one, standing in found if standing.overdue]
    page: Page[tuple[int, Due]] = paginate(request, late if only_overdue else found)
    # Only those on the page are read as people: nobody else counts as shown.
    named = Person.objects.in_bulk([one for one, _ in page.items])
    context = {
        "title": "Assessments due",
        "page": page,
        "lines": [(named[one], standing) for one, standing in page.items if one in named],
        "overdue": len(late),
        "managed": len(found),
        "only_overdue": only_overdue,
        "mine": mine is not None,
        "may_choose": bool(signed.roles & LEADING),
    }
    return render(request, "needs/due.html", context)


@needs(Permission.SEE_FIGURES)
def figures(request: HttpRequest) -> HttpResponse:
    """Show averages at each checkpoint, the profile, progress, outcomes and consistency."""
    signed = signed_in(request)
    scheme = signed.scheme
    if scheme is None:
        return render(request, "needs/figures.html", {"title": "Needs in figures", "figures": None})
    picked, found = picked_by(scheme), figures_of(scheme, signed.roles)
    context = {
        "title": "Needs in figures",
        "scheme": scheme,
        "picked": picked,
        "figures": found,
        "published": published_beside(found, scheme),
        "ratings": list(Progress),
        "reached": list(Reached),
        "percent": rounded_percent,
    }
    return render(request, "needs/figures.html", context)
