"""PostgreSQL's own pg_dump and pg_restore: found for a server, and run without a password on the command line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from trellis.rules.errors import Refused
from trellis.service.common.embedded_postgres import binaries

PIECE_BYTES = 1 << 20


def find_programs(server_version: int, folder: str = "") -> Path:
    """The folder of a pg_dump of the server's own major version.

    Looks in `folder` alone when it is named, and otherwise on the path, among Debian's versions and in the wheel of the
    embedded server. Another version than the server's writes what the server may not read. Raises Refused with what was
    found where none fits. `server_version` as in server_version_num, such as 180004.
    """
    wanted = server_version // 10000
    found = {}
    for candidate in [Path(folder)] if folder else _candidates(wanted):
        version = _major_version(candidate / "pg_dump")
        if version == wanted and (candidate / "pg_restore").exists():
            return candidate
        if version:
            found[str(candidate)] = version
    seen = "; ".join(f"{where} has version {version}" for where, version in found.items()) or "none was found"
    raise Refused(
        f"The server is PostgreSQL {wanted}, and backing up needs pg_dump and pg_restore of that version ({seen}):"
        f" install the client programs of PostgreSQL {wanted} and name their folder in TRELLIS_PG_BIN."
    )


def _candidates(version: int) -> list[Path]:
    on_path = shutil.which("pg_dump")
    return [
        *([Path(on_path).parent] if on_path else []),
        Path(f"/usr/lib/postgresql/{version}/bin"),
        binaries(),
    ]


def _major_version(program: Path) -> int | None:
    if not program.exists():
        return None
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    number = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    return int(number[1]) if number else None


def dump(folder: Path, conninfo: str, *, snapshot: str, leave_out: Iterable[str]) -> Iterator[bytes]:
    """The dump of what the snapshot shows, in PostgreSQL's custom format. Raises Refused with pg_dump's last words."""
    command = [
        "--format=custom",
        f"--snapshot={snapshot}",
        *(f"--exclude-table-data=public.{name}" for name in leave_out),
    ]
    address, environment = _address(conninfo)
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(  # noqa: S603 - PostgreSQL's own program, arguments of our own
            [folder / "pg_dump", *command, f"--dbname={address}"], stdout=subprocess.PIPE, stderr=said, env=environment
        ) as running,
    ):
        assert running.stdout is not None
        while piece := running.stdout.read(PIECE_BYTES):
            yield piece
        if running.wait():
            raise Refused(f"The database could not be dumped: {_last_words(said.seek(0) or said.read())}")


def restore(folder: Path, conninfo: str, content: Iterable[bytes]) -> None:
    """Restore a dump whole or not at all. Raises Refused with pg_restore's last words.

    `content` must have been checked before: pg_restore may finish without having read its end.
    """
    address, environment = _address(conninfo)
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(  # noqa: S603
            [folder / "pg_restore", "--exit-on-error", "--single-transaction", f"--dbname={address}"],
            stdin=subprocess.PIPE,
            stderr=said,
            stdout=subprocess.DEVNULL,
            env=environment,
        ) as running,
    ):
        assert running.stdin is not None
        try:
            for piece in content:
                running.stdin.write(piece)
            running.stdin.close()
        except BrokenPipeError:
            pass  # It stopped early; its exit code says whether that was right.
        except BaseException:
            running.kill()
            raise
        if running.wait():
            words = _last_words(said.seek(0) or said.read())
            raise Refused(f"The dump could not be restored, and nothing of it was kept: {words}")


def _address(conninfo: str) -> tuple[str, dict[str, str]]:
    """The address without its password, and an environment that has it: a command line can be read by others."""
    parts: dict[str, Any] = dict(conninfo_to_dict(conninfo))
    password = parts.pop("password", None)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRELLIS_")}
    environment["LC_ALL"] = "C"
    if password:
        environment["PGPASSWORD"] = str(password)
    return make_conninfo(**parts), environment


def _last_words(said: object) -> str:
    lines = str(said).strip().splitlines()
    return " ".join(lines[-3:]) or "it said nothing"
