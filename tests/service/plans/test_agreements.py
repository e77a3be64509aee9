"""A behaviour agreement begins from a template, is signed and logged, and its incentives pause with status."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.vocabulary import CustodyKind, Stage
from trellis.service.access.actor import acting
from trellis.service.plans.models import BehaviourAgreement, Clause
from trellis.service.record.models import Custody

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.mark.requirement("PLN-06")
def test_an_agreement_is_signed_and_logged_and_its_incentives_pause_with_status(cast: Cast) -> None:
    person = make_person(cast, stage=Stage.MANAGED)
    for user in (cast.police_om, cast.analyst):
        grant(cast, user, person)
    client = cast.client(cast.police_om)

    def shown() -> str:
        return client.get(reverse("plans:person", args=[person.pk])).content.decode()

    begin = reverse("plans:begin_agreement", args=[person.pk])
    assert cast.client(cast.analyst).post(begin, {}).status_code == 403
    assert client.post(begin, {"template": "no-such", "starts": "today"}).status_code == 200
    answers = {"template": "release", "starts": "today", "own_clauses": "I stay away from Mill Street\n"}
    assert client.post(begin, answers).status_code == 302
    assert "Nobody has signed yet." in shown()
    assert "I stay away from Mill Street" in shown()
    with acting(cast.police_om):
        agreement = BehaviourAgreement.objects.get()
        clause = Clause.objects.get(text__contains="drug test when I am asked")
    signed = {"who": "worker", "signed_by": "Wren", "signed_on": "today"}
    client.post(reverse("plans:sign", args=[agreement.pk]), signed)
    assert "The person has not signed." in shown()
    client.post(reverse("plans:sign", args=[agreement.pk]), signed | {"who": "person", "signed_by": "Osric"})
    assert "Osric (the person)" in shown()
    assert "Paused" not in shown()
    log = reverse("plans:log", args=[agreement.pk])
    broken = {"clause": str(clause.key), "happened_on": "yesterday", "kept": "broken", "note": ""}
    assert "Say what happened" in client.post(log, broken).content.decode()
    assert client.post(log, broken | {"note": "Missed the test."}).status_code == 302
    assert shown().count("Paused") == 2
    client.post(log, broken | {"kept": "kept", "happened_on": "today"})
    assert "Paused" not in shown()
    make_fact(Custody, person, cast.police, kind=next(iter(CustodyKind)), starts=TODAY - timedelta(1))
    assert "while in custody" in shown()
    end = reverse("plans:end_agreement", args=[agreement.pk])
    assert client.post(end, {"why": ""}).status_code == 200
    assert client.post(end, {"why": "Recalled to prison"}).status_code == 302
