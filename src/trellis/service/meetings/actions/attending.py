"""Updates before a meeting, who came, and who is invited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from trellis.rules.dates import long_date
from trellis.rules.errors import Refused
from trellis.rules.meetings import check_attendance, check_open
from trellis.rules.merging import Changed
from trellis.rules.tasks import TaskKind, TaskState
from trellis.rules.vocabulary import Came, Compartment, MeetingStatus, Permission
from trellis.service.access.models import Posting, User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.meetings.models import AgencyReturn, AgencyUpdate, Attendance, Invitation, Meeting, PersonItem
from trellis.service.meetings.queries.attendance import last_of
from trellis.service.meetings.queries.inviting import members_of
from trellis.service.meetings.sources import ABOUT_MEETING, meeting_key
from trellis.service.people.models import Person
from trellis.service.protection.actions.panels import open_to_panel
from trellis.service.work.actions import raise_task, settle_task
from trellis.service.work.models import Task
from trellis.service.work.queries.documents import compartments_open


@transaction.atomic
def give_update(*, item: PersonItem, text: str, compartment: Compartment, by: User) -> AgencyUpdate:
    """Give one's agency's update on somebody before a meeting; it counts as the agency's return.

    Raises Refused once the meeting is over, for nothing written and for a compartment that the writer does not hold.
    """
    check_permitted(by, Permission.ATTEND_MEETINGS)
    check_open(MeetingStatus(item.meeting.status))
    if not text.strip():
        raise Refused("Write what the meeting should know.")
    if compartment is not Compartment.CORE and compartment not in compartments_open(item.person_id):
        raise Refused("You may not write anything of that kind about this person.")
    update = AgencyUpdate.objects.create(
        person_id=item.person_id, meeting=item.meeting, text=text.strip(), compartment=compartment,
        agency_id=acting_agency(by), recorded_by=by,
    )  # fmt: skip
    _return(item.meeting, by)
    return update


@transaction.atomic
def nothing_to_add(*, meeting: Meeting, by: User) -> None:
    """Say for one's agency that it has nothing to add. Said again, or after an update, nothing happens."""
    check_permitted(by, Permission.ATTEND_MEETINGS)
    check_open(MeetingStatus(meeting.status))
    _return(meeting, by, nothing=True)


def _return(meeting: Meeting, by: User, *, nothing: bool = False) -> None:
    agency = acting_agency(by)
    if not AgencyReturn.objects.filter(meeting=meeting, agency=agency).exists():
        AgencyReturn.objects.create(meeting=meeting, agency_id=agency, nothing_to_add=nothing, recorded_by=by)
    for task in Task.objects.filter(
        source=ABOUT_MEETING, source_key=meeting_key(meeting.pk, by.pk), state=TaskState.OPEN
    ):
        settle_task(task=task, by=by)


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether an agency came, who came as typed, and why nobody did."""

    came: Came
    who: str = ""
    reason: str = ""


@transaction.atomic
def record_attendance(*, meeting: Meeting, mark: int, presences: Mapping[int, Presence], by: User) -> None:
    """Record of agencies (ids) whether they came; what stands already is not written again.

    `mark`: the last row that the writer's page knew. Raises Changed where there is a later one, and Refused for
    apologies without a reason, and for who came ahead of the day.
    """
    check_permitted(by, Permission.HOLD_MEETINGS)
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if locked.status == MeetingStatus.CANCELLED:
        raise Refused("This meeting was cancelled, so nobody came to it.")
    rows = list(Attendance.objects.filter(meeting=meeting).order_by("id"))
    if mark != last_of(rows):
        raise Changed("Somebody else recorded attendance while you wrote.")
    standing = {row.agency_id: Presence(Came(row.came), row.who, row.reason) for row in rows}
    for agency, presence in presences.items():
        check_attendance(presence.came, presence.reason, on=meeting.on, today=timezone.localdate())
        if standing.get(agency) != presence:
            Attendance.objects.create(
                meeting=meeting, agency_id=agency, came=presence.came, who=presence.who, reason=presence.reason,
                recorded_by=by,
            )  # fmt: skip


@transaction.atomic
def invite(*, meeting: Meeting, postings: Iterable[Posting], open_records: bool, by: User) -> int:
    """Ask people to a meeting: each is given the task of their agency's update. Returns how many records were opened.

    With `open_records`, everybody on the agenda whom the inviter sees is open to all who are invited from another
    agency, until the meeting ends, as `open_to_panel` does it and refuses it.
    """
    check_permitted(by, Permission.HOLD_MEETINGS)
    check_open(MeetingStatus(meeting.status))
    known = set(Invitation.objects.filter(meeting=meeting).values_list("user_id", flat=True))
    new = {one.user_id: one for one in postings if one.user_id not in known}
    Invitation.objects.bulk_create(
        (Invitation(meeting=meeting, user_id=one.user_id, agency_id=one.agency_id, recorded_by=by)
         for one in new.values()),
        ignore_conflicts=True,
    )  # fmt: skip
    _ask_for_updates(meeting, [one.user for one in new.values()], by)
    if not open_records:
        if not new:
            raise Refused("Choose somebody who is not invited yet.")
        return 0
    return open_to_panel(
        by=by, scheme=meeting.scheme, people=_on_agenda(meeting), members=members_of(meeting, acting_agency(by)),
        ends_at=meeting.ends_at,
    )  # fmt: skip


def _ask_for_updates(meeting: Meeting, users: Iterable[User], by: User) -> None:
    due = max(meeting.updates_by, timezone.localdate())
    reason = f"Give your agency’s update for the {meeting.name.lower()} of {long_date(meeting.on)}"
    for user in users:
        raise_task(
            by=by, kind=TaskKind.MEETING, reason=reason, due_on=due, scheme=meeting.scheme, user=user,
            source=ABOUT_MEETING, source_key=meeting_key(meeting.pk, user.pk),
        )  # fmt: skip


def _on_agenda(meeting: Meeting) -> list[Person]:
    items = PersonItem.objects.current().filter(meeting=meeting).values("person")
    return list(Person.objects.filter(pk__in=items))
