"""Managed people as cases in figures: a set number of queries, however many there are.

Only what may be counted and sorted is read here, and as plain figures: a page reads the records of those whose rows it
prints, so that nobody else counts as shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from trellis.rules.caseload import Case, PlanState
from trellis.rules.clock import Kept
from trellis.rules.continuity import Led, changes, continuity
from trellis.rules.intervals import Interval, union
from trellis.rules.vocabulary import ContactMode, LeadKind, PriorityColour
from trellis.service.caseload.queries.sight import figures
from trellis.service.casework.models import Disengagement
from trellis.service.casework.queries.clocks import ContactClock, contact_clocks, standard_of
from trellis.service.casework.queries.contacts import standing
from trellis.service.casework.queries.lists import lacking, managed_people
from trellis.service.needs.queries.picked import picked_by
from trellis.service.needs.queries.standing import due_list
from trellis.service.people.models import Person
from trellis.service.plans.queries.exceptions import MISSING, REPLAN, standings_of
from trellis.service.record.models import Custody, Priority
from trellis.service.schemes.models import Scheme
from trellis.service.selection.models import CohortMembership, Lead
from trellis.service.work.queries.tasks import awake


@dataclass(frozen=True, slots=True)
class Leads:
    """Who leads a case today for each service and with whom, and how it has passed from hand to hand."""

    by_kind: dict[LeadKind, int]
    officers: frozenset[int]
    agencies: frozenset[int]
    spells: tuple[tuple[LeadKind, Led], ...]


NO_LEADS = Leads({}, frozenset(), frozenset(), ())


class Caseload:
    """Everybody managed in a scheme whom the reader may see, by name.

    `cases` holds what a first look costs little to know: where and by whom somebody is managed, colour and custody.
    What `full` adds costs more, so a page asks it of those whom it shows where nothing else turns on it.
    """

    def __init__(self, scheme: Scheme | None, today: date) -> None:
        self._scheme, self._today = scheme, today
        self._people: dict[int, Person] = {}
        self.cases = self._light(scheme) if scheme is not None else []

    def _light(self, scheme: Scheme) -> list[Case]:
        rows = managed_people(scheme).order_by("family_name", "given_names", "pk")
        found = list(rows.values_list("pk", "stage", "recorded_at", "area_id"))
        self._people = {number: Person(pk=number, stage=stage, recorded_at=at) for number, stage, at, _ in found}
        numbers, today = list(self._people), self._today
        leads, priorities = _leads(numbers, today), _priorities(numbers, today)
        terms, held = _terms(numbers), set(_in_custody(numbers, today))
        cases = []
        for place, (number, _, recorded_at, area) in enumerate(found):
            own, (colour, review_on) = leads.get(number, NO_LEADS), priorities.get(number, (None, None))
            term = terms.get(number, [])
            joined = _joined([days for _, days in term], timezone.localdate(recorded_at), today)
            cohorts = frozenset(cohort for cohort, days in term if days.contains(today))
            cases.append(
                Case(
                    person=number, place=place, today=today, area=area, cohorts=cohorts, joined=joined, colour=colour,
                    review_on=review_on, in_custody=number in held, leads=own.by_kind, officers=own.officers,
                    agencies=own.agencies, **_stayed(own, joined, today),
                )
            )  # fmt: skip
        return cases

    def full(self, cases: Sequence[Case] | None = None, *, with_kept: bool = False) -> list[Case]:
        """These cases, or all, with contact, plan, assessment, tasks and what was told, in their order.

        `with_kept`: also how well the contact standard was kept, which takes long to count.
        """
        asked = self.cases if cases is None else list(cases)
        if self._scheme is None or not asked:
            return []
        scheme, today, numbers = self._scheme, self._today, [case.person for case in asked]
        clocks = contact_clocks([self._people[number] for number in numbers], scheme, today)
        appointments, tasks, answered = _appointments(numbers, today), _tasks(numbers, today), _answered(numbers, today)
        plans, missing = _plans(scheme, numbers, today), _missing(scheme, numbers, today)
        assessed = {number: due.on for number, due in due_list(numbers, picked_by(scheme), today)}
        found = []
        for case in asked:
            number, clock = case.person, clocks[case.person]
            plan, plan_on = plans.get(number, (PlanState.MISSING, None))
            open_tasks, late_tasks = tasks.get(number, (0, 0))
            told, offered = missing.get(number, (True, True))
            found.append(
                replace(
                    case, **_seen(clock, today), kept=clock.kept if with_kept else None,
                    appointment=appointments.get(number), plan=plan, plan_on=plan_on,
                    assessment_by=assessed.get(number), tasks=open_tasks, tasks_overdue=late_tasks, told=told,
                    offered=offered, disengaging=bool(clock.disengaging) and number not in answered,
                )
            )  # fmt: skip
        return found


def _joined(terms: Iterable[Interval], recorded: date, today: date) -> date | None:
    """When the present time of management began: without a spell of it, when the record did."""
    spells = union(terms)
    return next((spell.starts for spell in spells if spell.contains(today)), None if spells else recorded)


def _seen(clock: ContactClock, today: date) -> dict[str, Any]:
    """The last successful contact by anyone, by each way, when the next is due, and the standard's days."""
    seen: dict[ContactMode, date] = {}
    last: date | None = None
    for contact in clock.facts.contacts:
        if contact.outcome.successful and contact.on <= today:
            last = max(contact.on, last or contact.on)
            if contact.mode is not None:
                seen[contact.mode] = max(contact.on, seen.get(contact.mode, contact.on))
    due = clock.due
    return {
        "seen": seen, "last_seen": last, "contact_by": due.by if due else None, "span": due.line.days if due else 1,
    }  # fmt: skip


