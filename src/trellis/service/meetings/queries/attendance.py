"""Who was expected at a meeting and came, and who gave an update before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from trellis.rules.meetings import ActionTaken, PartnerFigures, Turnout, partner_figures
from trellis.rules.tasks import TaskState
from trellis.rules.vocabulary import Came, MeetingStatus
from trellis.service.meetings.models import AgencyReturn, Attendance, Expectation, Meeting
from trellis.service.meetings.queries.usual import expectations_of
from trellis.service.meetings.sources import ABOUT_NOBODY, ABOUT_PERSON
from trellis.service.schemes.models import Agency, Scheme
from trellis.service.work.models import Task

NO_AGENCY = "Without an agency"


@dataclass(frozen=True, slots=True)
class Member:
    """One agency at a meeting: whether it is expected or why not, what is recorded of its coming, its update."""

    agency: Agency
    expected: bool
    why_not: str
    latest: Attendance | None
    returned: AgencyReturn | None
    asked_by: date

    @property
    def return_words(self) -> str:
        """How its update before the meeting stands."""
        if self.returned is not None:
            when = f"{timezone.localtime(self.returned.recorded_at):%-d %B}"
            return f"Nothing to add, said on {when}" if self.returned.nothing_to_add else f"Given on {when}"
        if timezone.localdate() <= self.asked_by:
            return f"Asked for by {self.asked_by:%-d %B}"
        return f"None; asked for by {self.asked_by:%-d %B}"

    @property
    def is_late(self) -> bool:
        """Whether its update is missing past the day on which it was asked for."""
        return self.expected and self.returned is None and timezone.localdate() > self.asked_by


def attendance_of(meeting: Meeting) -> list[Member]:
    """Every agency of a meeting by name, the expected ones first: three queries."""
    came = {row.agency_id: row for row in Attendance.objects.filter(meeting=meeting).select_related("agency")}
    returned: dict[int, AgencyReturn] = {}
    for row in AgencyReturn.objects.filter(meeting=meeting):
        returned.setdefault(row.agency_id, row)
    members = [
        Member(row.agency, row.expected, row.reason, came.get(row.agency_id), returned.get(row.agency_id),
               meeting.updates_by)
        for row in expectations_of(meeting)
    ]  # fmt: skip
    return sorted(members, key=lambda one: not one.expected)


def figures_of(scheme: Scheme, since: date, today: date) -> list[PartnerFigures]:
    """What each agency brought to a scheme's meetings since a day: five queries.

    Attendance and updates are the same for every reader. Actions are those that the reader may see.
    """
    meetings = {one.pk: one for one in Meeting.objects.filter(scheme=scheme, status=MeetingStatus.HELD, on__gte=since)}
    return partner_figures(_turnouts(meetings), _actions(scheme, since), today)


def _turnouts(meetings: dict[int, Meeting]) -> Iterable[Turnout]:
    expected = {}
    for row in Expectation.objects.filter(meeting__in=meetings).select_related("agency"):
        expected[row.meeting_id, row.agency_id] = row
    came = {(row.meeting_id, row.agency_id): row for row in Attendance.objects.filter(meeting__in=meetings)}
    returned: dict[tuple[int, int], AgencyReturn] = {}
    for given in AgencyReturn.objects.filter(meeting__in=meetings):
        returned.setdefault((given.meeting_id, given.agency_id), given)
    for key, row in expected.items():
        if row.expected and key in came:
            given_at = returned[key].recorded_at if key in returned else None
            yield Turnout(row.agency.name, Came(came[key].came), meetings[row.meeting_id].starts_at, given_at)


def _actions(scheme: Scheme, since: date) -> Iterable[ActionTaken]:
    # By the day on which they were given: an old action done since is not of these meetings.
    given = datetime.combine(since, time(), tzinfo=timezone.get_current_timezone())
    rows = Task.objects.filter(
        Q(state=TaskState.OPEN) | Q(state=TaskState.DONE),
        scheme=scheme, source__in=(ABOUT_PERSON, ABOUT_NOBODY), made_at__gte=given,
    ).select_related("agency")  # fmt: skip
    for task in rows:
        done = timezone.localdate(task.ended_at) if task.ended_at else None
        yield ActionTaken(task.agency.name if task.agency else NO_AGENCY, task.due_on, done)


def usual_period(today: date) -> date:
    """The first day of what the figures speak of unless asked otherwise: a year back."""
    return today - timedelta(days=365)


def last_of(rows: Iterable[Attendance]) -> int:
    """The number of the last of the rows, which tells one state of attendance from the next; 0 without any."""
    return max((row.pk for row in rows), default=0)
