"""Agreements: recorded, joined, reviewed and ended by the information officer; read by whoever shares."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.editing import hidden_in, opened, send
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Role, SharingRegime
from trellis.service.access.actor import acting
from trellis.service.access.models import AgreementParty, Posting, SharingAgreement
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency
from trellis.service.sharing.actions import change_agreement, place_agency
from trellis.service.sharing.queries import sharable_kinds

pytestmark = pytest.mark.django_db


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def typed(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


NEW = {
    "name": "Information sharing agreement 2026", "purpose": "Managing people together", "powers": "An Act, section 1",
    "starts": typed(in_days(-30)), "review_on": typed(in_days(330)),
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
    answers = {
        "name": agreed.name,
        "purpose": agreed.purpose,
        "powers": agreed.powers,
        "review_on": typed(in_days(360)),
    }
    with acting(cast.information_officer):
        SharingAgreement.objects.filter(pk=cast.agreement.pk).update(name="Another name", version=2)
    merged = send(client, address, answers, drawn).content.decode()
    assert "while you wrote" in merged
    assert client.post(address, hidden_in(merged)).status_code == 302
    with acting(cast.information_officer):
        cast.agreement.refresh_from_db()
    assert (cast.agreement.name, cast.agreement.review_on) == ("Another name", in_days(360))


@pytest.mark.parametrize("who", ["police_om", "housing_worker", "coordinator"])
def test_whoever_shares_reads_them_and_does_not_change_them(cast: Cast, who: str) -> None:
    client = cast.client(getattr(cast, who))
    assert client.get(reverse("sharing:agreements")).status_code == 200
    assert client.get(reverse("sharing:agreement", args=[cast.agreement.pk])).status_code == 200
    assert client.post(reverse("sharing:new_agreement"), NEW).status_code == 403


@pytest.mark.parametrize(
    ("starts", "review_on", "sentence"),
    [
        (10, 5, "after the agreement starts"),
        (-30, 0, "after today, and at most 12 months ahead"),
        (-30, 373, "after today, and at most 12 months ahead"),
    ],
)
def test_bad_dates_are_refused_with_a_sentence(cast: Cast, starts: int, review_on: int, sentence: str) -> None:
    dates = {"starts": typed(in_days(starts)), "review_on": typed(in_days(review_on))}
    response = cast.client(cast.information_officer).post(reverse("sharing:new_agreement"), NEW | dates)
    assert sentence in response.content.decode()
    with acting(cast.information_officer):
        assert not SharingAgreement.objects.filter(name=NEW["name"]).exists()


def review(cast: Cast, review_on: date, ends: date | None = None) -> None:
    with acting(cast.information_officer):
        agreed = SharingAgreement.objects.get(pk=cast.agreement.pk)
        change_agreement(
            agreement=agreed, version=agreed.version, name=agreed.name, purpose=agreed.purpose, powers=agreed.powers,
            review_on=review_on, ends=ends, by=cast.information_officer,
        )  # fmt: skip


@pytest.mark.parametrize("days", [-1, 0, 373, 20_000])
def test_a_review_is_put_off_by_a_year_at_most(cast: Cast, days: int) -> None:
    with pytest.raises(Refused, match="at most 12 months ahead"):
        review(cast, in_days(days))
    review(cast, in_days(372))
    review(cast, in_days(1))


def test_an_agreement_past_its_review_can_end_and_no_one_revives_it(cast: Cast) -> None:
    with acting("setup"):
        SharingAgreement.objects.filter(pk=cast.agreement.pk).update(review_on=in_days(-5))
    review(cast, in_days(-5), ends=in_days(0))
    for ends in (None, in_days(100)):
        with pytest.raises(Refused, match="Record a new agreement"):
            review(cast, in_days(100), ends=ends)
    page = cast.client(cast.information_officer).get(reverse("sharing:agreement", args=[cast.agreement.pk]))
    assert "Review or end it" not in page.content.decode()


def read_from_now_on(cast: Cast, agency: Agency, *shares: str, agreement: SharingAgreement | None = None) -> list[str]:
    with acting(cast.information_officer):
        placed = place_agency(
            agreement=agreement or cast.agreement, agency=agency, regime=SharingRegime.LAW_ENFORCEMENT, basis="",
            shares=shares, by=cast.information_officer,
        )  # fmt: skip
    return placed.shares


WIDENED = "Somebody of another agency has to widen what your own agency reads"


@pytest.mark.requirement("SEC-02")
def test_nobody_widens_what_their_own_agency_reads(cast: Cast) -> None:
    assert read_from_now_on(cast, cast.police, "record.Arrest", "casework.Contact.outcome")
    for wider in (["*"], ["record.Arrest", "record.Custody"], ["casework.Contact"]):
        with pytest.raises(Refused, match=WIDENED):
            read_from_now_on(cast, cast.police, *wider)
    assert read_from_now_on(cast, cast.police, "record.Arrest") == ["record.Arrest"]
    assert read_from_now_on(cast, cast.probation, "*") == ["*"]


def test_one_field_of_a_kind_that_is_read_is_no_widening(cast: Cast) -> None:
    read_from_now_on(cast, cast.police, "casework.Contact")
    assert read_from_now_on(cast, cast.police, "casework.Contact.outcome") == ["casework.Contact.outcome"]


def test_nobody_lets_their_own_agency_join(cast: Cast) -> None:
    with acting(cast.information_officer):
        made = SharingAgreement.objects.create(
            scheme=cast.scheme, name="Another", purpose="-", powers="-", starts=in_days(-1), review_on=in_days(90),
            recorded_by=cast.information_officer,
        )  # fmt: skip
    client = cast.client(cast.information_officer)
    asked = {"regime": "law_enforcement", "basis": "", "whole": "yes", "agency": cast.police.pk}
    page = client.post(reverse("sharing:join_agreement", args=[made.pk]), asked)
    assert WIDENED in page.content.decode()
    with acting(cast.information_officer):
        assert not made.parties.exists()


def test_acting_for_another_agency_is_no_way_round(cast: Cast) -> None:
    with acting("setup"):
        Posting.objects.create(
            user=cast.information_officer, agency=cast.housing, scheme=cast.scheme, role=Role.PARTNER_WORKER,
            starts=in_days(-30),
        )  # fmt: skip
    with pytest.raises(Refused, match=WIDENED):
        read_from_now_on(cast, cast.housing, "*")
