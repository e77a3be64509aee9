"""Recording assessments of need, adding to them and correcting them; vulnerability; a psychologist's advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.needs import (
    ConsultReason,
    Given,
    Motivation,
    OffenceLink,
    Progress,
    VulnerabilityKind,
    check_assessment,
)
from trellis.rules.vocabulary import Permission, RiskOfHarm
from trellis.service.access.models import User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.needs.models import (
    Assessment,
    IndicatorAnswer,
    PathwayAnswer,
    PsychologyConsult,
    Reached,
    Vulnerability,
)
from trellis.service.needs.queries.amending import amended_by, current_answers, mark_of
from trellis.service.needs.queries.picked import Picked, picked_by
from trellis.service.needs.queries.standing import Arrived
from trellis.service.people.correcting import correct, end, take_turns, withdraw
from trellis.service.people.models import Person


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody fills in: by pathway, the pathways ranked first to third, and by indicator."""

    given: Mapping[str, Given]
    ranking: Sequence[str | None] = ()
    indicators: Mapping[str, Reached] = field(default_factory=dict)
    risk_of_harm: RiskOfHarm | None = None


@transaction.atomic
def record_assessment(
    *,
    person: Person,
    assessed_on: date,
    assessor: str,
    answers: Answers,
    arrived: Mapping[str, Arrived] | None = None,
    by: User,
) -> Assessment:
    """Record an assessment by what the person's scheme picked. `arrived`: scores carried over from a feed, by pathway.

    Raises Refused when `rules.needs.check_assessment` does, and without the name of who assessed.
    """
    check_permitted(by, Permission.PLAN)
    picked = picked_by(person.scheme)
    carried = {key: one for key, one in (arrived or {}).items() if key in {p.key for p in picked.pathway_set.pathways}}
    scored = dict(answers.given) | {
        key: Given(one.score, *_own(answers.given.get(key))) for key, one in carried.items()
    }
    check_assessment(
        scored, answers.ranking, scale=picked.instrument.scale, assessed_on=assessed_on, today=timezone.localdate()
    )
    if not assessor.strip():
        raise Refused("Say who assessed the person.")
    agency = acting_agency(by)
    assessment = Assessment.objects.create(
        person=person, happened_on=assessed_on, agency_id=agency, recorded_by=by,
        instrument=picked.instrument.key, instrument_version=picked.instrument.version,
        pathway_set=picked.pathway_set.key, pathway_set_version=picked.pathway_set.version,
        assessor=assessor.strip(), risk_of_harm=answers.risk_of_harm or "",
    )  # fmt: skip
    head = _Head(person, assessed_on, assessment.key, agency, by, picked)
    ranks = _ranks(answers.ranking)
    for key in {**scored, **ranks}:
        source = carried[key].source if key in carried else ""
        _answer(head, key, scored.get(key, Given()), rank=ranks.get(key), source=source)
    _indicate(head, answers.indicators)
    return assessment


def _own(given: Given | None) -> tuple[Any, Any]:
    return (given.own_score, given.progress) if given else (None, None)


def _ranks(ranking: Sequence[str | None]) -> dict[str, int]:
    return {pathway: place for place, pathway in enumerate(ranking, start=1) if pathway}


@dataclass(frozen=True, slots=True)
class _Head:
    """What every row of one assessment carries."""

    person: Person
    assessed_on: date
    key: UUID
    agency_id: int
    by: User
    picked: Picked

    @property
    def values(self) -> dict[str, Any]:
        return {
            "person": self.person, "happened_on": self.assessed_on, "agency_id": self.agency_id,
            "recorded_by": self.by, "assessment_key": self.key,
        }  # fmt: skip


def _answer(head: _Head, key: str, given: Given, *, rank: int | None = None, source: str = "") -> None:
    pathway = head.picked.pathway_set.pathway(key)
    if pathway is None:
        raise Refused(f"The set {head.picked.pathway_set.name} has no pathway {key}.")
    if given == Given() and rank is None:
        return
    PathwayAnswer.objects.create(
        **head.values, pathway_set=head.picked.pathway_set.key, pathway=key, compartment=pathway.compartment,
        score=given.score, own_score=given.own_score, progress=given.progress or "", rank=rank, carried_from=source,
    )  # fmt: skip


def _indicate(head: _Head, indicators: Mapping[str, Reached]) -> None:
    known = {one.key: one for one in head.picked.instrument.indicators}
    for key, answer in indicators.items():
        IndicatorAnswer.objects.create(**head.values, indicator=key, compartment=known[key].compartment, answer=answer)


