"""How a person stands: when the next assessment is due, their risk of serious harm, and what a feed has sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Min, Q

from trellis.rules.dates import add_months, long_date
from trellis.rules.needs import is_overdue, next_due
from trellis.rules.vocabulary import RiskOfHarm, Stage
from trellis.service.access.models import User
from trellis.service.casework.queries.lists import managed_people
from trellis.service.needs.models import Assessment, PathwayAnswer
from trellis.service.needs.queries.history import Assessed
from trellis.service.needs.queries.picked import Picked, picked_by
from trellis.service.people.models import Person
from trellis.service.record.models import Registration
from trellis.service.schemes.models import Scheme
from trellis.service.schemes.queries import definitions
from trellis.service.selection.models import CohortMembership

PROBATION = "probation_sections"
ARRIVED_MONTHS = 12
"""What probation assessed longer ago is asked again."""


@dataclass(frozen=True, slots=True)
class Risk:
    """The risk of serious harm with its source and day; no level: nobody has assessed it (ASM-13)."""

    level: RiskOfHarm | None = None
    source: str = ""
    on: date | None = None

    @property
    def words(self) -> str:
        """The level in a word."""
        return self.level.label if self.level else "Not assessed"

    @property
    def where_from(self) -> str:
        """Who says so, and since when."""
        return f"{self.source}, {long_date(self.on)}" if self.on else "Nobody has sent or recorded one."


def registered_risk(person: Person, today: date) -> Risk:
    """The risk that an agency's system sent and holds today."""
    rows = Registration.objects.current().as_at(today).filter(person=person).exclude(risk_of_harm="")
    row = rows.select_related("agency").order_by("-starts", "-id").first()
    return Risk(RiskOfHarm(row.risk_of_harm), str(row.agency), row.starts) if row and row.risk_of_harm else Risk()


def risk_of(person: Person, history: Sequence[Assessed], today: date) -> Risk:
    """The latest risk of serious harm, registered or assessed here."""
    found = [registered_risk(person, today)]
    for one in history:
        if one.row.risk_of_harm:
            found.append(
                Risk(RiskOfHarm(one.row.risk_of_harm), f"{one.row.assessor}, {one.row.agency}", one.row.happened_on)
            )
            break
    return max(found, key=lambda one: one.on or date.min)


@dataclass(frozen=True, slots=True)
class Due:
    """When a person's next assessment is due."""

    on: date
    overdue: bool
    last: date | None


def due_of(person: Person, picked: Picked, last: date | None, today: date) -> Due | None:
    """When the next assessment of somebody managed is due; None for anybody else."""
    if person.stage != Stage.MANAGED:
        return None
    memberships = CohortMembership.objects.current().as_at(today).filter(person=person)
    began = memberships.aggregate(first=Min("starts"))["first"]
    on = next_due(last, began or today, picked.instrument.months)
    return Due(on, is_overdue(on, today), last)


def due_list(people: Iterable[int], picked: Picked, today: date) -> list[tuple[int, Due]]:
    """When the next assessment of each of these managed people is due, by id, the most overdue first: two queries."""
    ids = list(people)
    last = _by_person(Assessment.objects.current().filter(person__in=ids), Max("happened_on"))
    began = _by_person(CohortMembership.objects.current().as_at(today).filter(person__in=ids), Min("starts"))
    found = []
    for one in ids:
        on = next_due(last.get(one), began.get(one, today), picked.instrument.months)
        found.append((one, Due(on, is_overdue(on, today), last.get(one))))
    return sorted(found, key=lambda pair: (pair[1].on, pair[0]))


def assessments_due(scheme: Scheme | None, today: date, led_by: User | None = None) -> list[tuple[int, Due]]:
    """The same of everybody whom a scheme manages, or of those whom one officer leads."""
    if scheme is None:
        return []
    people = managed_people(scheme, led_by).values_list("pk", flat=True)
    return due_list(people, picked_by(scheme), today)


def _by_person(rows: Any, value: Any) -> dict[int, date]:
    return dict(rows.order_by().values("person_id").annotate(day=value).values_list("person_id", "day"))


@dataclass(frozen=True, slots=True)
class Arrived:
    """A pathway's score that follows from what probation's system sent, and from where it comes."""

    score: int
    source: str


def arrived_for(person: Person, picked: Picked, today: date) -> dict[str, Arrived]:
    """What probation has assessed within a year, as scores of the instrument by pathway of the set (ASM-07).

    Sections without a published threshold say nothing of a need, so they are asked.
    """
    sections = definitions().pathway_set(PROBATION)
    since = add_months(today, -ARRIVED_MONTHS)
    rows = PathwayAnswer.objects.current().filter(
        ~Q(source=""), person=person, pathway_set=PROBATION, assessment_key=None, happened_on__gte=since
    )
    by_common: dict[str, Arrived] = {}
    for row in rows.select_related("agency").order_by("happened_on", "id"):
        section, common = sections.pathway(row.pathway), sections.common(row.pathway)
        score = _score_of(section, row.score, picked)
        if common is None or score is None:
            continue
        held = by_common.get(common)
        if held is None or score > held.score:
            by_common[common] = Arrived(score, f"{row.agency}, {long_date(row.happened_on)}")
    pairs = ((one.key, picked.pathway_set.common(one.key)) for one in picked.pathway_set.pathways)
    return {key: by_common[common] for key, common in pairs if common in by_common}


def _score_of(section: Any, sent: int | None, picked: Picked) -> int | None:
    if section is None or sent is None or section.need_from is None:
        return None
    counts = picked.instrument.from_probation
    if section.severe_from is not None and sent >= section.severe_from:
        return counts.severe_need
    return counts.need if sent >= section.need_from else counts.no_need
