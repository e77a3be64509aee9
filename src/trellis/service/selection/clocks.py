"""What is due of everybody managed: a lead to be named, and a safety alert to be looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from trellis.rules.tasks import TaskKind
from trellis.rules.vocabulary import LeadKind, Stage
from trellis.service.people.models import Alert, Person
from trellis.service.schemes.models import Scheme
from trellis.service.selection.models import CohortMembership, Lead
from trellis.service.work.clocks import Clock, Due

# A review shows in its officer's work from so many days before.
AHEAD = timedelta(days=7)
# Our own default: nobody is managed for longer than a working week without anybody's being named.
DAYS_TO_ALLOCATE = 5
ASKED_FIRST = [kind.value for kind in (LeadKind.POLICE, LeadKind.PROBATION, LeadKind.CASE_MANAGER)]


def alerts_due(scheme: Scheme, today: date) -> Iterator[Due]:
    """Safety alerts whose review is near or past. What one warns of stands on the record, not in a task."""
    found = _in_force(Alert.objects, scheme, today).filter(review_on__lte=today + AHEAD)
    for row, lead in _with_leads(found, today):
        yield Due(
            kind=TaskKind.ALERT, due_on=row.review_on, person_id=row.person_id, user_id=lead, source="people.Alert",
            source_key=str(row.pk), reason="Review a safety alert: is it still so, and what should staff do?",
        )  # fmt: skip


def leads_due(scheme: Scheme, today: date) -> Iterator[Due]:
    """Everybody managed for whom nobody is named as lead: the coordinators' to allocate."""
    joined = _in_force(CohortMembership.objects, scheme, today)
    led = set(Lead.objects.current().as_at(today).values_list("person_id", flat=True))
    for row in joined:
        if row.person_id not in led:
            yield Due(
                kind=TaskKind.ALLOCATION, due_on=row.starts + timedelta(days=DAYS_TO_ALLOCATE),
                person_id=row.person_id, source="selection.CohortMembership", source_key=str(row.pk),
                reason="Allocate a lead officer: nobody is named.",
            )  # fmt: skip


def leads_of(people: Iterable[int], today: date) -> dict[int, int]:
    """Which user is asked first to do something about each person, by their ids: one query."""
    found: dict[int, dict[str, int]] = {}
    rows = Lead.objects.current().as_at(today).filter(person__in=set(people)).order_by()
    for person_id, kind, officer_id in rows.values_list("person_id", "kind", "officer_id"):
        found.setdefault(person_id, {})[kind] = officer_id
    return {number: next(held[kind] for kind in ASKED_FIRST if kind in held) for number, held in found.items()}


def _in_force(rows: Any, scheme: Scheme, today: date) -> QuerySet[Any]:
    managed = Person.objects.filter(scheme=scheme, stage=Stage.MANAGED)
    found: QuerySet[Any] = rows.current().as_at(today).filter(person__in=managed.values("pk"))
    return found


def _with_leads(rows: QuerySet[Any], today: date) -> Iterator[tuple[Any, int | None]]:
    found = list(rows)
    leads = leads_of((row.person_id for row in found), today)
    return ((row, leads.get(row.person_id)) for row in found)


CLOCKS = (
    Clock("alert-review", "The alert has been reviewed or ended.", alerts_due),
    Clock("no-lead", "A lead officer is named, or the person is no longer managed.", leads_due),
)
