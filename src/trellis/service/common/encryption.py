"""Secrets at rest: AES-256-GCM, bound to the row that holds them, by a key that is not in the database.

A value reads `v1.<key id>.<nonce and ciphertext>`. The key id is the beginning of the key's own SHA-256, so that no
register of names is needed; the newest key encrypts and every key that is named decrypts.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = "v1"
KEY_BYTES = 32
NONCE_BYTES = 12
# Everybody who reads the source knows it, and it guards only invented people.
DEMONSTRATION_KEYS = urlsafe_b64encode(sha256(b"the demonstration's field key").digest()).decode()


class Undecipherable(Exception):
    """A value that no key opens, or that belongs to another row."""


@dataclass(frozen=True)
class FieldKeys:
    """The keys in use, newest first. Raises ValueError with a sentence for keys that are none."""

    keys: tuple[bytes, ...]

    def __post_init__(self) -> None:
        """Refuse an empty list and keys of another length."""
        if not self.keys or any(len(key) != KEY_BYTES for key in self.keys):
            raise ValueError(f"A field key is {KEY_BYTES} random bytes in base64; at least one is needed.")

    @classmethod
    def from_text(cls, text: str) -> FieldKeys:
        """Keys in base64 with commas between, newest first."""
        try:
            return cls(tuple(urlsafe_b64decode(_padded(part.strip())) for part in text.split(",") if part.strip()))
        except ValueError as fault:
            raise ValueError(f"TRELLIS_FIELD_KEYS cannot be read. {fault}") from fault

    def encrypt(self, text: str, *, row: str) -> str:
        """The text, sealed for one row. `row` names it, such as `mfa_authenticator/7/totp`."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.keys[0]).encrypt(nonce, text.encode(), row.encode())
        return f"{VERSION}.{key_id(self.keys[0])}.{urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, value: str, *, row: str) -> str:
        """The text of a value of that row. Raises Undecipherable for another row's, an altered one, a lost key."""
        version, named, sealed = _parts(value)
        for key in self.keys:
            if version == VERSION and key_id(key) == named:
                return _text_of(_open(key, sealed, row))
        raise Undecipherable(f"No key {named} is among TRELLIS_FIELD_KEYS.")

    def encrypt_bytes(self, content: bytes, *, row: str) -> bytes:
        """A file's content, sealed for one row as `encrypt` seals a text; a third shorter than in base64."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.keys[0]).encrypt(nonce, content, row.encode())
        return self.opening() + nonce + sealed

    def decrypt_bytes(self, value: bytes, *, row: str) -> bytes:
        """The content of a sealed file of that row. Raises Undecipherable as `decrypt` does."""
        version, named, sealed = _bytes_parts(value)
        for key in self.keys:
            if version == VERSION and key_id(key) == named:
                return _open(key, sealed, row)
        raise Undecipherable(f"No key {named} is among TRELLIS_FIELD_KEYS.")

    def opening(self) -> bytes:
        """How a file that the newest key has sealed begins."""
        return f"{VERSION}.{key_id(self.keys[0])}.".encode()

    def needs_sealing_again(self, value: str) -> bool:
        """Whether a value was sealed with a key that is no longer the newest."""
        return _parts(value)[1] != key_id(self.keys[0])


def key_id(key: bytes) -> str:
    """What a value says of its key: enough to tell keys apart, nothing to guess one by."""
    return sha256(b"trellis field key" + key).hexdigest()[:8]


def field_keys() -> FieldKeys:
    """The keys that the settings name."""
    keys: Sequence[bytes] = settings.FIELD_KEYS
    return FieldKeys(tuple(keys))


def _padded(text: str) -> str:
    return text.replace("+", "-").replace("/", "_") + "=" * (-len(text) % 4)


def _parts(value: str) -> tuple[str, str, bytes]:
    try:
        version, named, sealed = value.split(".")
        return version, named, urlsafe_b64decode(sealed)
    except ValueError as fault:
        raise Undecipherable("The value is not one of ours.") from fault


def _bytes_parts(value: bytes) -> tuple[str, str, bytes]:
    try:
        version, named, sealed = value.split(b".", 2)
        return version.decode(), named.decode(), sealed
    except ValueError as fault:
        raise Undecipherable("The value is not one of ours.") from fault


def _open(key: bytes, sealed: bytes, row: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], row.encode())
    except (InvalidTag, ValueError) as fault:
        raise Undecipherable("The value was altered, or belongs to another row.") from fault


def _text_of(content: bytes) -> str:
    try:
        return content.decode()
    except ValueError as fault:
        raise Undecipherable("The value was altered, or belongs to another row.") from fault
