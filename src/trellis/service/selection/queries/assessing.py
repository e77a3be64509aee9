"""Reads for a run over everybody known to a scheme: a number of queries that does not grow with the people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from trellis.rules.vocabulary import DatePrecision, Sex, Stage
from trellis.service.people.models import Person
from trellis.service.record.queries import facts_of
from trellis.service.schemes.models import Scheme
from trellis.service.selection.assessment import Subject
from trellis.service.selection.models import Proposal, Score


def subjects_of(
    scheme: Scheme,
    stages: Collection[Stage],
    people: Collection[int] | None = None,
    known_on: datetime | None = None,
) -> tuple[list[Subject], dict[int, Stage]]:
    """Everybody at these stages, or those of them in `people`, ready to assess, and the stage of each."""
    known = Person.objects.filter(scheme=scheme, stage__in=stages).order_by("pk")
    if people is not None:
        known = known.filter(pk__in=people)
    rows = list(known.values_list("pk", "sex", "date_of_birth", "birth_precision", "stage"))
    facts = facts_of([row[0] for row in rows], known_on=known_on)
    subjects = [
        Subject(pk, Sex(sex), born, DatePrecision(precision or DatePrecision.DAY), facts[pk])
        for pk, sex, born, precision, _ in rows
    ]
    return subjects, {row[0]: Stage(row[4]) for row in rows}


def latest_scores(people: Collection[int], parameters: str) -> dict[int, Score]:
    """Each person's latest score by a set of parameters."""
    found = Score.objects.filter(person_id__in=people, parameters=parameters)
    return {score.person_id: score for score in found.order_by("person_id", "-scored_at", "-id").distinct("person_id")}


def open_proposals(people: Collection[int]) -> dict[tuple[int, int], Proposal]:
    """The standing proposals of these people, by person and cohort."""
    found = Proposal.objects.filter(person_id__in=people, closed_at=None)
    return {(proposal.person_id, proposal.cohort_id): proposal for proposal in found}
