"""Minutes as their reader may see them: read under the reader's own rights, whoever that is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from trellis.service.meetings.models import Meeting, Minute, PersonItem
from trellis.service.meetings.queries.agenda import GeneralLine, Line, by_person, general_lines, tasks_behind
from trellis.service.meetings.sources import ABOUT_PERSON
from trellis.service.people.models import Person
from trellis.service.selection.models import PanelDecision


@dataclass(frozen=True, slots=True)
class PersonMinutes:
    """What was minuted of one person, and what the panel decided that day."""

    person: Person
    lines: list[Line]
    decisions: list[PanelDecision]


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes of a meeting, people by name: the order tells nothing of what is not shown.

    `others` are on the agenda, and nothing is minuted of them that the reader may see.
    """

    general: list[GeneralLine]
    people: list[PersonMinutes]
    others: list[Person]


def minutes_of(meeting: Meeting) -> Minutes:
    """The minutes of a meeting: seven queries, however many people."""
    items = PersonItem.objects.current().filter(meeting=meeting).select_related("person")
    rows = list(Minute.objects.current().filter(meeting=meeting).select_related("person").order_by("recorded_at", "id"))
    tasks = tasks_behind(ABOUT_PERSON, rows)
    lines: dict[int, list[Line]] = defaultdict(list)
    for row in rows:
        lines[row.person_id].append(Line(row, tasks.get(str(row.pk))))
    # What was minuted of somebody stands, even if they were taken off the agenda after it.
    people = {one.person_id: one.person for one in (*items, *rows)}
    made = PanelDecision.objects.filter(person__in=people, decided_on=meeting.on).select_related("cohort")
    decisions = by_person(made)
    by_name = sorted(people.items(), key=lambda pair: (pair[1].list_name.casefold(), pair[0]))
    return Minutes(
        general_lines(meeting),
        [
            PersonMinutes(person, lines[pk], decisions.get(pk, []))
            for pk, person in by_name
            if lines[pk] or pk in decisions
        ],
        [person for pk, person in by_name if not lines[pk] and pk not in decisions],
    )
