"""The tests' own PostgreSQL server, so that no real database is there to hit."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import TestCase, TransactionTestCase
from django.test.utils import setup_databases, teardown_databases
from psycopg import sql

from trellis.service.access.roles import OWNER_ROLE, create_roles
from trellis.service.common.embedded_postgres import embedded_server

ALIASES = {"default", "owner", "counters"}
# What a copy is made of for tests that commit: as migrated, with nobody in it.
EMPTY = "_empty"

# Truncating would meet the append-only trail; tests that commit work on a database of their own instead.
TransactionTestCase._fixture_teardown = lambda self: None  # type: ignore[method-assign]
TestCase.databases = TransactionTestCase.databases = ALIASES


def start_server() -> None:
    """Start the tests' server with the three roles. It is left running: the next run starts at once."""
    assert settings.MODE == "test", "The tests run in mode test: unset TRELLIS_MODE or set it to test."
    server = embedded_server("test", durable=False)
    server.start()
    create_roles(server.url, "trellis")


def make_database() -> list[object]:
    """Make this worker's database by migrating. Both connections see it."""
    # Named by process, so that two runs beside each other do not meet.
    connections["owner"].settings_dict["TEST"] |= {"NAME": f"test_trellis_{os.getpid()}", "DEPENDENCIES": []}
    _drop_left_behind()
    old = setup_databases(verbosity=0, interactive=False, aliases=ALIASES, serialized_aliases=())
    for alias in ALIASES:
        assert str(connections[alias].settings_dict["NAME"]).startswith("test_"), (
            "Tests must never meet a real database."
        )
    return list(old)


def _drop_left_behind() -> None:
    """Drop the databases of runs that were killed."""
    server = embedded_server("test", durable=False)
    with psycopg.connect(server.url, autocommit=True) as administrator:
        names = administrator.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_trellis\\_%'")
        for (name,) in names.fetchall():
            if not psutil.pid_exists(int(name.split("_")[2])):
                administrator.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def drop_database(old: list[object]) -> None:
    """Drop this worker's database; an open connection would hold it for seconds."""
    connections.close_all()
    teardown_databases(old, verbosity=0)  # type: ignore[arg-type]


@contextmanager
def copied(name: str, template: str) -> Iterator[str]:
    """A copy of a database under another name, dropped afterwards. Nobody may be connected to what is copied."""
    connections.close_all()
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(embedded_server("test", durable=False).url, autocommit=True) as administrator:
        administrator.execute(drop)
        administrator.execute(
            sql.SQL("CREATE DATABASE {copy} TEMPLATE {template} OWNER {owner} STRATEGY FILE_COPY").format(
                copy=sql.Identifier(name), template=sql.Identifier(template), owner=sql.Identifier(OWNER_ROLE)
            )
        )
        try:
            yield name
        finally:
            connections.close_all()
            administrator.execute(drop)


@contextmanager
def working_on(name: str) -> Iterator[str]:
    """Point both connections to a database."""
    original = str(connections["owner"].settings_dict["NAME"])
    try:
        connections.close_all()
        for alias in ALIASES:
            connections[alias].settings_dict["NAME"] = name
        yield name
    finally:
        connections.close_all()
        for alias in ALIASES:
            connections[alias].settings_dict["NAME"] = original


@contextmanager
def committed_copy(name: str, of: str | None = None) -> Iterator[str]:
    """A copy of the database without the cast, or `of` another, where work is really committed; yields its name."""
    original = str(connections["owner"].settings_dict["NAME"])
    with copied(f"{original}_{name}"[:60], of or f"{original}{EMPTY}") as copy, working_on(copy):
        yield copy


@pytest.fixture
def committed(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: object) -> Iterator[str]:
    """A database of the test's own, where commits are real."""
    with django_db_blocker.unblock(), committed_copy("committed") as name:  # type: ignore[attr-defined]
        yield name
