"""However a query is written, the database shows a stranger nothing; and with row security off it would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction

from tests.service.access.samples import OURS
from tests.sweeps.database import outside, rolled_back
from tests.sweeps.faults.ways import WAYS
from tests.sweeps.sights import register_of
from tests.sweeps.world import World
from trellis.service.access.actor import acting

LEAST = 19


def about_people(world: World) -> dict[str, models.Model]:
    """A row of each model about somebody whom the strangers do not know."""
    rows = world.rows["in another area"]
    # Beside a row of each model stand rows that others of them need, under names of their own.
    ours = {label: row for label, row in rows.items() if label in OURS and label != "access.User"}
    return {label: row for label, row in ours.items() if register_of(label).subject}


def reached(way: str, model: type[models.Model], key: Any) -> int:
    """How many rows a way reaches; a statement that the database refuses reaches none."""
    try:
        with transaction.atomic():
            found = WAYS[way](model, key)
            transaction.set_rollback(True)
    except DatabaseError:
        return 0
    return found


@contextmanager
def row_security_off() -> Iterator[None]:
    """As it would be had nobody switched it on: every right, no policy."""
    with rolled_back():
        with outside(), connection.cursor() as cursor:
            for model in OURS.values():
                cursor.execute(f'ALTER TABLE "{model._meta.db_table}" DISABLE ROW LEVEL SECURITY')
                cursor.execute(f'GRANT ALL ON "{model._meta.db_table}" TO trellis_app')
        yield


@pytest.mark.requirement("SEC-06")
def test_no_way_past_row_security(world: World, figure: Callable[[str], None]) -> None:
    rows, past = about_people(world), []
    with rolled_back():
        with acting(world.users["stranger"]):
            for label, row in rows.items():
                found = {way: reached(way, OURS[label], row.pk) for way in WAYS}
                past += [f"{way} reached {count} of {label}" for way, count in found.items() if count]
        # Who works in the neighbouring scheme has rows of their own there, and is tried by the row's key alone.
        with acting(world.users["their_coordinator"]):
            past += [label for label, row in rows.items() if OURS[label]._base_manager.filter(pk=row.pk).exists()]
    tried = len(rows) * (len(WAYS) + 1)
    figure(f"row security: stopped {tried - len(past):,} of {tried:,} tries by {len(WAYS)} ways past it")
    assert len(WAYS) >= LEAST
    assert not past, past[:40]


def test_with_row_security_off_every_way_is_open(world: World, figure: Callable[[str], None]) -> None:
    person, contact = world.people["in another area"], world.rows["in another area"]["casework.Contact"]
    with row_security_off(), acting(world.users["stranger"]):
        # To a contact nothing points, so the ways across a join are tried on its person.
        shut = [
            way for way in WAYS if not reached(way, type(contact), contact.pk) + reached(way, type(person), person.pk)
        ]
    figure(f"row security, switched off: {len(WAYS) - len(shut)} of {len(WAYS)} ways are open")
    assert not shut
