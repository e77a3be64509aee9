"""Encryption of a backup's parts under the deployer's key, in pieces, so that a part of any size fits in memory.

Each part has a key of its own, derived from the deployer's with a random salt and the part's name, so that one part
cannot stand for another. The pieces are numbered and the last is marked, so that none can be moved, left out or cut off
without being noticed (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, "Online
authenticated-encryption and its nonce-reuse misuse-resistance", 2015).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from trellis.rules.errors import Refused

MAGIC = b"trellis-backup-1"
KEY_BYTES = 32
SALT_BYTES = 16
PIECE_BYTES = 1 << 20
TAG_BYTES = 16
BROKEN = "The part {name} has been altered or cut off, or was encrypted under another key: use another backup."


@dataclass(frozen=True)
class BackupKey:
    """The deployer's key: 32 random bytes."""

    secret: bytes

    def encrypt(self, name: str, content: Iterable[bytes]) -> Iterator[bytes]:
        """The part's content as it is stored: a head and numbered pieces."""
        salt = os.urandom(SALT_BYTES)
        cipher = self._cipher(name, salt)
        yield MAGIC + salt
        number = 0
        held = bytearray()
        for some in content:
            held += some
            while len(held) > PIECE_BYTES:
                yield cipher.encrypt(_nonce(number, last=False), bytes(held[:PIECE_BYTES]), None)
                del held[:PIECE_BYTES]
                number += 1
        yield cipher.encrypt(_nonce(number, last=True), bytes(held), None)

    def decrypt(self, name: str, stored: BinaryIO) -> Iterator[bytes]:
        """The part's content, each piece checked before it is given. Raises Refused where one does not fit."""
        head = stored.read(len(MAGIC) + SALT_BYTES)
        if not head.startswith(MAGIC) or len(head) < len(MAGIC) + SALT_BYTES:
            raise Refused(BROKEN.format(name=name))
        cipher = self._cipher(name, head[len(MAGIC) :])
        number = 0
        piece = stored.read(PIECE_BYTES + TAG_BYTES)
        while True:
            following = stored.read(PIECE_BYTES + TAG_BYTES)
            try:
                yield cipher.decrypt(_nonce(number, last=not following), piece, None)
            except InvalidTag as fault:
                raise Refused(BROKEN.format(name=name)) from fault
            if not following:
                return
            piece, number = following, number + 1

    def sign(self, text: str) -> str:
        """The text's keyed digest (HMAC-SHA256 under a key derived for it), in hexadecimal."""
        return hmac.new(self._derive(b"", "manifest"), text.encode(), hashlib.sha256).hexdigest()

    def _cipher(self, name: str, salt: bytes) -> AESGCM:
        return AESGCM(self._derive(salt, f"part {name}"))

    def _derive(self, salt: bytes, purpose: str) -> bytes:
        return HKDF(SHA256(), KEY_BYTES, salt, f"trellis backup {purpose}".encode()).derive(self.secret)


def read_key(text: str) -> BackupKey | None:
    """The key that the setting holds, or None for an empty one. Raises Refused where it is not 32 bytes in base64."""
    if not text:
        return None
    try:
        secret = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != KEY_BYTES:
        raise Refused(
            "TRELLIS_BACKUP_KEY is not 32 random bytes in base64: make one with `openssl rand -base64 32` and keep it"
            " away from the backups."
        )
    return BackupKey(secret)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
