"""Clocks: what a room of the service finds due, and how it offers that to the one sweep that makes tasks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from trellis.rules.tasks import TaskKind
from trellis.rules.vocabulary import Role
from trellis.service.schemes.models import Scheme


@dataclass(frozen=True, slots=True)
class Due:
    """Something due: what, by when, why (a sentence without a name), about whom, and whose work it is.

    `source` and `source_key` name the occurrence, such as ("record.Priority", "17"): the same pair is the same task
    next time, with its day and reason as they then are, and one that is no longer offered is settled. A condition that
    ends and begins again needs another key. The work is a user's (`user_id`) or, without one, a role's (in an agency).
    """

    kind: TaskKind
    reason: str
    due_on: date
    source: str
    source_key: str
    person_id: int | None = None
    user_id: int | None = None
    role: Role = Role.COORDINATOR
    agency_id: int | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock. `due` is asked for a scheme and a day, in as few queries as for one person; `ended` says why a task of
    it is done once it is no longer due ("A contact has been recorded since").
    """

    name: str
    ended: str
    due: Callable[[Scheme, date], Iterable[Due]]


_offered: dict[str, Clock] = {}


def offer_clock(clock: Clock) -> None:
    """Have the sweep ask a clock; called once when an app is ready. Raises ValueError for a name that is taken."""
    if _offered.setdefault(clock.name, clock) is not clock:
        raise ValueError(f"There is a clock named {clock.name} already.")


def clocks() -> tuple[Clock, ...]:
    """Every clock on offer, by name."""
    return tuple(_offered[name] for name in sorted(_offered))
