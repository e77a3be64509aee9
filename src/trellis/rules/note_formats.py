"""A contact in the shape of another agency's system, to be copied there instead of typed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import OtherSystem

PARTS = frozenset(
    {"date", "time", "what", "kind", "mode", "outcome", "worker", "agency", "with", "place", "minutes", "notes"}
)
"""What a line may be filled with."""
LONGEST_REFERENCE = 60


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A field of the other system by its label there, and its text with parts in braces."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class NoteFormat:
    """One system's shape. `outcomes` gives its own words for how a contact ended; ours stand where it has none."""

    system: OtherSystem
    lines: tuple[NoteLine, ...]
    outcomes: Mapping[str, str] = field(default_factory=dict)

    def write(self, parts: Mapping[str, str]) -> str:
        """The note, a field a line; a field of which nothing is known is left out. `parts` holds every part."""
        known = {**parts, "outcome": self.outcomes.get(parts["outcome_code"], parts["outcome"])}
        filled = ((line.label, " ".join(line.text.format(**known).split(" ")).strip(" ,;")) for line in self.lines)
        return "\n".join(f"{label}: {text}" for label, text in filled if text)


def check_reference(reference: str) -> str:
    """The reference under which it is recorded there, tidied. Raises Refused for none, or for more than a reference."""
    tidy = " ".join(reference.split())
    if not tidy:
        raise Refused("Enter the reference that the other system gave, so that a reader can find it there.")
    if len(tidy) > LONGEST_REFERENCE:
        raise Refused(f"A reference is at most {LONGEST_REFERENCE} characters. Leave out anything else.")
    return tidy
