"""Keeps the trail sealed: names the sealer as the actor, seals what waits, anchors the chain every hour."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from trellis.service.access.actor import acting
from trellis.service.access.system_actors import SEALER
from trellis.service.audit.anchors import Anchor, last_taken, take_anchor
from trellis.service.audit.sealing import BATCH, seal_batch

SEAL_EVERY = timedelta(seconds=1)
ANCHOR_EVERY = timedelta(hours=1)
log = logging.getLogger(__name__)


def seal_waiting() -> int:
    """Seal every event that waits, a batch a transaction; returns how many."""
    sealed = 0
    while True:
        with acting(SEALER):
            batch = seal_batch(settings.TRAIL_KEYS)
        sealed += batch
        if batch < BATCH:
            return sealed


def anchor_now() -> Anchor | None:
    """Anchor the chain as it stands; None while nothing is sealed."""
    with acting(SEALER):
        return take_anchor(settings.ANCHOR_KEYS, timezone.now())


def anchor_when_due() -> Anchor | None:
    """Anchor the chain when an hour has passed since the last one."""
    last = last_taken(settings.ANCHORS)
    return anchor_now() if last is None or timezone.now() - last >= ANCHOR_EVERY else None


class Sealer(threading.Thread):
    """Seals every second and anchors every hour until told to stop. Several may run: one of them seals at a time."""

    def __init__(self, every: timedelta = SEAL_EVERY) -> None:
        super().__init__(name="sealer", daemon=True)
        self.rounds = 0
        self._every = every
        self._stopping = threading.Event()

    def run(self) -> None:
        """Go on through failures: what could not be sealed now waits in the queue."""
        while not self._stopping.wait(self._every.total_seconds()):
            try:
                seal_waiting()
                anchor_when_due()
            except (DatabaseError, OSError):
                log.exception("The trail could not be sealed or anchored just now; trying again.")
                connections.close_all()
            self.rounds += 1
        connections.close_all()

    def stop(self) -> None:
        """Finish the present batch and end."""
        self._stopping.set()
        self.join()
