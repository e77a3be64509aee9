"""Who signed in, signed out or was refused is in the trail, and what was typed is not."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from trellis.service.access.actor import acting, system_actor_id
from trellis.service.access.models import User
from trellis.service.audit.models import AccessEvent
from trellis.service.audit.queries import Asked, access_events

pytestmark = pytest.mark.django_db
PASSWORD = "nettle bicycle harbour seven"


@pytest.fixture
def officer(cast: Cast) -> User:
    with acting("setup"):
        cast.police_om.set_password(PASSWORD)
        cast.police_om.save()
    return cast.police_om


def sign_in(client: Client, username: str, password: str) -> None:
    client.post(reverse("account_login"), {"login": username, "password": password})


def told(cast: Cast, kind: str) -> list[AccessEvent]:
    with acting(cast.auditor):
        return list(access_events(Asked(kind=kind)))


@pytest.mark.requirement("SEC-02")
def test_signing_in_and_out_are_events_of_whoever_does(cast: Cast, officer: User, client: Client) -> None:
    sign_in(client, "police_om", PASSWORD)
    client.post(reverse("account_logout"))
    (entered,), (left,) = told(cast, "signed in"), told(cast, "signed out")
    assert (entered.actor_id, entered.page, entered.method) == (officer.pk, "account_login", "POST")
    assert (left.page, left.detail["account"]) == ("account_logout", officer.pk)


def test_whoever_is_signed_in_fully_signs_out_in_their_own_name(cast: Cast, officer: User) -> None:
    cast.client(officer).post(reverse("account_logout"))
    (left,) = told(cast, "signed out")
    assert (left.actor_id, left.detail["account"]) == (officer.pk, officer.pk)


@pytest.mark.requirement("SEC-02")
def test_a_refusal_names_the_account_and_never_what_was_typed(cast: Cast, officer: User, client: Client) -> None:
    sign_in(client, "Police_OM", "not the password")
    sign_in(client, "nettle bicycle harbour seven", "typed into the wrong field")
    unknown, known = told(cast, "sign-in refused")
    assert known.detail == {"kind": "sign-in refused", "account": officer.pk}
    assert unknown.detail == {"kind": "sign-in refused"}
    with acting("setup"):
        nobody = system_actor_id("anonymous")
    for event in (known, unknown):
        assert (event.actor_id, event.page, event.person_ids) == (nobody, "account_login", [])
    with acting(cast.auditor):
        assert not [event for event in AccessEvent.objects.all() if "nettle" in str(vars(event))]


def test_other_pages_tell_of_no_sign_in(cast: Cast, officer: User) -> None:
    cast.client(officer).get(reverse("home:work"))
    with acting(cast.auditor):
        assert "kind" not in AccessEvent.objects.get(page="home:work").detail
