"""Whoever's account it is hears by letter that how it signs in has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from tests.cast import Cast
from tests.service.access.factors import PASSWORD, SECOND, app_code, give_app, give_password, type_password
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.access.sign_in import factors
from trellis.service.access.sign_in.invitations import invitation_link

pytestmark = pytest.mark.django_db
NEW = "three wet umbrellas sing"


@pytest.fixture
def officer(cast: Cast) -> User:
    with acting("setup"):
        User.objects.filter(pk=cast.police_om.pk).update(email="officer@force.example")
    cast.police_om.refresh_from_db()
    return give_app(give_password(cast.police_om))


def changes_password(cast: Cast, user: User) -> None:
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    cast.client(user).post("/account/password/", data)


def sets_password_by_link(cast: Cast, user: User) -> None:
    Client().post(invitation_link(user), {"password": NEW})


def makes_codes(cast: Cast, user: User) -> None:
    cast.client(user).post("/account/security/recovery-codes/")


def uses_a_code(cast: Cast, user: User) -> None:
    codes, client = factors.make_recovery_codes(user), Client()
    type_password(client, user)
    client.post(SECOND, {"way": "recovery_codes", "recovery_code": codes[0]})


def removes_one(cast: Cast, user: User) -> None:
    row = factors.factors_of(user, factors.TOTP).get()
    factors.Authenticator.objects.create(user_id=user.pk, type=factors.PASSKEY, data={"name": "x", "credential": {}})
    cast.client(user).post("/account/security/remove/", {"factor": row.pk})


def moves_the_app(cast: Cast, user: User) -> None:
    client = cast.client(user)
    page = client.get("/account/security/app/").content.decode()
    secret = page.split('tr-identifier">')[1].split("<")[0]
    client.post("/account/security/app/", {"code": app_code(secret)})


CHANGES = [
    (changes_password, "the password was changed"),
    (sets_password_by_link, "the password was changed"),
    (makes_codes, "new recovery codes were made"),
    (uses_a_code, "a recovery code was used"),
    (removes_one, "a second factor was removed"),
    (moves_the_app, "an authenticator app was set up"),
]


@pytest.mark.requirement("SEC-01")
@pytest.mark.parametrize(("change", "said"), CHANGES)
def test_a_change_is_told_by_a_letter_that_names_nobody(
    cast: Cast,
    officer: User,
    django_capture_on_commit_callbacks: Any,
    change: Callable[[Cast, User], None],
    said: str,
) -> None:
    """ASVS 6.3.7: users hear of changes to how they are authenticated."""
    with django_capture_on_commit_callbacks(execute=True):
        change(cast, officer)
    (letter,) = mail.outbox
    assert letter.to == ["officer@force.example"]
    assert said in letter.body
    assert not any(
        word in f"{letter.subject} {letter.body}" for word in ("police_om", "Police Om", "Fable", "officer@")
    )


def test_signing_in_as_usual_tells_nothing(cast: Cast, officer: User, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        client = Client()
        type_password(client, officer)
        client.post(SECOND, {"way": "totp", "code": app_code()})
    assert mail.outbox == []


def test_whoever_is_tried_with_the_right_password_hears_of_it_once(
    cast: Cast, officer: User, django_capture_on_commit_callbacks: Any
) -> None:
    """ASVS 6.3.5: users hear of tries that are half right."""
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(8):
            client = Client()
            type_password(client, officer)
            client.post(SECOND, {"way": "totp", "code": "000000"})
    (letter,) = mail.outbox
    assert letter.to == ["officer@force.example"]
    assert "the right password was given, and then wrong codes, too often" in letter.body


def test_a_mail_server_that_fails_undoes_nothing(
    cast: Cast, officer: User, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", fails)
    with django_capture_on_commit_callbacks(execute=True):
        changes_password(cast, officer)
    officer.refresh_from_db()
    assert officer.check_password(NEW)
