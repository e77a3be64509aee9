"""What makes somebody vulnerable and what a psychologist advised, each read only where work needs it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_person
from trellis.rules.vocabulary import Compartment, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.needs.models import PsychologyConsult, Vulnerability
from trellis.service.people.models import Person

pytestmark = pytest.mark.django_db
ADVICE = {
    "consulted_on": "today", "psychologist": "Dr Fenella Moss", "reason": "unusual_offences",
    "question": "Three fires in a month: what drives them?", "advice": "Meet by day, in pairs.",
}  # fmt: skip


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person)
    grant(cast, cast.probation_om, person, compartments=[Compartment.CORE, Compartment.HEALTH, Compartment.PSYCHOLOGY])
    return person


def shown(cast: Cast, user: User, person: Person) -> str:
    return cast.client(user).get(reverse("needs:person", args=[person.pk])).content.decode()


def told(kind: str, **changes: Any) -> dict[str, Any]:
    return {"kind": kind, "told_by": "Their support worker", "starts": "today", "detail": "Explain twice."} | changes


@pytest.mark.requirement("ASM-17")
def test_a_vulnerability_is_read_with_its_own_compartment_and_ended_by_its_own_agency(
    cast: Cast, person: Person
) -> None:
    address = reverse("needs:new_vulnerability", args=[person.pk])
    probation, police = cast.client(cast.probation_om), cast.client(cast.police_om)
    form = police.get(address).content.decode()
    assert "Has been in care" in form
    assert "Learning disability" not in form
    assert police.post(address, told("learning_disability")).status_code == 200
    assert probation.post(address, told("learning_disability")).status_code == 302
    assert police.post(address, told("care")).status_code == 302
    assert "recorded already" in probation.post(address, told("learning_disability")).content.decode()
    assert "Learning disability" in shown(cast, cast.probation_om, person)
    assert "Learning disability" not in shown(cast, cast.police_om, person)
    assert "Has been in care" in shown(cast, cast.police_om, person)
    with acting(cast.probation_om):
        health, care = (Vulnerability.objects.get(kind=kind) for kind in ("learning_disability", "care"))
    assert police.post(reverse("needs:end_vulnerability", args=[health.pk])).status_code == 404
    probation.post(reverse("needs:end_vulnerability", args=[care.pk]))
    assert "Has been in care" in shown(cast, cast.police_om, person)
    police.post(reverse("needs:end_vulnerability", args=[care.pk]))
    assert "Has been in care" not in shown(cast, cast.police_om, person)


@pytest.mark.requirement("ASM-15")
def test_a_psychologists_advice_is_read_and_written_only_with_psychology(cast: Cast, person: Person) -> None:
    address = reverse("needs:new_consult", args=[person.pk])
    assert cast.client(cast.police_om).post(address, ADVICE).status_code == 403
    assert cast.client(cast.probation_om).post(address, ADVICE | {"question": ""}).status_code == 200
    assert cast.client(cast.probation_om).post(address, ADVICE).status_code == 302
    assert "Meet by day, in pairs." in shown(cast, cast.probation_om, person)
    assert "Meet by day" not in shown(cast, cast.police_om, person)
    timeline = cast.client(cast.police_om).get(reverse("home:person", args=[person.pk])).content.decode()
    assert "Psychologist consulted" not in timeline
    with acting(cast.police_om):
        assert not PsychologyConsult.objects.exists()
    with acting(cast.probation_om):
        assert PsychologyConsult.objects.get().happened_on == timezone.localdate()
