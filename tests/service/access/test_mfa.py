"""The second factor: what proves it, what does not, and that nothing goes round it."""

from __future__ import annotations

import math
import re
import time
from typing import Any

import pytest
from allauth.core.context import request_context
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_decode

from tests.cast import Cast, prove_second_factor
from tests.service.access.factors import (
    PASSWORD,
    SECOND,
    SECRET,
    app_code,
    give_app,
    give_password,
    sign_in_fully,
    type_password,
)
from tests.sweeps.addresses import Page, anywhere, pages
from trellis.rules.errors import Refused
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.access.sign_in import factors
from trellis.service.access.sign_in.proof import DEMONSTRATION, record_demonstration
from trellis.service.access.sign_in.views.setting_up import QrPicture
from trellis.service.audit.models import AccessEvent
from trellis.service.common.encryption import Undecipherable

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(cast: Cast) -> User:
    """Somebody with a password and an app."""
    return give_app(give_password(cast.police_om))


@pytest.fixture
def newcomer(cast: Cast) -> User:
    """Somebody with a password and no second factor yet."""
    return give_password(cast.probation_om)


def signed_in(client: Client) -> bool:
    return client.get("/").status_code == 200


@pytest.mark.requirement("SEC-01")
def test_a_password_alone_opens_no_session(officer: User) -> None:
    """ASVS 6.3.3: a second factor is asked for."""
    client = Client()
    response: Any = type_password(client, officer)
    assert response["Location"] == SECOND
    assert "_auth_user_id" not in client.session
    assert not signed_in(client)
    response = client.post(SECOND, {"way": "totp", "code": app_code()})
    assert response.status_code == 302
    assert signed_in(client)


@pytest.mark.requirement("SEC-01")
def test_a_code_counts_once_and_neither_it_nor_an_earlier_one_again(officer: User) -> None:
    """ASVS 6.5.1: a time-based code is used once."""
    earlier, code = app_code(steps_away=-1), app_code()
    assert factors.use_totp(officer, code)
    assert not factors.use_totp(officer, code)
    assert not factors.use_totp(officer, earlier)


def test_a_code_of_another_time_or_secret_is_refused(officer: User) -> None:
    """ASVS 6.5.5: a code lasts its half minute, and one either side for a clock that is wrong."""
    assert factors.matching_step(SECRET, app_code(at=1_000_000), now=1_000_000) == 33_333
    for steps, right in ((-2, False), (-1, True), (1, True), (2, False)):
        assert (factors.matching_step(SECRET, app_code(at=1e6, steps_away=steps), now=1e6) is not None) is right
    assert not factors.use_totp(officer, app_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))
    assert not factors.use_totp(officer, "")


def test_a_code_typed_in_two_halves_is_taken(officer: User) -> None:
    code = app_code()
    assert factors.use_totp(officer, f" {code[:3]} {code[3:]} ")


@pytest.mark.requirement("SEC-01")
def test_every_address_sends_a_session_without_a_second_factor_to_set_one_up(newcomer: User) -> None:
    """ASVS 6.3.4: no path goes round the second factor."""
    client = Client(raise_request_exception=False)
    type_password(client, newcomer)
    assert client.session["_auth_user_id"] == str(newcomer.pk)
    open_to_half = {page.name for page in pages() if _is_open(client, page)}
    assert open_to_half == {"account_logout", "account_set_up", "account_set_up_app", "account_set_up_passkey"}


def _is_open(client: Client, page: Page) -> bool:
    answers = [client.get(anywhere(page))]
    if page.name not in {"account_logout", "demo:sign_in"}:
        answers.append(client.post(anywhere(page)))
    return not all(one.status_code == 302 and one["Location"] == "/account/set-up/" for one in answers)


@pytest.mark.requirement("SEC-01")
def test_a_session_without_a_second_factor_stands_for_nobody(newcomer: User, cast: Cast) -> None:
    client = Client()
    type_password(client, newcomer)
    client.get("/people/")
    with acting(cast.auditor):
        event = AccessEvent.objects.filter(page="caseload:people").latest("at")
    assert event.actor_id != newcomer.pk


