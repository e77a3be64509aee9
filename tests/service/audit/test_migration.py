"""What the trail held before images stood apart is moved, digested and queued."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from tests.service.audit.trails import opened
from trellis.service.access.database import enforce
from trellis.service.access.sealer import seal_waiting
from trellis.service.audit.verifying import verify_trail

EVENT = (
    "INSERT INTO audit_changeevent (at, actor_id, request_id, transaction, table_name, action, row_id, before, after)"
    " VALUES ('2026-01-05', 1, '', 1, 'people_person', %s, 'of old', %s, %s)"
)
HELD = {"insert": (None, {"id": 7, "name": "Old"}), "update": ({"id": 7, "name": "Old"}, {"id": 7, "name": "New"})}


def migrate(name: str) -> None:
    MigrationExecutor(connections["owner"]).migrate([("audit", name)])


@pytest.mark.requirement("SEC-02")
def test_events_from_before_are_moved_and_verify(committed: str) -> None:
    migrate("0001_initial")
    with connections["owner"].cursor() as cursor:
        for action, images in HELD.items():
            cursor.execute(EVENT, [action, *(json.dumps(image) if image else None for image in images)])
    migrate("0002_sealed_trail")
    enforce("owner")
    seal_waiting()
    with opened(committed) as link:
        assert verify_trail(link, settings.TRAIL_KEYS, []).seals > len(HELD)
        moved = link.execute(
            "SELECT e.action, e.columns, i.before, i.after FROM audit_changeevent e"
            " JOIN audit_changeimage i ON i.event_id = e.id WHERE e.row_id = 'of old' ORDER BY e.id"
        ).fetchall()
    assert moved == [("insert", [], *HELD["insert"]), ("update", ["name"], *HELD["update"])]
