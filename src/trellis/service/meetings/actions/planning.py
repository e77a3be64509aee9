"""Planning a meeting, saying who is expected, putting people on the agenda, and closing it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.meetings import check_expected, check_held, check_open, check_planned
from trellis.rules.merging import Changed
from trellis.rules.tasks import TaskState
from trellis.rules.vocabulary import AgendaSource, MeetingStatus, Permission
from trellis.service.access.models import User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.meetings.models import Expectation, GeneralItem, Meeting, PersonItem
from trellis.service.meetings.queries.attendance import attendance_of
from trellis.service.meetings.queries.suggesting import suggested
from trellis.service.meetings.queries.usual import agencies_expected, usual_agencies
from trellis.service.meetings.sources import ABOUT_MEETING
from trellis.service.people.correcting import withdraw
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency, Scheme
from trellis.service.schemes.queries import definitions
from trellis.service.work.actions import withdraw_task
from trellis.service.work.models import Task


@dataclass(frozen=True, slots=True)
class Details:
    """When and where a meeting is, for how many minutes, and who chairs and minutes it, as typed."""

    on: date
    at: time
    minutes: int
    place: str = ""
    chair: str = ""
    minute_taker: str = ""


@transaction.atomic
def plan_meeting(
    *,
    scheme: Scheme,
    kind: str,
    details: Details,
    expected: Collection[Agency],
    why_not: str,
    by: User,
) -> Meeting:
    """Plan a meeting of a type; its standing items and those of whom the type makes its agenda are put on at once.

    Raises Refused for a day that cannot be meant, and where a usual member is not expected and nobody says why.
    """
    check_permitted(by, Permission.HOLD_MEETINGS)
    shape = definitions().meeting_types.get(kind)
    if shape is None:
        raise Refused("Choose a type of meeting from the list.")
    check_planned(on=details.on, today=timezone.localdate())
    meeting = Meeting.objects.create(
        scheme=scheme, kind=kind, kind_version=shape.version, recorded_by=by, **_columns(details)
    )
    expect(meeting=meeting, expected=expected, why_not=why_not, by=by)
    for title in shape.standing_items:
        GeneralItem.objects.create(meeting=meeting, title=title, recorded_by=by)
    found = suggested(meeting, shape.agenda_from)
    put_on_agenda(meeting=meeting, people={one.person_id: one.why for one in found}, by=by)
    return meeting


@transaction.atomic
def expect(*, meeting: Meeting, expected: Collection[Agency], why_not: str, by: User) -> None:
    """Say which agencies are expected. Raises Refused where a usual member is left out and nobody says why (SEC-03)."""
    check_permitted(by, Permission.HOLD_MEETINGS)
    check_open(MeetingStatus(meeting.status))
    usual = usual_agencies(meeting.scheme, meeting.kind)
    chosen = {agency.pk: agency for agency in expected}
    names = {str(agency.pk): agency.name for agency in usual}
    check_expected(usual=names, chosen={str(pk) for pk in chosen}, why_not=why_not)
    before = agencies_expected(meeting)
    for pk, agency in (chosen | {agency.pk: agency for agency in [*usual, *before]}).items():
        is_expected = pk in chosen
        if is_expected != (agency in before) or not is_expected:
            reason = "" if is_expected else why_not.strip()
            Expectation.objects.create(
                meeting=meeting, agency=agency, expected=is_expected, reason=reason, recorded_by=by
            )


@transaction.atomic
def change_meeting(*, meeting: Meeting, version: int, details: Details, by: User) -> None:
    """Change when, where and by whom a meeting is held. Raises Changed where it is no longer as that version."""
    check_permitted(by, Permission.HOLD_MEETINGS)
    check_open(MeetingStatus(meeting.status))
    if details.on != meeting.on:
        check_planned(on=details.on, today=timezone.localdate())
    values = _columns(details) | {"version": version + 1}
    if not Meeting.objects.filter(pk=meeting.pk, version=version, status=MeetingStatus.PLANNED).update(**values):
        raise Changed("Somebody else changed this meeting while you wrote.")


@transaction.atomic
def put_on_agenda(*, meeting: Meeting, people: Mapping[int, AgendaSource], by: User) -> int:
    """Put people (ids, with why) on an agenda, as far as they are not on it. Returns how many were added."""
    check_permitted(by, Permission.HOLD_MEETINGS)
    check_open(MeetingStatus(meeting.status))
    # One at a time, so that of two who add somebody at once neither is refused.
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    seen = Person.objects.filter(pk__in=people, scheme=meeting.scheme_id)
    on_it = set(PersonItem.objects.current().filter(meeting=meeting).values_list("person_id", flat=True))
    agency = acting_agency(by)
    added = [person for person in seen if person.pk not in on_it]
    for person in added:
        PersonItem.objects.create(
            meeting=meeting, person=person, why=people[person.pk], agency_id=agency, recorded_by=by
        )
    return len(added)


@transaction.atomic
def take_off_agenda(*, item: PersonItem, by: User) -> None:
    """Take somebody off an agenda. Raises Refused once the meeting is over, and Changed where somebody just did."""
    check_permitted(by, Permission.HOLD_MEETINGS)
    check_open(MeetingStatus(item.meeting.status))
    withdraw(item)


@transaction.atomic
def add_general_item(*, meeting: Meeting, title: str, by: User) -> GeneralItem:
    """Put something on an agenda that is about nobody in particular."""
    check_permitted(by, Permission.HOLD_MEETINGS)
    check_open(MeetingStatus(meeting.status))
    return GeneralItem.objects.create(meeting=meeting, title=title.strip(), recorded_by=by)


@transaction.atomic
def hold_meeting(*, meeting: Meeting, by: User) -> None:
    """Close a meeting as held. Raises Refused ahead of its day, and until attendance is recorded of all expected."""
    check_permitted(by, Permission.HOLD_MEETINGS)
    check_open(MeetingStatus(meeting.status))
    unrecorded = [str(one.agency) for one in attendance_of(meeting) if one.expected and one.latest is None]
    check_held(on=meeting.on, today=timezone.localdate(), unrecorded=unrecorded)
    _close(meeting, MeetingStatus.HELD)


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, why: str, by: User) -> None:
    """Cancel a meeting that has not been held. Raises Refused without why."""
    check_permitted(by, Permission.HOLD_MEETINGS)
    check_open(MeetingStatus(meeting.status))
    if not why.strip():
        raise Refused("Say why the meeting is cancelled.")
    _close(meeting, MeetingStatus.CANCELLED, why.strip())
    asked = Task.objects.filter(source=ABOUT_MEETING, source_key__startswith=f"{meeting.pk}-", state=TaskState.OPEN)
    for task in asked.filter(made_by=by):
        withdraw_task(task=task, by=by, why="The meeting is cancelled")


def _close(meeting: Meeting, status: MeetingStatus, why: str = "") -> None:
    planned = Meeting.objects.filter(pk=meeting.pk, status=MeetingStatus.PLANNED)
    if not planned.update(status=status, cancelled_why=why, version=meeting.version + 1):
        raise Refused("Somebody else closed or cancelled this meeting just now.")
    meeting.refresh_from_db()


def _columns(details: Details) -> dict[str, object]:
    return {
        "on": details.on, "at": details.at, "minutes": details.minutes, "place": details.place.strip(),
        "chair": details.chair.strip(), "minute_taker": details.minute_taker.strip(),
    }  # fmt: skip
