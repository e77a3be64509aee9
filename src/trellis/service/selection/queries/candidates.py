"""The list of candidates, and what its filters offer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, QuerySet

from trellis.rules.vocabulary import Stage
from trellis.service.schemes.models import Area, Cohort, Scheme
from trellis.service.selection.models import PanelDecision, Proposal, Run

PROPOSED, MISSING = "proposed", "missing"
LISTED = (Stage.KNOWN, Stage.CANDIDATE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader of the list asked for."""

    show: str = PROPOSED
    cohort: Cohort | None = None
    area: Area | None = None


def listed(scheme: Scheme, asked: Asked) -> QuerySet[Proposal]:
    """Open proposals, the highest scores first; or those held up by what is not known, by name."""
    # Somebody who has been referred stands before the panel, and on the list no longer.
    found = Proposal.objects.filter(
        closed_at=None, cohort__scheme=scheme, person__scheme=scheme, person__stage__in=LISTED
    )
    if asked.cohort:
        found = found.filter(cohort=asked.cohort)
    if asked.area:
        found = found.filter(person__area__path__startswith=asked.area.path)
    found = found.select_related("person", "person__area", "cohort", "score")
    if asked.show == MISSING:
        return found.filter(fired="").order_by("person__family_name", "person__given_names", "pk")
    return found.exclude(fired="").order_by(F("score__percent_2y").desc(nulls_last=True), "person__family_name", "pk")


def last_run(scheme: Scheme) -> Run | None:
    """The latest run over a whole scheme."""
    return scheme.runs.select_related("ran_by").first()


def last_decisions(people: Collection[int]) -> dict[int, PanelDecision]:
    """The latest panel decision on each of these people who has had one: one query."""
    found = PanelDecision.objects.filter(person_id__in=people).order_by("person_id", "-recorded_at", "-id")
    return {decision.person_id: decision for decision in found.distinct("person_id")}


def cohorts_with_rules(scheme: Scheme) -> QuerySet[Cohort]:
    """The cohorts that a run proposes for."""
    return scheme.cohorts.exclude(eligibility_rule="")


def areas_within(scheme: Scheme) -> QuerySet[Area]:
    """The scheme's areas, parents before children."""
    return Area.objects.filter(path__startswith=scheme.area.path)
