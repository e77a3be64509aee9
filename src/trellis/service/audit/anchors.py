"""Anchors: what the chain was at a time, signed and kept where whoever alters the database does not reach.

A chain alone shows neither that its end was cut off nor that somebody with the key made it anew. An anchor shows both.
Anchors are lines of JSON appended to one file, and messages to a syslog server.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from logging import INFO, LogRecord
from logging.handlers import SYSLOG_UDP_PORT, SysLogHandler
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from django.conf import settings
from django.db import connection

from trellis.service.audit.keys import AnchorKeys, public_id

FILE = "anchors.jsonl"
MARK = "trellis-anchor "


class AnchorUnfit(ValueError):
    """A line of anchors cannot be trusted. Its text says which and why."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last seal's number and `mac` (hexadecimal), how many seals there were, when; key and signature in text."""

    seq: int
    mac: str
    count: int
    time: str
    key: str
    signature: str = ""

    def signed_bytes(self) -> bytes:
        """What the signature covers."""
        fields = (str(self.seq), self.mac, str(self.count), self.time, self.key)
        return b"trellis anchor" + b"".join(len(field).to_bytes(4, "big") + field.encode() for field in fields)


def take_anchor(keys: AnchorKeys, at: datetime) -> Anchor | None:
    """Sign the present end of the chain and send it away; None while nothing is sealed.

    The sealer must be the actor. Raises OSError when the file or the syslog server cannot be written to.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, mac, (SELECT count(*) FROM audit_seal) FROM audit_seal ORDER BY seq DESC LIMIT 1")
        last = cursor.fetchone()
    if last is None:
        return None
    anchor = signed(keys, last[0], bytes(last[1]), last[2], at)
    append_line(settings.ANCHORS / FILE, anchor)
    if settings.ANCHOR_SYSLOG:
        send_to_syslog(settings.ANCHOR_SYSLOG, anchor)
    return anchor


def signed(keys: AnchorKeys, seq: int, mac: bytes, count: int, at: datetime) -> Anchor:
    """An anchor with its signature."""
    time = at.astimezone(UTC).isoformat(timespec="seconds")
    bare = Anchor(seq, mac.hex(), count, time, public_id(keys.signing.public_key()))
    signature = base64.b64encode(keys.signing.sign(bare.signed_bytes())).decode()
    return Anchor(**(asdict(bare) | {"signature": signature}))


def append_line(path: Path, anchor: Anchor) -> None:
    """Append the anchor to the file, safe from a power cut when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, (json.dumps(asdict(anchor)) + "\n").encode())
        os.fsync(handle)
    finally:
        os.close(handle)


class _Syslog(SysLogHandler):
    def handleError(self, record: LogRecord) -> None:  # noqa: N802 - its name in the standard library
        """Tell whoever sends, rather than the terminal."""
        raise  # noqa: PLE0704 - logging calls this inside its except


def send_to_syslog(address: str, anchor: Anchor) -> None:
    """Send the anchor as one message to “host:port” by UDP, or to a local socket by its path."""
    host, _, port = address.rpartition(":")
    where = address if address.startswith("/") else (host or port, int(port) if host else SYSLOG_UDP_PORT)
    handler = _Syslog(where, facility=SysLogHandler.LOG_AUTHPRIV)
    handler.ident = MARK
    try:
        handler.emit(LogRecord("trellis.anchors", INFO, "", 0, json.dumps(asdict(anchor)), None, None))
    finally:
        handler.close()


def read_anchors(path: Path, keys: AnchorKeys) -> list[Anchor]:
    """The anchors in a file, or in a folder's file of anchors, by the seal they saw; none where there is no file.

    A line may be a syslog server's, with words before the JSON. Raises AnchorUnfit for a line that does not read, whose
    key is not known or whose signature does not fit.
    """
    path = path / FILE if path.is_dir() else path
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as lines:
        return sorted(_checked(_parsed(lines, path.name), keys), key=lambda anchor: anchor.seq)


def last_taken(path: Path) -> datetime | None:
    """When the last anchor was appended in that folder, to the second."""
    try:
        return datetime.fromtimestamp((path / FILE).stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def _parsed(lines: Iterable[str], name: str) -> Iterator[tuple[str, Anchor]]:
    for number, line in enumerate(lines, 1):
        where = f"Line {number} of {name}"
        if not line.strip():
            continue
        try:
            yield where, Anchor(**json.loads(line[line.index("{") :]))
        except (ValueError, TypeError) as fault:
            raise AnchorUnfit(f"{where} is not an anchor: it was damaged or added by hand.") from fault


def _checked(anchors: Iterable[tuple[str, Anchor]], keys: AnchorKeys) -> Iterator[Anchor]:
    for where, anchor in anchors:
        public = keys.known.get(anchor.key)
        if public is None:
            raise AnchorUnfit(
                f"{where} is signed with the key {anchor.key}, which is not known here: give its public key in"
                " TRELLIS_ANCHOR_PUBLIC_KEYS."
            )
        try:
            public.verify(base64.b64decode(anchor.signature), anchor.signed_bytes())
        except (InvalidSignature, ValueError) as fault:
            raise AnchorUnfit(f"{where} does not fit its signature: it was altered.") from fault
        yield anchor
