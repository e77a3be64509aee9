"""The search page: asked by POST, so that no name stands in an address; logged with how many it found."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.factories import make_fact, make_person
from trellis.rules.search import name_tokens
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.audit.models import AccessEvent
from trellis.service.people.models import Person, SearchToken
from trellis.service.record.models import Priority

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Person:
    return findable(cast, "Quillfeather", stage=Stage.MANAGED)


def findable(cast: Cast, family_name: str, **fields: Any) -> Person:
    person = make_person(cast, family_name, **fields)
    with acting("feeds"):
        for token in name_tokens(str(person)):
            SearchToken.objects.create(person=person, token=token, kind="name", text=str(person))
    return person


def ask(cast: Cast, user: User, text: str) -> Any:
    return cast.client(user).post(reverse("home:search"), {"q": text})


def test_finds_by_name_and_lists_the_family_name_first(cast: Cast, person: Person) -> None:
    make_fact(Priority, person, cast.police, colour="amber", reason="x", starts="2026-01-01")
    page = " ".join(ask(cast, cast.coordinator, "quillf").content.decode().split())
    assert "1 person found" in page
    assert f'<a class="govuk-link" href="/person/{person.pk}/">Quillfeather, Osric</a>' in page
    for words in ("14 May 1995 (age", "Name: Osric Quillfeather", "North", ">Amber<"):
        assert words in page


def test_terms_never_stand_in_an_address(cast: Cast, person: Person) -> None:
    page = cast.client(cast.coordinator).get(reverse("home:search"), {"q": "quillfeather"}).content.decode()
    assert "Quillfeather" not in page
    assert '<form method="post"' in page


@pytest.mark.requirement("SEC-06")
def test_a_stranger_learns_nothing(cast: Cast, person: Person) -> None:
    hidden = ask(cast, cast.probation_om, "quillfeather").content.decode()
    nobody = ask(cast, cast.probation_om, "quilledfeather").content.decode()
    assert "Nobody found that you can see" in hidden
    assert hidden.replace("quillfeather", "x").count("<li>") == nobody.count("<li>")
    assert ask(cast, cast.stranger, "quillfeather").status_code == 403
    assert ask(cast, cast.auditor, "quillfeather").status_code == 403


def test_an_analyst_may_search_among_whom_they_see(cast: Cast, person: Person) -> None:
    assert ask(cast, cast.analyst, "quillfeather").status_code == 200


def test_nothing_to_look_for_is_explained(cast: Cast) -> None:
    for text in ("", "?"):
        page = ask(cast, cast.coordinator, text).content.decode()
        assert "There is a problem" in page
        assert "Enter a name" in page


def test_a_search_is_in_the_trail_with_its_count_and_without_its_words(cast: Cast, person: Person) -> None:
    ask(cast, cast.coordinator, "quillfeather")
    with acting(cast.coordinator):
        event = AccessEvent.objects.filter(page="home:search").latest("at")
    assert event.detail["found"] == 1
    assert event.person_ids == [person.pk]
    assert "quillfeather" not in str(event.detail).lower()


def test_many_results_cost_no_more_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    client = cast.client(cast.coordinator)
    for number in range(3):
        findable(cast, f"Tallow{number}")
    client.post(reverse("home:search"), {"q": "tallow"})
    with django_assert_num_queries(SEARCH_QUERIES):
        client.post(reverse("home:search"), {"q": "tallow"})
    for number in range(60):
        findable(cast, f"Tallow{number}")
    with django_assert_num_queries(SEARCH_QUERIES):
        page = client.post(reverse("home:search"), {"q": "tallow"}).content.decode()
    assert "The first 50 people found" in page


SEARCH_QUERIES = 20
