"""Makes a trail that is really committed, and opens it as those who stand outside row security."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.conf import settings

from tests.cast import make_cast
from tests.factories import make_person
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.access.roles import OWNER_ROLE, STEWARD_ROLE
from trellis.service.access.sealer import seal_waiting
from trellis.service.audit.anchors import Anchor, signed
from trellis.service.audit.models import AccessEvent
from trellis.service.common.embedded_postgres import embedded_server
from trellis.service.people.models import Person

Link = psycopg.Connection[tuple[Any, ...]]
PARTS = 4


@contextmanager
def opened(database: str, role: str = STEWARD_ROLE) -> Iterator[Link]:
    """The database as another role, by default the steward, whom row security does not narrow."""
    with psycopg.connect(f"postgresql://{role}@/{database}?host={embedded_server('test').sockets}") as link:
        yield link


@contextmanager
def as_owner_unhindered(database: str) -> Iterator[Link]:
    """The owner with triggers disabled and row security lifted from the trail, in a transaction that is undone."""
    with opened(database, OWNER_ROLE) as link:
        for table in ("changeevent", "changeimage", "accessevent", "unsealed", "seal"):
            link.execute(f"ALTER TABLE audit_{table} DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY")
        yield link
        link.rollback()


def make_trail(database: str) -> list[Anchor]:
    """A sealed trail of inserts, updates and accesses, anchored after each part; some events of each kind in each."""
    cast = make_cast()
    anchors = []
    for part in range(PARTS):
        people = [make_person(cast, f"Quill{part}{number}") for number in range(5)]
        with acting("feeds"):
            Person.objects.filter(pk__in=[person.pk for person in people]).update(given_names="Rufus")
        for number in range(8):
            make_access(cast.auditor, page=f"home:page{number % 3}", person_ids=[people[number % 5].pk])
        seal_waiting()
        anchors.append(anchor_of(database))
    return anchors


def make_access(user: User, **fields: Any) -> AccessEvent:
    """An access event of a user's, as a request leaves it."""
    values = {"request_id": "r", "method": "GET", "page": "home:person", "status": 200, "detail": {"found": 3}}
    with acting(user) as actor:
        return AccessEvent.objects.create(actor_id=actor.user_id, agency_id=actor.agency_id, **(values | fields))


def anchor_of(database: str) -> Anchor:
    """An anchor of the chain as it is now, in hand and in no file."""
    with opened(database) as link:
        row = link.execute("SELECT seq, mac, seq FROM audit_seal ORDER BY seq DESC LIMIT 1").fetchone()
    assert row is not None
    return signed(settings.ANCHOR_KEYS, *row, datetime.now(UTC))