def _stayed(held: Leads, joined: date | None, today: date) -> dict[str, Any]:
    """How often the manager changed in any service since joining, and the share of days with the longest."""
    if joined is None:
        return {}
    by_kind: dict[LeadKind, list[Led]] = defaultdict(list)
    for kind, spell in held.spells:
        by_kind[kind].append(spell)
    shares: list[Kept] = [continuity(spells, joined, today) for spells in by_kind.values()]
    return {
        "changes": sum(changes(spells, joined, today) for spells in by_kind.values()),
        "continuity": max(shares, key=lambda kept: kept.days, default=continuity((), joined, today)),
    }


def _leads(numbers: list[int], today: date) -> dict[int, Leads]:
    rows: dict[int, list[tuple[date, int, LeadKind, int, int, date | None]]] = defaultdict(list)
    current = Lead.objects.current().filter(person__in=numbers).order_by()
    columns = ("person_id", "starts", "pk", "kind", "officer_id", "agency_id", "ends")
    for person, starts, number, kind, officer, agency, ends in current.values_list(*columns):
        rows[person].append((starts, number, LeadKind(kind), officer, agency, ends))
    return {person: _of_person(sorted(held, key=lambda row: row[:2]), today) for person, held in rows.items()}


def _of_person(rows: list[tuple[date, int, LeadKind, int, int, date | None]], today: date) -> Leads:
    now = [row for row in rows if row[0] <= today and (row[5] is None or row[5] > today)]
    # Whoever has led for longest is the lead of a service that has two.
    by_kind = {kind: officer for _, _, kind, officer, _, _ in reversed(now)}
    spells = tuple((kind, Led(officer, Interval(starts, ends))) for starts, _, kind, officer, _, ends in rows)
    return Leads(by_kind, frozenset(row[3] for row in now), frozenset(row[4] for row in now), spells)


def _priorities(numbers: list[int], today: date) -> dict[int, tuple[PriorityColour, date | None]]:
    rows = Priority.objects.current().as_at(today).filter(person__in=numbers)
    return {number: (PriorityColour(colour), on) for number, colour, on in figures(rows, "person_id", "colour",
                                                                                 "review_on")}  # fmt: skip


def _terms(numbers: list[int]) -> dict[int, list[tuple[int, Interval]]]:
    """Each person's times in cohorts."""
    found: dict[int, list[tuple[int, Interval]]] = defaultdict(list)
    rows = CohortMembership.objects.current().filter(person__in=numbers).order_by()
    for person, cohort, starts, ends in rows.values_list("person_id", "cohort_id", "starts", "ends"):
        found[person].append((cohort, Interval(starts, ends)))
    return found


def _in_custody(numbers: list[int], today: date) -> Iterator[int]:
    rows = Custody.objects.current().as_at(today).filter(person__in=numbers).order_by()
    return iter(rows.values_list("person_id", flat=True))


def _appointments(numbers: list[int], today: date) -> dict[int, date]:
    rows = standing().filter(person__in=numbers, happened_on__gte=today).order_by().values("person_id")
    return dict(rows.annotate(first=Min("happened_on")).values_list("person_id", "first"))


def _tasks(numbers: list[int], today: date) -> dict[int, tuple[int, int]]:
    """Open tasks that are not put off, and of these the overdue, by person."""
    rows = awake(today).filter(person__in=numbers).order_by().values("person_id")
    counted = rows.annotate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    return {row["person_id"]: (row["all"], row["late"]) for row in counted}


def _plans(scheme: Scheme, numbers: list[int], today: date) -> dict[int, tuple[PlanState, date | None]]:
    found: dict[int, tuple[PlanState, date | None]] = {}
    for number, at in standings_of(scheme, today, among=numbers):
        if at.what == MISSING:
            found[number] = (PlanState.MISSING, None)
        elif at.what == REPLAN:
            found[number] = (PlanState.REPLAN, at.on)
        else:
            found[number] = (PlanState.OVERDUE if at.on < today else PlanState.CURRENT, at.on)
    return found


def _answered(numbers: list[int], today: date) -> set[int]:
    """To whose disengagement somebody has responded, of those whose response is still to be reviewed."""
    rows = Disengagement.objects.current().filter(person__in=numbers, review_on__gte=today)
    return set(rows.values_list("person_id", flat=True))


def _missing(scheme: Scheme, numbers: list[int], today: date) -> dict[int, tuple[bool, bool]]:
    """Whom the standard's days to tell them why, and to offer help, have passed for: told and offered, by person."""
    standard = standard_of(scheme)
    rows: Any = lacking(scheme).filter(pk__in=numbers)
    told_by, offered_by = (
        today - timedelta(days=days) for days in (standard.informed_days, standard.offer_days)
    )  # fmt: skip
    return {
        number: (not (no_telling and joined < told_by), not (no_offer and joined < offered_by))
        for number, joined, no_telling, no_offer in rows.values_list("pk", "joined", "lacks_telling", "lacks_offer")
    }


def people_of(cases: Iterable[Case]) -> dict[int, Person]:
    """The people of cases that are printed, by number: one query."""
    return Person.objects.select_related("area").in_bulk([case.person for case in cases])
