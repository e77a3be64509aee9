"""How long a session lasts, what ends it, and the list of one's own."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.service.access.factors import (
    PASSWORD,
    SECOND,
    app_code,
    give_app,
    give_password,
    sign_in_fully,
    type_password,
)
from trellis.service.access.actor import acting
from trellis.service.access.models import Posting, User
from trellis.service.access.sign_in import sessions
from trellis.service.access.sign_in.sessions import BEGAN, SEEN, Ending, browser_in_words, ending_of

pytestmark = pytest.mark.django_db
HOUR = 60 * 60


@pytest.fixture
def officer(cast: Cast) -> User:
    return give_app(give_password(cast.police_om))


def age(client: Client, **seconds: float) -> None:
    """Move the clocks of a browser's session back."""
    session = client.session
    for name, moved in seconds.items():
        session[{"began": BEGAN, "seen": SEEN}[name]] = time.time() - moved
    session.save()


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


@pytest.mark.requirement("SEC-01")
@pytest.mark.parametrize(("idle", "stays"), [(14 * 60, True), (15 * 60 + 1, False)])
def test_a_session_ends_after_a_quarter_of_an_hour_without_anything_done(cast: Cast, idle: float, stays: bool) -> None:
    """ASVS 7.3.1: a limit on idle time, on the server."""
    client = cast.client(cast.police_om)
    age(client, seen=idle)
    assert is_in(client) is stays
    assert is_in(client) is stays


@pytest.mark.requirement("SEC-01")
@pytest.mark.parametrize(("old", "stays"), [(10 * HOUR - 60, True), (10 * HOUR + 1, False)])
def test_a_session_ends_after_ten_hours_however_busy(cast: Cast, old: float, stays: bool) -> None:
    """ASVS 7.3.2: a limit on a session's whole length."""
    client = cast.client(cast.police_om)
    age(client, began=old)
    assert is_in(client) is stays


def test_whoever_was_signed_out_reads_why(cast: Cast) -> None:
    for ending, moved in ((Ending.IDLE, {"seen": 16 * 60}), (Ending.WHOLE, {"began": 11 * HOUR})):
        client = cast.client(cast.police_om)
        age(client, **moved)
        assert ending in client.get("/", follow=True).content.decode()


def test_a_session_without_clocks_has_ended(cast: Cast) -> None:
    client = cast.client(cast.police_om)
    session = client.session
    del session[BEGAN]
    session.save()
    assert ending_of(client.session, time.time()) is Ending.WHOLE
    assert not is_in(client)


@pytest.mark.requirement("SEC-01")
def test_what_a_script_asks_by_itself_keeps_no_session_alive(cast: Cast) -> None:
    client = cast.client(cast.police_om)
    age(client, seen=10 * 60)
    before = client.session[SEEN]
    left = client.get(reverse("account_session_left"), headers={"X-Trellis-Background": "1"}).json()["left"]
    assert 4 * 60 < left <= 5 * 60
    assert client.session[SEEN] == before
    assert client.post(reverse("account_session_stay")).json()["left"] > 14 * 60


def test_every_page_carries_the_clock_of_its_session(cast: Cast) -> None:
    client = cast.client(cast.police_om)
    age(client, seen=10)
    page = client.get("/").content.decode()
    left = re.search(r'data-left="(\d+)"', page)
    assert left
    assert 13 * 60 < int(left[1]) <= 890
    assert "Stay signed in" in page
    assert "data-left" not in Client().get("/account/sign-in/").content.decode()


@pytest.mark.requirement("SEC-01")
def test_signing_in_and_proving_again_give_the_session_another_id(officer: User) -> None:
    """ASVS 7.2.4: a new token at each authentication, the old one dead."""
    client = Client()
    client.get("/account/sign-in/")
    type_password(client, officer)
    before = client.session.session_key
    give_app(officer)
    client = sign_in_fully(officer)
    key = client.session.session_key
    assert key != before
    give_app(officer)
    stolen = Client()
    stolen.cookies = client.cookies.copy()
    client.post("/account/step-up/?next=/people/", {"way": "totp", "code": app_code()})
    assert client.session.session_key != key
    assert not Session.objects.filter(session_key=key).exists()


