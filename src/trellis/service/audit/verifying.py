"""Verifying the trail: every seal against its key, every event against its seal, the chain against the anchors.

Reads through a connection that row security does not narrow (the steward's), computes every hash here rather than in
the database, and holds one batch of rows at a time.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psycopg

from trellis.service.audit.anchors import Anchor
from trellis.service.audit.chain import (
    ACCESS,
    CHANGE,
    FIRST_PREV,
    FORMS,
    TABLES,
    Link,
    digest_of,
    image_digest,
    mac_of,
    text_of,
)
from trellis.service.audit.keys import TrailKeys

BATCH = 5000
IMAGES = "audit_changeimage"
Rows = psycopg.Connection[tuple[Any, ...]]


class Broken(Exception):
    """The first place where the trail is not what it was. Its text says where and what."""


class Sealed(NamedTuple):
    """A seal with what the database now holds of its event; None where that has gone."""

    link: Link
    text: str | None
    event_digest: bytes | None
    table: str | None
    salt: bytes | None
    images: str


@dataclass
class Verified:
    """What was found in order."""

    seals: int = 0
    by_kind: dict[str, int] = field(default_factory=lambda: {CHANGE: 0, ACCESS: 0})
    erased: int = 0
    waiting: int = 0
    anchors: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Sealed events a second."""
        return self.seals / self.seconds if self.seconds else 0.0


def verify_trail(connection: Rows, keys: TrailKeys, anchors: Sequence[Anchor]) -> Verified:
    """Verify everything. Raises Broken at the first break."""
    start = time.perf_counter()
    done, erased, prev = Verified(), _erased(connection), FIRST_PREV
    anchored = {anchor.seq: anchor for anchor in anchors}
    for sealed in _stream(connection):
        _check_link(sealed.link, done.seals + 1, prev, keys)
        if anchor := anchored.get(sealed.link.seq):
            _check_anchor(anchor, sealed.link)
        _check_event(sealed)
        done.erased += _check_images(sealed, erased)
        done.seals += 1
        done.by_kind[sealed.link.kind] += 1
        prev = sealed.link.mac
    _check_tail(anchors, done.seals)
    done.anchors = len(anchors)
    done.waiting = _check_nothing_is_left(connection)
    done.seconds = time.perf_counter() - start
    return done


def _check_link(link: Link, expected: int, prev: bytes, keys: TrailKeys) -> None:
    if link.seq > expected:
        raise Broken(f"Seal {expected} is missing: the next is seal {link.seq}, of {link.event}.")
    if link.seq < expected:
        raise Broken(f"Seal {link.seq}, of {link.event}, stands there twice, or its event does.")
    if link.key_id not in keys.known:
        raise Broken(
            f"Seal {link.seq}, of {link.event}, was made with the key {link.key_id}, which is not known here: add it"
            " to TRELLIS_TRAIL_KEY, after the newest. If nobody ever had it, the seal is forged."
        )
    if link.prev != prev:
        raise Broken(
            f"Seal {link.seq}, of {link.event}, does not follow seal {expected - 1}: seals were swapped, put in or"
            " made anew."
        )
    if link.form not in FORMS or not hmac.compare_digest(link.mac, mac_of(keys.known[link.key_id], link)):
        raise Broken(f"Seal {link.seq}, of {link.event}, was altered, or was made without the key.")


def _check_anchor(anchor: Anchor, link: Link) -> None:
    if anchor.mac != link.mac.hex() or anchor.count != anchor.seq:
        raise Broken(
            f"The chain up to seal {link.seq} is not the one that the anchor of {anchor.time} saw: it was made anew,"
            " by somebody who has the key."
        )


def _check_tail(anchors: Sequence[Anchor], seals: int) -> None:
    beyond = max(anchors, key=lambda anchor: anchor.seq, default=None)
    if beyond and beyond.seq > seals:
        raise Broken(
            f"The chain ends at seal {seals}, but the anchor of {beyond.time} saw seal {beyond.seq}: its end was cut"
            " off."
        )


