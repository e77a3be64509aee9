"""What every word is: a value that is stored and a label that is read."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A stored word with the words that people read for it."""

    _value_: str
    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Make the member from its stored value and its label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Every (value, label) in order, as a form field or a model field wants them."""
        return [(member.value, member.label) for member in cls]
