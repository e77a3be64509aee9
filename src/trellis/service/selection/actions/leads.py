"""Changing who leads a case, and letting go when management ends."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.notices import NoticeKind
from trellis.rules.selection import Act
from trellis.rules.vocabulary import LeadKind, Permission, Stage
from trellis.service.access.models import User
from trellis.service.access.permitted import check_permitted
from trellis.service.people.correcting import end, take_turns
from trellis.service.people.models import Person
from trellis.service.selection.leading import end_leads, give_lead, officer_of
from trellis.service.selection.queries.officers import leads_of
from trellis.service.selection.stages import move
from trellis.service.work.actions import notify, notify_users
from trellis.service.work.queries import linked_users


@transaction.atomic
def change_lead(
    *, by: User, person: Person, kind: LeadKind, officer: User, reason: str, instead_of: int | None = None
) -> None:
    """Put a case into another officer's hands. The former lead stays in the history and no longer sees the record.

    `instead_of` is the id of the lead that whoever changes it looked at, 0 when there was none: Changed is raised where
    another stands by now, and None changes whatever stands.
    """
    check_permitted(by, Permission.ALLOCATE)
    take_turns(person.pk)
    if person.stage != Stage.MANAGED:
        raise Refused("Only somebody who is managed has a lead. A panel must adopt the person first.")
    if not reason.strip():
        raise Refused("Say why the lead changes.")
    held = [lead for lead in leads_of(person) if lead.kind == kind]
    if instead_of is not None and {lead.pk for lead in held} != ({instead_of} if instead_of else set()):
        raise Changed("Somebody else changed the lead while you wrote. Look at it again before you change it.")
    if any(lead.officer_id == officer.pk for lead in held):
        raise Refused(f"{officer} already leads for this service. Choose another officer.")
    chosen = officer_of(person, kind, officer)
    today = timezone.localdate()
    linked = linked_users(person.pk)
    end_leads(person, held, today)
    give_lead(person, kind, chosen, by=by, day=today, reason=reason)
    notify(person_id=person.pk, kind=NoticeKind.LEAD, by=by, lead=kind.value)
    notify_users(users=linked - linked_users(person.pk), kind=NoticeKind.SIGHT_ENDED, by=by)


@transaction.atomic
def leave_cohort(*, by: User, person: Person, reason: str) -> None:
    """End somebody's management, with the reason. Membership, leads and priority end; nothing of them is lost."""
    check_permitted(by, Permission.DECIDE)
    if not reason.strip():
        raise Refused("Say why management ends: the record must show it.")
    take_turns(person.pk)
    today = timezone.localdate()
    linked = linked_users(person.pk)
    end_leads(person, leads_of(person), today)
    for membership in person.cohortmembership_set.current().as_at(today):
        end(membership, today, leaving_reason=reason.strip())
    for priority in person.priority_set.current().filter(ends=None):
        end(priority, today)
    move(person, Act.REMOVE)
    notify(person_id=person.pk, kind=NoticeKind.LEFT, by=by)
    notify_users(users=linked - linked_users(person.pk), kind=NoticeKind.SIGHT_ENDED, by=by)
