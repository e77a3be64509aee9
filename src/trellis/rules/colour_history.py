"""How long a priority was held, over any stretch of days: colours as spells, the later of two that overlap counting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from trellis.rules.errors import Refused
from trellis.rules.intervals import Interval
from trellis.rules.vocabulary import PriorityColour

MOST_DAYS = 20 * 366
"""Nobody is managed for longer; a window beyond it is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Coloured:
    """A colour and the days that it was in force."""

    colour: PriorityColour
    held: Interval


@dataclass(frozen=True, slots=True)
class Share:
    """How many days of a window a colour was in force; `colour` is None for days on which none was set."""

    colour: PriorityColour | None
    days: int
    of: int

    @property
    def percent(self) -> int:
        """The share of the window's days, rounded to a whole number."""
        return round(100 * self.days / self.of)

    @property
    def percent_words(self) -> str:
        """The share for a table: what is there but rounds to nothing says so."""
        return f"{self.percent}%" if self.percent or not self.days else "Less than 1%"


def check_window(starts: date, ends: date) -> Interval:
    """The window from one day to another, both counted. Refused when it ends first, or holds more than 20 years."""
    if ends < starts:
        raise Refused("The last day comes before the first. Change one of them.")
    if (ends - starts).days > MOST_DAYS:
        raise Refused("Choose at most 20 years.")
    return Interval(starts, date.fromordinal(ends.toordinal() + 1))


def runs(spells: Iterable[Coloured]) -> tuple[Coloured, ...]:
    """The colours in order, none overlapping the next, and one that was only confirmed as one.

    Where two overlap, the one that begins later counts from its first day on, and what it replaced does not come back;
    of two that begin on a day, the one given later.
    """
    cut: list[Coloured] = []
    ordered = sorted(spells, key=lambda spell: spell.held.starts)
    for spell, following in pairwise([*ordered, None]):
        if spell is None or (following and following.held.starts == spell.held.starts):
            continue
        held = spell.held
        if following and (held.ends is None or held.ends > following.held.starts):
            held = Interval(held.starts, following.held.starts)
        if cut and cut[-1].colour is spell.colour and cut[-1].held.ends == held.starts:
            held = Interval(cut.pop().held.starts, held.ends)
        cut.append(Coloured(spell.colour, held))
    return tuple(cut)


def time_in_colours(spells: Iterable[Coloured], window: Interval) -> tuple[Share, ...]:
    """The days of a bounded window in each colour, the most pressing first, and without one last.

    The days add up to the window's. What nobody held is left out.
    """
    days: dict[PriorityColour | None, int] = {}
    for run in runs(spells):
        if part := run.held.intersect(window):
            days[run.colour] = days.get(run.colour, 0) + part.days
    days[None] = window.days - sum(days.values())
    return tuple(Share(colour, days[colour], window.days) for colour in (*PriorityColour, None) if days.get(colour))


def held_since(spells: Sequence[Coloured], day: date) -> date | None:
    """Since when the colour in force on a day has been in force without a break; None where none is."""
    return next((run.held.starts for run in runs(spells) if run.held.contains(day)), None)
