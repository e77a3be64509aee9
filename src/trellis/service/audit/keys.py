"""The keys of the trail. They come from the surroundings of the process and never enter the database."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY_BYTES = 32
ID_LENGTH = 16


def demonstration_key(purpose: str) -> str:
    """A key that everybody who reads the source knows; it guards only invented people."""
    return base64.b64encode(hashlib.sha256(f"the demonstration's {purpose}".encode()).digest()).decode()


@dataclass(frozen=True)
class TrailKeys:
    """The key that seals, and by its id every key that ever sealed and must still be known to verify."""

    current: str
    known: dict[str, bytes] = field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> TrailKeys:
        """Keys in base64 with commas between, newest first. Raises ValueError with a sentence for unfit ones."""
        keys = [_decoded("TRELLIS_TRAIL_KEY", part) for part in text.split(",")]
        return cls(key_id(keys[0]), {key_id(key): key for key in keys})


@dataclass(frozen=True)
class AnchorKeys:
    """The key that signs anchors, and by its id every public key that verifies them."""

    signing: Ed25519PrivateKey = field(repr=False)
    known: dict[str, Ed25519PublicKey]

    @classmethod
    def from_text(cls, private: str, public: str = "") -> AnchorKeys:
        """A private key, and further public keys with commas between, all in base64; raises ValueError as above."""
        signing = Ed25519PrivateKey.from_private_bytes(_decoded("TRELLIS_ANCHOR_KEY", private, exactly=True))
        others = [
            Ed25519PublicKey.from_public_bytes(_decoded("TRELLIS_ANCHOR_PUBLIC_KEYS", part, exactly=True))
            for part in public.split(",")
            if part.strip()
        ]
        return cls(signing, {public_id(key): key for key in (signing.public_key(), *others)})


def key_id(key: bytes) -> str:
    """A name for a key that tells nothing of it: it is random and too long to be guessed from its hash."""
    return hashlib.sha256(b"trellis key id" + key).hexdigest()[:ID_LENGTH]


def public_id(key: Ed25519PublicKey) -> str:
    """The name of a public key."""
    return key_id(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def public_text(key: Ed25519PublicKey) -> str:
    """A public key as TRELLIS_ANCHOR_PUBLIC_KEYS takes it."""
    return base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def _decoded(name: str, text: str, *, exactly: bool = False) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES or (exactly and len(key) != KEY_BYTES):
        size = KEY_BYTES if exactly else f"at least {KEY_BYTES}"
        raise ValueError(
            f"{name} is not the base64 text of {size} bytes: make a key with `openssl rand -base64 {KEY_BYTES}`."
        )
    return key
