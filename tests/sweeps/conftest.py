"""The world that every sweep asks about: made once a run, and never changed by a request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import transaction

from tests.sweeps.browsing import Browsers
from tests.sweeps.building import build
from tests.sweeps.database import database_copy, inside, rolled_back
from tests.sweeps.world import World


@pytest.fixture(scope="session")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[str, World]]:
    """The database's name, and the world in it."""
    # Unblocked only while it is made: a test that forgets to ask for the database must go on being refused it.
    with ExitStack() as made:
        with django_db_blocker.unblock():
            name = made.enter_context(database_copy())
            with inside(name), transaction.atomic():
                world = build()
        yield name, world


@pytest.fixture(scope="module")
def world(built: tuple[str, World], django_db_blocker: Any) -> Iterator[World]:
    """The world, while this module is connected to it."""
    name, made = built
    with django_db_blocker.unblock(), inside(name):
        yield made


@pytest.fixture
def browsers(world: World) -> Iterator[Browsers]:
    """Browsers, whatever they and the test do being undone."""
    with rolled_back():
        yield Browsers(world)
