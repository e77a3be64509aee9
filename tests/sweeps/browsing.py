"""One request in the world, undone afterwards, with everything that left the service because of it."""

from __future__ import annotations

import io
import logging
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.cookies import SimpleCookie
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote_plus

from django.core import mail
from django.core.files.uploadedfile import UploadedFile
from django.test import Client

from tests.sweeps.database import outside, rolled_back
from tests.sweeps.forms import read
from tests.sweeps.world import World
from trellis.service.audit.models import ChangeEvent

NOBODY, HALF_SIGNED_IN = "anonymous", "half_signed_in"
# Nobody, whoever was disabled since they signed in, and whoever has proved no second factor.
LOCKED_OUT = {NOBODY, "disabled", HALF_SIGNED_IN}
# What signing in and a session write.
OF_A_SESSION = {"access_user"}


@dataclass(frozen=True)
class Request:
    """What is asked: by whom, how, where, and with which answers to a form."""

    who: str
    method: str
    path: str
    data: dict[str, Any] = field(default_factory=dict, hash=False)
    # Whether the answers are of a form about something else, as whoever tries another's would send.
    borrowed: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path} as {self.who}" + (f" with {self.data}" if self.data else "")


@dataclass
class Answer:
    """What came back, and what else left the service: lines of the log and mail."""

    request: Request
    status: int
    headers: dict[str, str]
    body: bytes
    log: list[str]
    mail: list[str]
    # How many changes a reading made, by the trail.
    changed: int = 0
    # The page that a form or a message led on to.
    after: bytes = b""

    @cached_property
    def text(self) -> str:
        """The body and the page after it as text: a document is unpacked, a page is as it stands."""
        return "\n".join([*_texts(self.body), *_texts(self.after)])

    @cached_property
    def page(self) -> Any:
        """The body's forms, links and title."""
        return read(self.text if "html" in self.headers.get("Content-Type", "") else "")

    @property
    def head(self) -> str:
        """The headers, decoded, one a line."""
        return "\n".join(f"{name}: {unquote_plus(value)}" for name, value in sorted(self.headers.items()))


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Every line that any logger writes."""
    lines, root = _Lines(), logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in ("django", "django.request", "django.server"))]
    # A logger that passes nothing on must be heard itself.
    heard = [logger for logger in loggers if logger is root or not logger.propagate]
    for logger in heard:
        logger.addHandler(lines)
    try:
        yield lines.lines
    finally:
        for logger in heard:
            logger.removeHandler(lines)


class Browsers:
    """A browser for each of the users, in which they have signed in."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.asked = 0
        self._changes = changes()
        self._client = Client(raise_request_exception=False)
        self._strict = Client(raise_request_exception=False, enforce_csrf_checks=True)

    def ask(self, request: Request, *, strict: bool = False, keep: bool = False) -> Answer:
        """Send one request and undo it, unless it is to be kept. `strict` asks for the form's token."""
        self.asked += 1
        client = self._strict if strict else self._client
        client.cookies = SimpleCookie()
        if request.who in self.world.sessions:
            client.cookies["sessionid"] = self.world.sessions[request.who]
        before = len(mail.outbox)
        # Nobody falls idle while the sweeps ask.
        with _listening() as lines, patch("time.time", lambda: self.world.moment):
            response, changed, after = self._send(client, request, keep=keep)
        headers = dict(response.headers) | {
            f"Set-Cookie {name}": one.output() for name, one in response.cookies.items()
        }
        sent = [str(one.message()) for one in mail.outbox[before:]]
        del mail.outbox[before:]
        return Answer(request, response.status_code, headers, response.content, lines, sent, changed, after)

    def _send(self, client: Client, request: Request, *, keep: bool) -> tuple[Any, int, bytes]:
        if keep:
            return _sent(client, request), 0, b""
        with rolled_back():
            response = _sent(client, request)
            reads = request.method in {"GET", "HEAD"}
            changed = changes() - self._changes if reads else 0
            return response, changed, _after(client, request, response)


def _after(client: Client, request: Request, response: Any) -> bytes:
    """The page that a form led on to, or one that has a message to show."""
    where = response.headers.get("Location", "")
    goes_on = request.who not in LOCKED_OUT and (request.method == "POST" or "messages" in response.cookies)
    return client.get(where).content if goes_on and where.startswith("/") and "//" not in where else b""


def _sent(client: Client, request: Request) -> Any:
    for value in request.data.values():
        if isinstance(value, UploadedFile):
            # The same request may have been sent before.
            value.seek(0)
    if request.method in {"GET", "HEAD"}:
        return getattr(client, request.method.lower())(request.path, request.data)
    if request.method == "POST":
        return client.post(request.path, request.data)
    return client.generic(request.method, request.path)


def changes() -> int:
    """How many changes the trail holds, sessions apart."""
    with outside():
        return ChangeEvent.objects.exclude(table__in=OF_A_SESSION).count()


def _texts(body: bytes) -> Iterator[str]:
    """What a reader of the document can find in it."""
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            for name in parts.namelist():
                yield name
                yield parts.read(name).decode("utf-8", "replace")
    elif body.startswith(b"%PDF"):
        yield body.decode("latin-1")
        for piece in body.split(b"stream\n")[1:]:
            try:
                yield zlib.decompressobj().decompress(piece).decode("latin-1")
            except zlib.error:
                continue
    else:
        yield body.decode("utf-8", "replace")
