"""The shape of files that say whether, and how, a reason is asked."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from trellis.rules.reasons import ReasonKind
from trellis.service.schemes.definitions.shapes import Definition, Key, Shape, Words


class PurposeDefinition(Shape):
    """One purpose that may be chosen."""

    key: Key
    name: Words


class ReasonDefinition(Definition):
    """Whether a reason is asked for one kind of act: the question, the purposes to choose from, words of one's own.

    `name` is the question. An answer holds for `holds_for_minutes`; at 0 it is asked each time.
    """

    asked: bool
    in_words: bool = True
    purposes: tuple[PurposeDefinition, ...] = ()
    hint: str = ""
    holds_for_minutes: Annotated[int, Field(ge=0, le=600)] = 0

    @property
    def kind(self) -> ReasonKind:
        """The act: the file's name."""
        return ReasonKind(self.key)

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        if self.key not in ReasonKind.__members__.values():
            known = ", ".join(ReasonKind)
            raise ValueError(f"there is no act {self.key} for which a reason may be asked. There are {known}")
        if self.asked and not self.purposes and not self.in_words:
            raise ValueError("a question needs an answer: give purposes, or ask in words")
        return self
