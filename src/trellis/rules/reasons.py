"""When somebody is asked why they need what they are about to see or do, and what counts as an answer."""

from __future__ import annotations

from dataclasses import dataclass

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Word

FEWEST_LETTERS = 10


class ReasonKind(Word):
    """An act for which a reason may be asked."""

    RESTRICTED_RECORD = "restricted_record", "open a restricted record"
    EXPORT = "export", "take information out of Trellis"
    BREAK_GLASS = "break_glass", "open a record in an emergency"
    TRAIL = "trail", "read who did what"
    READERS = "readers", "read who has seen a record"
    RECORD = "record", "open a person’s record"
    SEARCH = "search", "search for people"


ASKED_UNLESS_SAID = frozenset({ReasonKind.RESTRICTED_RECORD, ReasonKind.EXPORT, ReasonKind.BREAK_GLASS})
"""Kinds that are asked for where no definition speaks, so that a missing file asks too much and not too little."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What somebody said: a purpose chosen from those offered (or none), and words of their own."""

    kind: ReasonKind
    purpose: str = ""
    words: str = ""


def check_reason_words(words: str) -> None:
    """Refuse words that say nothing: a reason is read again by whoever reviews the act."""
    letters = [letter for letter in words.casefold() if letter.isalnum()]
    if len(letters) < FEWEST_LETTERS or len(set(letters)) < FEWEST_LETTERS // 3:
        raise Refused("Say in a sentence why you need this. Somebody else will read it and must understand it.")
