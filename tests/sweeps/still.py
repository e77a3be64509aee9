"""Chance and the clock stand still, so that two answers differ only where the service makes them differ."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest.mock import patch


@contextmanager
def standing_still(moment: float) -> Iterator[None]:
    """At that moment (seconds since 1970) time stops, and chance begins anew each time this is entered."""
    drawn = itertools.count()

    def chance(size: int) -> bytes:
        found = b""
        while len(found) < size:
            found += hashlib.sha256(str(next(drawn)).encode()).digest()
        return found[:size]

    now = datetime.fromtimestamp(moment, UTC)
    with (
        patch("os.urandom", chance),
        patch("random._urandom", chance),
        patch("time.time", lambda: moment),
        patch("django.utils.timezone.now", lambda: now),
    ):
        yield
