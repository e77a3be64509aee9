"""Who managed a case one after another: how often the manager changed, and how long the longest stayed (REF-14).

Counted for one service at a time. Where spells overlap, whoever leads already goes on as the manager until their own
spell ends: cover beside them, or a handover of some days, is no change of its own. Days are whole days by the calendar,
so that the change of the clocks moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from trellis.rules.clock import Kept
from trellis.rules.intervals import Interval, days_within, union


@dataclass(frozen=True, slots=True)
class Led:
    """Days on which one officer, by number, led a case for one service."""

    officer: int
    days: Interval


def managers(spells: Iterable[Led], since: date, today: date) -> tuple[int, ...]:
    """The officers who managed a case from one day to another, today included, each as often as they took it up."""
    held = _held(spells, Interval(since, today + timedelta(days=1)))
    found: list[int] = []
    for day in sorted({part.starts for parts in held.values() for part in parts} | _ends(held)):
        leading = {officer: part.starts for officer, parts in held.items() for part in parts if part.contains(day)}
        if leading and not (found and found[-1] in leading):
            found.append(min(leading, key=lambda officer: (leading[officer], officer)))
    return tuple(found)


def changes(spells: Iterable[Led], since: date, today: date) -> int:
    """How often a case passed from one manager to another since a day. Who comes back after a gap has not changed."""
    return max(0, len(managers(spells, since, today)) - 1)


def continuity(spells: Iterable[Led], since: date, today: date) -> Kept:
    """On how many of the days since then, today included, the officer led who led on most of them."""
    window = Interval(since, today + timedelta(days=1))
    held = _held(spells, window)
    return Kept(max((days_within(parts, window) for parts in held.values()), default=0), window.days)


@dataclass(frozen=True, slots=True)
class Stayed:
    """How steadily cases were led: `changes` on average, and the average share of days with the longest lead."""

    cases: int
    changes: float
    percent: int


def on_average(cases: Sequence[tuple[int, Kept]]) -> Stayed | None:
    """The averages of cases, each with its changes and continuity, every case counting alike; None without a case."""
    if not cases:
        return None
    shares = sum(kept.days / kept.of for _, kept in cases)
    return Stayed(len(cases), sum(times for times, _ in cases) / len(cases), int(100 * shares / len(cases) + 0.5))


def _held(spells: Iterable[Led], window: Interval) -> dict[int, tuple[Interval, ...]]:
    """Each officer's days within a window, touching spells as one."""
    parts: dict[int, list[Interval]] = {}
    for spell in spells:
        if (part := spell.days.intersect(window)) is not None:
            parts.setdefault(spell.officer, []).append(part)
    return {officer: union(days) for officer, days in parts.items()}


def _ends(held: dict[int, tuple[Interval, ...]]) -> set[date]:
    return {part.ends for parts in held.values() for part in parts if part.ends is not None}
