"""What every test stands on: the database, the cast and the claims of requirements."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, settings

from tests.cast import Cast, make_cast

STANDING: dict[str, Cast] = {}

# How long an example takes says what the machine is doing, not whether the code is right.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

pytest_plugins = ["tests.database", "tests.figures", "tests.requirement_claims"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: object) -> Iterator[None]:
    """One migrated database a worker, on the tests' own server, with the cast in it: making them again takes long."""
    from tests import database

    empty = ExitStack()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        database.start_server()
        old = database.make_database()
        name = str(connections["owner"].settings_dict["NAME"])
        empty.enter_context(database.copied(f"{name}{database.EMPTY}", name))
        with transaction.atomic():
            STANDING["cast"] = make_cast()
        connections.close_all()
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        empty.close()
        database.drop_database(old)


@pytest.fixture(autouse=True)
def _all_databases(request: pytest.FixtureRequest) -> None:
    """A test that touches the database has both connections, or the one it forgot would be the real one."""
    marker = request.node.get_closest_marker("django_db")
    if marker is not None:
        marker.kwargs["databases"] = ["default", "owner", "counters"]


@pytest.fixture
def cast(db: None) -> Cast:
    """The scheme and the people who work in it."""
    return copy.deepcopy(STANDING["cast"])
