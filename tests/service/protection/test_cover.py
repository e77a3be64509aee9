"""Cover: whoever stands in sees whom the officer is allocated, on those days and no others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import LONG_AGO, Cast, prove_second_factor
from tests.factories import grant, make_person
from tests.service.protection.scene import answer, go, send
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Role
from trellis.service.access.actor import acting
from trellis.service.access.models import Cover, Posting, User
from trellis.service.people.models import Person
from trellis.service.protection.actions.cover import arrange_cover, end_cover

pytestmark = pytest.mark.django_db
WHY = "On leave until Monday"
TODAY = timezone.localdate()


@pytest.fixture
def colleague(cast: Cast) -> User:
    with acting("setup"):
        user = User.objects.create(username="colleague", name="Wren Colleague", password="!")
        Posting.objects.create(
            user=user, agency=cast.police, scheme=cast.scheme, role=Role.POLICE_OFFENDER_MANAGER, starts=LONG_AGO
        )
    return user


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast)
    grant(cast, cast.police_om, person)
    return person


def sees(user: User, person: Person) -> bool:
    with acting(user):
        return Person.objects.filter(pk=person.pk).exists()


def arrange(cast: Cast, colleague: User, starts: date = TODAY, last_day: date = TODAY) -> Cover:
    with acting(cast.coordinator):
        return arrange_cover(
            by=cast.coordinator, scheme=cast.scheme, user=cast.police_om, covered_by=colleague, starts=starts,
            last_day=last_day, reason=WHY,
        )  # fmt: skip


@pytest.mark.requirement("SEC-06")
def test_whoever_covers_sees_whom_the_officer_is_allocated_and_is_told_until_when(
    cast: Cast, colleague: User, person: Person
) -> None:
    other = make_person(cast, "Ravensmere")
    asked = {
        "user": cast.police_om.pk, "covered_by": colleague.pk, "starts": f"{TODAY:%d/%m/%Y}",
        "last_day": f"{TODAY + timedelta(3):%d/%m/%Y}", "reason": WHY,
    }  # fmt: skip
    assert not sees(colleague, person)
    assert send(cast, cast.coordinator, "cover", **asked)[0] == 302
    assert (sees(colleague, person), sees(colleague, other)) == (True, False)
    assert "You are covering for Police Om until" in answer(cast.client(colleague).get("/"))[1]
    with acting(cast.coordinator):
        made = Cover.objects.get()
    assert "Wren Colleague, Fable police" in go(cast, cast.coordinator, "cover")[1]
    assert send(cast, cast.coordinator, "end_cover", made.pk)[0] == 302
    assert not sees(colleague, person)
    assert "Wren Colleague, Fable police" not in go(cast, cast.coordinator, "cover")[1]


def test_cover_to_come_opens_nothing_yet(cast: Cast, colleague: User, person: Person) -> None:
    made = arrange(cast, colleague, TODAY + timedelta(2), TODAY + timedelta(4))
    assert not sees(colleague, person)
    with acting(cast.coordinator):
        end_cover(by=cast.coordinator, cover=made)
        with pytest.raises(Refused, match="ended already"):
            end_cover(by=cast.coordinator, cover=Cover(starts=TODAY, ends=TODAY))


def test_only_a_coordinator_arranges_it(cast: Cast, colleague: User) -> None:
    made = arrange(cast, colleague)
    for user in (cast.police_om, cast.analyst, cast.information_officer, cast.stranger):
        assert go(cast, user, "cover")[0] == 403
        assert send(cast, user, "end_cover", made.pk)[0] == 403


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"covered_by": "user"}, "Nobody covers for themselves"),
        ({"covered_by": "coordinator"}, "Nobody arranges to cover for another themselves"),
        ({"last_day": f"{TODAY + timedelta(31):%d/%m/%Y}"}, "31 days at a time"),
        ({"reason": "leave"}, "Say why cover is needed"),
        ({"last_day": f"{TODAY:%d/%m/%Y}", "starts": f"{TODAY + timedelta(1):%d/%m/%Y}"}, "before the first day"),
        ({"covered_by": "housing"}, "works for no agency that Police Om works for"),
    ],
)
def test_bad_input_is_explained(cast: Cast, colleague: User, fields: dict[str, Any], words: str) -> None:
    people = {
        "user": cast.police_om.pk,
        "housing": cast.housing_worker.pk,
        "coordinator": cast.coordinator.pk,
    }
    asked = {
        "user": cast.police_om.pk, "covered_by": colleague.pk, "starts": f"{TODAY:%d/%m/%Y}",
        "last_day": f"{TODAY + timedelta(3):%d/%m/%Y}", "reason": WHY,
    }  # fmt: skip
    asked |= {name: people.get(value, value) for name, value in fields.items()}
    status, html = send(cast, cast.coordinator, "cover", **asked)
    assert (status, words in html) == (200, True)


@pytest.mark.parametrize("page", ["cover", "panel"])
def test_who_opens_records_to_others_has_just_proved_who_they_are(cast: Cast, page: str) -> None:
    client = cast.client(cast.coordinator)
    assert client.get(reverse(f"protection:{page}")).status_code == 200
    prove_second_factor(client, cast.coordinator, seconds_ago=600)
    for response in (client.get(reverse(f"protection:{page}")), client.post(reverse(f"protection:{page}"), {})):
        assert (response.status_code, reverse("account_step_up") in response.headers["Location"]) == (302, True)


def test_the_same_days_twice_are_refused(cast: Cast, colleague: User) -> None:
    arrange(cast, colleague)
    with pytest.raises(Refused, match="already"):
        arrange(cast, colleague)
