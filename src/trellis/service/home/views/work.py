"""Home: the work that waits for whoever signed in."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from trellis.rules.caseload import Case, ordered
from trellis.rules.vocabulary import Permission, Role
from trellis.service.access.queries import Signed, signed_in
from trellis.service.caseload.presenting import Row, rows_of
from trellis.service.caseload.queries.cases import Caseload
from trellis.service.caseload.queries.scope import LEADING
from trellis.service.caseload.queries.sight import sight_now
from trellis.service.caseload.views.lists import columns_of
from trellis.service.home.forms import PersonSearch
from trellis.service.home.queries.work import figures_for, latest_briefing, sections_for
from trellis.service.protection.queries.cover import covering_for, last_day_of
from trellis.service.selection.presenting import status_of
from trellis.service.selection.queries.referrals import referrals_seen
from trellis.service.work.queries import address_of, unread_of

SHOWN = 15


def work(request: HttpRequest) -> HttpResponse:
    """Show what waits: counts that are queues, and the people nearest to the reader's work."""
    signed = signed_in(request)
    today = timezone.localdate()
    cases = Caseload(signed.scheme, today).full() if signed.may(Permission.SEE_MANAGED_PEOPLE) else []
    sight = sight_now()
    unread = unread_of(signed.user)
    context = {
        "title": "Home",
        "signed": signed,
        "roles": [role.label for role in sorted(signed.roles)],
        "unread": unread.count,
        "notices": [(notice, address_of(notice)) for notice in unread.latest],
        "sections": sections_for(signed, cases),
        "covering": [(cover.user, last_day_of(cover)) for cover in covering_for(signed.user, signed.agency_id)],
        "find": PersonSearch(auto_id="find_%s") if signed.may(Permission.SEARCH) else None,
        "briefing": latest_briefing(signed),
        "people": _nearest(signed, cases),
        "sight": sight,
        "leads": bool(signed.roles & LEADING),
        "people_title": "People I lead, the most urgent first"
        if signed.roles & LEADING
        else "People shared with me, the most urgent first",
        "columns": [{"text": text} for _, text in columns_of(sight)],
        "referrals": _own_referrals(signed),
        "figures": figures_for(signed, cases) if Role.ANALYST in signed.roles else {},
        "reads_trail": signed.may(Permission.READ_TRAIL),
        "administers": Role.ADMINISTRATOR in signed.roles,
    }
    return render(request, "home/work.html", context)


def _nearest(signed: Signed, cases: Sequence[Case]) -> list[Row]:
    """The first of the people whom an officer leads, or a partner works with, the most urgent first."""
    if signed.roles & LEADING:
        cases = [case for case in cases if signed.user.pk in case.officers]
    elif not signed.roles & {Role.PARTNER_WORKER, Role.NEIGHBOURHOOD_OFFICER}:
        return []
    return rows_of(ordered(cases, "priority")[:SHOWN])


def _own_referrals(signed: Signed) -> list[tuple[object, str, str]]:
    """A partner's own open referrals, with where each stands."""
    if Role.PARTNER_WORKER not in signed.roles:
        return []
    mine = referrals_seen(closed=False).filter(referred_by=signed.user)[:SHOWN]
    return [(referral, *status_of(referral, decided=False)) for referral in mine]
