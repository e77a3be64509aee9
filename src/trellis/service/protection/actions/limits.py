"""Restricting who may open a record: set by one, approved and lifted by another, looked at again by a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.protecting import check_limit, check_review_day, check_words
from trellis.rules.vocabulary import LimitKind, LimitReason, Permission
from trellis.service.access.models import Limit, LimitName, User
from trellis.service.access.permitted import check_permitted
from trellis.service.people.correcting import take_turns
from trellis.service.people.models import Person
from trellis.service.protection.in_force import limit_in_force
from trellis.service.protection.models import LimitReview
from trellis.service.protection.queries.grants import openers_of
from trellis.service.protection.queries.limits import named_in
from trellis.service.protection.queries.people import users_of
from trellis.service.schemes.models import Team


@transaction.atomic
def set_limit(
    *,
    by: User,
    person: Person,
    kind: LimitKind,
    reason_code: LimitReason,
    reason: str,
    review_on: date,
    users: Iterable[User],
    teams: Iterable[Team],
) -> Limit:
    """Restrict a record from this moment. Another person approves it.

    Raises Refused without a why or a day of review within six months, for a second limit of the kind, and for one that
    names nobody with an account or leaves nobody who could open the record.
    """
    check_permitted(by, Permission.RESTRICT_RECORDS)
    check_words(reason, "Say why the record is restricted, in words that whoever approves it can judge.")
    check_review_day(review_on, timezone.localdate())
    take_turns(person.pk)
    others = list(Limit.objects.filter(person_id=person.pk, lifted_at=None))
    if any(limit.kind == kind for limit in others):
        raise Refused("There is a restriction of this kind already. Review it, or have it lifted first.")
    users, teams = list(users), list(teams)
    check_limit(
        kind=kind,
        named=users_of([user.pk for user in users], [team.pk for team in teams]),
        openers=openers_of(person.pk),
        others=[(LimitKind(limit.kind), named_in(limit)) for limit in others],
    )
    limit = Limit.objects.create(
        person_id=person.pk,
        scheme=person.scheme,
        kind=kind,
        reason_code=reason_code,
        reason=reason.strip(),
        review_on=review_on,
        set_by=by,
    )
    for user in users:
        LimitName.objects.create(limit=limit, named_by=by, user=user)
    for team in teams:
        LimitName.objects.create(limit=limit, named_by=by, team=team)
    return limit


@transaction.atomic
def approve_limit(*, by: User, limit: Limit) -> None:
    """Approve what somebody else has set. It was in force already, on one person's word."""
    check_permitted(by, Permission.RESTRICT_RECORDS)
    limit = limit_in_force(limit)
    if limit.approved_at is not None:
        raise Refused("This restriction is approved already.")
    if limit.set_by_id == by.pk:
        raise Refused("You set this restriction, so somebody else approves it.")
    limit.approved_by, limit.approved_at = by, timezone.now()
    limit.save(update_fields=["approved_by", "approved_at"])


@transaction.atomic
def review_limit(*, by: User, limit: Limit, review_on: date, note: str) -> LimitReview:
    """Keep a restriction until another day of review, and say why it still stands."""
    check_permitted(by, Permission.RESTRICT_RECORDS)
    check_words(note, "Say why the restriction still stands.")
    check_review_day(review_on, timezone.localdate())
    limit = limit_in_force(limit)
    limit.review_on = review_on
    limit.save(update_fields=["review_on"])
    return LimitReview.objects.create(limit=limit, reviewed_by=by, review_on=review_on, note=note.strip())


@transaction.atomic
def ask_to_lift(*, by: User, limit: Limit, reason: str) -> None:
    """Ask that a restriction be lifted. It stays in force until another person lifts it."""
    check_permitted(by, Permission.RESTRICT_RECORDS)
    check_words(reason, "Say why the restriction can be lifted.")
    limit = limit_in_force(limit)
    if limit.lift_asked_at is not None:
        raise Refused("Somebody has asked to lift this restriction already.")
    limit.lift_asked_by, limit.lift_asked_at, limit.lift_reason = by, timezone.now(), reason.strip()
    limit.save(update_fields=["lift_asked_by", "lift_asked_at", "lift_reason"])


@transaction.atomic
def lift_limit(*, by: User, limit: Limit) -> None:
    """Lift a restriction at another person's asking: from this moment grants open the record again."""
    check_permitted(by, Permission.RESTRICT_RECORDS)
    limit = limit_in_force(limit)
    if limit.lift_asked_at is None:
        raise Refused("Nobody has asked to lift this restriction. Ask for it, and somebody else lifts it.")
    if limit.lift_asked_by_id == by.pk:
        raise Refused("You asked to lift this restriction, so somebody else lifts it.")
    limit.lifted_by, limit.lifted_at = by, timezone.now()
    limit.save(update_fields=["lifted_by", "lifted_at"])
