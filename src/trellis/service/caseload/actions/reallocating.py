"""Handing cases from one lead officer to another, many at once: all of them, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.tasks import TaskState
from trellis.rules.vocabulary import LeadKind, Permission
from trellis.service.access.models import User
from trellis.service.access.permitted import check_permitted
from trellis.service.caseload.models import Handover
from trellis.service.people.correcting import take_turns
from trellis.service.people.models import Person
from trellis.service.selection.actions import change_lead
from trellis.service.selection.leading import officer_of
from trellis.service.selection.queries.officers import leads_of
from trellis.service.work.actions.handing_over import hand_over_tasks
from trellis.service.work.models import Task
from trellis.service.work.queries.sight import sees

MOST_AT_ONCE = 50


class Tasks(StrEnum):
    """What becomes of the former lead's open tasks."""

    MOVE = "move"
    STAY = "stay"


@dataclass(frozen=True, slots=True)
class Handing:
    """One case to hand over: the ids of the leads that whoever hands it over looked at, and the note."""

    person: Person
    instead_of: frozenset[int]
    note: str = ""


@transaction.atomic
def reallocate(
    *, by: User, kind: LeadKind, officer: User, handings: Sequence[Handing], reason: str, tasks: Tasks
) -> list[Handover]:
    """Give cases another lead for a service, each with its note; both leads are told. All happen or none.

    Raises Changed where a case has another lead by now than the page showed, naming each. Raises Refused, naming the
    person, as `change_lead` does; and where tasks are to stay with somebody who no longer sees the person.
    """
    check_permitted(by, Permission.ALLOCATE)
    if not 0 < len(handings) <= MOST_AT_ONCE:
        raise Refused(f"Choose between 1 and {MOST_AT_ONCE} people to hand over at once.")
    # In one order, so that two who hand over at the same time wait for each other instead of blocking.
    ordered = sorted(handings, key=lambda handing: handing.person.pk)
    for handing in ordered:
        take_turns(handing.person.pk)
    _check_unchanged(ordered, kind)
    return [_hand_over(handing, _Change(kind, officer, reason, Tasks(tasks), by)) for handing in ordered]


@dataclass(frozen=True, slots=True)
class _Change:
    kind: LeadKind
    officer: User
    reason: str
    tasks: Tasks
    by: User


def _check_unchanged(handings: Sequence[Handing], kind: LeadKind) -> None:
    changed = [
        str(handing.person)
        for handing in handings
        if {lead.pk for lead in leads_of(handing.person) if lead.kind == kind} != handing.instead_of
    ]
    if changed:
        names = ", ".join(changed)
        raise Changed(
            f"Somebody else has just changed the lead of {names}. Nobody has been reallocated. Look at who leads now,"
            " then save again or take them off."
        )


def _hand_over(handing: Handing, change: _Change) -> Handover:
    person, kind, officer = handing.person, change.kind, change.officer
    former = next((lead.officer for lead in leads_of(person) if lead.kind == kind), None)
    try:
        change_lead(by=change.by, person=person, kind=kind, officer=officer, reason=change.reason)
    except Refused as refusal:
        raise Refused(f"{person}: {refusal} Nobody has been reallocated.") from refusal
    agency = officer_of(person, kind, officer).posting.agency
    moved = 0
    if former is not None and change.tasks is Tasks.MOVE:
        moved = hand_over_tasks(person=person, former=former, new=officer, agency=agency, by=change.by)
    elif former is not None:
        _check_may_stay(person, former)
    return Handover.objects.create(
        person=person, agency=agency, happened_on=timezone.localdate(), kind=kind, from_officer=former,
        to_officer=officer, note=handing.note.strip(), tasks_moved=moved, recorded_by=change.by,
    )  # fmt: skip


def _check_may_stay(person: Person, former: User) -> None:
    """Refuse to leave work with somebody who can no longer see whom it is about. A clock's follows the leads anyway."""
    given = Task.objects.filter(person=person, user=former, state=TaskState.OPEN).exclude(assigned_by=None, rule__gt="")
    if given.exists() and not sees(former, person.pk):
        raise Refused(
            f"{person}: {former} has open tasks and will no longer see the record. Nobody has been reallocated. Move"
            " the tasks with the case."
        )
