"""What a password must be: long, and not one that others guess. No rules of composition, no end of its life.

NIST SP 800-63B (section 5.1.1.2) and the National Cyber Security Centre's password guidance both ask for a check
against known passwords in place of composition rules and rotation.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import cached_property
from hashlib import sha1
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn  # type: ignore[import-untyped]

from trellis.service.access.models import User

# Wheeler, "zxcvbn: low-budget password strength estimation" (USENIX Security 2016): the highest of its five steps
# begins at ten thousand million guesses.
ENOUGH_GUESSES = 10**10
# The estimate's time grows with the square of the length; what stands first decides already.
READ_CHARACTERS = 72
OUR_WORDS = ("trellis", "integrated", "offender", "management", "police", "probation", "scheme", "official")
HASH_DIGITS = 40
LONGEST_LINE = 80


class NotGuessedSoon:
    """Refuses what is put together from common passwords, words, names, keyboard rows, dates and repetition.

    The lists hold some 30,000 passwords and 60,000 words and names. The service's own words and the user's count for
    nothing, so that what stands beside them must be enough alone.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for a password that few guesses reach."""
        if not password:
            return
        if _guesses(_without([*OUR_WORDS, *_words_of(user)], password)) < ENOUGH_GUESSES:
            raise ValidationError(
                "This password could be guessed: it is close to a common one, a name, a pattern or your own details."
                " Put three or four words together that do not belong together.",
                code="guessed_soon",
            )

    def get_help_text(self) -> str:
        """What is asked for."""
        return "Not a common password, a name or a pattern, nor one made from your own name."


class NotInBreaches:
    """Refuses a password that is in a file of breached ones; without a file it lets everything pass."""

    def __init__(self, path: str | None = None) -> None:
        """`path` names a file in the format of `BreachedHashes`; the settings' unless given."""
        self._path = settings.BREACHED_PASSWORDS if path is None else path

    @cached_property
    def _hashes(self) -> BreachedHashes | None:
        return BreachedHashes(Path(self._path)) if self._path else None

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for a password that has been published."""
        if self._hashes and password in self._hashes:
            raise ValidationError(
                "This password has been published after a theft from another site. Choose one that you use nowhere"
                " else.",
                code="breached",
            )

    def get_help_text(self) -> str:
        """What is asked for."""
        return "Not a password that was stolen from another site."


class BreachedHashes:
    """Published passwords in Have I Been Pwned's download: a line for each, `SHA-1 in capitals:count`, in order.

    Read where it lies by halving, so that a file of tens of gigabytes costs some forty reads and no memory.
    """

    def __init__(self, path: Path) -> None:
        """Name the file. Raises ValueError with a sentence when it is not there or not in that format."""
        if not path.is_file():
            raise ValueError(f"TRELLIS_BREACHED_PASSWORDS names {path}, which is not a file.")
        self._path = path
        with path.open("rb") as file:
            _hash_in(file.readline(LONGEST_LINE))

    def __contains__(self, password: str) -> bool:
        """Whether the password is among them."""
        wanted = sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        with self._path.open("rb") as file:
            return _find(file, wanted)


def _find(file: BinaryIO, wanted: bytes) -> bool:
    """Look a hash up between two offsets, of which the lower always stands at or before the line looked for."""
    low, high = 0, file.seek(0, os.SEEK_END)
    while low < high:
        middle = (low + high) // 2
        found = _first_hash_from(file, middle)
        if found == wanted:
            return True
        if found is None or found > wanted:
            high = middle
        else:
            low = middle + 1
    return False


def _first_hash_from(file: BinaryIO, offset: int) -> bytes | None:
    """The hash of the first line that begins at or after an offset, or None behind the last."""
    file.seek(max(0, offset - 1))
    if offset:
        file.readline(LONGEST_LINE)
    line = file.readline(LONGEST_LINE)
    return _hash_in(line) if line.strip() else None


def _hash_in(line: bytes) -> bytes:
    digits = line[:HASH_DIGITS].upper()
    if len(digits) != HASH_DIGITS or digits.strip(b"0123456789ABCDEF"):
        raise ValueError(
            "TRELLIS_BREACHED_PASSWORDS names a file whose lines do not begin with a SHA-1 hash: download the list"
            " “ordered by hash” and unpack it."
        )
    return digits


def _guesses(text: str) -> float:
    return float(zxcvbn(text[:READ_CHARACTERS])["guesses"]) if text else 0


def _without(words: Iterable[str], password: str) -> str:
    """The password less whatever in it is one of these words, in any case of letters."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), "", password, flags=re.IGNORECASE)


def _words_of(user: User | None) -> Iterable[str]:
    if user is None:
        return []
    texts = (user.username, user.name, user.email)
    return [word for text in texts for word in text.replace("@", " ").replace(".", " ").split() if len(word) > 2]


def check_new_password(password: str, user: User) -> None:
    """Raise ValidationError, with a sentence for each fault, for a password that may not be the user's."""
    validate_password(password, user)
