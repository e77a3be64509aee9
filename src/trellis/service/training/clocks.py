"""What is due of staff training: courses that a role asks for, those that end, and those that wait to be confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils import timezone

from trellis.rules.access import can
from trellis.rules.tasks import TaskKind
from trellis.rules.training import Stands
from trellis.rules.vocabulary import CourseStanding, Permission, Role
from trellis.service.schemes.models import Scheme
from trellis.service.training.models import Completion
from trellis.service.training.queries.overseen import working_in
from trellis.service.training.queries.records import Line, course_set, lines_of
from trellis.service.work.clocks import Clock, Due

# Our own default: whoever waits for somebody's word has it within two weeks.
DAYS_TO_CONFIRM = 14
TO_BE_TAKEN = frozenset({CourseStanding.MISSING, CourseStanding.EXPIRING, CourseStanding.EXPIRED})


def courses_due(scheme: Scheme, today: date) -> Iterator[Due]:
    """Each course that somebody's role asks for and that they have not taken, or that ends: theirs to do."""
    courses = course_set(scheme)
    for line in lines_of(working_in(scheme), scheme, today):
        if not can({Role(posting.role) for posting in line.postings}, Permission.WORK_TASKS):
            continue
        for one in line.required:
            if one.standing in TO_BE_TAKEN:
                yield Due(
                    kind=TaskKind.TRAINING, due_on=_due(line, one, courses.in_force_from, courses.within_days),
                    user_id=line.user.pk, agency_id=line.postings[0].agency_id, source="training.Course",
                    source_key=f"{line.user.pk}/{one.course.key}", reason=_reason(one),
                )  # fmt: skip


def confirmations_due(scheme: Scheme, today: date) -> Iterator[Due]:
    """Courses that their holders recorded themselves, for a coordinator to confirm."""
    for row in Completion.objects.filter(scheme=scheme, confirmed_at=None, withdrawn_at=None):
        yield Due(
            kind=TaskKind.TRAINING, due_on=timezone.localdate(row.recorded_at) + timedelta(DAYS_TO_CONFIRM),
            source="training.Completion", source_key=str(row.pk),
            reason="Confirm a course that a colleague has recorded, or withdraw it: see the team’s training.",
        )  # fmt: skip


def _due(line: Line, one: Stands, in_force_from: date, within_days: int) -> date:
    if one.taken is not None and one.taken.expires_on is not None:
        return one.taken.expires_on
    began = max(in_force_from, min(posting.starts for posting in line.postings))
    return began + timedelta(within_days)


def _reason(one: Stands) -> str:
    if one.standing is CourseStanding.MISSING:
        return f"Take the course “{one.course.name}”, which your role asks for."
    return f"Take the course “{one.course.name}” again. {one.sentence}."


CLOCKS = (
    Clock("course-due", "The course has been recorded, or the role no longer asks for it.", courses_due),
    Clock("course-to-confirm", "The course has been confirmed or withdrawn.", confirmations_due),
)