@transaction.atomic
def amend_assessment(
    *, assessment: Assessment, given: Mapping[str, Given], reason: str, version: int, by: User
) -> Assessment:
    """Add to an assessment what others left open, and correct what the agency acted for answered.

    `version` is `mark_of` when the page was drawn. Raises Changed when somebody has amended it since; Refused without
    a reason and for a pathway that another agency answered.
    """
    check_permitted(by, Permission.PLAN)
    take_turns(assessment.person_id)
    standing = current_answers(assessment)
    if mark_of(assessment, standing) != version:
        raise Changed("Somebody else amended this assessment while you wrote. Look at it again before you change it.")
    if not reason.strip():
        raise Refused("Say what was wrong or missing, so that a reader of both versions understands.")
    agency = acting_agency(by)
    changed = {key: one for key, one in given.items() if one != _given_of(standing.get(key))}
    if not changed:
        raise Refused("Nothing is different from what stands. Change an answer, or cancel.")
    picked = picked_by(assessment.person.scheme)
    merged = {key: _given_of(one) for key, one in standing.items()} | changed
    check_assessment(
        merged, (), scale=picked.instrument.scale, assessed_on=assessment.happened_on, today=timezone.localdate()
    )
    head = _Head(assessment.person, assessment.happened_on, assessment.key, agency, by, picked)
    for key, one in changed.items():
        row = standing.get(key)
        if row is None:
            _answer(head, key, one)
        elif not amended_by(row, agency):
            raise Refused(f"{picked.pathway_set.name_of(key)} is the answer of {row.agency}. Ask them to correct it.")
        else:
            correct(
                row, recorded_by=by, score=one.score, own_score=one.own_score, progress=one.progress or "",
                carried_from="" if one.score != row.score else row.carried_from,
            )  # fmt: skip
    return correct(assessment, correction=reason.strip())


def _given_of(row: PathwayAnswer | None) -> Given:
    if row is None:
        return Given()
    return Given(row.score, row.own_score, Progress(row.progress) if row.progress else None)


@transaction.atomic
def describe_need(
    *,
    answer: PathwayAnswer,
    motivation: Motivation | None,
    previous_attempts: str,
    obstacles: str,
    offence_link: OffenceLink | None,
    own_words: str,
    by: User,
) -> PathwayAnswer:
    """Say what lies behind a need. Any partner who reads it may; what was said before is kept.

    Raises Changed when somebody else has described it since it was read.
    """
    check_permitted(by, Permission.PLAN)
    return correct(
        answer, recorded_by=by, motivation=motivation or "", previous_attempts=previous_attempts.strip(),
        obstacles=obstacles.strip(), offence_link=offence_link or "", own_words=own_words.strip(),
    )  # fmt: skip


@transaction.atomic
def record_vulnerability(
    *, person: Person, kind: VulnerabilityKind, told_by: str, starts: date, detail: str, by: User
) -> Vulnerability:
    """Record what makes somebody vulnerable, in the compartment of its kind. Raises Refused for what stands already."""
    check_permitted(by, Permission.PLAN)
    take_turns(person.pk)
    if starts > timezone.localdate():
        raise Refused("Give the day from which it has been known, today or earlier.")
    if not told_by.strip():
        raise Refused("Say who says so: the person, a clinician or another agency.")
    if Vulnerability.objects.current().filter(person=person, kind=kind, ends=None).exists():
        raise Refused(f"{kind.label} is recorded already. End it first if it has changed.")
    return Vulnerability.objects.create(
        person=person, kind=kind, compartment=kind.compartment, told_by=told_by.strip(), detail=detail.strip(),
        starts=starts, agency_id=acting_agency(by), recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def end_vulnerability(*, row: Vulnerability, by: User) -> None:
    """End something that no longer holds. Raises Changed when somebody else has ended it."""
    check_permitted(by, Permission.PLAN)
    if row.agency_id != acting_agency(by):
        raise Refused(f"This is {row.agency}’s record. Ask them to end it.")
    end(row, timezone.localdate())


@transaction.atomic
def record_consult(
    *,
    person: Person,
    consulted_on: date,
    reason: ConsultReason,
    psychologist: str,
    question: str,
    advice: str,
    by: User,
) -> PsychologyConsult:
    """Record what a psychologist was asked and advised. Only who holds the psychology compartment may."""
    check_permitted(by, Permission.PLAN)
    if consulted_on > timezone.localdate():
        raise Refused("Record a consultation once it has been held: its day is today or earlier.")
    return PsychologyConsult.objects.create(
        person=person, happened_on=consulted_on, reason=reason, psychologist=psychologist.strip(),
        question=question.strip(), advice=advice.strip(), agency_id=acting_agency(by), recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def withdraw_consult(*, consult: PsychologyConsult, by: User) -> None:
    """Withdraw what was recorded in error; it stays readable as what was once believed."""
    check_permitted(by, Permission.PLAN)
    if consult.agency_id != acting_agency(by):
        raise Refused(f"This is {consult.agency}’s record. Ask them to withdraw it.")
    withdraw(consult)
