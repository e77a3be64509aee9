"""What somebody who owns the database could do to the trail, each with the triggers out of the way.

Every way takes a connection as the owner and a seeded chance, and changes something for certain.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from django.conf import settings

from tests.service.audit.trails import Link
from trellis.service.audit.chain import FIRST_PREV, digest_of, mac_of
from trellis.service.audit.keys import TrailKeys, demonstration_key
from trellis.service.audit.verifying import seals_query

Tampering = Callable[[Link, random.Random], str]
CHANGE = {
    "at": "at + interval '1 second'",
    "actor_id": "actor_id + 1",
    "request_id": "request_id || 'x'",
    "transaction": "transaction + 1",
    "table_name": "'people_phone'",
    "action": "CASE action WHEN 'insert' THEN 'update' ELSE 'insert' END",
    "row_id": "row_id || '0'",
    "person_id": "coalesce(person_id, 0) + 1",
    "columns": "array_append(columns::text[], 'stage')",
    "digest": "sha256(digest)",
}
ACCESS = {
    "at": "at - interval '1 microsecond'",
    "actor_id": "actor_id + 1",
    "agency_id": "coalesce(agency_id, 0) + 1",
    "request_id": "request_id || 'x'",
    "method": "'POST'",
    "page": "'home:trail'",
    "status": "status + 1",
    "person_ids": "person_ids[2:]",
    "detail": """detail || '{"found": 0}'""",
}
IMAGE = {
    "salt": "gen_random_uuid()",
    "before": """coalesce(before, '{}') || '{"stage": "no_longer"}'""",
    "after": """coalesce(after, '{}') || '{"family_name": "Nobody"}'""",
}
SEAL = {
    "at": "at + interval '1 hour'",
    "digest": "sha256(digest)",
    "mac": "sha256(mac)",
    "prev": "sha256(prev)",
    "key_id": "reverse(key_id)",
    "form": "form + 1",
}
MINE = TrailKeys.from_text(demonstration_key("key of somebody else"))


def _one(link: Link, chance: random.Random, query: str) -> Any:
    return chance.choice([row[0] for row in link.execute(query).fetchall()])


def _seq(link: Link, chance: random.Random) -> int:
    return int(_one(link, chance, "SELECT seq FROM audit_seal"))


def _edit(table: str, key: str, ways: dict[str, str]) -> Tampering:
    def tamper(link: Link, chance: random.Random) -> str:
        column, value = chance.choice(list(ways.items()))
        row = _one(link, chance, f"SELECT {key} FROM {table}")
        link.execute(f"UPDATE {table} SET {column} = {value} WHERE {key} = %s", [row])
        return f"{column} of {table} {row}"

    return tamper


def _delete(table: str, key: str, *also: str) -> Tampering:
    def tamper(link: Link, chance: random.Random) -> str:
        row = _one(link, chance, f"SELECT {key} FROM {table}")
        for statement in also:
            link.execute(statement, [row])
        link.execute(f"DELETE FROM {table} WHERE {key} = %s", [row])
        return f"{table} {row}"

    return tamper


def cut_tail(link: Link, chance: random.Random) -> str:
    """Remove the last seals, at times with their events, at times putting those back into the queue."""
    first = _seq(link, chance)
    kept = chance.choice(("nothing", "events", "events that wait again"))
    if kept == "nothing":
        for table, key in (("changeimage", "event_id"), ("changeevent", "id"), ("accessevent", "id")):
            column = "access_id" if table == "accessevent" else "change_id"
            link.execute(
                f"DELETE FROM audit_{table} WHERE {key} IN (SELECT {column} FROM audit_seal WHERE seq >= %s)", [first]
            )
    if kept == "events that wait again":
        link.execute(
            "INSERT INTO audit_unsealed (change_id, access_id)"
            " SELECT change_id, access_id FROM audit_seal WHERE seq >= %s ORDER BY seq",
            [first],
        )
    link.execute("DELETE FROM audit_seal WHERE seq >= %s", [first])
    return f"from seal {first} on, keeping {kept}"


def swap(link: Link, chance: random.Random) -> str:
    """Exchange two events, or two seals, or what two seals seal."""
    what = chance.choice(("changes", "accesses", "seals", "events of seals"))
    table, key = {"changes": ("audit_changeevent", "id"), "accesses": ("audit_accessevent", "id")}.get(
        what, ("audit_seal", "seq")
    )
    one, other = chance.sample([row[0] for row in link.execute(f"SELECT {key} FROM {table}").fetchall()], 2)
    if what == "events of seals":
        link.execute("ALTER TABLE audit_seal DROP CONSTRAINT seal_of_one_event")
        link.execute("CREATE TEMPORARY TABLE held AS SELECT * FROM audit_seal WHERE seq IN (%s, %s)", [one, other])
        link.execute("UPDATE audit_seal SET change_id = NULL, access_id = NULL WHERE seq IN (%s, %s)", [one, other])
        for mine, theirs in ((one, other), (other, one)):
            link.execute(
                "UPDATE audit_seal s SET change_id = h.change_id, access_id = h.access_id, digest = h.digest"
                " FROM held h WHERE s.seq = %s AND h.seq = %s",
                [mine, theirs],
            )
    else:
        spare = "'00000000-0000-0000-0000-000000000000'" if what == "accesses" else "-1"
        for new, old in ((spare, one), (f"'{one}'", other), (f"'{other}'", None)):
            link.execute(f"UPDATE {table} SET {key} = {new} WHERE {key} = {spare if old is None else '%s'}",
                         [] if old is None else [old])  # fmt: skip
    return f"{what} {one} and {other}"


def forge(link: Link, chance: random.Random) -> str:
    """Put in an event that never happened: a change, an access, or a change with a seal of one's own at the end."""
    what = chance.choice(("change", "access", "sealed change"))
    if what == "access":
        link.execute(
            "INSERT INTO audit_accessevent SELECT gen_random_uuid(), at, actor_id, agency_id, request_id, method, page,"
            " status, person_ids, detail FROM audit_accessevent ORDER BY id LIMIT 1"
        )
        return what
    row = link.execute(
        "INSERT INTO audit_changeevent (at, actor_id, request_id, transaction, table_name, action, row_id, person_id,"
        " columns, digest) SELECT at, actor_id, request_id, transaction, table_name, action, row_id, person_id,"
        " columns, digest FROM audit_changeevent ORDER BY id LIMIT 1 OFFSET %s RETURNING id",
        [chance.randrange(20)],
    ).fetchone()
    if what == "sealed change":
        link.execute(
            "INSERT INTO audit_seal SELECT seq + 1, %s, NULL, form, now(), key_id, mac, digest, sha256(mac)"
            " FROM audit_seal ORDER BY seq DESC LIMIT 1",
            row,
        )
    return what


