"""A part under a key comes back whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from trellis.rules.errors import Refused
from trellis.service.common.backup.envelope import MAGIC, PIECE_BYTES, SALT_BYTES, TAG_BYTES, BackupKey

KEY = BackupKey(bytes(range(32)))
HEAD = len(MAGIC) + SALT_BYTES
STORED = PIECE_BYTES + TAG_BYTES


def stored(content: bytes, name: str = "part") -> bytes:
    # In uneven shares, as a pipe gives them.
    shares = [content[at : at + 700_001] for at in range(0, len(content), 700_001)]
    return b"".join(KEY.encrypt(name, shares))


def opened(content: bytes, name: str = "part", key: BackupKey = KEY) -> bytes:
    return b"".join(key.decrypt(name, io.BytesIO(content)))


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
def test_a_part_of_any_size_comes_back(size: int) -> None:
    content = bytes(at * 31 % 251 for at in range(1000)) * (size // 1000 + 1)
    assert opened(stored(content[:size])) == content[:size]


def test_the_same_content_is_never_stored_alike() -> None:
    assert stored(b"invented") != stored(b"invented")
    assert b"invented" not in stored(b"invented")


@pytest.mark.parametrize(
    "alter",
    [
        lambda whole: whole[:-1],
        lambda whole: whole[: HEAD + STORED],
        lambda whole: whole[:HEAD],
        lambda whole: whole[: HEAD - 1],
        lambda whole: whole + b"x",
        lambda whole: whole[: HEAD + STORED] + whole[HEAD:],
        lambda whole: whole[:HEAD] + whole[HEAD + STORED :],
        lambda whole: (
            whole[:HEAD] + whole[HEAD + STORED : HEAD + 2 * STORED] + whole[HEAD : HEAD + STORED]
            + whole[HEAD + 2 * STORED :]
        ),
        lambda whole: whole[:100] + bytes([whole[100] ^ 1]) + whole[101:],
        lambda whole: b"trellis-backup-9" + whole[len(MAGIC) :],
        lambda whole: whole[: len(MAGIC)] + bytes(SALT_BYTES) + whole[HEAD:],
    ],
)  # fmt: skip
def test_an_altered_part_is_refused(alter: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Refused, match="The part part has been altered or cut off"):
        opened(alter(stored(bytes(2 * PIECE_BYTES + 5))))


def test_one_part_cannot_stand_for_another() -> None:
    with pytest.raises(Refused):
        opened(stored(b"invented", "files.tar"), "database.dump")
    with pytest.raises(Refused):
        opened(stored(b"invented"), key=BackupKey(bytes(32)))
