"""What somebody who hands a case over should tell whoever takes it up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from trellis.rules.vocabulary import LeadKind
from trellis.service.caseload.presenting import Row, rows_of
from trellis.service.caseload.queries.cases import Caseload
from trellis.service.casework.models import Appointment
from trellis.service.casework.queries.contacts import standing
from trellis.service.schemes.models import Scheme
from trellis.service.selection.models import Lead
from trellis.service.work.models import Task
from trellis.service.work.queries.tasks import open_tasks


@dataclass(frozen=True, slots=True)
class Passing:
    """One case with who leads it now for the service, its next appointment and what is open, as the reader sees it."""

    row: Row
    leads: tuple[Lead, ...]
    appointment: Appointment | None
    tasks: tuple[Task, ...]

    @property
    def marks(self) -> frozenset[int]:
        """The ids of the leads in force."""
        return frozenset(lead.pk for lead in self.leads)


def passing(scheme: Scheme | None, people: Collection[int], kind: LeadKind | None = None) -> list[Passing]:
    """These people's cases, of those managed whom the reader may see, by name. A set number of queries.

    Without a kind the leads of every service count.
    """
    today = timezone.localdate()
    caseload = Caseload(scheme, today)
    cases = caseload.full([case for case in caseload.cases if case.person in people])
    numbers = [case.person for case in cases]
    leads: dict[int, list[Lead]] = defaultdict(list)
    rows = Lead.objects.current().as_at(today).filter(person__in=numbers, **({"kind": kind} if kind else {}))
    for lead in rows.select_related("officer", "agency").order_by("starts", "pk"):
        leads[lead.person_id].append(lead)
    tasks: dict[int, list[Task]] = defaultdict(list)
    for task in open_tasks().filter(person__in=numbers):
        tasks[task.person_id or 0].append(task)
    next_up = _next(numbers, today)
    return [
        Passing(row, tuple(leads[row.person.pk]), next_up.get(row.person.pk), tuple(tasks[row.person.pk]))
        for row in rows_of(cases)
    ]


def _next(numbers: list[int], today: date) -> dict[int, Appointment]:
    found: dict[int, Appointment] = {}
    for appointment in standing().filter(person__in=numbers, happened_on__gte=today):
        found.setdefault(appointment.person_id, appointment)
    return found
