"""The calendar of a week, and its private address for a calendar program."""

from __future__ import annotations

from datetime import date, timedelta

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from trellis.rules.dates import parse_date
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.actor import Actor, name_actor
from trellis.service.access.queries import permissions_at, signed_in
from trellis.service.access.views import needs
from trellis.service.casework.actions.calendar import make_calendar, revoke_calendar
from trellis.service.casework.models import Appointment
from trellis.service.casework.presenting import week_of
from trellis.service.casework.queries.calendar import calendar_text, diary_of, live_feed, own_feed
from trellis.service.casework.queries.contacts import clashing, of_agency, of_user, standing
from trellis.service.casework.views.lists import frame
from trellis.service.casework.views.shared import own_agency

# A path with a stand-in number, since which appointments it links to is not known yet.
STAND_IN = 987_654_321


@needs(Permission.RECORD_CONTACT)
def calendar(request: HttpRequest) -> HttpResponse:
    """Show a week of appointments: one's own, or all in which one's agency takes part."""
    signed, today = signed_in(request), timezone.localdate()
    monday = _monday(request.GET.get("week", ""), today)
    everybody = request.GET.get("whose") == "all"
    stands = standing().select_related("person", "agency", "with_user")
    stands = stands.filter(happened_on__range=(monday, monday + timedelta(days=6)))
    found = list(of_agency(stands, signed.agency) if everybody else of_user(stands, signed.user))
    by_person: dict[int, list[Appointment]] = {}
    # With anybody's, since it is for the person that two appointments clash.
    for one in stands.filter(person__in={one.person_id for one in found}):
        by_person.setdefault(one.person_id, []).append(one)
    context = {
        "title": "Calendar",
        "days": week_of(monday, found, today),
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "clashing": {number for theirs in by_person.values() for number in clashing(theirs)},
        "found": len(found),
    }  # fmt: skip
    choose = {"mine": not everybody, "may_choose": True}
    return render(request, "casework/calendar.html", context | frame(request, "casework:calendar") | choose)


def _monday(text: str, today: date) -> date:
    try:
        day = parse_date(text, today=today)
        return day - timedelta(days=day.weekday())
    except (Refused, OverflowError):
        return today - timedelta(days=today.weekday())


@needs(Permission.RECORD_CONTACT)
@sensitive_variables("secret")
def address(request: HttpRequest) -> HttpResponse:
    """Make a private address for one's own calendar program. It is shown once, and ends the one before."""
    signed = signed_in(request)
    agency = own_agency(signed)
    made = ""
    if request.method == "POST":
        secret = make_calendar(by=signed.user, agency=agency)
        made = request.build_absolute_uri(reverse("casework:calendar_file", args=[secret]))
    context = {
        "title": "Your calendar’s address",
        "made": made,
        "feed": own_feed(signed.user),
        "back": reverse("casework:calendar"),
    }
    return render(request, "casework/address.html", context)


@needs(Permission.RECORD_CONTACT)
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """End one's own calendar address."""
    if revoke_calendar(by=signed_in(request).user):
        messages.success(request, "The address is revoked. Calendar programs that use it get nothing from now on.")
    else:
        messages.info(request, "There was no address to revoke.")
    return redirect("casework:address")


@login_not_required
@require_safe
@sensitive_variables("token")
def calendar_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """Serve the calendar that a secret opens: times, lengths and links; no name, place or kind of anything.

    Whoever holds the secret reads as its user, whom the trail names. A secret that opens nothing is like any address
    that there is not. Both are limited, as signing in is: one program to a few times a minute, and whoever guesses.
    """
    feed = live_feed(token)
    if feed is None:
        if guessing := _too_often(request, "calendar_unknown"):
            return guessing
        raise Http404("No calendar is here.")
    if asking := _too_often(request, "calendar", key=str(feed.pk)):
        return asking
    user, agency_id = feed.made_by, feed.agency_id
    if Permission.RECORD_CONTACT not in permissions_at(user, agency_id):
        # The user has left, or works in another role now.
        raise Http404("No calendar is here.")
    name_actor(Actor(user.pk, agency_id=agency_id, request_id=request.trellis_request_id))  # type: ignore[attr-defined]
    text = calendar_text(
        diary_of(user, timezone.localdate()),
        site=request.build_absolute_uri("/").rstrip("/"),
        link=reverse("casework:appointment", args=[STAND_IN]).replace(str(STAND_IN), "{}"),
        secret=token,
        now=timezone.now(),
    )
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


def _too_often(request: HttpRequest, action: str, **key: str) -> HttpResponseBase | None:
    """The answer to whoever asks too often, by the limits that every process shares."""
    # Reading alone is what there is to limit, which is not usual.
    answer: HttpResponseBase | None = consume_or_429(request, action=action, limit_get=True, **key)
    return answer
