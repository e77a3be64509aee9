"""What backup, restore and the drill share: the three roles' addresses, and what the service knows of its tables."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from psycopg import sql
from psycopg.conninfo import make_conninfo

from trellis.commands import CommandError
from trellis.service.access.roles import CREATE_ROLES
from trellis.service.common.backup.contents import Connection, settle_output
from trellis.service.common.backup.envelope import BackupKey, read_key
from trellis.service.common.backup.folder import LastSeal, Manifest
from trellis.service.common.backup.programs import find_programs

SAMPLED_USERS = 25


def address(alias: str, database: str = "") -> str:
    """The address of a role's connection, of another database where one is named. Raises CommandError for none."""
    if alias not in connections.settings:
        raise CommandError(
            "Backing up and restoring need the steward: set TRELLIS_STEWARD_DATABASE_URL as"
            " docs/how-to/back-up-and-restore.md says."
        )
    named = connections[alias].settings_dict
    known = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    parts: dict[str, Any] = {key: named[name] for key, name in known.items() if named.get(name)}
    options = {key: value for key, value in named.get("OPTIONS", {}).items() if isinstance(value, str)}
    return make_conninfo(**options | parts | ({"dbname": database} if database else {}))


def connect(alias: str, database: str = "", *, autocommit: bool = False) -> Connection:
    """A connection outside Django's, as that role. Raises CommandError where the database does not answer."""
    try:
        connection = psycopg.connect(address(alias, database), autocommit=autocommit)
    except psycopg.OperationalError as fault:
        raise CommandError(f"The database does not answer the {alias}: {fault}") from fault
    settle_output(connection)
    connection.commit()
    return connection


def programs(connection: Connection) -> Path:
    """The folder of the PostgreSQL programs that fit the server."""
    return find_programs(connection.info.server_version, settings.POSTGRES_PROGRAMS)


def refuse_unfit_target(owner: Connection, manifest: Manifest) -> None:
    """Raise CommandError where the backup cannot be restored into the database of that connection."""
    refuse_filled(owner)
    roles = {name for (name,) in owner.execute("SELECT rolname FROM pg_roles").fetchall()}
    if missing := sorted(set(CREATE_ROLES) - roles):
        raise CommandError(
            f"The server lacks the role {', '.join(missing)}: make the roles as docs/how-to/run-in-production.md says."
        )
    (of_backup, of_server) = (version // 10000 for version in (manifest.server_version, owner.info.server_version))
    if of_backup > of_server:
        raise CommandError(
            f"The backup is of PostgreSQL {of_backup} and this server {of_server}: restore into {of_backup} or later."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    if unknown := sorted(set(manifest.migrations) - known):
        raise CommandError(
            f"The backup was made by a later version of Trellis, with {unknown[0]}: restore it with that version."
        )


def refuse_filled(connection: Connection) -> None:
    """Raise CommandError where the database holds anything of its own."""
    row = connection.execute(
        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
    ).fetchone()
    if row and row[0]:
        raise CommandError(
            f"The database {connection.info.dbname} is not empty: a backup is restored into an empty one, so that"
            " nothing is overwritten. Make one as docs/how-to/back-up-and-restore.md says."
        )


def backup_key() -> BackupKey | None:
    """The deployer's key, or None where none is set."""
    return read_key(settings.BACKUP_KEY)


def files_folder() -> Path:
    """Where uploaded files lie."""
    return Path(default_storage.path(""))


def migrations(connection: Connection) -> list[str]:
    """The migrations that the database has had, as app and name."""
    return [
        name for (name,) in connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    ]


def live_grants(connection: Connection, at: datetime) -> int:
    """How many grants were live at that moment."""
    row = connection.execute(
        "SELECT count(*) FROM access_grant WHERE starts_at <= %(at)s AND (ends_at IS NULL OR ends_at > %(at)s)",
        {"at": at},
    ).fetchone()
    assert row is not None
    return int(row[0])


def sampled_users(steward: Connection) -> list[str]:
    """A fixed spread of users with a posting, and every system actor, each as "user/agency"."""
    rows = steward.execute(
        "SELECT u.id || '/' || coalesce(p.agency_id::text, '') FROM access_user u"
        " LEFT JOIN LATERAL (SELECT agency_id FROM access_posting WHERE user_id = u.id ORDER BY id DESC LIMIT 1) p"
        " ON true WHERE u.is_system OR p.agency_id IS NOT NULL"
        " ORDER BY u.is_system DESC, sha256(convert_to(u.username, 'UTF8')) LIMIT %s",
        [SAMPLED_USERS],
    )
    return [pair for (pair,) in rows.fetchall()]


def sight(app: Connection, pairs: list[str]) -> dict[str, int]:
    """How many people each of the users sees, asked of row security through the app's own role."""
    seen = {}
    for pair in pairs:
        user, _, agency = pair.partition("/")
        app.execute(
            "SELECT set_config('trellis.actor', %s, true), set_config('trellis.agency', %s, true)", [user, agency]
        )
        row = app.execute("SELECT count(*) FROM people_person").fetchone()
        assert row is not None
        seen[pair] = int(row[0])
    return seen


def seals_anything(steward: Connection) -> bool:
    """Whether the database is of a version that seals its trail."""
    row = steward.execute("SELECT to_regclass('public.audit_seal') IS NOT NULL").fetchone()
    return bool(row and row[0])


def last_seal(steward: Connection) -> LastSeal | None:
    """The end of the trail's chain, or None where nothing has been sealed."""
    if not seals_anything(steward):
        return None
    row = steward.execute("SELECT seq, encode(mac, 'hex') FROM audit_seal ORDER BY seq DESC LIMIT 1").fetchone()
    return LastSeal(*row) if row else None


def share_snapshot(steward: Connection, *others: Connection) -> str:
    """Let the others read what the steward's transaction reads; returns the snapshot's name for pg_dump."""
    steward.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    row = steward.execute("SELECT pg_export_snapshot()").fetchone()
    assert row is not None
    for other in others:
        other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        other.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(row[0])))
    return str(row[0])
