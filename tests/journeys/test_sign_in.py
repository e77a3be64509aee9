"""Signing in, in a real browser: a first passkey, an app, a recovery code, and the warning before the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from playwright.sync_api import CDPSession, Page

from tests.journeys.conftest import Visitor
from tests.service.access.factors import app_code
from trellis.service.access.sign_in.sessions import SEEN

PASSWORD = "nettle bicycle harbour seven"
OFFICER = "wren.aldersmith"
OTHER = "posy.larkfield"
Visit = Callable[..., Visitor]


@pytest.fixture
def at_localhost(demonstration: str) -> str:
    """The server by the one plain name for which a browser makes passkeys."""
    return demonstration.replace("127.0.0.1", "localhost")


@pytest.fixture
def passwords(demonstration: str) -> None:
    """Two of the cast have a password and no second factor."""
    with _owner() as owner:
        for name in (OFFICER, OTHER):
            (number,) = owner.execute("SELECT id FROM access_user WHERE username = %s", [name]).fetchone() or (0,)
            owner.execute("SELECT set_config('trellis.actor', %s, true)", [str(number)])
            owner.execute("UPDATE access_user SET password = %s WHERE id = %s", [make_password(PASSWORD), number])
            owner.execute("DELETE FROM mfa_authenticator WHERE user_id = %s", [number])


def _owner() -> psycopg.Connection[tuple[Any, ...]]:
    """The server's database as its owner, without Django, which refuses to work beside the browser's event loop."""
    options = connections["owner"].settings_dict
    return psycopg.connect(dbname=options["NAME"], user=options["USER"], host=options["HOST"])


def virtual_authenticator(page: Page) -> CDPSession:
    """A passkey holder that the browser pretends to have, with a fingerprint that always fits."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session


def type_password(visitor: Visitor, username: str) -> None:
    visitor.go("/account/sign-in/")
    visitor.page.get_by_label("Username").fill(username)
    visitor.page.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.click("button", "Sign in")


def codes_shown(visitor: Visitor) -> list[str]:
    return visitor.page.locator(".tr-codes li").all_inner_texts()


@pytest.mark.requirement("SEC-01")
def test_a_passkey_is_set_up_at_the_first_sign_in_and_opens_the_next(
    visit: Visit, at_localhost: str, passwords: None
) -> None:
    """ASVS 6.3.3, 6.5.7, 6.6.4: a second factor that no false site can take."""
    visitor = visit()
    visitor.address = at_localhost
    virtual_authenticator(visitor.page)
    type_password(visitor, OFFICER)
    assert visitor.page.get_by_role("heading", level=1).inner_text() == "Set up a second factor"
    visitor.click("button", "Use a passkey")
    visitor.page.get_by_label("What to call it").fill("This computer")
    visitor.page.get_by_role("button", name="Add the passkey").click()
    visitor.page.wait_for_url("**/recovery-codes/")
    visitor.check()
    assert len(codes_shown(visitor)) == 10
    visitor.click("button", "I have kept them")
    assert "Wren Aldersmith" in visitor.page.locator("header").inner_text()

    visitor.click("button", "Sign out")
    type_password(visitor, OFFICER)
    visitor.page.get_by_role("button", name="Use your passkey").click()
    visitor.page.wait_for_url(at_localhost + "/")
    visitor.check()
    visitor.go("/account/security/")
    assert "Passkey “This computer”" in visitor.page.locator("main").inner_text()
    visitor.go("/account/sessions/")
    assert "Chrome on Linux" in visitor.page.locator("main").inner_text()


@pytest.mark.requirement("SEC-01")
def test_without_javascript_an_app_and_a_recovery_code_sign_in(visit: Visit, passwords: None) -> None:
    visitor = visit(script=False)
    type_password(visitor, OTHER)
    visitor.click("button", "Use an authenticator app")
    letters = re.search(r"Key: ([A-Z2-7 ]+)", visitor.page.locator("main").inner_text())
    assert letters
    visitor.page.get_by_label("Code from your authenticator app").fill(app_code(letters[1]))
    visitor.click("button", "Continue")
    code = codes_shown(visitor)[0]
    visitor.click("button", "I have kept them")

    visitor.click("button", "Sign out")
    type_password(visitor, OTHER)
    visitor.page.get_by_text("I do not have my phone or key with me").click()
    visitor.page.get_by_label("Recovery code").fill(code)
    visitor.click("button", "Use the recovery code")
    assert "Posy Larkfield" in visitor.page.locator("header").inner_text()


def test_a_passkey_that_is_not_there_is_said_so(visit: Visit, at_localhost: str, passwords: None) -> None:
    visitor = visit(phone=True)
    visitor.address = at_localhost
    session = virtual_authenticator(visitor.page)
    type_password(visitor, OFFICER)
    visitor.click("button", "Use a passkey")
    session.send("WebAuthn.disable")
    visitor.page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('given up')); }")
    visitor.page.get_by_label("What to call it").fill("This phone")
    visitor.page.get_by_role("button", name="Add the passkey").click()
    visitor.page.get_by_text("No passkey was made").wait_for()
    visitor.check()


@pytest.mark.requirement("SEC-01")
def test_the_end_is_warned_of_and_what_was_typed_is_kept(visit: Visit, demonstration: str) -> None:
    """ASVS 7.3.1; WCAG 2.2, 2.2.1 and 2.2.6: the limit is said, can be extended, and loses nothing."""
    visitor = visit()
    page = visitor.page
    page.clock.install()
    visitor.sign_in("Idris Fernsby")
    visitor.go("/find/")
    box = page.get_by_label("Name", exact=False).first
    box.fill("Quillfeather, last seen at the")
    _age_sessions(13 * 60 + 30)
    page.clock.run_for(13 * 60 * 1000 + 30_000)
    page.get_by_role("dialog").wait_for()
    visitor.check()
    assert "You will be signed out soon" in page.get_by_role("dialog").inner_text()
    page.get_by_role("button", name="Stay signed in").click()
    page.get_by_role("dialog").wait_for(state="hidden")

    _age_sessions(16 * 60)
    page.clock.run_for(16 * 60 * 1000)
    page.wait_for_url("**/account/sign-in/**")
    assert "nothing was done for 15 minutes" in page.locator("main").inner_text()
    visitor.sign_in("Idris Fernsby")
    visitor.go("/find/")
    assert "Quillfeather, last seen at the" in page.locator(".tr-draft").text_content()
    page.get_by_role("button", name="Put it back").click()
    assert box.input_value() == "Quillfeather, last seen at the"
    visitor.check()
    visitor.click("button", "Throw it away")
    assert page.locator(".tr-draft").count() == 0


def _age_sessions(seconds: int) -> None:
    """Move the clock of every session of the server's database back."""
    store = SessionStore()
    with _owner() as owner:
        for key, data in owner.execute("SELECT session_key, session_data FROM django_session").fetchall():
            values = store.decode(data)
            values[SEEN] = values.get(SEEN, 0) - seconds
            owner.execute(
                "UPDATE django_session SET session_data = %s WHERE session_key = %s", [store.encode(values), key]
            )
