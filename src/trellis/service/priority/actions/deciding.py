"""A lead or a meeting decides the colour: one way to set it, told at once to everybody who works with the person."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from trellis.rules.merging import Changed
from trellis.rules.notices import NoticeKind
from trellis.rules.priority import PriorityFacts, check_set_priority, propose
from trellis.rules.proposals import check_decided
from trellis.rules.tasks import TaskKind, TaskState
from trellis.rules.vocabulary import (
    DecidedBy,
    Engagement,
    IntelligencePicture,
    Permission,
    PriorityColour,
    Stage,
)
from trellis.service.access.models import User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.people.correcting import end, take_turns
from trellis.service.people.models import Person
from trellis.service.people.sharing import check_reads
from trellis.service.priority.actions.proposing import SOURCE
from trellis.service.priority.queries.leads import leads
from trellis.service.record.models import Priority
from trellis.service.record.queries import custody_now
from trellis.service.schemes.queries import definitions
from trellis.service.work.actions import notify, settle_task
from trellis.service.work.models import Task


@transaction.atomic
def decide_priority(
    *,
    by: User,
    person: Person,
    colour: PriorityColour,
    reason: str,
    engagement: Engagement,
    intelligence: IntelligencePicture,
    at_large: bool,
    review_on: date | None,
    decided_by: DecidedBy = DecidedBy.LEAD,
    meeting: str = "",
    meeting_on: date | None = None,
    instead_of: int | None = None,
) -> Priority:
    """Set the colour of a managed person, keeping what the grid proposed. Custody is read from the record.

    `decided_by` is LEAD or MEETING (with its name and day); an officer who does not lead the case decides for whoever
    does, and it is kept so. `instead_of` is the id of the priority that the decider looked at, 0 when there was none:
    Changed is raised where another stands by now, and None sets the colour whatever stands. Refused for somebody who is
    not managed, without a reason, or without a review date that lies ahead. A colour set twice on a day corrects the
    first: it is superseded, not lost. Everybody who works with the person is told in the same transaction.
    """
    check_permitted(by, Permission.SET_PRIORITY)
    check_reads(
        Priority,
        "Your sharing agreement does not list priorities, so you cannot tell which is set. Propose one, and a lead"
        " decides.",
    )
    take_turns(person.pk)
    person.refresh_from_db(fields=["stage"])
    day = timezone.localdate()
    check_set_priority(stage=Stage(person.stage), reason=reason, review_on=review_on, today=day)
    check_decided(decided_by=decided_by, meeting=meeting, meeting_on=meeting_on, today=day)
    facts = PriorityFacts(engagement, intelligence, at_large, in_custody=custody_now(person) is not None)
    proposal = propose(facts, definitions().priority_grid(person.scheme.priority_grid))
    held_meeting = decided_by is DecidedBy.MEETING
    if not held_meeting:
        decided_by = DecidedBy.LEAD if leads(by, person) else DecidedBy.FOR_LEAD
    _end_standing(person, day, instead_of)
    priority: Priority = Priority.objects.create(
        person=person,
        agency_id=acting_agency(by),
        recorded_by=by,
        starts=day,
        colour=colour,
        reason=reason.strip(),
        engagement=engagement,
        intelligence=intelligence,
        at_large=at_large,
        proposed=proposal.colour,
        grid=f"{proposal.grid} {proposal.version}",
        review_on=review_on,
        decided_by=decided_by,
        decided_at=timezone.now(),
        meeting=meeting.strip() if held_meeting else "",
        meeting_on=(meeting_on or day) if held_meeting else None,
    )
    _settle_questions(person, by, colour)
    notify(person_id=person.pk, kind=NoticeKind.PRIORITY, by=by)
    return priority


def _end_standing(person: Person, day: date, instead_of: int | None) -> None:
    before = list(person.priority_set.current().filter(ends=None))
    if instead_of is not None and {one.pk for one in before} != ({instead_of} if instead_of else set()):
        raise Changed("Somebody else set the priority while you wrote. Look at it again before you change it.")
    for standing in before:
        end(standing, day)


def _settle_questions(person: Person, by: User, colour: PriorityColour) -> None:
    """A decision answers every proposal that waited for one, of those that the decider may read."""
    for task in Task.objects.filter(person=person, kind=TaskKind.PRIORITY, source=SOURCE, state=TaskState.OPEN):
        settle_task(task=task, by=by, why=f"Decided: {colour.label}.")
