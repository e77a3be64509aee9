"""The clock of assessments: whose needs are to be assessed, and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from trellis.rules.dates import long_date
from trellis.rules.tasks import TaskKind
from trellis.rules.vocabulary import LeadKind, Stage
from trellis.service.needs.queries.picked import picked_by
from trellis.service.needs.queries.standing import due_list
from trellis.service.people.models import Person
from trellis.service.schemes.models import Scheme
from trellis.service.selection.models import Lead
from trellis.service.work.clocks import Clock, Due

NOTICE = timedelta(days=14)
"""A task appears this long before its day."""

# Who works a case, where several do: the case manager before either service's lead.
ORDER = {LeadKind.CASE_MANAGER.value: 0, LeadKind.PROBATION.value: 1, LeadKind.POLICE.value: 2}


def workers_of(people: Iterable[int], today: date) -> dict[int, int]:
    """The user who works each person's case, by person; somebody without a lead is left out. One query."""
    leads = Lead.objects.current().as_at(today).filter(person__in=people, officer__is_active=True)
    rows = sorted(
        leads.values_list("person_id", "kind", "officer_id"), key=lambda row: ORDER.get(row[1], 9), reverse=True
    )
    return {person: officer for person, _, officer in rows}


def managed_in(scheme: Scheme) -> list[int]:
    """Everybody whom a scheme manages, by id."""
    return list(Person.objects.filter(scheme=scheme, stage=Stage.MANAGED).values_list("pk", flat=True))


def assessments_due(scheme: Scheme, today: date) -> Iterator[Due]:
    """Assessments due within a fortnight or overdue: four queries."""
    picked = picked_by(scheme)
    found = [(one, due) for one, due in due_list(managed_in(scheme), picked, today) if due.on <= today + NOTICE]
    workers = workers_of([one for one, _ in found], today)
    for person, due in found:
        last = f"last assessed on {long_date(due.last)}" if due.last else "never assessed"
        yield Due(
            kind=TaskKind.ASSESSMENT,
            reason=f"Assess their needs, as every {picked.instrument.months} months: {last}.",
            due_on=due.on,
            source="needs.Assessment",
            source_key=f"{person}-{due.last or 'first'}",
            person_id=person,
            user_id=workers.get(person),
        )


ASSESSMENTS = Clock("needs.assessments", "Their needs have been assessed since.", assessments_due)