def test_the_first_sign_in_sets_up_an_app_and_shows_recovery_codes_once(newcomer: User) -> None:
    client = Client()
    response: Any = type_password(client, newcomer, follow=True)
    assert "Set up a second factor" in response.content.decode()
    page = client.get("/account/security/app/").content.decode()
    secret = re.search(r'tr-identifier">([A-Z2-7 ]+)<', page)
    assert secret
    assert client.post("/account/security/app/", {"code": "000000"}).status_code == 200
    key = client.session.session_key
    response = client.post("/account/security/app/", {"code": app_code(secret[1])}, follow=True)
    page = response.content.decode()
    codes = re.findall(r"<li class=\"tr-identifier\">([\w-]+)</li>", page)
    assert len(set(codes)) == 10
    assert client.session.session_key != key
    client.post("/account/security/recovery-codes/", {"kept": "yes"})
    assert codes[0] not in client.get("/account/security/recovery-codes/").content.decode()
    assert signed_in(client)
    assert factors.use_recovery_code(newcomer, codes[0])


def test_the_secret_of_an_app_is_sealed_where_it_waits_and_where_it_stays(newcomer: User) -> None:
    """ASVS 13.3.1, 14.2.4: secrets are sealed with a key outside the database."""
    client = Client()
    type_password(client, newcomer)
    page = client.get("/account/security/app/").content.decode()
    secret = re.search(r'tr-identifier">([A-Z2-7 ]+)<', page)[1].replace(" ", "")  # type: ignore[index]
    assert secret not in str(dict(client.session))
    client.post("/account/security/app/", {"code": app_code(secret)})
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        rows = cursor.fetchall()
    assert len(rows) == 2
    assert not any(secret in data for (data,) in rows)


def test_an_apps_secret_moved_to_another_account_opens_nothing(officer: User, newcomer: User) -> None:
    """ASVS 11.3.3: what is sealed is bound to its row."""
    row = factors.factors_of(officer, factors.TOTP).get()
    factors.factors_of(officer, factors.TOTP).update(user_id=newcomer.pk)
    with pytest.raises(Undecipherable):
        factors.use_totp(newcomer, app_code())
    assert row.data["secret"].startswith("v1.")


def test_recovery_codes_work_once_each_and_are_kept_as_hashes(officer: User) -> None:
    """ASVS 6.5.1, 6.5.2, 6.5.3, 6.5.4: lookup secrets of 112 bits and more, hashed, and used once."""
    codes = factors.make_recovery_codes(officer)
    letters = len(factors.RECOVERY_LETTERS)
    assert all(len(code.replace("-", "")) * math.log2(letters) >= 112 for code in codes)
    data = factors.factors_of(officer, factors.RECOVERY).get().data
    assert not any(code in str(data) for code in codes)
    assert factors.use_recovery_code(officer, codes[3].upper().replace("-", " "))
    assert not factors.use_recovery_code(officer, codes[3])
    assert factors.recovery_codes_left(officer) == 9
    factors.make_recovery_codes(officer)
    assert not factors.use_recovery_code(officer, codes[4])


def test_a_recovery_code_signs_in(officer: User) -> None:
    codes = factors.make_recovery_codes(officer)
    client = Client()
    type_password(client, officer)
    client.post(SECOND, {"way": "recovery_codes", "recovery_code": codes[0]})
    assert signed_in(client)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"way": "totp"},
        {"way": "totp", "code": "123"},
        {"way": "smoke"},
        {"way": "recovery_codes", "recovery_code": "bcdf-ghjk-mnpq-rstv-wxz2-3456"},
        {"way": "webauthn", "credential": "not json"},
        {"way": "webauthn", "credential": "{}"},
        {"way": "webauthn", "credential": '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}'},
        {"way": "webauthn", "credential": "[1]"},
    ],
)
def test_what_proves_nothing_is_answered_with_the_page(officer: User, data: dict[str, str]) -> None:
    client = Client()
    type_password(client, officer)
    response = client.post(SECOND, data)
    assert response.status_code == 200
    assert "Prove it is you" in response.content.decode()
    assert not signed_in(client)


@pytest.mark.requirement("SEC-01")
def test_codes_cannot_be_tried_out(officer: User) -> None:
    """ASVS 6.3.1, 6.6.3: guesses are limited by account, whatever the browser."""
    for _ in range(5):
        client = Client()
        type_password(client, officer)
        client.post(SECOND, {"way": "totp", "code": "000000"})
    client = Client()
    type_password(client, officer)
    page = client.post(SECOND, {"way": "totp", "code": app_code()}).content.decode()
    assert "too many tries" in page
    assert not signed_in(client)


def test_the_last_second_factor_stays(officer: User) -> None:
    """ASVS 6.3.3: nobody can do without."""
    row = factors.factors_of(officer, factors.TOTP).get()
    with pytest.raises(Refused, match="only second factor"):
        factors.remove_factor(officer, row.pk)
    client = sign_in_fully(officer)
    page = client.post("/account/security/remove/", {"factor": row.pk}, follow=True).content.decode()
    assert "only second factor" in page
    assert factors.has_second_factor(officer)


