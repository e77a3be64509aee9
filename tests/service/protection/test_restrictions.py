"""Restricting a record: at once, approved and lifted by another, looked at again by a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from tests.cast import Cast, prove_second_factor
from tests.factories import grant, make_person
from tests.service.protection.scene import WHY, go, limit, send
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import LimitKind
from trellis.service.access.actor import acting
from trellis.service.access.models import Limit, LimitName
from trellis.service.people.models import Person
from trellis.service.protection.actions.limits import approve_limit, ask_to_lift, lift_limit, review_limit
from trellis.service.protection.queries.limits import waiting_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Person:
    return make_person(cast)


def asked(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {
        "kind": "restriction",
        "reason_code": "staff_or_relative",
        "reason": WHY,
        "users": [cast.coordinator.pk],
        "review_on": f"{timezone.localdate() + timedelta(90):%d/%m/%Y}",
    } | fields


def sees(user: Any, person: Person) -> bool:
    with acting(user):
        return Person.objects.filter(pk=person.pk).exists()


@pytest.mark.requirement("SEC-06")
def test_a_restriction_closes_the_record_at_once_to_all_but_those_named(cast: Cast, person: Person) -> None:
    grant(cast, cast.police_om, person)
    assert sees(cast.police_om, person)
    status, _ = send(cast, cast.coordinator, "restrict", person.pk, **asked(cast))
    assert status == 302
    assert (sees(cast.coordinator, person), sees(cast.police_om, person)) == (True, False)
    assert not sees(cast.information_officer, person)


def test_an_information_officer_restricts_too(cast: Cast, person: Person) -> None:
    assert send(cast, cast.information_officer, "restrict", person.pk, **asked(cast))[0] == 302
    assert not sees(cast.information_officer, person)


def test_other_roles_and_strangers_do_not(cast: Cast, person: Person) -> None:
    for user in (cast.analyst, cast.police_om, cast.housing_worker, cast.stranger):
        assert send(cast, user, "restrict", person.pk, **asked(cast))[0] == 403
        assert go(cast, user, "restrictions")[0] == 403
    assert sees(cast.coordinator, person)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"users": []}, "Name at least one person"),
        ({"reason": "because"}, "Say why the record is restricted"),
        ({"review_on": "1/1/2040"}, "within six months"),
        ({"kind": ""}, "How is the record restricted"),
    ],
)
def test_what_cannot_stand_is_refused_with_a_sentence(
    cast: Cast, person: Person, fields: dict[str, Any], words: str
) -> None:
    status, html = send(cast, cast.coordinator, "restrict", person.pk, **asked(cast, **fields))
    assert (status, words.lower() in html.lower()) == (200, True)
    assert sees(cast.information_officer, person)


def test_nobody_is_locked_out_by_one_restriction_nor_by_two(cast: Cast, person: Person) -> None:
    with pytest.raises(Refused, match="none of those named has access"):
        limit(cast, person, cast.housing_worker)
    limit(cast, person, cast.coordinator)
    with pytest.raises(Refused, match="names everybody who has access"):
        limit(cast, person, cast.coordinator, kind=LimitKind.EXCLUSION, by=cast.coordinator)
    with pytest.raises(Refused, match="of this kind already"):
        limit(cast, person, cast.coordinator)


def test_it_is_asked_of_whoever_proved_themselves_just_now(cast: Cast, person: Person) -> None:
    client = cast.client(cast.coordinator)
    prove_second_factor(client, cast.coordinator, seconds_ago=600)
    answer = client.get(f"/protection/person/{person.pk}/restrict/")
    assert answer.status_code == 302
    assert "step-up" in answer.headers["Location"] or "next=" in answer.headers["Location"]


def test_another_approves_and_nobody_their_own(cast: Cast, person: Person) -> None:
    made = limit(cast, person, cast.coordinator)
    with acting(cast.coordinator), pytest.raises(Refused, match="somebody else approves"):
        approve_limit(by=cast.coordinator, limit=made)
    assert send(cast, cast.information_officer, "approve_restriction", made.pk)[0] == 302
    with acting(cast.coordinator):
        assert Limit.objects.get(pk=made.pk).approved_by == cast.information_officer
    with acting(cast.coordinator), pytest.raises(Refused, match="approved already"):
        approve_limit(by=cast.information_officer, limit=made)


def test_two_lift_it_and_the_record_opens_again(cast: Cast, person: Person) -> None:
    made = limit(cast, person, cast.coordinator)
    with acting(cast.coordinator):
        with pytest.raises(Refused, match="Nobody has asked"):
            lift_limit(by=cast.coordinator, limit=made)
        ask_to_lift(by=cast.coordinator, limit=made, reason="The cousin has left the office")
        with pytest.raises(Refused, match="somebody else lifts"):
            lift_limit(by=cast.coordinator, limit=made)
    assert not sees(cast.information_officer, person)
    assert send(cast, cast.information_officer, "lift_restriction", made.pk)[0] == 302
    assert sees(cast.information_officer, person)
    status, html = go(cast, cast.coordinator, "restriction", made.pk)
    for words in ("Set", "Asked to be lifted", "The cousin has left the office", "Lifted", "Information Officer"):
        assert words in html
    assert status == 200


def test_overdue_it_stays_in_force_and_heads_the_queue(cast: Cast, person: Person) -> None:
    later = make_person(cast, "Aldwyn")
    limit(cast, later, cast.coordinator)
    made = limit(cast, person, cast.coordinator)
    with acting("setup"):
        Limit.objects.filter(pk=made.pk).update(review_on=timezone.localdate() - timedelta(1))
    assert not sees(cast.information_officer, person)
    html = go(cast, cast.coordinator, "restrictions")[1]
    assert html.index("Osric Quillfeather") < html.index("Osric Aldwyn")
    assert "Review overdue" in html
    with acting(cast.coordinator):
        assert [one.pk for one in waiting_for(cast.coordinator)] == [made.pk]
        until = timezone.localdate() + timedelta(30)
        review_limit(by=cast.coordinator, limit=made, review_on=until, note="The cousin still works there")
        assert not waiting_for(cast.coordinator).exists()
    assert "The cousin still works there" in go(cast, cast.coordinator, "restriction", made.pk)[1]


def test_stealth_is_listed_for_those_alone_whom_the_database_tells(cast: Cast, person: Person) -> None:
    made = limit(cast, person, cast.coordinator, kind=LimitKind.STEALTH, by=cast.coordinator)
    for user, status in ((cast.information_officer, 200), (cast.coordinator, 200), (cast.police_om, 403)):
        assert go(cast, user, "restriction", made.pk)[0] == status
    assert "Quillfeather" not in go(cast, cast.information_officer, "restrictions")[1]
    assert f"Record {person.pk}, which you may not open" in go(cast, cast.information_officer, "restrictions")[1]


@pytest.mark.requirement("SEC-06")
def test_whoever_an_exclusion_names_finds_nothing_of_it(cast: Cast, person: Person) -> None:
    made = limit(cast, person, cast.coordinator, kind=LimitKind.EXCLUSION, by=cast.information_officer)
    assert not sees(cast.coordinator, person)
    assert go(cast, cast.coordinator, "restriction", made.pk)[0] == 404
    assert f"/restrictions/{made.pk}/" not in go(cast, cast.coordinator, "restrictions")[1]
    with acting(cast.coordinator):
        assert not Limit.objects.filter(pk=made.pk).exists()
        with pytest.raises(ProgrammingError), transaction.atomic():
            LimitName.objects.create(limit_id=made.pk, user=cast.analyst, named_by=cast.coordinator)
