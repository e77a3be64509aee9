"""The agenda that writes itself: what counts as changed since last time, and in which order people are talked about.

The order rests on nothing but the changes that its reader is shown, so that it cannot tell of what they may not see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from trellis.rules.vocabulary import ChangeKind

Key = TypeVar("Key", int, str)

USUAL_LOOK_BACK = timedelta(days=28)
"""How far back an agenda looks for somebody whom no meeting has discussed yet."""

LEARNED_LATE = timedelta(days=28)
"""What happened this long before the last meeting and became known only since counts as changed since."""

LOOK_AHEAD = timedelta(days=28)
"""How far ahead releases and appointments are told."""

MOST_TIMES = 3
"""A change that repeats moves somebody up the agenda so many times at most."""

_WEIGHT: Mapping[ChangeKind, int] = {
    ChangeKind.PRIORITY: 8,
    ChangeKind.CUSTODY: 8,
    ChangeKind.RELEASE: 8,
    ChangeKind.ARREST: 7,
    ChangeKind.CHARGE: 7,
    ChangeKind.ALERT: 6,
    ChangeKind.LAPSE: 6,
    ChangeKind.DISENGAGEMENT: 6,
    ChangeKind.DISPOSAL: 5,
    ChangeKind.MISSED: 4,
    ChangeKind.DRUG_TEST: 4,
    ChangeKind.ADDRESS: 4,
    ChangeKind.SUPERVISION: 4,
    ChangeKind.REGISTRATION: 4,
    ChangeKind.NOTE: 4,
    ChangeKind.SCORE: 3,
    ChangeKind.PLAN: 3,
    ChangeKind.OVERDUE: 3,
    ChangeKind.DONE: 1,
    ChangeKind.KEPT: 1,
    ChangeKind.COMING: 1,
}
"""Our own defaults, for no source gives any: what may end in harm or custody comes before what goes its usual way."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed, in words; `on`, where it is of a day; `times`, where the words count several."""

    kind: ChangeKind
    words: str
    on: date | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Window:
    """The days that an agenda speaks of: after `since`, up to and with `until`."""

    since: date
    until: date

    def holds(self, happened: date, learned: date) -> bool:
        """Whether something is new: it happened since, or became known since and happened not long before."""
        if happened > self.until or learned > self.until:
            return False
        return happened > self.since or (learned > self.since and happened > self.since - LEARNED_LATE)


def window_of(last: date | None, until: date) -> Window:
    """The window since somebody was last discussed; four weeks where nobody has discussed them."""
    return Window(last if last is not None and last < until else until - USUAL_LOOK_BACK, until)


def movement(changes: Iterable[Change]) -> int:
    """How much has moved, as a number that orders an agenda and says nothing else."""
    return sum(_WEIGHT[change.kind] * min(change.times, MOST_TIMES) for change in changes)


@dataclass(frozen=True, slots=True)
class Moved(Generic[Key]):
    """Somebody on an agenda with their changes; `name` as lists sort it."""

    key: Key
    name: str
    changes: tuple[Change, ...]


def by_movement(people: Iterable[Moved[Key]]) -> list[Moved[Key]]:
    """People in the order in which they are talked about: most movement first, ties by name."""
    return sorted(people, key=lambda one: (-movement(one.changes), one.name.casefold(), one.key))


def together(changes: Iterable[Change]) -> list[Change]:
    """One line for what several rows say in the same words of the same day, such as the offences of one hearing."""
    found: dict[tuple[ChangeKind, str, date | None], int] = {}
    for one in changes:
        key = (one.kind, one.words, one.on)
        found[key] = found.get(key, 0) + one.times
    return [Change(kind, words, on, times) for (kind, words, on), times in found.items()]


def weightiest_first(changes: Iterable[Change]) -> tuple[Change, ...]:
    """One person's changes, the weightiest and then the latest first."""
    return tuple(sorted(changes, key=lambda one: (-_WEIGHT[one.kind], -(one.on or date.min).toordinal(), one.words)))