def _check_event(sealed: Sealed) -> None:
    link = sealed.link
    name = f"{link.event.capitalize()}, sealed as number {link.seq} at {link.at:%d/%m/%Y %H:%M:%S} UTC,"
    if sealed.text is None:
        when = "was gone before it was sealed" if not link.digest else "is missing"
        raise Broken(f"{name} {when}.")
    if digest_of(sealed.text) != link.digest:
        raise Broken(f"{name} was edited since.")


def _check_images(sealed: Sealed, erased: set[str]) -> bool:
    """Whether the event's images were erased, openly. An event of an erasure has none."""
    link = sealed.link
    if link.kind == ACCESS or sealed.table == IMAGES:
        return False
    if sealed.salt is None:
        if str(link.change_id) not in erased:
            raise Broken(f"What {link.event} changed is missing, and no event says that it was erased.")
        return True
    if image_digest(sealed.salt, sealed.images) != sealed.event_digest:
        raise Broken(f"What {link.event} changed (before, after) was edited since.")
    return False


def _check_nothing_is_left(connection: Rows) -> int:
    """How many events await their seal. Raises Broken for an event with neither a seal nor a place in the queue."""
    for kind, table in TABLES.items():
        found = connection.execute(
            f"SELECT e.id FROM {table} e WHERE NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.{kind}_id = e.id)"  # noqa: S608
            f" AND NOT EXISTS (SELECT 1 FROM audit_unsealed u WHERE u.{kind}_id = e.id) LIMIT 1"
        ).fetchone()
        if found:
            raise Broken(
                f"{kind.capitalize()} event {found[0]} has no seal and awaits none: it was put in past the triggers,"
                " or its seal was cut off."
            )
    orphan = connection.execute(
        "SELECT i.event_id FROM audit_changeimage i"
        " WHERE NOT EXISTS (SELECT 1 FROM audit_changeevent e WHERE e.id = i.event_id) LIMIT 1"
    ).fetchone()
    if orphan:
        raise Broken(f"What change event {orphan[0]} changed is there, but the event is not.")
    waiting = connection.execute("SELECT count(*) FROM audit_unsealed").fetchone()
    return int(waiting[0]) if waiting else 0


def _erased(connection: Rows) -> set[str]:
    """The events whose images an event says were erased. That event is sealed like any other, so it is checked too."""
    found = connection.execute("SELECT row_id FROM audit_changeevent WHERE table_name = %s", [IMAGES])
    return {row for (row,) in found.fetchall()}


def _stream(connection: Rows) -> Iterator[Sealed]:
    """Every seal in order, a batch of rows at a time."""
    query = seals_query()
    last = 0
    # Bytes and times arrive as such, rather than as text to be read.
    with psycopg.Cursor(connection) as cursor:
        while rows := cursor.execute(query, [last, BATCH], binary=True).fetchall():
            for row in rows:
                yield Sealed(Link._make(row[:9]), *row[9:])
            last = rows[-1][0]


def seals_query() -> str:
    """The query for so many seals after a number, each with its event: the columns of Sealed."""
    # The limits keep PostgreSQL from reading whole tables for every batch; two, so that a second row of one key, put in
    # where the key was dropped, makes the seal come twice.
    texts = {
        kind: f"CASE s.form {' '.join(f'WHEN {form} THEN {text_of(kind, alias, form)}' for form in FORMS)} END"
        for kind, alias in ((CHANGE, "c"), (ACCESS, "a"))
    }
    return f"""
        SELECT s.seq, s.change_id, s.access_id, s.form, s.at, s.key_id, s.prev, s.digest, s.mac,
            CASE WHEN c.id IS NOT NULL THEN {texts[CHANGE]} WHEN a.id IS NOT NULL THEN {texts[ACCESS]} END,
            c.digest, c.table_name, uuid_send(i.salt), json_build_array(i.before, i.after)::text
        FROM (SELECT * FROM audit_seal WHERE seq > %s ORDER BY seq LIMIT %s) s
        LEFT JOIN LATERAL (SELECT * FROM audit_changeevent WHERE id = s.change_id LIMIT 2) c ON true
        LEFT JOIN LATERAL (SELECT * FROM audit_accessevent WHERE id = s.access_id LIMIT 2) a ON true
        LEFT JOIN LATERAL (SELECT * FROM audit_changeimage WHERE event_id = s.change_id LIMIT 2) i ON true
        ORDER BY s.seq
    """  # noqa: S608 - names of our own columns