def rechain(keys: TrailKeys, named: str) -> Tampering:
    """Edit an event or take one out, and make every seal from there anew with these keys under that key's name."""

    def tamper(link: Link, chance: random.Random) -> str:
        number = _seq(link, chance)
        if chance.random() < 0.5:
            link.execute(
                "UPDATE audit_changeevent SET actor_id = actor_id + 1"
                " WHERE id = (SELECT change_id FROM audit_seal WHERE seq = %s)",
                [number],
            )
            link.execute(
                "UPDATE audit_accessevent SET person_ids = '{}'"
                " WHERE id = (SELECT access_id FROM audit_seal WHERE seq = %s)",
                [number],
            )
            return f"edited {number}, {_chain_anew(link, keys, named, number)}"
        for table, column in (("changeevent", "change_id"), ("accessevent", "access_id")):
            link.execute(
                f"DELETE FROM audit_{table} WHERE id = (SELECT {column} FROM audit_seal WHERE seq = %s)", [number]
            )
        link.execute(
            "DELETE FROM audit_changeimage WHERE event_id = (SELECT change_id FROM audit_seal WHERE seq = %s)", [number]
        )
        link.execute("DELETE FROM audit_seal WHERE seq = %s", [number])
        # Upwards in two steps, so that no number stands there twice in between.
        link.execute("UPDATE audit_seal SET seq = -seq WHERE seq > %s", [number])
        link.execute("UPDATE audit_seal SET seq = -seq - 1 WHERE seq < 0")
        return f"took out {number}, {_chain_anew(link, keys, named, number)}"

    return tamper


def _chain_anew(link: Link, keys: TrailKeys, named: str, first: int) -> str:
    from trellis.service.audit.chain import Link as Seal

    before = link.execute("SELECT mac FROM audit_seal WHERE seq = %s", [first - 1]).fetchone()
    prev = before[0] if before else FIRST_PREV
    for row in link.execute(seals_query(), [first - 1, 10_000]).fetchall():
        seal = Seal(*row[:9])._replace(prev=prev, digest=digest_of(row[9]), key_id=named)
        prev = mac_of(keys.known[keys.current], seal)
        link.execute(
            "UPDATE audit_seal SET prev = %s, digest = %s, mac = %s, key_id = %s WHERE seq = %s",
            [seal.prev, seal.digest, prev, named, seal.seq],
        )
    return "chained anew"


IMAGE_GOES = "DELETE FROM audit_changeimage WHERE event_id = %s"
SEAL_GOES = "DELETE FROM audit_seal WHERE change_id = %s"
TAMPERINGS: dict[str, Tampering] = {
    "edit a change": _edit("audit_changeevent", "id", CHANGE),
    "edit an access": _edit("audit_accessevent", "id", ACCESS),
    "edit what a change held": _edit("audit_changeimage", "event_id", IMAGE),
    "edit a seal": _edit("audit_seal", "seq", SEAL),
    "delete a change": _delete("audit_changeevent", "id", IMAGE_GOES),
    "delete a change with its seal": _delete("audit_changeevent", "id", IMAGE_GOES, SEAL_GOES),
    "delete an access": _delete("audit_accessevent", "id"),
    "delete what a change held": _delete("audit_changeimage", "event_id"),
    "delete a seal": _delete("audit_seal", "seq"),
    "cut the end off": cut_tail,
    "swap two": swap,
    "put in what never was": forge,
    "chain anew without the key": rechain(MINE, settings.TRAIL_KEYS.current),
    "chain anew with a key of one's own": rechain(MINE, MINE.current),
    "chain anew with the key": rechain(settings.TRAIL_KEYS, settings.TRAIL_KEYS.current),
}
