"""Agreements: recorded, joined, reviewed and ended by the information officer; read by whoever shares."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.editing import hidden_in, opened, send
from trellis.service.access.actor import acting
from trellis.service.access.models import AgreementParty, SharingAgreement
from trellis.service.people.models import Person
from trellis.service.sharing.queries import sharable_kinds

pytestmark = pytest.mark.django_db
NEW = {
    "name": "Information sharing agreement 2026", "purpose": "Managing people together", "powers": "An Act, section 1",
    "starts": "1/11/2026", "review_on": "1/11/2027",
}  # fmt: skip


@pytest.mark.requirement("SEC-02")
def test_an_agreement_is_recorded_and_an_agency_joins_with_an_allow_list(cast: Cast) -> None:
    client = cast.client(cast.information_officer)
    assert client.post(reverse("sharing:new_agreement"), NEW).status_code == 302
    with acting(cast.information_officer):
        made = SharingAgreement.objects.get(name=NEW["name"])
    place = {
        "agency": cast.housing.pk, "regime": "general", "basis": "Article 6(1)(e)", "whole": "no",
        "kinds": ["record.Custody", "casework.Contact.outcome"],
    }  # fmt: skip
    assert client.post(reverse("sharing:join_agreement", args=[made.pk]), place).status_code == 302
    with acting(cast.information_officer):
        assert AgreementParty.objects.get(agreement=made).shares == ["casework.Contact.outcome", "record.Custody"]
    page = client.get(reverse("sharing:agreement", args=[made.pk])).content.decode()
    assert "Contacts: only outcome" in page


def test_every_kind_of_record_about_somebody_can_be_listed() -> None:
    labels = {kind.label for kind in sharable_kinds()}
    assert {"people.Person", "record.Arrest", "casework.Contact", "people.SensitiveNote", "sharing.Consent"} <= labels
    person = next(kind for kind in sharable_kinds() if kind.label == Person._meta.label)
    assert [name for name, _ in person.fields] == ["people.Person.date_of_birth", "people.Person.sex"]


def test_what_an_agency_reads_is_changed(cast: Cast) -> None:
    with acting(cast.information_officer):
        place = AgreementParty.objects.get(agreement=cast.agreement, agency=cast.housing)
    asked = {"regime": "general", "basis": "", "whole": "no", "kinds": ["record.Arrest"]}
    client = cast.client(cast.information_officer)
    assert client.post(reverse("sharing:place", args=[place.pk]), asked).status_code == 302
    with acting(cast.information_officer):
        place.refresh_from_db()
        assert place.shares == ["record.Arrest"]
    wrong = client.post(reverse("sharing:place", args=[place.pk]), asked | {"kinds": ["access.User"]})
    assert wrong.status_code == 200


def test_two_who_review_at_once_are_told(cast: Cast) -> None:
    client = cast.client(cast.information_officer)
    address = reverse("sharing:change_agreement", args=[cast.agreement.pk])
    drawn = opened(client, address)
    agreed = cast.agreement
    answers = {"name": agreed.name, "purpose": agreed.purpose, "powers": agreed.powers, "review_on": "1/12/2027"}
    with acting(cast.information_officer):
        SharingAgreement.objects.filter(pk=cast.agreement.pk).update(name="Another name", version=2)
    merged = send(client, address, answers, drawn).content.decode()
    assert "while you wrote" in merged
    assert client.post(address, hidden_in(merged)).status_code == 302
    with acting(cast.information_officer):
        cast.agreement.refresh_from_db()
    assert (cast.agreement.name, str(cast.agreement.review_on)) == ("Another name", "2027-12-01")


@pytest.mark.parametrize("who", ["police_om", "housing_worker", "coordinator"])
def test_whoever_shares_reads_them_and_does_not_change_them(cast: Cast, who: str) -> None:
    client = cast.client(getattr(cast, who))
    assert client.get(reverse("sharing:agreements")).status_code == 200
    assert client.get(reverse("sharing:agreement", args=[cast.agreement.pk])).status_code == 200
    assert client.post(reverse("sharing:new_agreement"), NEW).status_code == 403


def test_bad_dates_are_refused_with_a_sentence(cast: Cast) -> None:
    client = cast.client(cast.information_officer)
    response = client.post(reverse("sharing:new_agreement"), NEW | {"review_on": "1/10/2026"})
    assert "after the agreement starts" in response.content.decode()
