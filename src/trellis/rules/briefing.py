"""A briefing's order, and what changed since the last one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trellis.rules.names import normalise_name
from trellis.rules.vocabulary import PriorityColour


@dataclass(frozen=True, slots=True)
class Line:
    """One managed person in a briefing. `colour` is None until somebody sets one."""

    person: int
    name: str
    colour: PriorityColour | None


@dataclass(frozen=True, slots=True)
class Recoloured:
    """Somebody whose priority is another colour now."""

    person: int
    was: PriorityColour | None
    now: PriorityColour | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Who joined, who left and who changed colour between two briefings, by person id in ascending order."""

    joined: tuple[int, ...]
    left: tuple[int, ...]
    recoloured: tuple[Recoloured, ...]

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.joined or self.left or self.recoloured)


def in_briefing_order(lines: Iterable[Line]) -> list[Line]:
    """Red first, then amber, green and blue; those without a colour come before all, since nobody has looked yet."""
    return sorted(lines, key=lambda line: (_place(line.colour), normalise_name(line.name), line.person))


def changes(before: Mapping[int, PriorityColour | None], now: Mapping[int, PriorityColour | None]) -> Changes:
    """What changed between two briefings, each a mapping from person id to colour."""
    stayed = sorted(before.keys() & now.keys())
    return Changes(
        joined=tuple(sorted(now.keys() - before.keys())),
        left=tuple(sorted(before.keys() - now.keys())),
        recoloured=tuple(
            Recoloured(person, before[person], now[person]) for person in stayed if before[person] != now[person]
        ),
    )


def _place(colour: PriorityColour | None) -> int:
    return -1 if colour is None else list(PriorityColour).index(colour)
