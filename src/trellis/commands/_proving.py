"""Proves that a restored database is the one that was backed up, and that it protects its rows as before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from trellis.commands import _backing_up as shared
from trellis.service.access.roles import reasons_to_refuse
from trellis.service.access.third_party import THIRD_PARTY_TABLES
from trellis.service.audit.anchors import AnchorUnfit, read_anchors
from trellis.service.audit.verifying import Broken, verify_trail
from trellis.service.common.backup.contents import (
    Connection,
    Digest,
    digest_protection,
    digest_tables,
    sequences_behind,
)
from trellis.service.common.backup.folder import Manifest


@dataclass(frozen=True)
class Finding:
    """One thing that was compared: what, whether it fits, and the words for the report."""

    what: str
    fits: bool
    words: str


def prove(manifest: Manifest, database: str = "") -> list[Finding]:
    """Compare a restored database with its backup's manifest. `database`: its name where it is not the usual one."""
    with shared.connect("steward", database) as steward, shared.connect("default", database) as app:
        return [
            _tables(manifest.tables, digest_tables(steward)),
            _protection(manifest.protection, digest_protection(steward)),
            _sequences(steward),
            _row_security(steward),
            _app_role(app),
            _grants(manifest, steward),
            _sight(manifest, steward, app),
            _chain(manifest, steward),
        ]


def _tables(wanted: Mapping[str, Digest], found: Mapping[str, Digest]) -> Finding:
    wrong = _unlike(wanted, found)
    words = f"{len(wanted)} with {sum(table.rows for table in wanted.values()):,} rows, equal to the last digit"
    return Finding("tables", not wrong, words if not wrong else f"different: {'; '.join(wrong)}")


def _protection(wanted: Mapping[str, Digest], found: Mapping[str, Digest]) -> Finding:
    wrong = _unlike(wanted, found)
    words = ", ".join(f"{each.rows} {kind}" for kind, each in wanted.items())
    return Finding("protection", not wrong, f"{words}: as before" if not wrong else f"different: {'; '.join(wrong)}")


def _unlike(wanted: Mapping[str, Digest], found: Mapping[str, Digest]) -> list[str]:
    nothing = Digest(0, "")
    return [
        f"{name} ({found.get(name, nothing).rows:,} of {wanted.get(name, nothing).rows:,})"
        for name in sorted(wanted.keys() | found.keys())
        if wanted.get(name) != found.get(name)
    ]


def _sequences(steward: Connection) -> Finding:
    count, behind = sequences_behind(steward)
    words = f"{count} go on after the last number given" if not behind else f"behind: {', '.join(behind)}"
    return Finding("sequences", not behind, words)


def _row_security(steward: Connection) -> Finding:
    """Every table is under row security, but for those of libraries that are named as outside it."""
    tables = steward.execute(
        "SELECT relname, relrowsecurity AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = c.oid) FROM pg_class c"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname"
    ).fetchall()
    bare = [name for name, secured in tables if not secured and name not in THIRD_PARTY_TABLES]
    words = f"on for {sum(secured for _, secured in tables)} tables, with policies"
    return Finding("row security", not bare, words if not bare else f"off for {', '.join(bare)}")


def _app_role(app: Connection) -> Finding:
    reasons = reasons_to_refuse(app)
    return Finding("app role", not reasons, " ".join(reasons) or "owns nothing, passes nothing")


def _grants(manifest: Manifest, steward: Connection) -> Finding:
    live = shared.live_grants(steward, manifest.made_at)
    fits = live == manifest.live_grants
    words = f"{live:,} live when it was made" if fits else f"{live:,} live and {manifest.live_grants:,} before"
    return Finding("grants", fits, words)


def _sight(manifest: Manifest, steward: Connection, app: Connection) -> Finding:
    """Ask row security again what each sampled user sees. Dates that have come since may change the answer."""
    found = shared.sight(app, list(manifest.sight))
    changed = [pair.partition("/")[0] for pair, people in manifest.sight.items() if found[pair] != people]
    turned = _turned_since(manifest, steward)
    if changed and turned:
        return Finding(
            "sight",
            True,
            f"not comparable: {turned} dates of access have come since; hold the drill soon after a backup",
        )
    words = f"{len(found)} users see as many people as before" if not changed else f"differs for {', '.join(changed)}"
    return Finding("sight", not changed, words)


def _chain(manifest: Manifest, steward: Connection) -> Finding:
    """Verify the trail as `trellis verify-audit` does, and that it ends where it ended."""
    end = manifest.last_seal
    if not shared.seals_anything(steward):
        return Finding("chain", end is None, "the backup is older than seals" if end is None else "no seals are there")
    try:
        # An anchor taken since the backup sees seals that the backup cannot have.
        anchors = [
            anchor
            for anchor in read_anchors(settings.ANCHORS, settings.ANCHOR_KEYS)
            if end is not None and anchor.seq <= end.seq
        ]
        verified = verify_trail(steward, settings.TRAIL_KEYS, anchors)
    except (Broken, AnchorUnfit) as fault:
        return Finding("chain", False, str(fault))
    if shared.last_seal(steward) != end:
        return Finding("chain", False, f"{verified.seals:,} seals, which do not end as the manifest says")
    words = f"{verified.seals:,} seals whole, {len(anchors)} anchors, {verified.waiting:,} events await their seal"
    return Finding("chain", True, words)


def _turned_since(manifest: Manifest, steward: Connection) -> int:
    """How many of the moments at which access begins or ends lie between the backup and now."""
    columns = steward.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
        " AND table_name ~ '^(access|protection|sharing)_' AND data_type IN ('date', 'timestamp with time zone')"
    ).fetchall()
    turned = 0
    for table, column, kind in columns:
        now = "current_date" if kind == "date" else "now()"
        row = steward.execute(
            f'SELECT count(*) FROM "{table}" WHERE "{column}" > %s AND "{column}" <= {now}',  # noqa: S608 - its own names
            [manifest.made_at.date() if kind == "date" else manifest.made_at],
        ).fetchone()
        turned += int(row[0]) if row else 0
    return turned
