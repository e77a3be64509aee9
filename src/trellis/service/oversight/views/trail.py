"""The trail of who saw, did and changed what. Reading it leaves an event of its own, with the purpose."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_resolver, reverse
from django.utils import timezone

from trellis.rules.reasons import ReasonKind
from trellis.rules.vocabulary import Permission
from trellis.service.access.models import User
from trellis.service.access.queries import signed_in
from trellis.service.access.reasons import ask_reason
from trellis.service.access.views import needs
from trellis.service.audit.queries import Days, change_events, changed_tables
from trellis.service.oversight.forms import TrailFilter
from trellis.service.oversight.keyset import slice_of
from trellis.service.oversight.queries.trail import Kind, access_events, whole_request
from trellis.service.oversight.words import page_words, table_words, told_changes, told_events
from trellis.service.ui.views import chosen

EVENTS_A_PAGE = 50
CHANGES_OF_A_REQUEST = 500
PAGES = {
    Kind.SEEN: "oversight:trail",
    Kind.CHANGES: "oversight:changes",
    Kind.SIGN_INS: "oversight:sign_ins",
    Kind.EXPORTS: "oversight:exports",
    Kind.EMERGENCIES: "oversight:emergencies",
}


def trail(request: HttpRequest) -> HttpResponse:
    """Show what was seen and done: by everybody to an auditor, to anybody else their own."""
    if not signed_in(request).may(Permission.READ_TRAIL):
        return _show(request, Kind.SEEN, reads_all=False)
    return _audited(request, Kind.SEEN)


@needs(Permission.READ_TRAIL)
def changes(request: HttpRequest) -> HttpResponse:
    """Show what was changed: who, which row and which columns, never what they held."""
    return _audited(request, Kind.CHANGES)


@needs(Permission.READ_TRAIL)
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Show who signed in or tried to, and what was refused."""
    return _audited(request, Kind.SIGN_INS)


@needs(Permission.READ_TRAIL)
def exports(request: HttpRequest) -> HttpResponse:
    """Show what was taken out."""
    return _audited(request, Kind.EXPORTS)


@needs(Permission.READ_TRAIL)
def emergencies(request: HttpRequest) -> HttpResponse:
    """Show whose record was opened in an emergency."""
    return _audited(request, Kind.EMERGENCIES)


def one_request(request: HttpRequest) -> HttpResponse:
    """Show everything that the request `?id=` left in the trail; `?near=` says around when."""
    traced = request.GET.get("id", "")
    if not traced:
        return redirect("oversight:trail")
    reads_all = signed_in(request).may(Permission.READ_TRAIL)
    if reads_all and (page := ask_reason(request, ReasonKind.TRAIL)):
        return page
    whole = whole_request(traced, _moment(request.GET.get("near", "")), CHANGES_OF_A_REQUEST)
    if not whole.events and not whole.changes:
        raise Http404
    context = {
        "title": "One request",
        "back": reverse("oversight:trail"),
        "reads_all": reads_all,
        "events": told_events(whole.events),
        "changes": told_changes(whole.changes),
        "more": whole.more,
        "most": CHANGES_OF_A_REQUEST,
        "traced": traced,
    }
    return render(request, "oversight/request.html", context)


def filter_of(request: HttpRequest, kind: Kind, *, reads_all: bool) -> TrailFilter:
    """The filter of one kind of events, with what its reader may choose from."""
    if kind is Kind.CHANGES:
        return TrailFilter(request.GET, users=_users(), tables=_tables())
    return TrailFilter(request.GET, users=_users() if reads_all else [], pages=_pages())


def _audited(request: HttpRequest, kind: Kind) -> HttpResponse:
    return ask_reason(request, ReasonKind.TRAIL) or _show(request, kind, reads_all=True)


def _show(request: HttpRequest, kind: Kind, *, reads_all: bool) -> HttpResponse:
    form = filter_of(request, kind, reads_all=reads_all)
    days: Days = form.asked_changes() if kind is Kind.CHANGES else form.asked()
    context: dict[str, Any] = {
        "title": "Trail",
        "reads_all": reads_all,
        "kind": kind,
        "tabs": [{"text": one.label, "href": reverse(name), "active": one is kind} for one, name in PAGES.items()],
        "form": form,
        "selected": chosen(form, request.GET),
        "here": reverse(PAGES[kind]),
        "span": days.span,
        "query": request.GET.urlencode(),
        "may_export": reads_all and signed_in(request).may(Permission.EXPORT),
    }
    if kind is Kind.CHANGES:
        found = slice_of(change_events(form.asked_changes()), request.GET, EVENTS_A_PAGE)
        context |= {"slice": found, "changes": told_changes(found.items)}
        return render(request, "oversight/changes.html", context)
    page = slice_of(access_events(form.asked(), kind), request.GET, EVENTS_A_PAGE)
    context |= {"slice": page, "events": told_events(page.items)}
    return render(request, "oversight/trail.html", context)


def _users() -> list[tuple[str, str]]:
    return [(str(user.pk), f"{user} ({user.username})") for user in User.objects.order_by("name", "pk")]


def _tables() -> list[tuple[str, str]]:
    return sorted(((table, table_words(table)) for table in changed_tables()), key=lambda pair: pair[1])


def _pages() -> list[tuple[str, str]]:
    """Every page of the service by name and by what it is called in the trail."""
    found = set()
    for space, (_, resolver) in get_resolver().namespace_dict.items():
        found |= {f"{space}:{name}" for name in resolver.reverse_dict if isinstance(name, str)}
    found |= {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    return sorted(((name, page_words(name)) for name in found), key=lambda pair: pair[1])


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return timezone.now()
    return moment if moment.tzinfo else timezone.make_aware(moment)
