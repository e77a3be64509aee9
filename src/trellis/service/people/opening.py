"""Fetching somebody for a page, and what a reader is shown in its place who may not open them.

A record that row security hides is no different from one that does not exist, with one exception: whoever works in the
scheme in a role that may know of it is told that a record is held, in the same words whatever keeps it from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from allauth.core.ratelimit import consume_or_429
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from trellis.rules.reasons import ReasonKind
from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.reasons import ASKED_FOR, ask_reason
from trellis.service.access.sign_in.drafts import page_of
from trellis.service.audit.seen import note_detail
from trellis.service.people.models import Person

CAME_FROM = "opening.came_from"
HOUR = 60 * 60


@dataclass(frozen=True, slots=True)
class Opening:
    """How the record on a page stands open to its reader; `emergency_until` is when emergency access ends, or None."""

    person_id: int
    restricted: bool
    emergency_until: datetime | None


class InsteadOfPage(PermissionDenied):
    """A page to show in place of the one that was asked for, which its reader does not get, or not yet."""

    def __init__(self, page: HttpResponse) -> None:
        super().__init__("Another page is shown instead.")
        self.page = page


def person_or_refusal(request: HttpRequest, person_id: int, people: QuerySet[Person] | None = None) -> Person:
    """The person whom an address names, for a page about them; `people` says with what to read them.

    Raises Http404 where nobody is there for this reader, as for a number that nobody has; InsteadOfPage with a refusal
    where they may know of a record and not open it or have opened too many, and with a question where a restricted
    record asks for a reason.
    """
    opening = _opening_of(person_id)
    if opening is None:
        if not knows_of(person_id):
            raise Http404("No Person matches the given query.")
        raise InsteadOfPage(_refusal(request, person_id))
    if page := _too_many(request, person_id):
        raise InsteadOfPage(page)
    request.opening = opening  # type: ignore[attr-defined]
    if opening.restricted and opening.emergency_until is None and (page := _asked_why(request, person_id)):
        raise InsteadOfPage(page)
    if opening.emergency_until is not None:
        note_detail(emergency=True)
    return get_object_or_404(Person.objects.all() if people is None else people, pk=person_id)


def told_or_404(person_id: int) -> None:
    """For a page that is open to whoever may be told of a record. Raises Http404 for others, as if nobody were.

    The trail keeps whose record it was, whatever the page then says.
    """
    note_detail(asked_for=person_id)
    if not knows_of(person_id):
        raise Http404("No Person matches the given query.")


def knows_of(person_id: int) -> bool:
    """Whether the reader may be told that this record is held, whether or not they may open it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor_knows_of(%s)", [person_id])
        found: bool = cursor.fetchone()[0]
    return found


def _opening_of(person_id: int) -> Opening | None:
    """None where row security hides the person. Asked before they are read, so that nobody counts as shown too soon."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT restricted, emergency_until FROM actor_opening(%s)", [person_id])
        found = cursor.fetchone()
    return Opening(person_id, *found) if found else None


def _too_many(request: HttpRequest, person_id: int) -> HttpResponse | None:
    """The refusal of one more record to whoever has opened as many within the hour as one person reads.

    It stops a program, or whoever took over a session, from reading the register through. Each record counts once.
    """
    user = signed_in(request).user
    counted = f"opened:{user.pk}:{person_id}"
    if cache.get(counted):
        return None
    # Reading alone is what there is to limit, which is not usual.
    if not consume_or_429(request, action="records", limit_get=True, user=user):
        cache.set(counted, True, HOUR)
        return None
    note_detail(refused="too many records within an hour")
    context = {"title": "You have opened too many records", "most": settings.MOST_RECORDS_AN_HOUR}
    return render(request, "people/too_many.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)


def _asked_why(request: HttpRequest, person_id: int) -> HttpResponse | None:
    """The question why a restricted record is opened. What a form sent is kept until it is answered anew."""
    answering = request.method == "POST" and ASKED_FOR in request.POST
    sent = request.method == "POST" and not answering
    came_from = request.session.get(CAME_FROM, {})
    page = ask_reason(request, ReasonKind.RESTRICTED_RECORD, about=f"person {person_id}")
    if page is not None and sent:
        request.session[CAME_FROM] = {request.path: page_of(request)}
    elif page is not None and page.status_code == HTTPStatus.FOUND and request.path in came_from:
        # Back to the page that has the form: the address to which it was sent may be no page.
        return redirect(request.session.pop(CAME_FROM)[request.path])
    return page


def _refusal(request: HttpRequest, person_id: int) -> HttpResponse:
    signed = signed_in(request)
    context = {
        "title": "You may not open this record",
        "person_id": person_id,
        "may_ask": signed.may(Permission.ASK_FOR_ACCESS),
        "may_break": signed.may(Permission.BREAK_GLASS),
    }
    return render(request, "people/may_not_open.html", context, status=403)
