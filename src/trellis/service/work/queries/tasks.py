"""Tasks as their readers list them: mine, my roles', my team's; of a person; counted by how they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Count, Q, QuerySet, When

from trellis.rules.tasks import SOON_DAYS, TaskState
from trellis.service.access.models import Posting
from trellis.service.access.queries import Signed
from trellis.service.work.models import Task

MINE, ROLE, TEAM, GIVEN = "mine", "role", "team", "given"
TabCounts = dict[str, int]
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


def given(signed: Signed) -> Q:
    """Tasks that the reader gave to somebody else."""
    return Q(made_by=signed.user) & (Q(user=None) | ~Q(user=signed.user))


def tab_counts(signed: Signed) -> TabCounts:
    """How many open tasks there are for each tab that the reader has: one query."""
    tabs = {MINE: mine(signed), ROLE: of_my_roles(signed), TEAM: of_my_teams(signed), GIVEN: given(signed)}
    if not any(posting.team_id for posting in signed.postings):
        del tabs[TEAM]
    counted = {name: Count("pk", filter=chosen) for name, chosen in tabs.items()}
    found: TabCounts = Task.objects.filter(state=TaskState.OPEN).order_by().aggregate(**counted)
    return found


def in_tab(signed: Signed, tab: str) -> QuerySet[Task]:
    """The open tasks of one tab."""
    chosen = {MINE: mine, ROLE: of_my_roles, TEAM: of_my_teams, GIVEN: given}[tab]
    return open_tasks().filter(chosen(signed))


def listed(tasks: QuerySet[Task], when: str, today: date) -> QuerySet[Task]:
    """Those of the tasks that stand so today ("overdue", "today", "soon", "later", "snoozed"); for any other word all,
    the snoozed last.
    """
    chosen = standing_so(today)
    if when in chosen:
        return tasks.filter(chosen[when])
    return tasks.order_by(Case(When(chosen["snoozed"], then=1), default=0), "due_on", "made_at", "id")


def standing_so(today: date) -> dict[str, Q]:
    """The conditions by which open tasks are told apart. Snoozed ones stand apart from the others."""
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=today)
    soon = today + timedelta(SOON_DAYS)
    return {
        "overdue": awake & Q(due_on__lt=today),
        "today": awake & Q(due_on=today),
        "soon": awake & Q(due_on__gt=today, due_on__lte=soon),
        "later": awake & Q(due_on__gt=soon),
        "snoozed": Q(snoozed_until__gt=today),
    }


def counts_of(tasks: QuerySet[Task], today: date) -> Counts:
    """How tasks stand today: one query."""
    counted = {name: Count("pk", filter=chosen) for name, chosen in standing_so(today).items()}
    return Counts(**tasks.order_by().aggregate(**counted))


def tasks_about(person_id: int) -> QuerySet[Task]:
    """Open tasks about a person, the longest due first."""
    return open_tasks().filter(person_id=person_id)


def tasks_of(source: str, keys: Iterable[object]) -> dict[str, list[Task]]:
    """The tasks that follow from these things, by their keys, open or ended: one query. Every key has a list."""
    found: dict[str, list[Task]] = {str(key): [] for key in keys}
    for task in Task.objects.filter(source=source, source_key__in=found).select_related(*WITH):
        found[task.source_key].append(task)
    return found
