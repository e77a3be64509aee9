"""What nobody may guess has 128 random bits and more, from the operating system's source."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore
from django.middleware.csrf import CSRF_ALLOWED_CHARS, _get_new_csrf_string

from trellis.service.common.backup.envelope import MAGIC, SALT_BYTES, BackupKey

DRAWS = 200
BITS = 128
ONE_BYTE = "".join(map(chr, range(256)))


def session_key() -> str:
    return str(SessionStore()._get_new_session_key())


def salt_of_a_backup() -> str:
    head = next(iter(BackupKey(bytes(32)).encrypt("part", [])))
    return head[len(MAGIC) : len(MAGIC) + SALT_BYTES].decode("latin-1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("draw", "letters"),
    [
        (session_key, VALID_KEY_CHARS),
        (_get_new_csrf_string, CSRF_ALLOWED_CHARS),
        (salt_of_a_backup, ONE_BYTE),
    ],
)
def test_a_secret_has_128_bits_and_owes_nothing_to_a_seed(draw: Callable[[], str], letters: str) -> None:
    drawn = []
    for _ in range(DRAWS):
        random.seed(7)
        drawn.append(draw())
    assert len(set(drawn)) == DRAWS
    assert all(set(one) <= set(letters) and len(one) * math.log2(len(letters)) >= BITS for one in drawn)
    # A source that used few of the letters would give fewer bits than their number promises.
    assert len(set("".join(drawn))) > 0.9 * len(letters)
