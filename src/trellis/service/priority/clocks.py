"""What is due of priorities: a review, which escalates, and a colour to consider when custody changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from trellis.rules.dates import long_date
from trellis.rules.proposals import answer_by, suggestion
from trellis.rules.tasks import TaskKind
from trellis.rules.vocabulary import PriorityColour, Stage
from trellis.service.people.models import Person
from trellis.service.priority.queries.standing import colour_of, facts_of, grid_of
from trellis.service.record.models import Custody, Priority
from trellis.service.schemes.models import Scheme
from trellis.service.selection.clocks import leads_of
from trellis.service.work.clocks import Clock, Due

# A review shows in its officer's work from so many days before.
AHEAD = timedelta(days=7)


def reviews_due(scheme: Scheme, today: date) -> Iterator[Due]:
    """Priorities whose review is near or past: the lead's. Past it a colour stays in force, so somebody must look."""
    found = list(_in_force(scheme, today).filter(review_on__lte=today + AHEAD))
    leads = leads_of((row.person_id for row in found), today)
    for row in found:
        yield Due(
            kind=TaskKind.PRIORITY, due_on=row.review_on, person_id=row.person_id, user_id=leads.get(row.person_id),
            source="record.Priority", source_key=str(row.pk),
            reason=f"Review the priority, {row.get_colour_display().lower()} since {long_date(row.starts)}.",
        )  # fmt: skip


def reviews_escalated(scheme: Scheme, today: date) -> Iterator[Due]:
    """Priorities whose review is overdue by more than the scheme's grid allows: the coordinators' as well."""
    allowed = timedelta(days=grid_of(scheme).escalate_after_days)
    for row in _in_force(scheme, today).filter(review_on__lt=today - allowed):
        yield Due(
            kind=TaskKind.PRIORITY, due_on=row.review_on + allowed, person_id=row.person_id,
            source="record.Priority", source_key=f"{row.pk} escalated",
            reason=f"The review of a priority, {row.get_colour_display().lower()}, has been overdue since"
            f" {long_date(row.review_on)}. It stays in force: see that the lead reviews it, or decide.",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Held:
    now: Custody | None = None
    ended: Custody | None = None

    @property
    def changed_on(self) -> date | None:
        """When they were taken into custody, or left it."""
        return self.now.starts if self.now else (self.ended.ends if self.ended else None)


def suggestions_due(scheme: Scheme, today: date) -> Iterator[Due]:
    """People whose custody, or being at large, speaks for another colour than the one in force: the lead's."""
    grid = grid_of(scheme)
    managed = list(Person.objects.filter(scheme=scheme, stage=Stage.MANAGED).values_list("pk", flat=True))
    colours: dict[int, Priority] = {row.person_id: row for row in _in_force(scheme, today)}
    custody = _custody_of(managed, today)
    found = []
    for number in managed:
        current, held = colours.get(number), custody.get(number, _Held())
        then = PriorityColour(current.proposed) if current and current.proposed else None
        facts = facts_of(current, held.now, held.ended, grid)
        if suggested := suggestion(colour_of(current), then, facts, grid.grid()):
            since = held.changed_on if facts.in_custody or not (current and current.at_large) else current.starts
            found.append((number, suggested, since or today, held))
    leads = leads_of((number for number, *_ in found), today)
    for number, suggested, since, held in found:
        yield Due(
            kind=TaskKind.PRIORITY, due_on=answer_by(suggested.colour, since), person_id=number,
            user_id=leads.get(number), source="people.Person",
            source_key=f"{number} {suggested.colour} {since.isoformat()}",
            reason=f"Consider {suggested.colour.label}: {suggested.reason}{_release(held)}",
        )  # fmt: skip


def _release(held: _Held) -> str:
    if held.now is None or held.now.expected_release is None:
        return ""
    return f" Release is expected on {long_date(held.now.expected_release)}."


def _custody_of(people: list[int], today: date) -> dict[int, _Held]:
    """The custody in force of each person, or else the last that ended: one query."""
    found: dict[int, _Held] = {}
    rows = Custody.objects.current().filter(person__in=people, starts__lte=today).order_by("person_id", "starts")
    for row in rows:
        holds = row.ends is None or row.ends > today
        found[row.person_id] = _Held(now=row) if holds else _Held(ended=row)
    return found


def _in_force(scheme: Scheme, today: date) -> Any:
    managed = Person.objects.filter(scheme=scheme, stage=Stage.MANAGED)
    return Priority.objects.current().as_at(today).filter(person__in=managed.values("pk"))


CLOCKS = (
    Clock("priority-review", "The priority has been set again, or the person is no longer managed.", reviews_due),
    Clock("priority-escalated", "The priority has been set again, or the person is no longer managed.",
          reviews_escalated),
    Clock("priority-suggested", "The priority has been set since, or custody has changed again.", suggestions_due),
)  # fmt: skip
