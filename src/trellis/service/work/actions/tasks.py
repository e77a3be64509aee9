"""Giving work, and what becomes of it. Each is done once however often it is asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from trellis.rules.access import can
from trellis.rules.errors import Refused
from trellis.rules.notices import NoticeKind
from trellis.rules.tasks import Repeat, TaskKind, TaskState, check_snooze, check_task, check_why, next_due
from trellis.rules.vocabulary import Compartment, Permission, Role
from trellis.service.access.models import User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.access.queries import officers_with, roles_of
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency, Scheme
from trellis.service.work.actions.notices import notify_role, notify_users
from trellis.service.work.models import Task
from trellis.service.work.models.tasks import assignment
from trellis.service.work.queries.documents import compartments_open
from trellis.service.work.queries.sight import sees


@transaction.atomic
def raise_task(
    *,
    by: User,
    kind: TaskKind,
    reason: str,
    due_on: date,
    person: Person | None = None,
    scheme: Scheme | None = None,
    user: User | None = None,
    role: Role | None = None,
    agency: Agency | None = None,
    named: str = "",
    repeats: Repeat = Repeat.NEVER,
    compartment: Compartment = Compartment.CORE,
    source: str = "",
    source_key: object = "",
) -> Task:
    """Give somebody work: a user, whoever holds a role in the scheme (in one agency, if given), or a name as typed.

    With a source ("meetings.Action", its id) there is one open task of the kind for it, and asking again gives that
    one back. `scheme` may be left out where there is a person. Raises Refused for a day that cannot be meant, a reason
    of less than two words, no or several assignees, and a user who may not see the person or what of them the task is
    of. Whoever is to do it is told.
    """
    if not by.is_system:
        check_permitted(by, Permission.WORK_TASKS)
    check_task(reason=reason, due_on=due_on, today=timezone.localdate())
    scheme = scheme or (person.scheme if person else None)
    if scheme is None:
        raise Refused("Say for which scheme the task is.")
    _check_assignee(person, user, role, named, compartment)
    if person is not None and compartment is not Compartment.CORE and compartment not in compartments_open(person.pk):
        raise Refused("You may not give work of that kind about this person. Choose what you may see yourself.")
    task = Task(
        scheme=scheme, person=person, compartment=compartment, kind=kind, reason=reason.strip(), due_on=due_on,
        first_due=due_on, repeats=repeats, source=source, source_key=str(source_key), made_by=by, assigned_by=by,
        **_whose(user, role, agency, named),
    )  # fmt: skip
    return _keep(task, by)


@transaction.atomic
def settle_task(*, task: Task, by: User, why: str = "") -> Task | None:
    """Mark a task as done, saying how it went if there is more to say. Done already, nothing happens.

    Returns the next one where it repeats. Raises Refused for one that was withdrawn.
    """
    _check_may(by)
    standing = _locked(task)
    if standing.state == TaskState.DONE:
        return None
    if standing.state == TaskState.WITHDRAWN:
        raise Refused("This task has been withdrawn, so there is nothing to do. Its page says why.")
    _end(standing, TaskState.DONE, by, why)
    return _repeat(standing, by)


@transaction.atomic
def withdraw_task(*, task: Task, by: User, why: str) -> None:
    """Take back a task that is not to be done after all, with what would have followed it. Raises Refused without why.

    Whoever gave it may do so, and whoever runs the scheme; what a clock found due, the latter alone.
    """
    _check_may(by)
    check_why(why, "Say in a few words why it is not to be done.")
    standing = _locked(task)
    if standing.state != TaskState.OPEN:
        return
    if standing.made_by_id != by.pk:
        _check_runs_the_scheme(by)
    _end(standing, TaskState.WITHDRAWN, by, why)


@transaction.atomic
def snooze_task(*, task: Task, by: User, until: date, reason: str) -> None:
    """Put a task off until a day, as long as its kind allows: `rules.tasks.check_snooze`. It stays due meanwhile."""
    _check_may(by)
    standing = _locked(task)
    _check_open(standing)
    check_snooze(
        kind=TaskKind(standing.kind), due_on=standing.due_on, until=until, reason=reason,
        today=timezone.localdate(),
    )  # fmt: skip
    standing.snoozed_until, standing.snooze_reason, standing.snoozed_by = until, reason.strip(), by
    standing.save(update_fields=["snoozed_until", "snooze_reason", "snoozed_by"])


@transaction.atomic
def reassign_task(
    *,
    task: Task,
    by: User,
    user: User | None = None,
    role: Role | None = None,
    agency: Agency | None = None,
    named: str = "",
) -> None:
    """Pass a task on. From then on no rule changes whose it is. Raises Refused as `raise_task` does."""
    _check_may(by)
    standing = _locked(task)
    _check_open(standing)
    _check_assignee(standing.person, user, role, named, Compartment(standing.compartment))
    chosen = _whose(user, role, agency, named)
    if all(getattr(standing, column) == value for column, value in chosen.items()):
        return
    for column, value in chosen.items():
        setattr(standing, column, value)
    standing.assigned_by = by
    standing.save(update_fields=[*chosen, "assigned_by"])
    _tell(standing, by)


def _check_may(by: User) -> None:
    if not by.is_system:
        check_permitted(by, Permission.WORK_TASKS)


def _check_runs_the_scheme(by: User) -> None:
    if not by.is_system and not can(roles_of(by, acting_agency(by)), Permission.DECIDE):
        raise Refused(
            "Only whoever gave a task or a scheme coordinator withdraws it. Pass it on, or ask your coordinator."
        )


def _check_open(task: Task) -> None:
    if task.state != TaskState.OPEN:
        raise Refused(f"This task is {TaskState(task.state).label.lower()} already.")


def _check_assignee(
    person: Person | None, user: User | None, role: Role | None, named: str, compartment: Compartment
) -> None:
    if sum((user is not None, role is not None, bool(named.strip()))) != 1:
        raise Refused("Choose one: a colleague, a role, or the name of somebody without an account.")
    if user is not None and (not user.is_active or (person is not None and not sees(user, person.pk, compartment))):
        # The same words whichever it is: what somebody does not see of a person is not the giver's to learn.
        raise Refused(f"{user} cannot be given work about this person. Choose somebody who works with them, or a role.")


def _whose(user: User | None, role: Role | None, agency: Agency | None, named: str) -> dict[str, Any]:
    """The columns that say whose work it is; a user's is their agency's too, so that colleagues there see it."""
    if user is not None and agency is None:
        posting = user.postings.live().select_related("agency").first()
        agency = posting.agency if posting else None
    return assignment(user=user, role=role, agency=agency, named=named.strip())


def _locked(task: Task) -> Task:
    return Task.objects.select_for_update(of=("self",)).select_related("person", "user", "agency").get(pk=task.pk)


def _keep(task: Task, by: User) -> Task:
    """Write it, unless one of the same source stands open, which is given back."""
    if task.source:
        Task.objects.bulk_create([task], ignore_conflicts=True)
        found = Task.objects.filter(
            state=TaskState.OPEN, rule=task.rule, kind=task.kind, source=task.source, source_key=task.source_key
        ).first()
        if found is None:
            raise Refused("Somebody else has this in hand already.")
        if found.pk != task.pk:
            return found
    else:
        task.save(force_insert=True)
    _tell(task, by)
    return task


def _tell(task: Task, by: User) -> None:
    told: dict[str, Any] = {"kind": NoticeKind.TASK, "by": by, "person_id": task.person_id, "task": str(task.pk)}
    if task.compartment != Compartment.CORE:
        notify_users(users=_who_may_know(task), **told)
    elif task.user_id is not None:
        notify_users(users=[task.user_id], **told)
    elif task.role:
        notify_role(role=Role(task.role), scheme=task.scheme, agency=task.agency, **told)


def _who_may_know(task: Task) -> list[int]:
    """Of those whose work a compartment's task is, the users who may see it: a notice too tells that there is one."""
    found = [task.user] if task.user is not None else []
    if task.role:
        posted = officers_with([Role(task.role)], task.scheme)
        found = [one.user for one in posted if task.agency_id in {None, one.agency_id}]
    return [user.pk for user in found if sees(user, task.person_id or 0, Compartment(task.compartment))]


def _end(task: Task, state: TaskState, by: User, why: str) -> None:
    task.state, task.ended_at, task.ended_by, task.ended_why = state, timezone.now(), by, why.strip()
    task.save(update_fields=["state", "ended_at", "ended_by", "ended_why"])


def _repeat(done: Task, by: User) -> Task | None:
    """The next task of one that repeats, for whoever had it."""
    today = timezone.localdate()
    due = next_due(done.first_due, Repeat(done.repeats), max(done.due_on, today))
    if due is None:
        return None
    following = Task(
        scheme=done.scheme, person=done.person, compartment=done.compartment, kind=done.kind, reason=done.reason,
        due_on=due, first_due=done.first_due, repeats=done.repeats, source="work.Task", source_key=str(done.pk),
        made_by=by, assigned_by=by, **assignment(
            user=done.user, role=Role(done.role) if done.role else None, agency=done.agency, named=done.named
        ),
    )  # fmt: skip
    return _keep(following, by)
