"""Home: the work that waits for whoever signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from trellis.rules.vocabulary import Permission, Role
from trellis.service.access.queries import Signed, signed_in
from trellis.service.home.forms import PersonSearch
from trellis.service.home.presenting import short_review
from trellis.service.home.queries.caseload import Asked, managed
from trellis.service.home.queries.people import Listed, listed
from trellis.service.home.queries.work import LEADING, figures_for, latest_briefing, sections_for
from trellis.service.protection.queries.cover import covering_for, last_day_of
from trellis.service.selection.presenting import status_of
from trellis.service.selection.queries.referrals import referrals_seen
from trellis.service.work.queries import address_of, unread_of

SHOWN = 15
COLUMNS = ("Name", "Date of birth", "Area", "Cohort", "Leads", "Last seen", "Review", "Priority")


def work(request: HttpRequest) -> HttpResponse:
    """Show what waits: counts that are queues, and the people nearest to the reader's work."""
    signed = signed_in(request)
    today = timezone.localdate()
    people = _nearest(signed)
    unread = unread_of(signed.user)
    context = {
        "title": "Home",
        "signed": signed,
        "roles": [role.label for role in sorted(signed.roles)],
        "unread": unread.count,
        "notices": [(notice, address_of(notice)) for notice in unread.latest],
        "sections": sections_for(signed),
        "covering": [(cover.user, last_day_of(cover)) for cover in covering_for(signed.user, signed.agency_id)],
        "find": PersonSearch(auto_id="find_%s") if signed.may(Permission.SEARCH) else None,
        "briefing": latest_briefing(signed),
        "people": [(one, short_review(one.priority, today)) for one in people],
        "leads": bool(signed.roles & LEADING),
        "people_title": "People I lead, the most urgent first"
        if signed.roles & LEADING
        else "People shared with me, the most urgent first",
        "columns": [{"text": text} for text in COLUMNS],
        "referrals": _own_referrals(signed),
        "figures": figures_for(signed) if Role.ANALYST in signed.roles else {},
        "reads_trail": signed.may(Permission.READ_TRAIL),
        "administers": Role.ADMINISTRATOR in signed.roles,
    }
    return render(request, "home/work.html", context)


def _nearest(signed: Signed) -> list[Listed]:
    """The first of the people whom an officer leads, or a partner works with, the most urgent first."""
    if signed.roles & LEADING:
        asked = Asked(led_by=signed.user, sort="priority")
    elif signed.roles & {Role.PARTNER_WORKER, Role.NEIGHBOURHOOD_OFFICER}:
        asked = Asked(sort="priority")
    else:
        return []
    return listed(list(managed(signed.scheme, asked)[:SHOWN]))


def _own_referrals(signed: Signed) -> list[tuple[object, str, str]]:
    """A partner's own open referrals, with where each stands."""
    if Role.PARTNER_WORKER not in signed.roles:
        return []
    mine = referrals_seen(closed=False).filter(referred_by=signed.user)[:SHOWN]
    return [(referral, *status_of(referral, decided=False)) for referral in mine]
