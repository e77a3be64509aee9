"""The meetings at which a person was on the agenda, and what was minuted there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from trellis.service.meetings.models import AgencyUpdate, Meeting, Minute, PersonItem
from trellis.service.meetings.queries.agenda import Line, tasks_behind
from trellis.service.meetings.sources import ABOUT_PERSON
from trellis.service.people.models import Person


@dataclass(frozen=True, slots=True)
class Discussion:
    """One meeting with what was brought and minuted there about a person."""

    meeting: Meeting
    updates: list[AgencyUpdate]
    lines: list[Line]


def discussions_of(person: Person) -> list[Discussion]:
    """Every meeting that has a person on its agenda or in its minutes, the latest first: four queries."""
    items = PersonItem.objects.current().filter(person=person).select_related("meeting")
    rows = list(Minute.objects.current().filter(person=person).select_related("meeting").order_by("recorded_at", "id"))
    found = {one.meeting_id: one.meeting for one in (*items, *rows)}
    meetings = sorted(found.values(), key=lambda one: (one.on, one.at, one.pk), reverse=True)
    tasks = tasks_behind(ABOUT_PERSON, rows)
    lines: dict[int, list[Line]] = defaultdict(list)
    for row in rows:
        lines[row.meeting_id].append(Line(row, tasks.get(str(row.pk))))
    updates: dict[int, list[AgencyUpdate]] = defaultdict(list)
    for update in AgencyUpdate.objects.current().filter(person=person).select_related("agency"):
        updates[update.meeting_id].append(update)
    return [Discussion(one, updates[one.pk], lines[one.pk]) for one in meetings]
