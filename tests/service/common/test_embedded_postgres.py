"""The embedded server: starts, stops, survives a kill, and two racing starts end in one server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from trellis.service.common.embedded_postgres import EmbeddedServer, embedded_server


@pytest.fixture
def server() -> Iterator[EmbeddedServer]:
    own = embedded_server(f"try{os.getpid()}", durable=False)
    yield own
    own.remove()


def ask(server: EmbeddedServer) -> str:
    with psycopg.connect(server.url) as connection:
        (answer,) = connection.execute("SHOW server_version_num").fetchone() or ("",)
        return str(answer)


def test_starts_from_nothing_and_again_and_stops(server: EmbeddedServer) -> None:
    server.start()
    assert int(ask(server)) >= 150000
    server.start()
    server.stop()
    assert not server.answers()
    server.start()
    assert server.answers()


def test_starts_again_after_a_kill_with_what_was_committed(server: EmbeddedServer) -> None:
    server = replace(server, durable=True)
    server.start()
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    os.kill(int((server.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    server.start()
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)


def test_starts_at_once_end_in_one_server_with_its_roles_and_database(server: EmbeddedServer) -> None:
    code = (
        "from trellis.service.common.embedded_postgres import embedded_server;"
        "from trellis.service.access.roles import create_roles;"
        f"own = embedded_server({server.name!r}, durable=False); own.start(); create_roles(own.url, 'trellis')"
    )
    racers = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(4)]
    assert [racer.wait(60) for racer in racers] == [0, 0, 0, 0]
    for racer in racers:
        racer.stderr.close()  # type: ignore[union-attr]
    assert server.answers()


def test_another_name_is_another_server(server: EmbeddedServer) -> None:
    other = embedded_server("demo")
    assert (other.data, other.sockets) != (server.data, server.sockets)
    assert len(str(server.sockets / ".s.PGSQL.5432")) < 107
