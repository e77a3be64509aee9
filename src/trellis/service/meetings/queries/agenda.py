"""An agenda as its reader may see it: each person with what changed, what agencies bring, and what is minuted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone

from trellis.rules.agenda import Change, Moved, Window, by_movement, window_of
from trellis.rules.tasks import TaskState
from trellis.rules.vocabulary import MeetingStatus, MinuteKind
from trellis.service.meetings.models import (
    AgencyUpdate,
    GeneralItem,
    GeneralMinute,
    Meeting,
    Minute,
    PersonItem,
)
from trellis.service.meetings.queries.changes import changes_of
from trellis.service.meetings.sources import ABOUT_NOBODY, ABOUT_PERSON
from trellis.service.people.models import Person
from trellis.service.record.models import Priority
from trellis.service.selection.models import PanelDecision, Referral
from trellis.service.work.models import Task
from trellis.service.work.queries.tasks import WITH


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the minutes, with the task of an action as far as the reader may see it."""

    row: Minute | GeneralMinute
    task: Task | None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person of an agenda. `referral` waits for this panel; `decisions` are those of its day."""

    item: PersonItem
    window: Window
    discussed_on: date | None
    priority: Priority | None
    changes: tuple[Change, ...]
    updates: list[AgencyUpdate]
    lines: list[Line]
    carried: list[Task]
    referral: Referral | None
    decisions: list[PanelDecision]

    @property
    def person(self) -> Person:
        """Whom it is about."""
        found: Person = self.item.person
        return found


@dataclass(frozen=True, slots=True)
class GeneralLine:
    """One general item with what is minuted under it."""

    item: GeneralItem
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Agenda:
    """Everything on an agenda that its reader may see, people in the order of movement."""

    general: list[GeneralLine]
    people: list[PersonLine]
    carried: list[Task]


def agenda_of(meeting: Meeting) -> Agenda:
    """The agenda of a meeting: a number of queries that does not depend on how many people are on it."""
    items = list(PersonItem.objects.current().filter(meeting=meeting).select_related("person__scheme"))
    people = {item.person_id: item for item in items}
    today = timezone.localdate()
    until = today if meeting.is_open else meeting.on
    discussed = _last_discussed(meeting, people)
    last_of_kind = _last_of_kind(meeting)
    windows = {person: window_of(discussed.get(person, last_of_kind), until) for person in people}
    changes = changes_of(windows, ahead=meeting.is_open, today=today)
    read = _Read(meeting, people, today)
    ordered = by_movement(Moved(person, item.person.list_name, changes[person]) for person, item in people.items())
    return Agenda(
        general=general_lines(meeting),
        people=[
            read.line(people[one.key], windows[one.key], discussed.get(one.key), one.changes) for one in ordered
        ],
        carried=_carried_general(meeting),
    )  # fmt: skip


class _Read:
    """What stands beside people's changes, read once for all of them."""

    def __init__(self, meeting: Meeting, people: Collection[int], today: date) -> None:
        self.updates = by_person(
            AgencyUpdate.objects.current().filter(meeting=meeting).select_related("agency", "recorded_by")
        )
        minutes = list(Minute.objects.current().filter(meeting=meeting).order_by("recorded_at", "id"))
        tasks = tasks_behind(ABOUT_PERSON, minutes)
        self.lines: dict[int, list[Line]] = defaultdict(list)
        for minute in minutes:
            self.lines[minute.person_id].append(Line(minute, tasks.get(str(minute.pk))))
        priorities = Priority.objects.current().as_at(today).filter(person__in=people)
        self.priorities = {row.person_id: row for row in priorities.order_by("starts", "id")}
        own = [str(minute.pk) for minute in minutes]
        open_tasks = Task.objects.filter(state=TaskState.OPEN, source=ABOUT_PERSON, person__in=people)
        self.carried = by_person(open_tasks.exclude(source_key__in=own).select_related(*WITH))
        waiting = Referral.objects.filter(person__in=people, closed_at=None)
        self.referrals = {row.person_id: row for row in waiting}
        made = PanelDecision.objects.filter(person__in=people, decided_on=meeting.on).select_related("cohort")
        self.decisions = by_person(made)

    def line(self, item: PersonItem, window: Window, discussed: date | None, changes: tuple[Change, ...]) -> PersonLine:
        """One person's line."""
        person = item.person_id
        return PersonLine(
            item=item, window=window, discussed_on=discussed, priority=self.priorities.get(person), changes=changes,
            updates=self.updates.get(person, []), lines=self.lines.get(person, []),
            carried=self.carried.get(person, []), referral=self.referrals.get(person),
            decisions=self.decisions.get(person, []),
        )  # fmt: skip


def _last_discussed(meeting: Meeting, people: Collection[int]) -> dict[int, date]:
    """When each person was last on the agenda of a meeting that was held before this one: one query."""
    rows = PersonItem.objects.current().filter(person__in=people, meeting__in=_held_before(meeting)).order_by()
    return dict(rows.values("person_id").annotate(day=Max("meeting__on")).values_list("person_id", "day"))


def _last_of_kind(meeting: Meeting) -> date | None:
    found: date | None = (
        _held_before(meeting).filter(kind=meeting.kind).order_by("-on").values_list("on", flat=True).first()
    )
    return found


def _held_before(meeting: Meeting) -> Any:
    earlier = Q(on__lt=meeting.on) | Q(on=meeting.on, at__lt=meeting.at)
    return Meeting.objects.filter(earlier, scheme=meeting.scheme_id, status=MeetingStatus.HELD)


def _carried_general(meeting: Meeting) -> list[Task]:
    """Open actions about nobody in particular, of this scheme's other meetings."""
    own = [str(pk) for pk in GeneralMinute.objects.filter(meeting=meeting).values_list("pk", flat=True)]
    tasks = Task.objects.filter(state=TaskState.OPEN, source=ABOUT_NOBODY, scheme=meeting.scheme_id)
    return list(tasks.exclude(source_key__in=own).select_related(*WITH))


def general_lines(meeting: Meeting) -> list[GeneralLine]:
    """The general items with their minutes: three queries."""
    minutes = list(GeneralMinute.objects.filter(meeting=meeting))
    tasks = tasks_behind(ABOUT_NOBODY, minutes)
    lines: dict[int, list[Line]] = defaultdict(list)
    for minute in minutes:
        lines[minute.item_id].append(Line(minute, tasks.get(str(minute.pk))))
    return [GeneralLine(item, lines[item.pk]) for item in GeneralItem.objects.filter(meeting=meeting)]


def tasks_behind(source: str, minutes: Iterable[Minute | GeneralMinute]) -> Mapping[str, Task]:
    """The tasks of those minutes that are actions, by the minute's number: one query."""
    keys = [str(one.pk) for one in minutes if one.kind == MinuteKind.ACTION]
    found = Task.objects.filter(source=source, source_key__in=keys).select_related(*WITH)
    return {task.source_key: task for task in found}


def by_person(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """Rows by the person they are about."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found