def test_one_of_two_factors_can_go_and_nobody_elses(officer: User, cast: Cast) -> None:
    """ASVS 6.4.4, 8.2.2."""
    other = give_app(cast.coordinator)
    mine = factors.factors_of(officer, factors.TOTP).get()
    with pytest.raises(Refused):
        factors.remove_factor(officer, factors.factors_of(other, factors.TOTP).get().pk)
    factors.Authenticator.objects.create(user_id=officer.pk, type=factors.PASSKEY, data={"name": "x", "credential": {}})
    factors.remove_factor(officer, mine.pk)
    assert list(factors.factors_of(officer, *factors.MAIN).values_list("type", flat=True)) == ["webauthn"]
    assert factors.has_second_factor(other)


@pytest.mark.parametrize(
    "page", ["account_set_up_app", "account_set_up_passkey", "account_recovery_codes", "account_remove_factor"]
)
def test_changing_factors_needs_a_fresh_proof(cast: Cast, page: str) -> None:
    """ASVS 7.5.1: changes to how one is authenticated need full proof again."""
    give_app(cast.police_om)
    client = cast.client(cast.police_om)
    prove_second_factor(client, cast.police_om, seconds_ago=301)
    for method in (client.get, client.post):
        response = method(reverse(page), {"factor": "1"})
        assert response.status_code in {302, 405}
        if response.status_code == 302:
            assert response["Location"].startswith("/account/step-up/")


def test_a_stolen_password_cannot_set_up_a_factor_of_its_own(officer: User) -> None:
    """A session that was half signed in when its user got a factor elsewhere is sent to prove that one."""
    row = factors.factors_of(officer, factors.TOTP).get()
    row.delete()
    client = Client()
    type_password(client, officer)
    row.save(force_insert=True)
    for page in ("account_set_up_app", "account_set_up_passkey"):
        assert client.get(reverse(page))["Location"].startswith("/account/step-up/")
    assert client.get("/people/")["Location"] == "/account/step-up/"


def test_a_new_password_keeps_the_second_factor(officer: User) -> None:
    """ASVS 6.4.3: setting another password leaves the second factor as it is."""
    give_password(officer, "three wet umbrellas sing")
    client = Client()
    response: Any = type_password(client, officer, "three wet umbrellas sing")
    assert response["Location"] == SECOND


def test_the_picture_of_a_key_is_a_square_of_modules() -> None:
    picture = QrPicture("otpauth://totp/Trellis?secret=x")
    assert picture.size >= 29
    assert picture.path.startswith("M4 4h1v1h-1z")


def test_the_demonstration_signs_in_whole_and_says_so(cast: Cast) -> None:
    page = Client().get("/demo/").content.decode()
    assert "neither is asked for" in page
    assert PASSWORD not in page


@pytest.mark.requirement("SEC-01")
def test_production_takes_no_sign_in_of_the_demonstration(cast: Cast, settings: Any) -> None:
    """ASVS 13.4.2: what is for trying out is not there in use, and a session of it counts for nothing."""
    client = cast.client(cast.police_om)
    session = client.session
    session["account_authentication_methods"] = [{"method": DEMONSTRATION, "at": time.time()}]
    session.save()
    assert signed_in(client)
    settings.IS_PRODUCTION = True
    assert client.get("/")["Location"] == "/account/set-up/"
    with pytest.raises(RuntimeError, match="Production has no sign-in without a password"):
        record_demonstration(HttpRequest(), cast.police_om)


def test_one_users_proof_is_not_anothers(cast: Cast) -> None:
    client = cast.client(cast.police_om)
    session = client.session
    session["account_authentication_methods_user"] = str(cast.coordinator.pk)
    session.save()
    assert client.get("/")["Location"] == "/account/set-up/"


def test_a_passkeys_challenge_is_long_and_never_the_same(cast: Cast, rf: Any) -> None:
    """ASVS 6.7.2: a challenge of at least 64 bits, used once."""
    request = rf.get("/")
    request.session = cast.client(cast.police_om).session
    challenges = []
    with request_context(request):
        for ask in (factors.passkey_to_make, factors.passkey_to_prove) * 20:
            ask(cast.police_om)
            challenges.append(request.session["mfa.webauthn.state"]["challenge"])
    assert len(set(challenges)) == 40
    assert all(len(websafe_decode(one)) >= 16 for one in challenges)
