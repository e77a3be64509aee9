"""Backup, restore and proof of a database of a million rows, against pg_restore of the same dump by itself.

The rows are disposals written as a feed's would be, so that each brings its row in the trail. Backup and restore are
the commands themselves, under a key. The peer restores what is in the dump and proves nothing.
Nothing is sealed here, so the proof has no chain to verify.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

ROWS = 1_000_000
PEOPLE = 500
BATCH = 50_000
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
WRITE = """
INSERT INTO record_disposal (recorded_at, source, source_key, source_digest, source_row, happened_on, ho_code,
                             principal, finding, disposal, agency_id, person_id, recorded_by_id)
SELECT now(), 'bench', %(batch)s || '/' || n, '', n::text, date '1990-01-01' + n %% 12000, '02801',
       true, 'found_guilty', 'Community order', %(agency)s, (%(people)s::bigint[])[1 + n %% %(count)s], %(by)s
FROM generate_series(1, %(rows)s) n
"""


def main() -> None:
    """Measure in a process of its own, on a server of its own that is gone afterwards."""
    from trellis.service.access.roles import APP_ROLE, OWNER_ROLE, STEWARD_ROLE, create_roles  # noqa: PLC0415
    from trellis.service.common.embedded_postgres import embedded_server  # noqa: PLC0415

    # No other server's name: what it holds is thrown away.
    server = embedded_server("bench-restore")
    server.start()
    try:
        create_roles(server.url, "trellis")
        at = f"@/trellis?host={quote(str(server.sockets), safe='')}"
        with tempfile.TemporaryDirectory() as var:
            own = {
                "TRELLIS_DATABASE_URL": f"postgresql://{APP_ROLE}{at}",
                "TRELLIS_OWNER_DATABASE_URL": f"postgresql://{OWNER_ROLE}{at}",
                "TRELLIS_STEWARD_DATABASE_URL": f"postgresql://{STEWARD_ROLE}{at}",
                "TRELLIS_BACKUP_KEY": KEY,
                "TRELLIS_VAR": var,
                "DJANGO_SETTINGS_MODULE": "trellis.service.config.settings",
                "TRELLIS_MODE": "test",
            }
            subprocess.run([sys.executable, "-m", "bench.restore", server.url], env=os.environ | own, check=True)
    finally:
        server.stop()
        shutil.rmtree(server.data, ignore_errors=True)


def measure(administrator: str) -> None:
    """Print the times and the ratio. The surroundings name the database; `administrator`: the superuser's address."""
    import django  # noqa: PLC0415 - the settings are named by the process that started this
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    django.setup()
    with contextlib.redirect_stdout(io.StringIO()):
        call_command("migrate", verbosity=0, interactive=False)
    rows = _fill()
    var = Path(settings.VAR)
    backing_up = _timed(lambda: _command("backup", str(var / "backups")))
    (backup,) = (var / "backups").iterdir()
    size = (backup / "database.dump").stat().st_size
    for name in ("restored", "plain"):
        _make_database(administrator, name)
    connections.close_all()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = "restored"
    whole = _timed(lambda: _command("restore", str(backup)))
    proving, plain = _parts(backup)
    print(
        f"restore: {rows:,} rows, {size / 1e6:.0f} MB encrypted. Backup {backing_up:.1f} s;"
        f" restore with its proof {whole:.1f} s ({rows / whole / 1e3:,.0f} k rows/s), of which proof {proving:.1f} s;"
        f" pg_restore alone {plain:.1f} s, ratio {whole / plain:.1f}x"
    )


def _parts(backup: Path) -> tuple[float, float]:
    """Seconds of the proof by itself, and of pg_restore by itself from a plain file."""
    from trellis.commands import _backing_up as shared  # noqa: PLC0415
    from trellis.commands._proving import prove  # noqa: PLC0415
    from trellis.service.common.backup.folder import DATABASE, read_manifest, read_part  # noqa: PLC0415

    key = shared.backup_key()
    manifest = read_manifest(backup, key)
    proving = _timed(lambda: prove(manifest))
    plain = backup / "plain.dump"
    plain.write_bytes(b"".join(read_part(backup / DATABASE, key)))
    with shared.connect("owner", "plain") as owner:
        program = shared.programs(owner) / "pg_restore"
    command = [
        program,
        "--exit-on-error",
        "--single-transaction",
        f"--dbname={shared.address('owner', 'plain')}",
        plain,
    ]
    return proving, _timed(lambda: subprocess.run(command, check=True))


def _fill() -> int:
    """Write disposals until all tables hold enough rows; returns how many they hold."""
    from django.db import connection  # noqa: PLC0415

    from tests.cast import make_cast  # noqa: PLC0415
    from tests.factories import make_person  # noqa: PLC0415
    from trellis.commands import _backing_up as shared  # noqa: PLC0415
    from trellis.service.access.actor import acting  # noqa: PLC0415

    cast = make_cast()
    people = [make_person(cast, f"Number{n}").pk for n in range(PEOPLE)]
    rows, batch = 0, 0
    while rows < ROWS:
        batch += 1
        with acting("feeds") as actor, connection.cursor() as cursor:
            cursor.execute(
                WRITE,
                {"batch": batch, "agency": cast.police.pk, "people": people, "count": PEOPLE, "by": actor.user_id}
                | {"rows": BATCH},
            )
        with shared.connect("steward") as steward:
            rows = _all_rows(steward)
    return rows


def _all_rows(steward: psycopg.Connection[tuple[int]]) -> int:
    tables = steward.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    counts = [
        steward.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(str(name)))).fetchone() or (0,)
        for (name,) in tables
    ]
    return sum(count for (count,) in counts)


def _make_database(administrator: str, name: str) -> None:
    with psycopg.connect(administrator, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} OWNER trellis_owner").format(sql.Identifier(name)))


def _command(*arguments: str) -> None:
    from trellis.cli import main as trellis  # noqa: PLC0415

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = trellis(arguments)
    if code:
        raise SystemExit(f"restore: trellis {arguments[0]} ended with {code}: {said.getvalue()}")


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    measure(sys.argv[1])
