"""What the pages of signing in and out say, and changing a password."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from trellis.service.access.actor import acting
from trellis.service.access.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "nettle bicycle harbour seven"


@pytest.fixture
def officer(cast: Cast) -> User:
    with acting("setup"):
        cast.police_om.set_password(PASSWORD)
        cast.police_om.save()
    return cast.police_om


def sign_in(client: Client, username: str, password: str, follow: bool = False) -> str:
    data = {"login": username, "password": password}
    return client.post(reverse("account_login"), data, follow=follow).content.decode()


def test_the_right_password_opens_home(officer: User, client: Client) -> None:
    page = sign_in(client, "police_om", PASSWORD, follow=True)
    assert "Signed in as </span>Police Om" in page
    assert "Fable police" in page


def test_an_empty_form_is_explained(cast: Cast, client: Client) -> None:
    page = sign_in(client, "", "")
    assert "Error: Sign in" in page
    assert "Enter the username" in page
    assert "Enter the password" in page


def test_signing_out_is_asked_and_done(cast: Cast) -> None:
    client = cast.client(cast.police_om)
    assert "Do you want to sign out?" in client.get(reverse("account_logout")).content.decode()
    client.post(reverse("account_logout"))
    assert client.get(reverse("home:work")).status_code == 302


def test_a_password_is_changed_by_whoever_knows_it(officer: User, client: Client) -> None:
    sign_in(client, "police_om", PASSWORD)
    address = reverse("account_change_password")
    short = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    assert "There is a problem" in client.post(address, short).content.decode()
    new = "three wet umbrellas sing"
    assert client.post(address, {"oldpassword": "x", "password1": new, "password2": new}).status_code == 200
    assert client.post(address, {"oldpassword": PASSWORD, "password1": new, "password2": new}).status_code == 302
    assert "Signed in as" in sign_in(Client(), "police_om", new, follow=True)


def test_an_account_without_a_password_has_none_to_change(cast: Cast) -> None:
    response = cast.client(cast.police_om).get(reverse("account_change_password"))
    assert response.status_code == 403
    assert "there is none to change" in response.content.decode()
