"""What the pages of signing in and out say, and changing a password."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.service.access.factors import PASSWORD, SECOND, app_code, give_app, give_password
from trellis.service.access.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(cast: Cast) -> User:
    return give_app(give_password(cast.police_om))


def sign_in(client: Client, username: str, password: str, follow: bool = False) -> str:
    data = {"login": username, "password": password}
    return client.post(reverse("account_login"), data, follow=follow).content.decode()


def test_the_right_password_and_code_open_home(officer: User, client: Client) -> None:
    page = sign_in(client, "police_om", PASSWORD, follow=True)
    assert "Prove it is you" in page
    page = client.post(SECOND, {"way": "totp", "code": app_code()}, follow=True).content.decode()
    assert "Signed in as </span>Police Om" in page
    assert "Fable police" in page


def test_where_somebody_wanted_to_go_is_where_they_arrive(officer: User, client: Client) -> None:
    address = client.get("/people/?page=2")["Location"]
    client.post(address, {"login": "police_om", "password": PASSWORD, "next": "/people/?page=2"})
    assert client.post(SECOND, {"way": "totp", "code": app_code()})["Location"] == "/people/?page=2"


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


def test_a_password_is_changed_by_whoever_knows_it(officer: User, cast: Cast) -> None:
    """ASVS 6.2.2, 6.2.3: one may change one's password, and needs the one before."""
    client = cast.client(officer)
    address = reverse("account_change_password")
    page = client.get(address).content.decode()
    assert all(words in page for words in ("Your password now", "New password again", "15 characters or more"))
    assert "&lt;" not in page
    short = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    assert "There is a problem" in client.post(address, short).content.decode()
    new = "three wet umbrellas sing"
    assert client.post(address, {"oldpassword": "x", "password1": new, "password2": new}).status_code == 200
    assert client.post(address, {"oldpassword": PASSWORD, "password1": new, "password2": new}).status_code == 302
    assert "Prove it is you" in sign_in(Client(), "police_om", new, follow=True)


def test_a_password_can_be_shown_and_pasted_and_a_manager_knows_it(client: Client) -> None:
    """ASVS 6.2.6, 6.2.7: shown for a moment, pasted, kept by a password manager."""
    page = client.get(reverse("account_login")).content.decode()
    assert 'data-module="govuk-password-input"' in page
    assert 'autocomplete="current-password"' in page
    assert 'autocomplete="username"' in page
    assert "onpaste" not in page


def test_an_account_without_a_password_has_none_to_change(cast: Cast) -> None:
    response = cast.client(cast.police_om).get(reverse("account_change_password"))
    assert response.status_code == 403
    assert "there is none to change" in response.content.decode()
