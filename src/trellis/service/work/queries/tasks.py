"""Tasks as their readers list them: mine, my roles', my team's; of a person; counted by how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from trellis.rules.tasks import SOON_DAYS, TaskState
from trellis.service.access.models import Posting
from trellis.service.access.queries import Signed
from trellis.service.work.models import Task

WITH = ("person", "user", "agency", "made_by")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open tasks stand how; snoozed ones stand apart from the others."""

    overdue: int
    today: int
    soon: int
    later: int
    snoozed: int


def open_tasks() -> QuerySet[Task]:
    """Every open task that the reader may see, the longest due first."""
    return Task.objects.filter(state=TaskState.OPEN).select_related(*WITH)


def awake(today: date) -> QuerySet[Task]:
    """Open tasks that are not snoozed today."""
    return Task.objects.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=today), state=TaskState.OPEN)


def mine(signed: Signed) -> Q:
    """Tasks of the reader's own."""
    return Q(user=signed.user)


def of_my_roles(signed: Signed) -> Q:
    """Tasks that whoever holds one of the reader's roles is to do, in the reader's schemes and agency."""
    chosen = Q(pk=None)
    for posting in signed.postings:
        if posting.scheme_id is not None:
            chosen |= Q(role=posting.role, scheme_id=posting.scheme_id)
    return chosen & (Q(agency=None) | Q(agency=signed.agency_id))


def of_my_teams(signed: Signed) -> Q:
    """Tasks of the reader's colleagues in the same teams today."""
    teams = [posting.team_id for posting in signed.postings if posting.team_id is not None]
    return Q(user__in=Posting.objects.live().filter(team__in=teams).values("user"))


def counts_of(tasks: QuerySet[Task], today: date) -> Counts:
    """How tasks stand today: one query."""
    asleep = Q(snoozed_until__gt=today)
    soon = today + timedelta(SOON_DAYS)
    found = tasks.order_by().aggregate(
        overdue=Count("pk", filter=~asleep & Q(due_on__lt=today)),
        today=Count("pk", filter=~asleep & Q(due_on=today)),
        soon=Count("pk", filter=~asleep & Q(due_on__gt=today, due_on__lte=soon)),
        later=Count("pk", filter=~asleep & Q(due_on__gt=soon)),
        snoozed=Count("pk", filter=asleep),
    )
    return Counts(**found)


def tasks_about(person_id: int) -> QuerySet[Task]:
    """Open tasks about a person, the longest due first."""
    return open_tasks().filter(person_id=person_id)
