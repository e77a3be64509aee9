"""Every address, taken from the resolver: what it may not do whoever asks. A new page is covered without a new test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import EVERY_STAGE, Cast
from tests.factories import grant, make_person
from tests.service.access.samples import make_world
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Grant, User
from trellis.service.audit.models import AccessEvent, ChangeEvent

pytestmark = pytest.mark.django_db

# What an address asks for, by the name of its part.
MODEL_OF = {
    "person_id": "people.Person",
    "alert_id": "people.Alert",
    "referral_id": "selection.Referral",
    "decision_id": "selection.PanelDecision",
    "contact_id": "casework.Contact",
    "briefing_id": "intelligence.Briefing",
    "file_id": "feeds.FeedFile",
    "row_id": "feeds.WaitingRow",
    "user_id": "access.User",
    "posting_id": "access.Posting",
    "request_id": "administration.AccountRequest",
}
WORDS = {"kind": "police", "uid": "MQ", "token": "no-such-token"}
# Nobody is signed in on these.
OPEN = {"account_login", "account_inactive", "account_welcome", "demo:cast", "demo:sign_in"}
# What signing in and a session write.
OF_A_SESSION = {"access_user"}


def patterns(found: list[Any], space: str = "", address: str = "") -> Iterator[tuple[str, str, dict[str, Any]]]:
    for one in found:
        here = address + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space, here)
        elif isinstance(one, URLPattern):
            yield f"{space}{one.name}", here, one.pattern.converters


PAGES = {name: (address, list(parts)) for name, address, parts in patterns(get_resolver().url_patterns)}


@pytest.fixture
def world(cast: Cast) -> dict[str, models.Model]:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person)
    with acting("setup") as actor:
        Grant.objects.create(
            user=cast.analyst, scheme=cast.scheme, stages=EVERY_STAGE, compartments=["core"], basis="role",
            granted_by_id=actor.user_id,
        )  # fmt: skip
    return make_world(cast, person)


def address_of(name: str, world: dict[str, models.Model]) -> str:
    """The page's address, about the row that the world has. Fails for a part that nobody has listed above."""
    address, parts = PAGES[name]
    for part in parts:
        value = WORDS.get(part) or str(world[MODEL_OF[part]].pk)
        start = address.index("<")
        address = address[:start] + value + address[address.index(">") + 1 :]
    return f"/{address}"


def changes(cast: Cast) -> int:
    with acting(cast.auditor):
        return ChangeEvent.objects.exclude(table__in=OF_A_SESSION).count()


def browser(cast: Cast, user: User, **options: Any) -> Client:
    client = cast.client(user)
    client.raise_request_exception = False
    client.handler.enforce_csrf_checks = options.get("csrf", False)
    return client


@pytest.mark.parametrize("who", ["coordinator", "police_om", "administrator"])
def test_reading_a_page_changes_nothing(cast: Cast, world: dict[str, models.Model], who: str) -> None:
    client = browser(cast, getattr(cast, who))
    shown = 0
    for name in PAGES:
        before = changes(cast)
        for method in (client.get, client.head):
            response = method(address_of(name, world))
            assert response.status_code < 500, (name, response.status_code)
            assert changes(cast) == before, name
        shown += response.status_code == 200
    assert shown > (15 if who == "coordinator" else 3)


def test_every_page_is_refused_to_whoever_is_not_signed_in_and_kept_by_nobody(
    cast: Cast, world: dict[str, models.Model]
) -> None:
    nobody, coordinator = Client(), browser(cast, cast.coordinator)
    for name in PAGES:
        response = nobody.get(address_of(name, world))
        assert response["Cache-Control"] == "no-store", name
        assert (response.status_code == 302) is (name not in OPEN), (name, response.status_code)
        assert coordinator.get(address_of(name, world))["Cache-Control"] == "no-store", name


def test_every_post_needs_the_token(cast: Cast, world: dict[str, models.Model]) -> None:
    client = browser(cast, cast.coordinator, csrf=True)
    for name in PAGES:
        before = changes(cast)
        assert client.post(address_of(name, world)).status_code == 403, name
        assert changes(cast) == before, name


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace", "propfind_and_more"])
def test_no_page_knows_another_method(cast: Cast, world: dict[str, models.Model], method: str) -> None:
    client = browser(cast, cast.coordinator)
    assert client.generic(method.upper(), "/people/").status_code == 405
    with acting(cast.auditor):
        event = AccessEvent.objects.filter(actor_id__isnull=False).latest("at")
    assert (event.method, event.status, event.person_ids) == (method.upper()[:10], 405, [])


def test_a_refusal_is_in_the_trail(cast: Cast, world: dict[str, models.Model]) -> None:
    for user, name, status in (
        (cast.stranger, "home:person", 404),
        (cast.auditor, "selection:candidates", 403),
        (cast.police_om, "selection:run", 403),
    ):
        response = browser(cast, user).post(address_of(name, world)) if status == 403 else None
        response = response or browser(cast, user).get(address_of(name, world))
        with acting(cast.auditor):
            event = AccessEvent.objects.filter(actor_id=user.pk).latest("at")
        assert (event.page, event.status) == (name, response.status_code)
        assert event.person_ids == []


def test_a_search_is_in_the_trail_with_how_many_it_found(cast: Cast, world: dict[str, models.Model]) -> None:
    response = browser(cast, cast.coordinator).post(address_of("home:search", world), {"q": "Quillfeather"})
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
