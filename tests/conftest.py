"""What every test stands on: the database, the cast and the claims of requirements."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cast import Cast, make_cast

pytest_plugins = ["tests.database", "tests.figures", "tests.requirement_claims"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: object) -> Iterator[None]:
    """One migrated database a worker, on the tests' own server."""
    from tests import database

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        database.start_server()
        old = database.make_database()
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
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
    return make_cast()
