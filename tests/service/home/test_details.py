"""A person's details are edited in place, by one person at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.factories import grant, make_person
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.people.actions import edit_person
from trellis.service.people.models import Person
from trellis.service.people.queries import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    for user in (cast.police_om, cast.housing_worker, cast.analyst):
        grant(cast, user, person)
    return person


def answers(**changes: Any) -> dict[str, Any]:
    return {
        "version": 1, "family_name": "Quillfeather", "given_names": "Osric Alder", "date_of_birth": "1 May 1995",
        "birth_precision": "month", "sex": "M",
    } | changes  # fmt: skip


def test_an_officer_edits(cast: Cast, person: Person) -> None:
    response = cast.client(cast.police_om).post(reverse("home:edit_person", args=[person.pk]), answers())
    assert response.status_code == 302, response.content.decode()
    with acting(cast.police_om):
        now = Person.objects.get()
        assert [hit.person for hit in search("alder").hits] == [now]
    assert (now.given_names, now.date_of_birth, now.birth_precision) == ("Osric Alder", date(1995, 5, 1), "month")
    assert now.version == 2


def test_two_who_edit_at_once_are_told(cast: Cast, person: Person) -> None:
    client = cast.client(cast.police_om)
    client.post(reverse("home:edit_person", args=[person.pk]), answers())
    page = client.post(reverse("home:edit_person", args=[person.pk]), answers(family_name="Other")).content.decode()
    assert "Somebody changed this record while you wrote" in page
    with acting(cast.police_om):
        assert Person.objects.get().family_name == "Quillfeather"


def test_partners_readers_and_strangers_may_not_edit(cast: Cast, person: Person) -> None:
    address = reverse("home:edit_person", args=[person.pk])
    for user, status in (
        (cast.housing_worker, 403),
        (cast.analyst, 403),
        (cast.stranger, 403),
        (cast.probation_om, 404),
    ):
        assert cast.client(user).post(address, answers()).status_code == status


def test_bad_answers_are_explained(cast: Cast, person: Person) -> None:
    page = cast.client(cast.police_om).post(
        reverse("home:edit_person", args=[person.pk]), answers(family_name="", date_of_birth="tomorrow")
    )
    assert "Enter the family name" in page.content.decode()
    assert "Date of birth must be today or in the past" in page.content.decode()


def test_only_details_may_be_edited(cast: Cast, person: Person) -> None:
    with acting(cast.police_om), pytest.raises(Refused, match="cannot be edited here: stage"):
        edit_person(person=person, version=1, by=cast.police_om, stage=Stage.FORMER)