@pytest.mark.requirement("SEC-01")
def test_signing_out_ends_the_session_and_clears_the_browser(cast: Cast) -> None:
    """ASVS 7.4.1, 14.3.1."""
    client = cast.client(cast.police_om)
    key = client.session.session_key
    response = client.post("/account/sign-out/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(session_key=key).exists()
    assert "Clear-Site-Data" not in cast.client(cast.police_om).get("/account/sign-out/")


def with_two_sessions(user: User) -> tuple[Client, Client]:
    """Two browsers of one user, each in the list."""
    browsers = []
    for agent in ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36", "Mozilla/5.0 (iPhone) Safari/604.1"):
        give_app(user)
        client = Client(headers={"User-Agent": agent})
        type_password(client, user)
        client.post(SECOND, {"way": "totp", "code": app_code()})
        age(client, seen=60)
        assert is_in(client)
        browsers.append(client)
    return browsers[0], browsers[1]


@pytest.mark.requirement("SEC-01")
def test_the_list_names_ones_own_sessions_in_words_and_ends_one(officer: User, cast: Cast) -> None:
    """ASVS 7.5.2: a user sees and ends their sessions."""
    desk, phone = with_two_sessions(officer)
    page = desk.get("/account/sessions/").content.decode()
    assert "Chrome on Windows" in page
    assert "Safari on an iPhone" in page
    other = next(one for one in sessions.own_sessions(officer, desk.session.session_key) if not one.current)
    stranger = cast.client(cast.coordinator)
    stranger.post("/account/sessions/", {"session": other.id})
    assert is_in(phone)
    desk.post("/account/sessions/", {"session": other.id})
    assert not is_in(phone)
    assert is_in(desk)
    page = desk.post("/account/sessions/", {"session": other.id}, follow=True).content.decode()
    assert "had ended already" in page


@pytest.mark.requirement("SEC-01")
def test_signing_out_everywhere_ends_all(officer: User) -> None:
    """ASVS 7.4.3, 7.4.5."""
    desk, phone = with_two_sessions(officer)
    response: Any = desk.post("/account/sessions/", {"everywhere": "yes"})
    assert response["Location"] == "/account/sign-in/"
    assert not is_in(desk)
    assert not is_in(phone)
    assert not UserSession.objects.filter(user_id=officer.pk).exists()


@pytest.mark.requirement("SEC-01")
def test_changing_the_password_signs_the_other_sessions_out(officer: User) -> None:
    """ASVS 7.4.3."""
    desk, phone = with_two_sessions(officer)
    new = "three wet umbrellas sing"
    desk.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert is_in(desk)
    assert not is_in(phone)


@pytest.mark.requirement("SEC-01")
def test_a_disabled_user_is_out_with_the_next_request(cast: Cast) -> None:
    """ASVS 7.4.2."""
    client = cast.client(cast.police_om)
    assert is_in(client)
    with acting("setup"):
        User.objects.filter(pk=cast.police_om.pk).update(is_active=False)
    assert client.get("/people/")["Location"].startswith("/account/sign-in/")


def test_whoever_lost_every_posting_reads_so_and_sees_nothing(cast: Cast) -> None:
    client = cast.client(cast.police_om)
    with acting("setup"):
        Posting.objects.filter(user=cast.police_om).update(ends="2026-01-01")
    page = client.get("/").content.decode()
    assert "no role in a scheme today" in page
    assert client.get("/people/").status_code == 403


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/130 Safari/537.36 Edg/130", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.0", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_named_by_its_kind(agent: str, words: str) -> None:
    assert browser_in_words(agent) == words


def test_what_ended_long_ago_is_forgotten(cast: Cast) -> None:
    long_ago = timezone.now() - timezone.timedelta(hours=11)
    Session.objects.create(session_key="x" * 32, session_data="", expire_date=long_ago)
    UserSession.objects.create(user=cast.analyst, ip="10.0.0.1", session_key="x" * 32, created_at=long_ago)
    cast.client(cast.police_om)
    assert not Session.objects.filter(session_key="x" * 32).exists()
    assert not UserSession.objects.exists()
