"""What a seal covers: the text of an event, its digest, and the keyed hash that binds it to the seal before.

An event's text is a JSON array of its columns that PostgreSQL writes, made so that neither the server's settings nor
its version change it: times in UTC, bytes in hexadecimal.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

CHANGE, ACCESS = "change", "access"
TABLES = {CHANGE: "audit_changeevent", ACCESS: "audit_accessevent"}
FIRST_PREV = bytes(32)

# The columns that a seal's digest covers, by form and kind. A column added later needs a new form beside the old one,
# because the seals of the old form cover what they covered.
FORMS: dict[int, dict[str, tuple[str, ...]]] = {
    1: {
        CHANGE: (
            *("id", "at", "actor_id", "request_id", "transaction", "table_name", "action", "row_id", "person_id"),
            *("columns", "digest"),
        ),
        ACCESS: (
            *("id", "at", "actor_id", "agency_id", "request_id", "method", "page", "status", "person_ids", "detail"),
        ),
    },
}
FORM = max(FORMS)
WRITTEN = {"at": "{} AT TIME ZONE 'UTC'", "digest": "encode({}, 'hex')"}


class Link(NamedTuple):
    """One seal: its number, the event, when it was sealed, with which key, and the hashes."""

    seq: int
    change_id: int | None
    access_id: UUID | None
    form: int
    at: datetime
    key_id: str
    prev: bytes
    digest: bytes
    mac: bytes

    @property
    def kind(self) -> str:
        """Whether it seals a change or an access event."""
        return CHANGE if self.change_id is not None else ACCESS

    @property
    def event(self) -> str:
        """The event in words, for reports."""
        return f"{self.kind} event {self.change_id if self.change_id is not None else self.access_id}"


def text_of(kind: str, alias: str, form: int = FORM) -> str:
    """The SQL expression for the text of an event whose table goes by that alias."""
    columns = [WRITTEN.get(name, "{}").format(f'{alias}."{name}"') for name in FORMS[form][kind]]
    return f"json_build_array({', '.join(columns)})::text"


def digest_of(text: str | None) -> bytes:
    """The digest of an event's text; of an event that has gone before it was sealed there is none."""
    return b"" if text is None else hashlib.sha256(text.encode()).digest()


def image_digest(salt: bytes, images: str) -> bytes:
    """The digest of a change's images, as the trigger computes it."""
    return hashlib.sha256(salt + images.encode()).digest()


def mac_of(key: bytes, link: Link) -> bytes:
    """HMAC-SHA256 over every other field of a seal, each preceded by its length."""
    # Lengths, because without them bytes could move from one field to the next and keep the hash.
    fields = (
        link.key_id.encode(),
        str(link.seq).encode(),
        link.event.encode(),
        str(link.form).encode(),
        (link.at.astimezone(UTC) if link.at.utcoffset() else link.at).isoformat(timespec="microseconds").encode(),
        link.prev,
        link.digest,
    )
    return hmac.digest(key, b"".join([len(field).to_bytes(4, "big") + field for field in fields]), "sha256")
