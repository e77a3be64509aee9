"""Nobody finds out by trying: limits that outlive a failed request, and no difference between a name and none."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.test import Client

from tests.cast import Cast
from tests.service.access.factors import PASSWORD, SIGN_IN, give_password
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.access.sign_in.backend import PasswordBackend
from trellis.service.audit.models import ChangeEvent

pytestmark = pytest.mark.django_db
WRONG = "not the password at all"


@pytest.fixture
def officer(cast: Cast) -> User:
    return give_password(cast.police_om)


def answer(username: str, password: str = WRONG) -> tuple[int, dict[str, str], str]:
    """What a fresh browser is answered, without what is random, typed or the time."""
    response: Any = Client().post(SIGN_IN, {"login": username, "password": password})
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    headers = {name: value for name, value in response.headers.items() if name not in {"Expires", "Content-Length"}}
    return response.status_code, headers, body.replace(f'value="{username}"', "")


@pytest.fixture
def work_done(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, int]]:
    """The cost of every password hash that the machine's scrypt computes, by its parameters."""
    done: list[dict[str, int]] = []
    scrypt = hashlib.scrypt

    def counted(password: bytes, **costs: Any) -> bytes:
        done.append({name: costs[name] for name in ("n", "r", "p", "dklen")})
        return scrypt(password, **costs)

    monkeypatch.setattr(hashlib, "scrypt", counted)
    return done


@pytest.mark.requirement("SEC-01")
def test_a_name_and_no_name_are_answered_alike(officer: User, cast: Cast) -> None:
    """ASVS 6.3.8: no difference in text, status or headers tells whether there is such an account."""
    with acting("setup"):
        User.objects.filter(pk=cast.analyst.pk).update(is_active=False)
    answers = [answer(name) for name in (officer.username, "nobody_here_", cast.analyst.username, "setup")]
    for one in answers:
        assert one == answers[0]
    assert "not correct" in answers[0][2]


@pytest.mark.requirement("SEC-01")
def test_a_name_and_no_name_cost_the_same_work(officer: User, cast: Cast, work_done: list[dict[str, int]]) -> None:
    """ASVS 6.3.8: nor does the time, because the same hash is computed once for each."""
    costs = []
    for name in (officer.username, "nobody_here", cast.coordinator.username, "setup", "anonymous"):
        work_done.clear()
        answer(name)
        costs.append(list(work_done))
    assert len(costs[0]) == 1
    assert all(one == costs[0] for one in costs)


@pytest.mark.requirement("SEC-01")
def test_wrong_passwords_are_limited_by_account_whatever_the_browser(officer: User) -> None:
    """ASVS 6.3.1: against guessing and stuffing."""
    for number in range(5):
        Client(REMOTE_ADDR=f"10.0.0.{number}").post(SIGN_IN, {"login": "POLICE_OM", "password": WRONG})
    response: Any = Client().post(SIGN_IN, {"login": officer.username, "password": PASSWORD})
    assert "too many tries" in response.content.decode()
    unknown = [answer("nobody_here") for _ in range(6)]
    assert "too many tries" in unknown[-1][2]


@pytest.mark.requirement("SEC-01")
def test_wrong_passwords_are_limited_by_address_whatever_the_account(officer: User, settings: Any) -> None:
    assert settings.ACCOUNT_RATE_LIMITS["login_failed"].startswith("30/m/ip")
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/m/ip"}
    for number in range(3):
        Client().post(SIGN_IN, {"login": f"somebody{number}", "password": WRONG})
    assert "too many" in answer(officer.username, PASSWORD)[2]


@pytest.mark.requirement("SEC-01")
def test_what_is_counted_outlives_a_request_that_is_undone(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("a fault behind the check")

    with monkeypatch.context() as broken:
        broken.setattr(PasswordBackend, "_authenticate_by_username", fails)
        for _ in range(5):
            response = Client(raise_request_exception=False).post(
                SIGN_IN, {"login": officer.username, "password": WRONG}
            )
            assert response.status_code == 500
    assert "too many tries" in answer(officer.username, PASSWORD)[2]


def test_the_shared_cache_is_not_part_of_the_requests_transaction() -> None:
    with transaction.atomic():
        cache.set("counted", 1)
        transaction.set_rollback(True)
    assert cache.get("counted") == 1


def test_many_names_do_not_push_a_counter_out() -> None:
    """The library's own ceiling is 300 entries, above which it throws some away."""
    cache.set("counted", 1)
    with connections["counters"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO cache_entry SELECT 'other' || n, 'x', now() + interval '1 day' FROM generate_series(1, 400) n"
        )
    cache.set("another", 1)
    assert cache.get("counted") == 1
    with connections["counters"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache_entry")
        assert cursor.fetchone()[0] >= 402


@pytest.mark.requirement("SEC-01")
def test_an_older_hash_is_made_stronger_in_its_users_name(officer: User, cast: Cast) -> None:
    """ASVS 11.4.2: a password is hashed as strongly as today's setting asks."""
    weaker = hashers.ScryptPasswordHasher().encode(PASSWORD, "somesaltsomesaltsomesa", n=2**10)
    with acting("setup"):
        User.objects.filter(pk=officer.pk).update(password=weaker)
    Client().post(SIGN_IN, {"login": officer.username, "password": PASSWORD})
    officer.refresh_from_db()
    assert officer.password != weaker
    assert officer.check_password(PASSWORD)
    with acting(cast.auditor):
        event = ChangeEvent.objects.filter(table="access_user", row=officer.pk).latest("at")
    assert event.actor_id == officer.pk


def test_system_actors_never_sign_in(cast: Cast) -> None:
    with acting("setup"):
        system = User.objects.get(username="feeds")
        system.set_password(PASSWORD)
        system.save(update_fields=["password"])
    assert answer("feeds", PASSWORD)[0] == 200


def test_the_address_is_read_from_the_proxys_own_word(officer: User, settings: Any) -> None:
    """ASVS 4.1.3: what a client says of its own address counts for nothing."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/m/ip"}
    for number in range(3):
        claimed = f"1.2.3.{number}, 10.9.8.7"
        Client(headers={"X-Forwarded-For": claimed}).post(SIGN_IN, {"login": f"n{number}", "password": WRONG})
    response: Any = Client(headers={"X-Forwarded-For": "9.9.9.9, 10.9.8.7"}).post(
        SIGN_IN, {"login": officer.username, "password": PASSWORD}
    )
    assert "too many" in response.content.decode()


def test_the_counters_are_in_the_database_that_every_process_shares() -> None:
    cache.set("shared", 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        (name,) = cursor.fetchone()
    assert connections["counters"].settings_dict["NAME"] == name
