"""Half-open stretches of days: the first day is in, the last is out, and no end means "still"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from trellis.rules.dates import long_date
from trellis.rules.errors import Refused


@dataclass(frozen=True, slots=True, order=False)
class Interval:
    """The days from `starts` up to but not on `ends`; without an end it is still running.

    Raises Refused when it would hold no day.
    """

    starts: date
    ends: date | None = None

    def __post_init__(self) -> None:
        """Refuse an end that is not after the start."""
        if self.ends is not None and self.ends <= self.starts:
            raise Refused(f"The end, {long_date(self.ends)}, must come after the start, {long_date(self.starts)}.")

    def contains(self, day: date) -> bool:
        """Whether it holds on this day."""
        return self.starts <= day < self._edge

    def overlaps(self, other: Interval) -> bool:
        """Whether the two share a day."""
        return self.starts < other._edge and other.starts < self._edge

    def intersect(self, other: Interval) -> Interval | None:
        """The days that both hold, or None."""
        return _between(max(self.starts, other.starts), min(self._edge, other._edge))

    @property
    def days(self) -> int:
        """How many days it holds. Raises Refused while it is still running."""
        if self.ends is None:
            raise Refused(f"It began on {long_date(self.starts)} and has no end yet, so its days cannot be counted.")
        return (self.ends - self.starts).days

    @property
    def _edge(self) -> date:
        # date.max stands for "still": no spell of a person's life reaches the year 9999.
        return date.max if self.ends is None else self.ends


def union(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same days in as few intervals as will hold them, in order: touching ones become one."""
    merged: list[Interval] = []
    for interval in sorted(intervals, key=lambda each: each.starts):
        last = merged[-1] if merged else None
        if last is not None and interval.starts <= last._edge:
            merged[-1] = _from(last.starts, max(last._edge, interval._edge))
        else:
            merged.append(interval)
    return tuple(merged)


def subtract(intervals: Iterable[Interval], taken: Iterable[Interval]) -> tuple[Interval, ...]:
    """The days of the first that are in none of the second, in order."""
    removed = union(taken)
    left: list[Interval] = []
    for interval in union(intervals):
        start = interval.starts
        for hole in removed:
            if hole._edge <= start or hole.starts >= interval._edge:
                continue
            piece = _between(start, hole.starts)
            if piece is not None:
                left.append(piece)
            start = hole._edge
        rest = _between(start, interval._edge)
        if rest is not None:
            left.append(rest)
    return tuple(left)


def days_within(intervals: Iterable[Interval], window: Interval) -> int:
    """How many days of a bounded window any of the intervals holds; a day held twice counts once."""
    shared = (interval.intersect(window) for interval in union(intervals))
    return sum(part.days for part in shared if part is not None)


def gaps(intervals: Iterable[Interval], window: Interval) -> tuple[Interval, ...]:
    """The stretches of the window that no interval holds."""
    return subtract([window], intervals)


def _from(starts: date, edge: date) -> Interval:
    return Interval(starts, None if edge == date.max else edge)


def _between(starts: date, edge: date) -> Interval | None:
    return _from(starts, edge) if starts < edge else None
