"""The shape of a note for another system: which fields it asks for, in its order, and what each is filled with."""

from string import Formatter
from typing import Annotated, Self

from pydantic import Field, model_validator

from trellis.rules.note_formats import PARTS, NoteFormat, NoteLine
from trellis.rules.vocabulary import AgencyKind, OtherSystem
from trellis.service.schemes.definitions.shapes import Definition, Shape, Words


class NoteLineDefinition(Shape):
    """One field of the other system, by its label there; `text` holds parts in braces."""

    label: Words
    text: Words

    @model_validator(mode="after")
    def _names_parts(self) -> Self:
        for _, part, _, _ in Formatter().parse(self.text):
            if part is not None and part not in PARTS:
                raise ValueError(f"“{{{part}}}” is no part of a note: choose from {', '.join(sorted(PARTS))}")
        return self


class NoteFormatDefinition(Definition):
    """A system's shape of a contact, for whom, and its own words for how a contact ended."""

    system: OtherSystem
    agency_kinds: tuple[AgencyKind, ...]
    lines: Annotated[tuple[NoteLineDefinition, ...], Field(min_length=1)]
    outcomes: dict[str, Words] = Field(default_factory=dict)

    def format(self) -> NoteFormat:
        """The rule's own."""
        return NoteFormat(
            self.system, tuple(NoteLine(line.label, line.text) for line in self.lines), dict(self.outcomes)
        )
