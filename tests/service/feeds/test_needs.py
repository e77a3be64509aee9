"""Sections of probation's assessment load as needs, and score an assessment that does not ask for them again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.factories import make_fact, make_person
from tests.service.feeds.loading import counts, load, make_agencies
from trellis.rules.vocabulary import IdentifierKind, Stage
from trellis.service.access.actor import acting
from trellis.service.needs.models import PathwayAnswer
from trellis.service.needs.queries.picked import picked_by
from trellis.service.needs.queries.standing import arrived_for
from trellis.service.people.models import Identifier

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.mark.requirement("ASM-07")
def test_probations_sections_arrive_as_scores_and_a_corrected_one_takes_its_place(cast: Cast) -> None:
    make_agencies()
    person = make_person(cast, stage=Stage.MANAGED)
    make_fact(Identifier, person, cast.probation, kind=IdentifierKind.CRN, value="X100420")
    day, old = (TODAY - timedelta(40)).isoformat(), (TODAY - timedelta(500)).isoformat()

    def sent(*rows: str) -> bytes:
        return "\n".join(["crn\tsection\tcompleted\tscore", *rows, ""]).encode()

    first = sent(f"X100420\t8\t{day}\t9", f"X100420\t3\t{day}\t1", f"X100420\t4\t{old}\t9", f"X100420\t10\t{day}\t9")
    assert load(cast, "needs", content=first).waiting == 0
    with acting(cast.coordinator):
        picked = picked_by(cast.scheme)
        found = arrived_for(person, picked, TODAY)
        assert {key: one.score for key, one in found.items()} == {"substances": 5, "accommodation": 1}
        assert set(PathwayAnswer.objects.values_list("compartment", flat=True)) == {"core"}
    corrected = load(cast, "needs", content=sent(f"X100420\t8\t{day}\t3"))
    assert counts(corrected)[1] == 1
    with acting(cast.coordinator):
        assert arrived_for(person, picked, TODAY)["substances"].score == 3
