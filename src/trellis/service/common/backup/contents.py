"""What a database holds, as counts and digests that do not depend on where the database stands."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

Connection = psycopg.Connection[Any]

# Whoever was signed in signs in again after a restore: a backup must not bring a session back to life.
LEFT_OUT = ("django_session", "usersessions_usersession", "cache_entry")


@dataclass(frozen=True)
class Digest:
    """So many rows, and the SHA-256 of all of them in order."""

    rows: int
    digest: str


def settle_output(connection: Connection) -> None:
    """Make values read alike on every server."""
    for name, value in (
        ("timezone", "UTC"),
        ("datestyle", "ISO, YMD"),
        ("intervalstyle", "postgres"),
        ("bytea_output", "hex"),
        ("extra_float_digits", "1"),
        ("search_path", "public"),
    ):
        connection.execute("SELECT set_config(%s, %s, false)", [name, value])


def digest_tables(connection: Connection) -> dict[str, Digest]:
    """Every table's rows, in the order of their keys. The role must be able to read all rows (the steward)."""
    tables = connection.execute(
        "SELECT c.relname, coalesce(array_agg(format('%I', a.attname) ||"
        " CASE WHEN a.attcollation <> 0 THEN ' COLLATE \"C\"' ELSE '' END ORDER BY k.place)"
        " FILTER (WHERE a.attname IS NOT NULL), '{}')"
        " FROM pg_class c LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
        " LEFT JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (number, place) ON true"
        " LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY c.relname ORDER BY c.relname"
    ).fetchall()
    return {name: _digest_table(connection, name, keys) for name, keys in tables if name not in LEFT_OUT}


def _digest_table(connection: Connection, table: str, keys: list[str]) -> Digest:
    # A table without a key is ordered by its rows as text.
    order = sql.SQL(", ").join(sql.SQL(key) for key in keys) if keys else sql.SQL('t::text COLLATE "C"')
    query = sql.SQL("COPY (SELECT * FROM {} t ORDER BY {}) TO STDOUT").format(sql.Identifier(table), order)
    rows, digest = 0, hashlib.sha256()
    with connection.cursor().copy(query) as copy:
        for some in copy:
            digest.update(some)
            rows += bytes(some).count(b"\n")
    return Digest(rows, digest.hexdigest())


# PostgreSQL reads a dumped condition anew and may write it with other brackets and casts around the same terms.
REWRITTEN = re.compile(r"[()]|::[a-z ]*[a-z](\[\])?")

# What protects the rows, each as lines of text, alike in every version of PostgreSQL: so without what an owner may do
# by owning, and with a column's refusal of nothing told of the column, as only later versions call it a constraint.
PROTECTION = {
    "policies": (
        "SELECT concat_ws(' ', tablename, policyname, permissive, roles, cmd, qual, with_check)"
        " FROM pg_policies WHERE schemaname = 'public'"
    ),
    "triggers": (
        "SELECT concat_ws(' ', tgenabled, pg_get_triggerdef(t.oid)) FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace"
    ),
    "row security": (
        "SELECT concat_ws(' ', relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner)) FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S')"
    ),
    "rights": (
        "SELECT concat_ws(' ', relname, a.grantee::regrole, a.privilege_type, a.is_grantable)"
        " FROM pg_class, aclexplode(relacl) a WHERE relnamespace = 'public'::regnamespace AND a.grantee <> relowner"
        " UNION ALL SELECT concat_ws(' ', attrelid::regclass, attname, a.grantee::regrole, a.privilege_type)"
        " FROM pg_attribute JOIN pg_class c ON c.oid = attrelid, aclexplode(attacl) a"
        " WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> relowner"
        " UNION ALL SELECT concat_ws(' ', p.oid::regprocedure, a.grantee::regrole, a.privilege_type)"
        " FROM pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a"
        " WHERE pronamespace = 'public'::regnamespace AND a.grantee <> proowner"
    ),
    "functions": (
        "SELECT concat_ws(' ', pg_get_userbyid(proowner), pg_get_functiondef(oid)) FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'"
    ),
    "columns": (
        "SELECT concat_ws(' ', relname, attname, format_type(atttypid, atttypmod), attnotnull, attidentity,"
        " attgenerated, pg_get_expr(adbin, adrelid)) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
        " LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE c.relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'v') AND attnum > 0 AND NOT attisdropped"
    ),
    "constraints": (
        "SELECT concat_ws(' ', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid))"
        " FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'"
    ),
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
}


def digest_protection(connection: Connection) -> dict[str, Digest]:
    """The policies, triggers, rights, functions, constraints and indexes that stand in the catalogue."""
    return {kind: _digest_lines(connection.execute(query).fetchall()) for kind, query in PROTECTION.items()}


def _digest_lines(rows: Iterable[tuple[str]]) -> Digest:
    lines = sorted(REWRITTEN.sub("", line) for (line,) in rows)
    return Digest(len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest())


def sequences_behind(connection: Connection) -> tuple[int, list[str]]:
    """How many sequences feed a column, and those whose next number the column holds already."""
    owned = connection.execute(
        "SELECT s.relname, t.relname, a.attname FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'"
        " JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid"
        " WHERE d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')"
        " AND s.relnamespace = 'public'::regnamespace ORDER BY s.relname"
    ).fetchall()
    behind = []
    for sequence, table, column in owned:
        query = sql.SQL("SELECT coalesce((SELECT max({}) FROM {}), 0) > last_value FROM {}").format(
            sql.Identifier(column), sql.Identifier(table), sql.Identifier(sequence)
        )
        row = connection.execute(query).fetchone()
        if row and row[0]:
            behind.append(sequence)
    return len(owned), behind
