"""Proving again before what would do most harm, and losing nothing by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from tests.cast import Cast, prove_second_factor
from tests.service.access.factors import app_code, give_app
from trellis.service.access.actor import acting
from trellis.service.access.models import Draft, User
from trellis.service.access.sign_in.drafts import draft_for, keep_draft
from trellis.service.access.sign_in.proof import DEMONSTRATION
from trellis.service.access.sign_in.sessions import SEEN
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
@pytest.mark.parametrize(("seconds_ago", "open_"), [(0, True), (240, True), (301, False), (-600, False)])
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
    with acting(officer):
        assert draft_for(officer, "/people/") == {"why": [words]}
    page = client.get("/people/").content.decode()
    assert words in page
    assert "You were writing here" in page
    assert "secret words" not in page
    assert words not in client.get("/").content.decode()
    client.post("/account/drafts/drop/", {"page": "/people/"})
    assert words not in client.get("/people/").content.decode()
    with acting(officer):
        assert draft_for(officer, "/people/") is None


@pytest.mark.parametrize("place", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_nobody_is_led_away_from_the_site(client_of: Callable[[float], Client], place: str) -> None:
    """ASVS 3.7.2: no redirect to another site."""
    client = client_of(400)
    response = client.post(f"/account/step-up/?next={place}", {"way": "totp", "code": app_code()})
    assert response["Location"] == "/"


@pytest.mark.requirement("SEC-01")
def test_a_draft_is_sealed_and_nobody_elses(cast: Cast, officer: User) -> None:
    words = "He told his mother before he told us."
    with acting(officer):
        assert keep_draft(officer, "/people/", {"note": [words]})
        assert draft_for(officer, "/people/") == {"note": [words]}
        assert draft_for(officer, "/") is None
        sealed = Draft.objects.get().sealed
    assert words not in sealed
    for other in (cast.coordinator, cast.administrator, "setup", "anonymous"):
        with acting(other):
            assert not Draft.objects.exists()
    with acting(cast.coordinator):
        Draft.objects.create(written_by=cast.coordinator, page="/people/", sealed=sealed)
        assert draft_for(cast.coordinator, "/people/") is None


def test_a_draft_is_kept_for_a_day(cast: Cast, officer: User) -> None:
    """ASVS 14.2.4, 14.2.7: what is kept for a purpose goes when that is over, whether or not its writer comes back."""
    with acting(officer):
        keep_draft(officer, "/people/", {"note": ["words"]})
        Draft.objects.update(kept_at=timezone.now() - timezone.timedelta(hours=23, minutes=59))
        keep_draft(officer, "/", {"note": ["other words"]})
    cast.client(cast.coordinator)
    with acting(officer):
        assert draft_for(officer, "/people/")
        Draft.objects.filter(page="/people/").update(kept_at=timezone.now() - timezone.timedelta(hours=24, minutes=1))
        assert draft_for(officer, "/people/") is None
        assert Draft.objects.count() == 2
    cast.client(cast.coordinator)
    with acting(officer):
        assert [draft.page for draft in Draft.objects.all()] == ["/"]


def test_nothing_and_too_much_are_not_kept(officer: User) -> None:
    with acting(officer):
        assert not keep_draft(officer, "/", {"note": ["  "], "csrfmiddlewaretoken": ["x"], "password": ["secret"]})
        assert not keep_draft(officer, "/", {"note": ["x" * 100_001]})


@pytest.mark.requirement("SEC-01")
def test_what_is_sent_after_the_end_of_a_session_is_kept(cast: Cast, officer: User) -> None:
    words = "Written slowly, and sent too late."
    client = cast.client(officer)
    session = client.session
    session[SEEN] -= 16 * 60
    session.save()
    response: Any = client.post("/find/", {"q": words}, headers={"Referer": "http://testserver/find/"})
    assert response["Location"] == "/account/sign-in/?next=%2Ffind%2F"
    again = cast.client(officer)
    assert words in again.get("/find/").content.decode()
    assert words not in cast.client(cast.coordinator).get("/find/").content.decode()
    assert words not in Client().get("/account/sign-in/").content.decode()


def test_a_forged_form_after_the_end_keeps_nothing(cast: Cast, officer: User) -> None:
    """ASVS 3.5.1: the token is asked for before anything is kept."""
    client = cast.client(officer)
    client.handler.enforce_csrf_checks = True
    session = client.session
    session[SEEN] -= 16 * 60
    session.save()
    assert client.post("/find/", {"q": "forged"}).status_code == 403
    with acting(officer):
        assert not Draft.objects.exists()


def test_what_a_script_keeps_is_offered_until_it_is_sent(cast: Cast, officer: User) -> None:
    client = cast.client(officer)
    kept = client.post("/account/drafts/keep/", {"page": "/find/", "q": "half a name"}).json()
    assert kept["kept"]
    assert "half a name" in client.get("/find/").content.decode()
    assert not client.post("/account/drafts/keep/", {"page": "https://elsewhere.example/", "q": "x"}).json()["kept"]
    client.post("/account/sessions/", {"session": "1"}, headers={"Referer": "http://testserver/find/"})
    with acting(officer):
        assert not Draft.objects.exists()


def test_the_demonstration_shows_the_page_and_goes_on(cast: Cast) -> None:
    client = cast.client(cast.police_om)
    session = client.session
    session["account_authentication_methods"] = [{"method": DEMONSTRATION, "at": 0.0}]
    session.save()
    address = client.get("/grave/")["Location"]
    assert "In the demonstration, press continue" in client.get(address).content.decode()
    assert client.post(address)["Location"] == "/grave/"
    assert client.get("/grave/").status_code == 200
