"""Waiting for a service: from the day on which it was asked for to the day on which it began (INT-08)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from trellis.rules.errors import Refused


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait; without a start it goes on. Raises Refused where it would have begun before it was asked for."""

    asked: date
    started: date | None = None

    def __post_init__(self) -> None:
        """Refuse a start before the asking."""
        if self.started is not None and self.started < self.asked:
            raise Refused("A service cannot have begun before it was asked for. Check the two days.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Waits together: how many began and after how many days (the median), how many go on and for how long at most."""

    started: int
    median_days: float | None
    waiting: int
    longest_days: int | None


def waiting(waits: Iterable[Wait], today: date) -> Waiting:
    """The figures of waits on a day. Those that go on are counted apart, since their length is not known yet."""
    made = list(waits)
    over = [(wait.started - wait.asked).days for wait in made if wait.started is not None]
    on = [(today - wait.asked).days for wait in made if wait.started is None]
    return Waiting(len(over), float(median(over)) if over else None, len(on), max(on, default=None))
