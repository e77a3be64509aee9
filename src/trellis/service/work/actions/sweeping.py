"""Asking the clocks: what is due becomes a task, once; what is no longer due is settled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from trellis.rules.notices import NoticeKind
from trellis.rules.tasks import LONGEST_REASON, TaskState
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.schemes.models import Scheme
from trellis.service.work.actions.notices import notify_users
from trellis.service.work.clocks import Clock, Due
from trellis.service.work.models import Notice, Task
from trellis.service.work.queries.tasks import awake

Key = tuple[str, str, str]
# What was marked as done shows in what the clock finds by then: the record of it may come from a weekly extract.
DAYS_TO_SHOW = 7


@dataclass(frozen=True, slots=True)
class Swept:
    """How many tasks one clock raised, settled and changed."""

    raised: int
    settled: int
    changed: int


@transaction.atomic
def sweep(*, clock: Clock, scheme: Scheme, today: date, by: User) -> Swept:
    """Bring a clock's open tasks in a scheme in line with what it finds due today. Run twice, it changes nothing.

    What somebody has withdrawn is not raised again for the same day, and what they marked as done not for a week: if it
    is still due then, it was not done. Whoever passed a task on has settled whose it is; the others follow the clock.
    Takes as many queries for one person as for all, and one more for each task whose day, reason or assignee changed.
    """
    found = {(due.kind.value, due.source, due.source_key): due for due in clock.due(scheme, today)}
    standing = {_key(task): task for task in Task.objects.filter(scheme=scheme, rule=clock.name, state=TaskState.OPEN)}
    raised = _raise(clock, scheme, [due for key, due in found.items() if key not in standing], today, by)
    gone = [task.pk for key, task in standing.items() if key not in found]
    Task.objects.filter(pk__in=gone, state=TaskState.OPEN).update(
        state=TaskState.DONE, ended_at=timezone.now(), ended_by=by, ended_why=clock.ended
    )
    changed = sum(_follow(task, found[key]) for key, task in standing.items() if key in found)
    return Swept(raised, len(gone), changed)


@transaction.atomic
def tell_of_due(*, today: date, by: User) -> int:
    """Tell each user whose tasks fall due today, or were found overdue today, once a day. Returns how many."""
    fresh = Q(due_on=today) | Q(snoozed_until=today) | Q(due_on__lt=today, made_at__date=today)
    users = awake(today).filter(fresh, user__is_active=True, due_on__lte=today).values_list("user_id", flat=True)
    told = [user for user in User.objects.filter(pk__in=set(users)) if _is_news(user, fresh, today)]
    return notify_users(users=[user.pk for user in told], kind=NoticeKind.TASKS_DUE, by=by)


def _is_news(user: User, fresh: Q, today: date) -> bool:
    """Whether a user may see a task of theirs that is new today and has not been told of any, with their own sight."""
    with acting(user):
        told = Notice.objects.filter(user=user, kind=NoticeKind.TASKS_DUE, at__date=today).exists()
        return not told and awake(today).filter(fresh, user=user, due_on__lte=today).exists()


def _key(task: Task) -> Key:
    return task.kind, task.source, task.source_key


def _raise(clock: Clock, scheme: Scheme, due: Sequence[Due], today: date, by: User) -> int:
    dealt_with = _dealt_with(clock, scheme, due, today)
    tasks = [
        Task(
            scheme=scheme, person_id=one.person_id, kind=one.kind, reason=_fitting(one.reason), due_on=one.due_on,
            first_due=one.due_on, rule=clock.name, source=one.source, source_key=one.source_key, made_by=by,
            **_whose(one),
        )
        for one in due if (one.kind.value, one.source, one.source_key, one.due_on) not in dealt_with
    ]  # fmt: skip
    Task.objects.bulk_create(tasks, ignore_conflicts=True)
    return len(tasks)


def _dealt_with(clock: Clock, scheme: Scheme, due: Iterable[Due], today: date) -> set[tuple[Any, ...]]:
    """What somebody, and not a clock, has ended: by kind, source and the day on which it was due."""
    keys = {one.source_key for one in due}
    stands = Q(state=TaskState.WITHDRAWN) | Q(ended_at__date__gt=today - timedelta(DAYS_TO_SHOW))
    ended = Task.objects.filter(stands, scheme=scheme, rule=clock.name, source_key__in=keys, ended_by__is_system=False)
    return set(ended.values_list("kind", "source", "source_key", "due_on"))


def _fitting(reason: str) -> str:
    """A reason as long as a task holds: one clock's many words must not keep the others' tasks from being made."""
    return reason if len(reason) <= LONGEST_REASON else f"{reason[: LONGEST_REASON - 1].rstrip()}…"


def _whose(due: Due) -> dict[str, Any]:
    if due.user_id is not None:
        return {"user_id": due.user_id, "role": "", "agency_id": due.agency_id}
    return {"user_id": None, "role": due.role.value, "agency_id": due.agency_id}


def _follow(task: Task, due: Due) -> bool:
    """Write what the clock now says of a task that stands, if it says anything else."""
    says: dict[str, Any] = {"reason": _fitting(due.reason), "due_on": due.due_on}
    if task.assigned_by_id is None:
        says |= _whose(due)
    differs = {column: value for column, value in says.items() if getattr(task, column) != value}
    if differs:
        first = {"first_due": due.due_on} if "due_on" in differs else {}
        Task.objects.filter(pk=task.pk).update(**differs, **first)
    return bool(differs)
