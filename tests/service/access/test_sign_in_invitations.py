"""A one-time link sets a password, and opens nothing by itself."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from tests.cast import Cast
from tests.service.access.factors import give_app, give_password, sign_in_fully
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.access.sign_in import invitations
from trellis.service.access.sign_in.invitations import check_invitation, invitation_link, send_invitation
from trellis.service.audit.models import ChangeEvent

pytestmark = pytest.mark.django_db
NEW = "three wet umbrellas sing"


@pytest.fixture
def invited(cast: Cast) -> User:
    with acting("setup"):
        return User.objects.create_user("new.officer", name="New Officer", email="new.officer@iom.example")


def parts(link: str) -> tuple[str, str]:
    match = re.search(r"/welcome/([^/]+)/([^/]+)/", link)
    assert match
    return match[1], match[2]


@pytest.mark.requirement("SEC-01")
def test_the_link_sets_the_first_password_once_and_signs_nobody_in(invited: User, cast: Cast) -> None:
    """ASVS 6.4.1: a first secret that is random, expires, and is replaced by the user's own."""
    link, client = invitation_link(invited), Client()
    page = client.get(link).content.decode()
    assert "new.officer" in page
    assert "New Officer" not in page
    response: Any = client.post(link, {"password": NEW})
    assert response["Location"] == "/account/sign-in/"
    assert "_auth_user_id" not in client.session
    assert client.get(link).status_code == 410
    assert client.post(link, {"password": "another four odd words here"}).status_code == 410
    response = client.post("/account/sign-in/", {"login": "new.officer", "password": NEW}, follow=True)
    assert "Set up a second factor" in response.content.decode()
    with acting(cast.auditor):
        event = ChangeEvent.objects.filter(table="access_user", row=invited.pk).earliest("at")
        changes = list(ChangeEvent.objects.filter(table="access_user", row=invited.pk, action="update"))
    assert event.action == "insert"
    assert {one.actor_id for one in changes} == {invited.pk}


@pytest.mark.parametrize(("days", "good"), [(2.9, True), (3.1, False)])
def test_the_link_lasts_three_days(invited: User, monkeypatch: pytest.MonkeyPatch, days: float, good: bool) -> None:
    uid, token = parts(invitation_link(invited))
    later = timezone.now() + timezone.timedelta(days=days)
    monkeypatch.setattr(invitations.InvitationTokens, "_now", lambda _: later.replace(tzinfo=None))
    assert (check_invitation(uid, token) is not None) is good


@pytest.mark.parametrize("password", ["short", "passwordpassword", "new.officer.2026", ""])
def test_a_weak_password_is_refused_with_a_sentence(invited: User, password: str) -> None:
    link = invitation_link(invited)
    response = Client().post(link, {"password": password})
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert check_invitation(*parts(link)) == invited


def test_a_link_that_is_none_opens_nothing(invited: User, cast: Cast) -> None:
    uid, token = parts(invitation_link(invited))
    other, _ = parts(invitation_link(cast.police_om))
    for pair in ((other, token), (uid, token[:-1]), ("!", token), ("MQ", "x"), (uid, "")):
        assert check_invitation(*pair) is None
    assert Client().get(f"/account/welcome/{other}/{token}/").status_code == 410


def test_a_disabled_account_and_a_system_actor_are_not_opened(invited: User) -> None:
    link = invitation_link(invited)
    with acting("setup"):
        User.objects.filter(pk=invited.pk).update(is_active=False)
        system = User.objects.get(username="feeds")
    assert check_invitation(*parts(link)) is None
    assert check_invitation(*parts(invitation_link(system))) is None


@pytest.mark.requirement("SEC-01")
def test_a_link_for_a_forgotten_password_keeps_the_second_factor_and_ends_sessions(cast: Cast) -> None:
    """ASVS 6.4.3, 7.4.3."""
    officer = give_app(give_password(cast.police_om))
    old = sign_in_fully(officer)
    officer.refresh_from_db()
    link, client = invitation_link(officer), Client()
    assert client.post(link, {"password": NEW})["Location"] == "/account/sign-in/"
    assert old.get("/").status_code == 302
    response: Any = client.post("/account/sign-in/", {"login": officer.username, "password": NEW})
    assert response["Location"] == "/account/sign-in/second-factor/"


def test_the_letter_names_nobody(invited: User) -> None:
    send_invitation(invited, site="https://iom.example/")
    (letter,) = mail.outbox
    assert letter.to == ["new.officer@iom.example"]
    assert "https://iom.example/account/welcome/" in letter.body
    whole = f"{letter.subject} {letter.body}".lower()
    assert not any(word in whole for word in ("new.officer", "new officer", "police", "fable"))
    uid, token = parts(letter.body)
    assert check_invitation(uid, token) == invited


def test_without_an_address_no_letter_is_sent(cast: Cast) -> None:
    with pytest.raises(ValueError, match="no e-mail address"):
        send_invitation(cast.police_om, site="https://iom.example")
    assert mail.outbox == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_page_is_limited(invited: User, settings: Any, method: str) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"welcome": "2/m/ip"}
    for _ in range(2):
        getattr(Client(), method)("/account/welcome/MQ/x/")
    response = Client().post(invitation_link(invited), {"password": NEW})
    assert response.status_code == 429
    assert "too many tries" in response.content.decode()
