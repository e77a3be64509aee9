"""Two people change the same record at once: what each of them changed, and what only a person can settle.

A merge looks at three states of a record: as it was when somebody began to write, as another has left it meanwhile,
and as the writer would have it. Nobody's change is lost: where both changed a field, and not to the same, a person
chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trellis.rules.errors import Refused


class Changed(Refused):
    """Somebody else changed the record meanwhile. The act can be tried again on the record as it is now."""

    def __init__(self, sentence: str = "Somebody else changed this while you wrote. Look at it as it is now.") -> None:
        """Say so in the usual words unless others are given."""
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Merge:
    """What three states come to. Fields keep the order of the state that somebody began with.

    `values` holds every field that needs no choice, `ours` and `theirs` name those that one side alone changed,
    `agreed` those that both changed to the same, `joined` the sets to which both did something else, and `conflicts`
    those that a person must settle.
    """

    values: Mapping[str, Any]
    ours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()

    @property
    def is_untouched(self) -> bool:
        """Whether the other side changed none of the fields."""
        return not (self.theirs or self.agreed or self.joined or self.conflicts)


def merge(base: Mapping[str, Any], theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Merge:
    """Merge two changes of one record. Raises ValueError when the three do not have the same fields.

    Of sets (frozenset) nothing needs a choice: what either side put in is in, what either took out is out.
    """
    if not base.keys() == theirs.keys() == ours.keys():
        odd = (base.keys() ^ theirs.keys()) | (base.keys() ^ ours.keys())
        raise ValueError(f"Only states with the same fields can be merged; these differ: {', '.join(sorted(odd))}.")
    values: dict[str, Any] = {}
    sides: dict[str, list[str]] = {"ours": [], "theirs": [], "agreed": [], "joined": [], "conflicts": []}
    for name, began in base.items():
        side = _side(began, theirs[name], ours[name])
        if side != "unchanged":
            sides[side].append(name)
        if side == "joined":
            values[name] = _joined(began, theirs[name], ours[name])
        elif side != "conflicts":
            values[name] = theirs[name] if side == "theirs" else ours[name]
    return Merge(values, **{side: tuple(names) for side, names in sides.items()})


def _side(began: Any, theirs: Any, ours: Any) -> str:
    if theirs == ours:
        return "unchanged" if ours == began else "agreed"
    if theirs == began:
        return "ours"
    if ours == began:
        return "theirs"
    return "joined" if all(isinstance(one, frozenset) for one in (began, theirs, ours)) else "conflicts"


def _joined(began: frozenset[Any], theirs: frozenset[Any], ours: frozenset[Any]) -> frozenset[Any]:
    return ((theirs | ours) - (began - theirs)) - (began - ours)
