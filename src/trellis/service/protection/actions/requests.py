"""Asking for access to a record that one may not open, and answering."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.notices import NoticeKind
from trellis.rules.protecting import check_request, check_words
from trellis.rules.vocabulary import Compartment, GrantBasis, LimitKind, Permission, Role
from trellis.service.access.agreements import check_sharing_open
from trellis.service.access.models import AccessRequest, Grant, Limit, LimitName, Posting, User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.people.correcting import take_turns
from trellis.service.protection.queries.limits import named_in
from trellis.service.protection.queries.people import compartments_of, scheme_of
from trellis.service.schemes.models import Scheme
from trellis.service.work.actions import notify_role, notify_users

DECIDERS = (Role.COORDINATOR, Role.INFORMATION_OFFICER)


@transaction.atomic
def ask_for_access(
    *, by: User, person_id: int, compartments: Collection[Compartment], reason: str, days: int
) -> AccessRequest:
    """Ask those who decide to open a record that one knows to be held. Raises Refused for one asked for already."""
    check_permitted(by, Permission.ASK_FOR_ACCESS)
    check_request(compartments=compartments, reason=reason, days=days)
    take_turns(person_id)
    scheme_id = scheme_of(person_id)
    if scheme_id is None:
        raise Refused("There is no record here that you could ask for.")
    scheme = Scheme.objects.get(pk=scheme_id)
    if AccessRequest.objects.filter(person_id=person_id, asked_by=by, decided_at=None).exists():
        raise Refused("You have asked for this record already. The answer will stand under your requests.")
    request = AccessRequest.objects.create(
        person_id=person_id,
        scheme=scheme,
        agency_id=acting_agency(by),
        asked_by=by,
        compartments=sorted(compartments),
        reason=reason.strip(),
        days=days,
    )
    for role in DECIDERS:
        notify_role(role=role, scheme=scheme, kind=NoticeKind.REQUEST, by=by)
    return request


@transaction.atomic
def answer_request(*, by: User, request: AccessRequest, allowed: bool, answer: str) -> None:
    """Open the record to whoever asked, for the days asked for, or refuse it with a reason.

    On a restricted record they are named until then. Raises Refused for one's own request, for one that is answered,
    for more than the decider's own grants open, and where an exclusion names them.
    """
    check_permitted(by, Permission.DECIDE_ACCESS)
    take_turns(request.person_id)
    request = AccessRequest.objects.select_related("scheme", "agency", "asked_by").get(pk=request.pk)
    if request.decided_at is not None:
        raise Refused("This request has been answered already.")
    if request.asked_by_id == by.pk:
        raise Refused("Nobody decides their own request. Somebody else does.")
    if not allowed:
        check_words(answer, "Say why the request is refused: whoever asked reads it.")
    request.decided_by, request.decided_at = by, timezone.now()
    request.allowed, request.answer = allowed, answer.strip()
    request.save(update_fields=["decided_by", "decided_at", "allowed", "answer"])
    if allowed:
        _open(request, by)
    if not _kept_in_stealth(request):
        notify_users(users=[request.asked_by_id], kind=NoticeKind.REQUEST_DECIDED, by=by, allowed=allowed)


def _kept_in_stealth(request: AccessRequest) -> bool:
    """Whether whoever asked may not know of the record by now. Who decides is named, so sees every such limit."""
    limits = Limit.objects.filter(person_id=request.person_id, kind=LimitKind.STEALTH, lifted_at=None)
    return any(request.asked_by_id not in named_in(limit) for limit in limits)


def _open(request: AccessRequest, by: User) -> None:
    now = timezone.now()
    until = now + timedelta(days=request.days)
    if not Posting.objects.live().filter(user=request.asked_by_id, agency=request.agency_id).exists():
        raise Refused(f"{request.asked_by} does not work for {request.agency} any more. Refuse the request.")
    if request.agency_id != acting_agency(by):
        check_sharing_open(request.agency, request.scheme)
    missing = {Compartment(one) for one in request.compartments} - compartments_of(request.person_id, until)
    if missing:
        names = " and ".join(sorted(one.label.lower() for one in missing))
        raise Refused(f"Your own access does not open {names}, so you cannot pass it on. Leave it to somebody who can.")
    _name_on_restrictions(request, by, until)
    Grant.objects.create(
        user=request.asked_by,
        agency=request.agency,
        person_id=request.person_id,
        scheme=request.scheme,
        compartments=request.compartments,
        basis=GrantBasis.REQUEST,
        reason=request.reason,
        granted_by=by,
        starts_at=now,
        ends_at=until,
    )


def _name_on_restrictions(request: AccessRequest, by: User, until: datetime) -> None:
    for limit in Limit.objects.filter(person_id=request.person_id, lifted_at=None):
        named = request.asked_by_id in named_in(limit)
        if limit.kind == LimitKind.EXCLUSION and named:
            raise Refused(
                f"This record is closed to {request.asked_by} by name. Refuse the request, or have that lifted first."
            )
        if limit.kind == LimitKind.RESTRICTION and not named:
            LimitName.objects.create(limit=limit, user=request.asked_by, named_by=by, ends_at=until)
