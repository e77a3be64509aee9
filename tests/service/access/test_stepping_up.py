"""Proving again before what would do most harm, and losing nothing by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from tests.cast import Cast, prove_second_factor
from tests.service.access.factors import app_code, give_app
from trellis.service.access.models import User
from trellis.service.access.sign_in.drafts import draft_for, keep_draft
from trellis.service.access.stepping_up import recently_proved

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@recently_proved
def grave(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"done: {request.POST.get('why', '')}")


urlpatterns = [path("grave/", grave, name="grave"), path("", include("trellis.service.config.urls"))]


@pytest.fixture
def officer(cast: Cast) -> User:
    return give_app(cast.police_om)


@pytest.fixture
def client_of(cast: Cast, officer: User) -> Callable[[float], Client]:
    def make(seconds_ago: float) -> Client:
        client = cast.client(officer)
        prove_second_factor(client, officer, seconds_ago=seconds_ago)
        return client

    return make


@pytest.mark.requirement("SEC-01")
@pytest.mark.parametrize(("seconds_ago", "open_"), [(0, True), (295, True), (301, False), (-60, False)])
def test_what_was_proved_counts_for_five_minutes(
    client_of: Callable[[float], Client], seconds_ago: float, open_: bool
) -> None:
    """ASVS 7.5.3: a second factor again before a highly sensitive act."""
    client = client_of(seconds_ago)
    for method in (client.get, client.post):
        response = method("/grave/")
        assert (response.status_code == 200) is open_
        if not open_:
            assert response["Location"] == "/account/step-up/?next=%2Fgrave%2F"


def test_proving_leads_back_and_opens_it(client_of: Callable[[float], Client]) -> None:
    client = client_of(400)
    address = client.get("/grave/?kind=police")["Location"]
    page = client.get(address).content.decode()
    assert "Prove again that it is you" in page
    assert "not right" in client.post(address, {"way": "totp", "code": "000000"}).content.decode()
    response = client.post(address, {"way": "totp", "code": app_code()})
    assert response["Location"] == "/grave/?kind=police"
    assert client.get("/grave/").status_code == 200


def test_what_was_typed_is_kept_and_offered_on_its_page(client_of: Callable[[float], Client], officer: User) -> None:
    client = client_of(400)
    words = "Three lines that took a quarter of an hour to write."
    response: Any = client.post(
        "/grave/",
        {"why": words, "csrfmiddlewaretoken": "x", "old_password": "secret words"},
        headers={"Referer": "http://testserver/people/?page=2"},
    )
    assert response["Location"] == "/account/step-up/?next=%2Fpeople%2F"
    client.post(response["Location"], {"way": "totp", "code": app_code()})
    assert draft_for(officer, "/people/") == {"why": [words]}
    page = client.get("/people/").content.decode()
    assert words in page
    assert "You were writing here" in page
    assert "secret words" not in page
    assert words not in client.get("/").content.decode()
    client.post("/account/drafts/drop/", {"page": "/people/"})
    assert words not in client.get("/people/").content.decode()
    assert draft_for(officer, "/people/") is None


@pytest.mark.parametrize("place", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_nobody_is_led_away_from_the_site(client_of: Callable[[float], Client], place: str) -> None:
    """ASVS 3.7.2: no redirect to another site."""
    client = client_of(400)
    response = client.post(f"/account/step-up/?next={place}", {"way": "totp", "code": app_code()})
    assert response["Location"] == "/"


def test_a_draft_is_sealed_for_its_user_and_page(cast: Cast, officer: User) -> None:
    from django.db import connections

    words = "He told his mother before he told us."
    assert keep_draft(officer, "/people/", {"note": [words]})
    with connections["counters"].cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM cache_entry")
        assert words not in str(cursor.fetchall())
    assert draft_for(officer, "/") is None
    assert draft_for(cast.coordinator, "/people/") is None


def test_nothing_and_too_much_are_not_kept(officer: User) -> None:
    assert not keep_draft(officer, "/", {"note": ["  "], "csrfmiddlewaretoken": ["x"], "password": ["secret"]})
    assert not keep_draft(officer, "/", {"note": ["x" * 100_001]})


def test_the_demonstration_shows_the_page_and_goes_on(cast: Cast) -> None:
    from trellis.service.access.sign_in.proof import DEMONSTRATION

    client = cast.client(cast.police_om)
    session = client.session
    session["account_authentication_methods"] = [{"method": DEMONSTRATION, "at": 0.0}]
    session.save()
    address = client.get("/grave/")["Location"]
    assert "In the demonstration, press continue" in client.get(address).content.decode()
    assert client.post(address)["Location"] == "/grave/"
    assert client.get("/grave/").status_code == 200
