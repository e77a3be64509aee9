"""The sweeps' database: one committed world, in which every request is undone.

The application's connection signs in as the superuser and takes the application's role at once. So a test can step out
of row security (to plant a fault or to alter what is hidden) and back in, inside a transaction that is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections, transaction

from tests.database import ALIASES, committed_copy
from trellis.service.access.actor import acting
from trellis.service.access.roles import APP_ROLE

SUPERUSER = "postgres"
# Each table counts from a range of its own, so that a number found in a page says which row it is of.
FIRST_ID = 1_000_000
IDS_A_TABLE = 10_000


@contextmanager
def steppable() -> Iterator[None]:
    """The application's connection in the application's role, from which `outside` can step."""
    settings = connections["default"].settings_dict
    user, options = settings["USER"], settings["OPTIONS"]
    settings |= {"USER": SUPERUSER, "OPTIONS": options | {"options": f"-c role={APP_ROLE}"}}
    try:
        yield
    finally:
        connections.close_all()
        settings |= {"USER": user, "OPTIONS": options}


@contextmanager
def database_copy() -> Iterator[str]:
    """A copy of the migrated database for the sweeps alone; nobody is connected to it until `inside` is entered."""
    original = connections["owner"].settings_dict["NAME"]
    with committed_copy("sweeps") as name:
        _connect_to(original)
        yield name


@contextmanager
def inside(name: str) -> Iterator[None]:
    """Work in that database."""
    original = connections["owner"].settings_dict["NAME"]
    _connect_to(name)
    try:
        with steppable():
            yield
    finally:
        _connect_to(original)


def _connect_to(name: str) -> None:
    connections.close_all()
    for alias in ALIASES:
        connections[alias].settings_dict["NAME"] = name


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo whatever happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def outside() -> Iterator[None]:
    """Past row security, guards and triggers: as the superuser, who keeps no trail."""
    with acting("setup"), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('session_replication_role')")
        role, triggers = cursor.fetchone()
        cursor.execute(f"SET LOCAL ROLE {SUPERUSER}; SET LOCAL session_replication_role = replica")
        yield
        cursor.execute(f"SET LOCAL session_replication_role = {triggers}; SET LOCAL ROLE {role}")


def rows(statement: str, *values: object) -> list[tuple[object, ...]]:
    """What a statement answers when nothing is hidden."""
    with outside(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def spread_ids(further: int = 0) -> None:
    """Let each table of ours count from its own range, or from further on in it."""
    with outside(), connection.cursor() as cursor:
        for index, (name,) in enumerate(_sequences()):
            cursor.execute("SELECT setval(%s::regclass, %s)", [name, FIRST_ID + index * IDS_A_TABLE + further])


class Ids:
    """Where the counters stand. Numbers outlast a rollback, so they are set back for two worlds to answer alike."""

    def __init__(self) -> None:
        self.names = [name for (name,) in _sequences()]
        self.values = [rows(f"SELECT last_value, is_called FROM {name}")[0] for name in self.names]

    def set_back(self) -> None:
        """Give the numbers that were given when this was made."""
        sets = ", ".join(
            f"setval('{name}'::regclass, {value}, {str(called).lower()})"
            for name, (value, called) in zip(self.names, self.values, strict=True)
        )
        rows(f"SELECT {sets}")


def _sequences() -> list[tuple[object, ...]]:
    return rows(
        "SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = 'public'"
        " AND sequencename !~ '^(django|auth|procrastinate|account)' ORDER BY sequencename"
    )
