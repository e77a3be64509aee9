"""What a request leaves in the trail, and where its session is kept. Every address is asked by tests/sweeps."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.factories import make_person
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.audit.models import AccessEvent
from trellis.service.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Person:
    return make_person(cast, stage=Stage.MANAGED)


def test_a_refusal_is_in_the_trail(cast: Cast, person: Person) -> None:
    for user, name, address in (
        (cast.stranger, "home:person", reverse("home:person", args=[person.pk])),
        (cast.auditor, "selection:candidates", reverse("selection:candidates")),
        (cast.police_om, "selection:run", reverse("selection:run")),
    ):
        response = cast.client(user).post(address)
        with acting(cast.auditor):
            event = AccessEvent.objects.filter(actor_id=user.pk).latest("at")
        assert (event.page, event.status) == (name, response.status_code)
        assert event.person_ids == []


def test_a_search_is_in_the_trail_with_how_many_it_found(cast: Cast, person: Person) -> None:
    response = cast.client(cast.coordinator).post(reverse("home:search"), {"q": "Quillfeather"})
    assert response.status_code == 200
    with acting(cast.auditor):
        event = AccessEvent.objects.filter(page="home:search").latest("at")
    assert "Quillfeather" not in str(event.detail)
    assert any(isinstance(value, int) for value in event.detail.values()), event.detail


def test_the_sessions_cookie_is_out_of_reach_of_scripts_and_other_sites(cast: Cast) -> None:
    with acting("setup"):
        cast.police_om.set_password("a long and plain sentence")
        cast.police_om.save()
    client = Client()
    client.post(reverse("account_login"), {"login": "police_om", "password": "a long and plain sentence"})
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
