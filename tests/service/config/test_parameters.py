"""The same parameter twice, or in the wrong place, does nothing that one in its place would not."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.factories import make_person
from trellis.service.access.actor import acting
from trellis.service.people.models import Person
from trellis.service.selection.models import Referral

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def person(cast: Cast) -> Person:
    return make_person(cast)


@pytest.fixture
def referring(cast: Cast) -> tuple[Client, str, list[tuple[str, str]]]:
    """A partner's browser, the address of the form to refer somebody, and answers that it takes."""
    answers = [
        ("name", "Osric Quillfeather"),
        ("source", "housing"),
        ("reason", "Twice at the hostel with knives"),
    ]
    return cast.client(cast.housing_worker), reverse("selection:refer"), answers


def referred(cast: Cast) -> list[str]:
    with acting(cast.coordinator):
        return list(Referral.objects.values_list("given_name", flat=True))


def test_of_two_answers_to_one_question_the_last_counts_and_is_checked(
    cast: Cast, referring: tuple[Client, str, list[tuple[str, str]]]
) -> None:
    client, address, answers = referring
    twice = [("source", "no-such-source"), *answers, ("name", "Somebody Else")]
    assert client.post(address, urlencode(twice), content_type=FORM).status_code == 302
    assert referred(cast) == ["Somebody Else"]
    spoiled = [*answers, ("source", "no-such-source")]
    assert client.post(address, urlencode(spoiled), content_type=FORM).status_code == 200
    assert referred(cast) == ["Somebody Else"]


def test_answers_in_the_address_are_no_answers(
    cast: Cast, referring: tuple[Client, str, list[tuple[str, str]]]
) -> None:
    client, address, answers = referring
    assert client.get(f"{address}?{urlencode(answers)}").status_code == 200
    assert client.post(f"{address}?{urlencode(answers)}").status_code == 200
    assert referred(cast) == []


@pytest.mark.parametrize(
    "query",
    ["page=1&page=x", "page=x&page=1", "whose=all&whose=nobody", "sort=name&sort=-days", "priority=red&priority="],
)
def test_a_list_reads_one_of_two_and_breaks_on_none(cast: Cast, person: Person, query: str) -> None:
    assert cast.client(cast.coordinator).get(f"{reverse('caseload:people')}?{query}").status_code in {200, 404}
