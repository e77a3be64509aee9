"""An assessment as it stands for somebody who amends it."""

from __future__ import annotations

from collections.abc import Mapping

from trellis.service.needs.models import Assessment, PathwayAnswer


def current_answers(assessment: Assessment) -> dict[str, PathwayAnswer]:
    """The answers that stand, by pathway, as far as the reader may see them; of two agencies' the later."""
    rows = PathwayAnswer.objects.current().filter(
        person_id=assessment.person_id, assessment_key=assessment.key
    )  # fmt: skip
    return {row.pathway: row for row in rows.select_related("agency").order_by("recorded_at", "id")}


def mark_of(assessment: Assessment, answers: Mapping[str, PathwayAnswer]) -> int:
    """Tells one state of an assessment from the next: its newest row, or its newest answer's."""
    newest = Assessment.objects.current().filter(person_id=assessment.person_id, key=assessment.key)
    head = newest.values_list("pk", flat=True).first() or 0
    return head * 1_000_000_000 + max((row.pk for row in answers.values()), default=0)


def amended_by(row: PathwayAnswer, agency_id: int | None) -> bool:
    """Whether somebody of this agency may correct an answer: their own agency's, and not a feed's."""
    return row.agency_id == agency_id and not row.source


def newest(assessment: Assessment) -> Assessment:
    """The row that stands today for an assessment. Raises Assessment.DoesNotExist once it is withdrawn."""
    rows = Assessment.objects.current().select_related("person__scheme", "agency")
    found: Assessment = rows.get(person_id=assessment.person_id, key=assessment.key)
    return found
