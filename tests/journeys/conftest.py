"""A real server on a database of its own, a real browser, and the accessibility checker on every page."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.database import committed_copy, copied, working_on
from tools.browser_present import browser as chromium
from trellis.service.common.embedded_postgres import PROJECT, embedded_server

PATIENCE_SECONDS = 60
# Without these Chromium looks for its maker's hosts at every start.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Pages that the checker has found sound, by what they hold but for numbers and what is drawn anew each time.
SOUND: set[tuple[int, int]] = set()
DRAWN_ANEW = re.compile(r"\d+|csrfmiddlewaretoken\S* value=\S+|nonce=\S+")
AXE = (PROJECT / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.fixture(scope="session")
def scene(django_db_setup: None, django_db_blocker: object) -> Iterator[str]:
    """A database with the demonstration's data, made once by the demonstration's own loader."""
    with ExitStack() as made:
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            original = str(connections["owner"].settings_dict["NAME"])
            name = made.enter_context(copied(f"{original}_scene", original))
            with working_on(name):
                from tests.journeys.scene import load_scene

                load_scene()
        yield name


# For a module, not the session: while it lasts the connections point to its database.
@pytest.fixture(scope="module")
def demonstration(scene: str, django_db_blocker: object) -> Iterator[str]:
    """The address of a server over a copy of the demonstration's data."""
    with django_db_blocker.unblock(), committed_copy("journey", of=scene) as name:  # type: ignore[attr-defined]
        sockets = quote(str(embedded_server("test").sockets), safe="")
        environment = os.environ | {
            "TRELLIS_MODE": "test",
            "DJANGO_SETTINGS_MODULE": "trellis.service.config.settings",
            "TRELLIS_DATABASE_URL": f"postgresql://trellis_app@/{name}?host={sockets}",
            "TRELLIS_OWNER_DATABASE_URL": f"postgresql://trellis_owner@/{name}?host={sockets}",
        }
        port = _free_port()
        server = subprocess.Popen([sys.executable, "-m", "trellis.cli", "serve", "--port", str(port)], env=environment)
        try:
            yield _once_it_answers(f"http://127.0.0.1:{port}", server)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(PATIENCE_SECONDS)


@pytest.fixture(scope="module")
def browser(demonstration: str) -> Iterator[Browser]:
    """One Chromium, opened once the data is there: beside its event loop Django refuses to work."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield opened
        opened.close()


class Visitor:
    """Somebody at a browser, who checks every page they see."""

    def __init__(self, context: BrowserContext, address: str, *, script: bool) -> None:
        self.script = script
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.address = address
        self.outside: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", self._note_request)
        self.page.on("console", lambda message: self._note_console(message.type, message.text))

    def sign_in(self, name: str) -> None:
        """Sign in from the demonstration's page as the member of the cast with that name."""
        self.page.goto(f"{self.address}/demo/")
        self.page.get_by_role("button", name=name).click()
        self.page.wait_for_load_state()
        self.check()

    def go(self, path: str) -> None:
        """Open a page by its path, and check it."""
        response = self.page.goto(f"{self.address}{path}")
        assert response is not None
        assert response.status < 400, f"{path} answered {response.status}"
        self.check()

    def click(self, role: str, name: str, *, exact: bool = False) -> None:
        """Click a link or button by the words on it, and check the page it leads to."""
        self.page.get_by_role(role, name=name, exact=exact).first.click()  # type: ignore[arg-type]
        self.page.wait_for_load_state()
        self.check()

    def check(self) -> None:
        """No accessibility fault, no request to another host, nothing refused by the content policy."""
        assert self.outside == []
        assert self.complaints == []
        if self.script:
            self._check_accessibility()

    def _check_accessibility(self) -> None:
        """Run the checker; it is a script itself, so a visitor without JavaScript goes without."""
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        seen = (width, hash(DRAWN_ANEW.sub("", self.page.content())))
        if seen in SOUND:
            return
        self.page.evaluate(AXE)
        # Only what is wrong comes back: all that is right is long, and takes longer than the check.
        found = self.page.evaluate(
            """() => axe
                .run(document, {
                    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations']
                })
                .then(({violations}) => violations)"""
        )
        # GOV.UK's radios that reveal a field carry aria-expanded, which the checker does not know for a radio; the
        # design system keeps it because screen readers do announce it.
        kept = "aria-allowed-attr"
        faults = [
            f"{violation['id']}: {violation['help']} at {[node['target'] for node in violation['nodes']][:3]}"
            for violation in found
            if violation["id"] != kept or not all("govuk-radios__input" in node["html"] for node in violation["nodes"])
        ]
        assert faults == [], f"{self.page.url}: {faults}"
        SOUND.add(seen)

    def _note_request(self, request: object) -> None:
        url: str = request.url  # type: ignore[attr-defined]
        if not url.startswith((self.address, "data:")):
            self.outside.append(url)

    def _note_console(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self.complaints.append(text)


@pytest.fixture
def visit(browser: Browser, demonstration: str) -> Iterator[Callable[..., Visitor]]:
    """Makes a visitor: at a desk, on a phone (`phone=True`) or without JavaScript (`script=False`)."""
    contexts: list[BrowserContext] = []

    def make(*, phone: bool = False, script: bool = True) -> Visitor:
        context = browser.new_context(
            viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 900},
            java_script_enabled=script,
            locale="en-GB",
        )
        contexts.append(context)
        return Visitor(context, demonstration, script=script)

    yield make
    for context in contexts:
        context.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _once_it_answers(address: str, server: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server stopped before it answered"
        try:
            with urlopen(f"{address}/account/sign-in/", timeout=5):
                return address
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError("the server did not answer")
