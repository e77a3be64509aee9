"""The one sealer: takes events from the queue in the order in which they became visible, and adds them to the chain.

Every function here works in the present transaction and needs the sealer to be its actor
(trellis.service.access.sealer names it).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from trellis.service.audit.chain import ACCESS, CHANGE, FIRST_PREV, FORM, Link, digest_of, mac_of, text_of
from trellis.service.audit.keys import TrailKeys

BATCH = 1000
# One by one through the keys' indexes, by a limit that PostgreSQL cannot plan away: it would rather read both tables
# whole for every batch.
TAKE = f"""
WITH taken AS (
    DELETE FROM audit_unsealed WHERE id IN (SELECT id FROM audit_unsealed ORDER BY id LIMIT %s)
    RETURNING id, change_id, access_id
)
SELECT t.change_id, t.access_id,
    CASE WHEN c.id IS NOT NULL THEN {text_of(CHANGE, "c")} WHEN a.id IS NOT NULL THEN {text_of(ACCESS, "a")} END
FROM taken t
LEFT JOIN LATERAL (SELECT * FROM audit_changeevent WHERE id = t.change_id LIMIT 1) c ON true
LEFT JOIN LATERAL (SELECT * FROM audit_accessevent WHERE id = t.access_id LIMIT 1) a ON true
ORDER BY t.id
"""  # noqa: S608 - names of our own columns
ADD = """
INSERT INTO audit_seal (seq, change_id, access_id, form, at, key_id, prev, digest, mac)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::uuid[], %s::smallint[], %s::timestamptz[], %s::text[],
    %s::bytea[], %s::bytea[], %s::bytea[])
"""


@transaction.atomic
def seal_batch(keys: TrailKeys, most: int = BATCH) -> int:
    """Seal up to so many waiting events; returns how many. 0 also when another process is sealing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('trellis sealer'))")
        if cursor.fetchone() != (True,):
            return 0
        cursor.execute(TAKE, [most])
        events = cursor.fetchall()
        if not events:
            return 0
        cursor.execute("SELECT seq, mac FROM audit_seal ORDER BY seq DESC LIMIT 1")
        seq, prev = cursor.fetchone() or (0, FIRST_PREV)
        _add(cursor, _links(events, keys, seq, bytes(prev), timezone.now()))
    return len(events)


def _links(events: list[tuple[Any, ...]], keys: TrailKeys, seq: int, prev: bytes, at: datetime) -> list[Link]:
    key, links = keys.known[keys.current], []
    for change_id, access_id, text in events:
        seq += 1
        link = Link(seq, change_id, access_id, FORM, at, keys.current, prev, digest_of(text), b"")
        prev = mac_of(key, link)
        links.append(link._replace(mac=prev))
    return links


def _add(cursor: CursorWrapper, links: list[Link]) -> None:
    columns = ("seq", "change_id", "access_id", "form", "at", "key_id", "prev", "digest", "mac")
    cursor.execute(ADD, [[getattr(link, column) for link in links] for column in columns])
