"""What may be done to the record: set a priority, and say which offence of a day is the principal one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.notices import NoticeKind
from trellis.rules.priority import PriorityFacts, check_set_priority, propose
from trellis.rules.vocabulary import Engagement, IntelligencePicture, Permission, PriorityColour, Stage
from trellis.service.access.models import User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.people.actions import add_alert
from trellis.service.people.correcting import correct, end, take_turns
from trellis.service.people.models import Alert, Person
from trellis.service.record.models import Disposal, Priority
from trellis.service.record.queries import custody_now
from trellis.service.schemes.queries import definitions
from trellis.service.work.actions import notify


@transaction.atomic
def set_priority(
    *,
    by: User,
    person: Person,
    colour: PriorityColour,
    reason: str,
    engagement: Engagement,
    intelligence: IntelligencePicture,
    at_large: bool,
    review_on: date | None,
    instead_of: int | None = None,
) -> Priority:
    """Set the colour of a managed person, keeping what the grid proposed. Custody is read from the record.

    `instead_of` is the id of the priority that the setter looked at, 0 when there was none: Changed is raised where
    another stands by now, and None sets the colour whatever stands. Refused for somebody who is not managed, without a
    reason, or without a review date that lies ahead. A colour set twice on a day corrects the first: it is superseded,
    not lost.
    """
    check_permitted(by, Permission.SET_PRIORITY)
    take_turns(person.pk)
    person.refresh_from_db(fields=["stage"])
    day = timezone.localdate()
    check_set_priority(stage=Stage(person.stage), reason=reason, review_on=review_on, today=day)
    facts = PriorityFacts(engagement, intelligence, at_large, in_custody=custody_now(person) is not None)
    grid = definitions().priority_grid(person.scheme.priority_grid)
    proposal = propose(facts, grid)
    agency_id = acting_agency(by)
    before = list(person.priority_set.current().filter(ends=None))
    if instead_of is not None and {one.pk for one in before} != ({instead_of} if instead_of else set()):
        raise Changed("Somebody else set the priority while you wrote. Look at it again before you change it.")
    for standing in before:
        end(standing, day)
    priority: Priority = Priority.objects.create(
        person=person,
        agency_id=agency_id,
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
    )
    notify(person_id=person.pk, kind=NoticeKind.PRIORITY, by=by)
    return priority


@transaction.atomic
def record_alert(*, person: Person, by: User, **alert: Any) -> Alert:
    """Put a safety alert in force as `people.actions.add_alert` does, and tell everybody who works with the person."""
    added = add_alert(person=person, by=by, **alert)
    notify(person_id=person.pk, kind=NoticeKind.ALERT, by=by)
    return added


@transaction.atomic
def mark_principal(*, by: User, disposal: Disposal) -> None:
    """Say that an offence is the principal one of its day. Others of the day lose the mark; nothing is overwritten."""
    check_permitted(by, Permission.EDIT_PERSON)
    take_turns(disposal.person_id)
    that_day = list(disposal.person.disposal_set.current().filter(happened_on=disposal.happened_on))
    if disposal.pk not in {offence.pk for offence in that_day}:
        raise Refused("That offence has been corrected since the page was made. Open the page again and choose.")
    for offence in that_day:
        chosen = offence.pk == disposal.pk
        if offence.principal != chosen:
            correct(offence, principal=chosen, recorded_by=by)
