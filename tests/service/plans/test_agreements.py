"""A behaviour agreement begins from a template, is signed and logged, and its incentives pause with status."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.vocabulary import CustodyKind, Stage
from trellis.service.access.actor import acting
from trellis.service.plans.actions.agreements import change_clauses
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


@pytest.mark.requirement("PLN-06")
def test_what_is_agreed_changes_by_ending_and_adding_clauses_and_is_signed_anew(cast: Cast) -> None:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person)
    client = cast.client(cast.police_om)
    own = {"template": "release", "starts": "today", "own_clauses": "I stay away from Mill Street"}
    client.post(reverse("plans:begin_agreement", args=[person.pk]), own)

    def agreement() -> BehaviourAgreement:
        with acting(cast.police_om):
            return BehaviourAgreement.objects.current().get()

    def shown() -> str:
        return client.get(reverse("plans:person", args=[person.pk])).content.decode()

    def changed(drawn: BehaviourAgreement | None = None, **said: Any) -> Any:
        answers = {"why": "The bail condition has ended"} | said
        return client.post(reverse("plans:change_agreement", args=[(drawn or agreement()).pk]), answers)

    with acting(cast.police_om):
        clause = Clause.objects.get(text="I stay away from Mill Street")
    assert "Choose a clause that no longer holds" in changed().content.decode()
    assert "Write the new clause" in changed(kind="expectation").content.decode()
    assert "in a few words why" in changed(ending=[str(clause.key)], why="Over").content.decode()
    unsigned = {"kind": "expectation", "expectation_text": "I call on Mondays before noon"}
    assert changed(**unsigned).status_code == 302
    # Nobody had signed, so there is nothing to sign anew.
    assert agreement().version == 1
    sign = {"who": "person", "signed_by": "Osric", "signed_on": "today"}
    client.post(reverse("plans:sign", args=[agreement().pk]), sign)
    log = {"clause": str(clause.key), "happened_on": "today", "kept": "kept", "note": "Seen elsewhere"}
    client.post(reverse("plans:log", args=[agreement().pk]), log)
    first = agreement()
    incentive = {"kind": "incentive", "incentive_text": "I keep the gym card", "pauses_on": ["custody"]}
    assert changed(ending=[str(clause.key)], **incentive).status_code == 302
    page = shown()
    assert "What is agreed has changed: nobody has signed it anew." in page
    assert "The bail condition has ended" in page
    assert "Seen elsewhere" in page
    assert "Osric (the person) signed version 1" in page
    assert agreement().version == 2
    # From a page of the earlier words nobody signs the present ones, and nothing typed is lost.
    stale = client.post(reverse("plans:sign", args=[first.pk]), sign).content.decode()
    assert "Somebody else changed the agreement while you wrote" in stale
    assert 'value="Osric"' in stale
    client.post(reverse("plans:sign", args=[agreement().pk]), sign)
    assert "nobody has signed it anew" not in shown()
    assert "There is a problem" in changed(ending=[str(clause.key)]).content.decode()
    with acting(cast.police_om):
        gone = Clause.objects.current().get(key=clause.key)
        new = Clause.objects.current().get(text="I keep the gym card")
        standing = Clause.objects.current().filter(until_version=None)
        with pytest.raises(Refused, match="leave no clause"):
            change_clauses(agreement=agreement(), ending=list(standing), why="All of it", by=cast.police_om)
        with pytest.raises(Changed):
            change_clauses(agreement=first, ending=[new], why="The card is lost", by=cast.police_om)
    assert (gone.until_version, gone.from_version, new.from_version, new.pauses_on) == (2, 1, 2, ["custody"])
