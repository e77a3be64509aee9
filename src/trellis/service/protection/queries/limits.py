"""Restrictions: those in force, what waits to be done about each, and what became of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from trellis.service.access.models import Limit, LimitName, NameChange, User
from trellis.service.protection.queries.people import users_of
from trellis.service.schemes.models import Scheme, Team

_WAITING = NameChange.objects.filter(limit=OuterRef("pk"), answered_at=None)


def limits_seen(*, in_force: bool = True) -> QuerySet[Limit]:
    """The restrictions that the reader may know of: overdue ones first, then those that wait for somebody else."""
    today = timezone.localdate()
    turn = Case(
        When(review_on__lt=today, then=Value(0)),
        When(Q(approved_at=None) | Q(lift_asked_at__isnull=False) | Q(names_wait=True), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    limits = with_waits(Limit.objects.filter(lifted_at__isnull=in_force)).select_related("set_by")
    return limits.order_by(turn, "review_on", "id") if in_force else limits.order_by("-lifted_at", "id")


def with_waits(limits: QuerySet[Limit]) -> QuerySet[Limit]:
    """Restrictions, each with whether a change of its names waits for an answer, as `names_wait`."""
    return limits.annotate(names_wait=Exists(_WAITING))


def changes_waiting(limit: Limit) -> list[NameChange]:
    """The changes of a restriction's names that wait for an answer, as far as the reader may know of them."""
    changes = NameChange.objects.filter(limit=limit, answered_at=None)
    return list(changes.select_related("user", "team", "asked_by"))


def waiting_for(user: User) -> QuerySet[Limit]:
    """Those of which somebody else's word is missing that the user may give, or whose review is overdue."""
    to_approve = Q(approved_at=None) & ~Q(set_by=user)
    to_lift = Q(lift_asked_at__isnull=False) & ~Q(lift_asked_by=user)
    to_agree = Exists(_WAITING.exclude(asked_by=user))
    return limits_seen().filter(to_approve | to_lift | to_agree | Q(review_on__lt=timezone.localdate()))


def state_of(limit: Limit, today: date) -> tuple[str, str]:
    """Where a restriction read by `with_waits` stands, in words and with the colour of its tag."""
    if limit.lifted_at is not None:
        return "Lifted", "grey"
    if limit.review_on < today:
        return "Review overdue", "red"
    if limit.lift_asked_at is not None:
        return "Waits to be lifted", "orange"
    if limit.approved_at is None:
        return "Waits for approval", "orange"
    if limit.names_wait:  # type: ignore[attr-defined]
        return "Change of names waits", "orange"
    return "In force", "blue"


def names_on(limit: Limit) -> list[LimitName]:
    """Whom a limit names today."""
    named = LimitName.objects.filter(limit=limit).filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))
    return list(named.select_related("user", "team"))


def named_in(limit: Limit) -> frozenset[int]:
    """The ids of the users that a limit names today, members of named teams too."""
    names = names_on(limit)
    return users_of([one.user_id for one in names if one.user_id], [one.team_id for one in names if one.team_id])


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done about a restriction."""

    at: datetime
    what: str
    by: User
    words: str = ""


def history_of(limit: Limit) -> list[Step]:
    """What was done about a restriction, in order."""
    steps = [Step(limit.set_at, "Set", limit.set_by, limit.reason)]
    if limit.approved_at and limit.approved_by:
        steps.append(Step(limit.approved_at, "Approved", limit.approved_by))
    for review in limit.reviews.select_related("reviewed_by"):
        words = f"{review.note} Next review by {review.review_on:%-d %B %Y}."
        steps.append(Step(review.reviewed_at, "Reviewed", review.reviewed_by, words))
    steps += _changes_of_names(limit)
    if limit.lift_asked_at and limit.lift_asked_by:
        steps.append(Step(limit.lift_asked_at, "Asked to be lifted", limit.lift_asked_by, limit.lift_reason))
    if limit.lifted_at and limit.lifted_by:
        steps.append(Step(limit.lifted_at, "Lifted", limit.lifted_by))
    return sorted(steps, key=lambda step: step.at)


def _changes_of_names(limit: Limit) -> Iterator[Step]:
    """What was asked and answered of a restriction's names, those asked for together as one."""
    changes = limit.name_changes.select_related("user", "team", "asked_by", "answered_by").order_by("asked_at", "pk")
    for asked_at, asked in groupby(changes, key=lambda change: change.asked_at):
        together = list(asked)
        one, what = together[0], ". ".join(str(change) for change in together)
        yield Step(asked_at, "Change of names asked for", one.asked_by, f"{what}. {one.reason}")
        if one.answered_at and one.answered_by:
            answer = "Change of names agreed" if one.agreed else "Change of names not agreed"
            yield Step(one.answered_at, answer, one.answered_by)


def teams_to_name(scheme: Scheme | None) -> Iterable[Team]:
    """The teams of a scheme, by name."""
    return Team.objects.filter(scheme=scheme).order_by("name")
