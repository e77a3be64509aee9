"""A person's assessments with those answers that the reader may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from trellis.rules.needs import common_pathways
from trellis.service.needs.models import Assessment, IndicatorAnswer, PathwayAnswer
from trellis.service.people.models import Person
from trellis.service.schemes.definitions.needs import InstrumentDefinition, PathwaySetDefinition
from trellis.service.schemes.queries import definitions


@dataclass(frozen=True, slots=True)
class Assessed:
    """One assessment with its answers, by pathway and by indicator, as far as its reader may see them."""

    row: Assessment
    answers: dict[str, PathwayAnswer] = field(default_factory=dict)
    indicators: dict[str, IndicatorAnswer] = field(default_factory=dict)

    @property
    def pathway_set(self) -> PathwaySetDefinition | None:
        """The set it was made over, or None where it is defined no longer."""
        return definitions().pathway_sets.get(self.row.pathway_set)

    @property
    def instrument(self) -> InstrumentDefinition | None:
        """The instrument it was made with, or None where it is defined no longer."""
        return definitions().instruments.get(self.row.instrument)

    @property
    def scores(self) -> dict[str, int | None]:
        """The scores by pathway."""
        return {key: answer.score for key, answer in self.answers.items()}

    @property
    def ranked(self) -> list[PathwayAnswer]:
        """The first three needs in order, as far as they are shown."""
        return sorted((one for one in self.answers.values() if one.rank), key=lambda one: one.rank or 0)

    def total(self, pathways: Iterable[str]) -> int:
        """The sum over pathways that are all scored."""
        return sum(self.scores[key] or 0 for key in pathways)

    def name_of(self, pathway: str) -> str:
        """What a pathway is called."""
        return self.pathway_set.name_of(pathway) if self.pathway_set else pathway


def history_of(person: Person) -> list[Assessed]:
    """Everything assessed of a person, the latest first: three queries."""
    rows = Assessment.objects.current().filter(person=person).select_related("agency", "recorded_by")
    found = [Assessed(row) for row in rows.order_by("-happened_on", "-id")]
    by_key: dict[UUID, Assessed] = {one.row.key: one for one in found}
    answers = PathwayAnswer.objects.current().filter(person=person, assessment_key__in=by_key)
    # Where two agencies answered for the same pathway, the later answer stands.
    for answer in answers.select_related("agency", "recorded_by").order_by("recorded_at", "id"):
        if answer.assessment_key is not None:
            by_key[answer.assessment_key].answers[answer.pathway] = answer
    for told in IndicatorAnswer.objects.current().filter(person=person, assessment_key__in=by_key).order_by("id"):
        by_key[told.assessment_key].indicators[told.indicator] = told
    return found


@dataclass(frozen=True, slots=True)
class Series:
    """Assessments whose totals may be compared, the earliest first, over the pathways that all of them score."""

    assessments: list[Assessed]
    pathways: list[str]
    name: str

    @property
    def shown(self) -> set[str]:
        """The pathways that any of them scores."""
        return {key for one in self.assessments for key, score in one.scores.items() if score is not None}

    @property
    def totals(self) -> list[tuple[date, int]]:
        """The day and the total of each."""
        return [(one.row.happened_on, one.total(self.pathways)) for one in self.assessments]


def series_of(history: Iterable[Assessed]) -> list[Series]:
    """The comparable series in a history, the one used last first."""
    grouped: dict[tuple[str, int, str], list[Assessed]] = defaultdict(list)
    for one in history:
        grouped[one.row.series].append(one)
    made = []
    for found in grouped.values():
        in_order = sorted((one for one in found if one.scores), key=lambda one: (one.row.happened_on, one.row.pk))
        if not in_order:
            continue
        common = common_pathways(one.scores for one in in_order)
        first = in_order[0]
        known = [one.key for one in first.pathway_set.pathways] if first.pathway_set else sorted(common)
        instrument = first.instrument.name if first.instrument else first.row.instrument
        made.append(Series(in_order, [key for key in known if key in common], instrument))
    return made
