"""The trail of who has seen and done what. Reading it leaves an event of its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_resolver

from trellis.rules.vocabulary import Permission
from trellis.service.access.models import User
from trellis.service.access.queries import signed_in
from trellis.service.audit.models import AccessEvent
from trellis.service.audit.queries import access_events
from trellis.service.home.forms import TrailFilter
from trellis.service.home.trail_words import page_words, told_event
from trellis.service.schemes.models import Agency
from trellis.service.ui.views import Page, chosen, paginate

EVENTS_A_PAGE = 50


def trail(request: HttpRequest) -> HttpResponse:
    """Show access events: everybody's to an auditor, to anybody else their own."""
    signed = signed_in(request)
    reads_all = signed.may(Permission.READ_TRAIL)
    form = TrailFilter(request.GET, pages=_pages(), users=_users() if reads_all else [])
    asked = form.asked()
    page: Page[AccessEvent] = paginate(request, access_events(asked), EVENTS_A_PAGE)
    names = User.objects.in_bulk({event.actor_id for event in page.items})
    agencies = Agency.objects.in_bulk({event.agency_id for event in page.items if event.agency_id})
    context = {
        "title": "Trail",
        "reads_all": reads_all,
        "form": form,
        "selected": chosen(form, request.GET),
        "span": asked.span,
        "page": page,
        "events": [told_event(event, names, agencies) for event in page.items],
        "asked": asked,
    }
    return render(request, "home/trail.html", context)


def _users() -> list[tuple[str, str]]:
    return [(str(user.pk), f"{user} ({user.username})") for user in User.objects.order_by("name", "pk")]


def _pages() -> list[tuple[str, str]]:
    """Every page of the service by name and by what it is called in the trail."""
    found = set()
    for space, (_, resolver) in get_resolver().namespace_dict.items():
        found |= {f"{space}:{name}" for name in resolver.reverse_dict if isinstance(name, str)}
    found |= {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    return sorted(((name, page_words(name)) for name in found), key=lambda pair: pair[1])
