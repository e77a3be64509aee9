"""Tasks: everything due, whoever or whatever found it so."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from trellis.rules.tasks import LONGEST_REASON, Repeat, TaskKind, TaskState
from trellis.rules.vocabulary import Compartment, Permission, Role
from trellis.service.access.models import User
from trellis.service.audit.seen import ShowsPerson
from trellis.service.common.register import (
    BY_SYSTEM,
    Category,
    Register,
    Retention,
    Rows,
    by_actor,
    by_permission,
    in_scheme,
    of_person,
    reads,
)
from trellis.service.people.models import IN_COMPARTMENT, Person
from trellis.service.schemes.models import Agency, Scheme

ABOUT_ME = "(SELECT actor_id())"
# Whoever may no longer see somebody has no task about them either; a task of one compartment needs that one too.
SEES_PERSON = f"(person_id IS NULL OR (compartment = '{Compartment.CORE}' AND {of_person()}) OR {IN_COMPARTMENT})"
# One array for each role, read once a query.
HOLDS_ROLE = " OR ".join(
    f"(role = '{role}' AND scheme_id = ANY ((SELECT actor_schemes('{role}'))::bigint[]))" for role in Role
)
MINE = (
    f"user_id = {ABOUT_ME} OR made_by_id = {ABOUT_ME} OR assigned_by_id = {ABOUT_ME}"
    f" OR (({HOLDS_ROLE}) AND (agency_id IS NULL OR agency_id = actor_agency_id()))"
)
# Work about a person is for their whole team to see, as the agreement allows; other work for whoever runs the scheme.
OURS = (
    f"(person_id IS NOT NULL AND (agency_id = actor_agency_id() OR {reads()}))"
    f" OR (person_id IS NULL AND {in_scheme('scheme_id', Permission.DECIDE)})"
)
SEE = f"{BY_SYSTEM} OR ({SEES_PERSON} AND ({MINE} OR {OURS}))"
WORKS = by_permission(Permission.WORK_TASKS)


def _in_own_name(column: str) -> str:
    return (
        f"(NEW.{column} IS DISTINCT FROM OLD.{column} AND NEW.{column} IS NOT NULL"
        f" AND NEW.{column} <> actor_id() AND NOT actor_is_system())"
    )


class Task(ShowsPerson):
    """Something to be done by a day: by a user, by whoever holds a role, or by somebody who has no account.

    `rule` names the clock that made it, and is empty for what somebody gave. `source` and `source_key` say of what it
    is, in plain words ("selection.Referral", "17"), because what it is of stands in an app above this one.
    """

    # Made here rather than by the database, because the writer may not read the row back.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    compartment = models.CharField(max_length=20, choices=Compartment.choices(), default=Compartment.CORE)
    kind = models.CharField(max_length=30, choices=TaskKind.choices())
    # What is to be done or why it is due, in a sentence without a name.
    reason = models.CharField(max_length=LONGEST_REASON)
    due_on = models.DateField()
    # The day from which its coming again is counted.
    first_due = models.DateField()
    repeats = models.CharField(max_length=12, choices=Repeat.choices(), blank=True)

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="tasks")
    role = models.CharField(max_length=30, choices=Role.choices(), blank=True)
    # Whose work it is; with a role, the agency whose holders of it are meant.
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    # Somebody without an account, as typed.
    named = models.CharField(max_length=150, blank=True)
    # Who chose whose work it is; empty while the rule does.
    assigned_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    rule = models.SlugField(blank=True)
    source = models.CharField(max_length=60, blank=True)
    source_key = models.CharField(max_length=100, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    snoozed_until = models.DateField(null=True)
    snooze_reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    snoozed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        max_length=10,
        default=TaskState.OPEN,
        choices=[one for one in TaskState.choices() if one[0] != TaskState.SNOOZED],
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_why = models.CharField(max_length=LONGEST_REASON, blank=True)

    register = Register(
        rows=Rows(
            see=SEE,
            write=f"{WORKS} AND ({BY_SYSTEM} OR {SEES_PERSON}) AND {by_actor('made_by_id')} AND state = 'open'",
            change=f"({SEE}) AND {WORKS}",
            update=(
                *("reason", "due_on", "first_due", "user_id", "role", "agency_id", "named", "assigned_by_id"),
                *("snoozed_until", "snooze_reason", "snoozed_by_id", "state", "ended_at", "ended_by_id", "ended_why"),
            ),
            refuse=(
                ("A task that has ended stays as it is", "OLD.state <> 'open' AND OLD.* IS DISTINCT FROM NEW.*"),
                (
                    "Who passes on, snoozes or ends a task does so in their own name",
                    " OR ".join(_in_own_name(f"{column}_id") for column in ("assigned_by", "snoozed_by", "ended_by")),
                ),
                (
                    "What is due, and when, is not changed by hand",
                    "(OLD.reason, OLD.due_on, OLD.first_due) IS DISTINCT FROM (NEW.reason, NEW.due_on, NEW.first_due)"
                    " AND NOT actor_is_system()",
                ),
            ),
            by_agreement=True,
        ),
        retention=Retention.CASE,
        subject="person_id",
        fields={
            Category.KEY: ("id", "scheme", "person", "agency", "source", "source_key"),
            Category.CASE: (
                *("compartment", "kind", "reason", "due_on", "first_due", "repeats", "rule", "state"),
                *("snoozed_until", "snooze_reason", "ended_why"),
            ),
            Category.STAFF: ("user", "role", "named"),
            Category.PROVENANCE: (*("assigned_by", "made_by", "made_at", "snoozed_by", "ended_at", "ended_by"),),
        },
    )

    class Meta:
        ordering = ("due_on", "made_at", "id")
        indexes = [
            models.Index(fields=("user", "due_on"), condition=Q(state="open"), name="task_user_due"),
            models.Index(fields=("person", "due_on"), condition=Q(state="open"), name="task_person_due"),
            models.Index(fields=("scheme", "rule"), condition=Q(state="open"), name="task_rule"),
            models.Index(fields=("source", "source_key"), name="task_source"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("rule", "kind", "source", "source_key"),
                condition=Q(state="open") & ~Q(source=""),
                name="one_open_task_a_source",
            ),
            models.CheckConstraint(
                name="task_is_one_assignees",
                condition=Q(user__isnull=False, role="", named="")
                | (Q(user=None, named="") & ~Q(role=""))
                | (Q(user=None, role="") & ~Q(named="")),
            ),
            models.CheckConstraint(
                name="task_end_says_who_and_when",
                condition=Q(state="open", ended_at=None, ended_by=None)
                | (~Q(state="open") & Q(ended_at__isnull=False, ended_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="task_snooze_says_who_and_why",
                condition=Q(snoozed_until=None) | (Q(snoozed_by__isnull=False) & ~Q(snooze_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def assignee(self) -> str:
        """Whose work it is, in words."""
        if self.user_id is not None:
            return str(self.user)
        if self.named:
            return self.named
        role = Role(self.role).label
        return f"{role}, {self.agency}" if self.agency_id is not None else role

    def state_on(self, today: date) -> TaskState:
        """What it is on a day: open work is snoozed until the day that was chosen for it."""
        if self.state == TaskState.OPEN and self.snoozed_until is not None and self.snoozed_until > today:
            return TaskState.SNOOZED
        return TaskState(self.state)


def assignment(*, user: Any = None, role: Role | None = None, agency: Any = None, named: str = "") -> dict[str, Any]:
    """The columns that say whose work a task is."""
    return {"user": user, "role": role or "", "agency": agency, "named": named}
