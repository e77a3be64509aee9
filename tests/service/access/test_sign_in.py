"""Signing in and out with a password."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast
from trellis.service.access.actor import acting
from trellis.service.audit.models import AccessEvent

pytestmark = pytest.mark.django_db
PASSWORD = "a long and plain sentence"
SIGN_IN = "/account/sign-in/"


@pytest.fixture
def cast(cast: Cast) -> Cast:
    with acting("setup"):
        cast.police_om.set_password(PASSWORD)
        cast.police_om.save()
    return cast


def sign_in(client: Client, username: str, password: str) -> int:
    return client.post(SIGN_IN, {"login": username, "password": password}).status_code


def test_the_right_password_signs_in_and_the_event_is_the_users(cast: Cast) -> None:
    client = Client()
    assert sign_in(client, "police_om", PASSWORD) == 302
    with acting(cast.auditor):
        event = AccessEvent.objects.filter(page="account_login").latest("at")
    assert event.actor_id == cast.police_om.pk


def test_a_wrong_password_and_an_unknown_name_read_the_same(cast: Cast) -> None:
    pages = [
        Client().post(SIGN_IN, {"login": name, "password": "not the password at all"}).content.decode()
        for name in ("police_om", "nobody_here")
    ]
    for page in pages:
        assert "not correct" in page
    assert len({page.count("govuk-error-message") for page in pages}) == 1


def test_too_many_tries_are_stopped(cast: Cast) -> None:
    client = Client()
    for _ in range(5):
        sign_in(client, "police_om", "wrong again and again")
    assert sign_in(client, "police_om", PASSWORD) != 302
    assert "_auth_user_id" not in client.session


def test_a_disabled_account_is_dead_at_once(cast: Cast) -> None:
    client = cast.client(cast.police_om)
    assert client.get("/").status_code == 200
    with acting("setup"):
        cast.police_om.is_active = False
        cast.police_om.save()
    assert client.get("/").status_code == 302


def test_signing_out_takes_a_button_not_a_link(cast: Cast) -> None:
    client = cast.client(cast.police_om)
    client.get("/account/sign-out/")
    assert "_auth_user_id" in client.session
    client.post("/account/sign-out/")
    assert "_auth_user_id" not in client.session


def test_nobody_signs_themselves_up(cast: Cast) -> None:
    assert Client().get("/account/signup/").status_code == 404


def test_every_page_but_signing_in_asks_who_one_is(cast: Cast) -> None:
    response = Client().get("/")
    assert response.status_code == 302
    assert response["Location"].startswith(SIGN_IN)
