"""Averages, profile, progress and consistency of a scheme, over what the reader's role reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_person
from trellis.rules.needs import Given, Progress
from trellis.rules.vocabulary import Role, Stage
from trellis.service.access.actor import acting
from trellis.service.needs.actions import Answers, record_assessment
from trellis.service.needs.models import Reached
from trellis.service.needs.queries.figures import figures_of
from trellis.service.people.models import Person

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
CORE = ("accommodation", "employment", "attitudes", "substances", "finance", "family")


def assess(cast: Cast, person: Person, days_ago: int, score: int, who: str = "Wren", **fields: Any) -> None:
    progress = fields.pop("progress", None)
    given = {key: Given(score, None, progress) for key in (*CORE, "health")}
    with acting(cast.coordinator):
        record_assessment(
            person=person, assessed_on=TODAY - timedelta(days_ago), assessor=who, by=cast.coordinator,
            answers=Answers(given, **fields),
        )  # fmt: skip


@pytest.mark.requirement("ASM-01", "ASM-04", "ASM-05", "ASM-09", "ASM-10", "ASM-11", "ASM-18", "PERF-20")
def test_the_page_of_figures_counts_over_what_the_reader_may_read(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    one, other, once = (make_person(cast, name, stage=Stage.MANAGED) for name in ("Alder", "Birch", "Cedar"))
    for person in (one, other, once):
        grant(cast, cast.analyst, person)
    assess(cast, one, 100, 4, ranking=["substances", "health"])
    assess(cast, one, 9, 2, progress=Progress.GOOD, ranking=["substances"], indicators={"drugs": Reached.YES})
    assess(cast, other, 100, 5)
    assess(cast, other, 8, 5, progress=Progress.DETERIORATION)
    assess(cast, once, 3, 1, ranking=["family"])
    # Another worker scores the same person within four weeks, one point away.
    assess(cast, once, 1, 2, who="Posy", ranking=["family"])
    with acting(cast.coordinator):
        found = figures_of(cast.scheme, [Role.COORDINATOR])
    assert [(round(line.mean, 2), line.people, line.pairs) for line in found.checkpoints] == [
        (23.33, 3, 3), (21.0, 3, 3)
    ]  # fmt: skip
    assert {line.key: line.percent for line in found.profile if line.percent} == {"substances": 33, "family": 33}
    assert (found.agreement.pairs, found.agreement.same, found.agreement.within_one) == (7, 0, 7)
    assert found.progress["family"] == {
        Progress.GOOD: 1, Progress.SOME: 0, Progress.NONE: 0, Progress.DETERIORATION: 1
    }  # fmt: skip
    with acting(cast.analyst):
        core = figures_of(cast.scheme, [Role.ANALYST])
    assert "health" not in core.pathways
    assert round(core.checkpoints[0].mean, 2) == 20.0
    client = cast.client(cast.analyst)
    client.get(reverse("needs:figures"))
    with django_assert_max_num_queries(30):
        page = client.get(reverse("needs:figures")).content.decode()
    for words in (
        "6 of 7 pathways",
        "An early sign, not a result",
        "58%",
        "Drugs and alcohol",
        "100% within one point",
    ):
        assert words in page
    assert cast.client(cast.police_om).get(reverse("needs:figures")).status_code == 403


def test_without_assessments_the_page_says_what_will_fill_it(cast: Cast) -> None:
    assert "No assessments yet" in cast.client(cast.analyst).get(reverse("needs:figures")).content.decode()
