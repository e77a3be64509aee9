"""Emergency access: open a record at once for a short time, end it, and review what was done with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.need_to_know import BREAKABLE, EMERGENCY_MINUTES, MOST_UNREVIEWED, check_emergency
from trellis.rules.notices import NoticeKind
from trellis.rules.protecting import check_words
from trellis.rules.reasons import check_reason_words
from trellis.rules.vocabulary import GrantBasis, Permission, Role
from trellis.service.access.models import EmergencyReview, Grant, User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.people.correcting import take_turns
from trellis.service.protection.queries.emergencies import somebody_reviews, unreviewed_of
from trellis.service.protection.queries.people import scheme_of
from trellis.service.schemes.models import Scheme
from trellis.service.work.actions import notify_role

CANNOT = (
    "This record cannot be opened in an emergency. Ring your information officer: they can tell what may be shared"
    " and with whom."
)
WAITING_FOR_REVIEW = (
    "Your earlier uses of emergency access to this record still wait for review, so it is not opened again. Ring your"
    " information officer."
)


class NotOpened(Refused):
    """Emergency access that is refused whatever the reason given: the information officer is told of the attempt."""


@transaction.atomic
def open_in_emergency(*, by: User, person_id: int, reason: str) -> Grant:
    """Open a record to oneself for an hour, victim safety apart, and alert the information officer.

    Raises Refused without a reason that a reviewer can weigh and while such access is open already; NotOpened where
    none may be taken, in the same words whatever stands against it, and while two earlier uses wait for review.
    """
    check_permitted(by, Permission.BREAK_GLASS)
    check_emergency(reason)
    check_reason_words(reason)
    take_turns(person_id)
    if _open_now(by, person_id).exists():
        raise Refused("You have emergency access to this record already.")
    if unreviewed_of(by, person_id) >= MOST_UNREVIEWED:
        raise NotOpened(WAITING_FOR_REVIEW)
    now = timezone.now()
    until = now + timedelta(minutes=EMERGENCY_MINUTES)
    compartments = sorted(BREAKABLE)
    scheme_id = scheme_of(person_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor_may_break(%s, %s::text[], %s)", [person_id, compartments, until])
        if scheme_id is None or not cursor.fetchone()[0]:
            raise NotOpened(CANNOT)
    grant = Grant.objects.create(
        user=by,
        agency_id=acting_agency(by),
        person_id=person_id,
        scheme_id=scheme_id,
        compartments=compartments,
        basis=GrantBasis.BREAK_GLASS,
        reason=reason.strip(),
        granted_by=by,
        starts_at=now,
        ends_at=until,
    )
    _alert(by, Scheme.objects.get(pk=scheme_id))
    return grant


@transaction.atomic
def tell_of_refusal(*, by: User, person_id: int) -> None:
    """Alert the information officer that emergency access was refused: after the refusal, which undid its own act."""
    scheme_id = scheme_of(person_id)
    if scheme_id is not None:
        _alert(by, Scheme.objects.get(pk=scheme_id), "refused")


@transaction.atomic
def end_emergency(*, by: User, person_id: int) -> bool:
    """End one's own emergency access to a record before its hour is up. Returns whether there was any."""
    return bool(_open_now(by, person_id).update(ends_at=timezone.now()))


@transaction.atomic
def review_emergency(*, by: User, grant: Grant, justified: bool, note: str) -> EmergencyReview:
    """Record what was found of one use of emergency access. Raises Refused for one's own, and for one reviewed."""
    check_permitted(by, Permission.REVIEW_EMERGENCIES)
    check_words(note, "Say what you found, in words that somebody who was not there can follow.")
    if grant.user_id == by.pk:
        raise Refused("Nobody reviews their own emergency access. Another information officer does.")
    if grant.person_id is not None:
        take_turns(grant.person_id)
    if EmergencyReview.objects.filter(grant=grant).exists():
        raise Refused("This emergency access has been reviewed already.")
    assert grant.scheme is not None, "emergency access is of one scheme"
    return EmergencyReview.objects.create(
        grant=grant, scheme=grant.scheme, justified=justified, note=note.strip(), reviewed_by=by
    )


def _alert(by: User, scheme: Scheme, case: str = "") -> None:
    # Without the person: whoever reviews need not see the record.
    if somebody_reviews(scheme, by):
        said: dict[str, Any] = {"case": case} if case else {}
        notify_role(role=Role.INFORMATION_OFFICER, scheme=scheme, kind=NoticeKind.EMERGENCY, by=by, **said)
    else:
        case = case or "nobody_reviews"
        notify_role(role=Role.COORDINATOR, scheme=scheme, kind=NoticeKind.EMERGENCY, by=by, case=case)


def _open_now(by: User, person_id: int) -> QuerySet[Grant]:
    return Grant.objects.filter(user=by, person_id=person_id, basis=GrantBasis.BREAK_GLASS, ends_at__gt=timezone.now())
