"""Contact standards: how often somebody of each priority is to be seen, and when the next contact is due.

"Twice in any 7 days" is kept on a day when the seven days that end with it, or the day before them, hold two successful
contacts: seen on a Monday and a Thursday, somebody is due again on the Monday. A standard that has just begun gives its
whole span first.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from trellis.rules.contacts import Contact
from trellis.rules.dates import how_long, long_date
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import ContactMode, PriorityColour


class Situation(StrEnum):
    """What decides which line of a standard holds: the colour, custody, or that no colour is set."""

    RED = PriorityColour.RED.value
    AMBER = PriorityColour.AMBER.value
    GREEN = PriorityColour.GREEN.value
    BLUE = PriorityColour.BLUE.value
    CUSTODY = "custody"
    NOT_SET = "not_set"

    @property
    def words(self) -> str:
        """How a sentence names it."""
        return {"custody": "in custody", "not_set": "without a priority"}.get(self.value, self.value.title())


@dataclass(frozen=True, slots=True)
class StandardLine:
    """So many successful contacts in any so many days. `modes` count, all where empty.

    `first_days`: within how many days of release, or of joining, the first one is due, where that is sooner.
    """

    situation: Situation
    times: int
    days: int
    first_days: int | None = None
    modes: frozenset[ContactMode] = frozenset()

    @property
    def words(self) -> str:
        """The line as a reader says it: "2 contacts in any 7 days"."""
        contacts = "1 contact" if self.times == 1 else f"{self.times} contacts"
        return f"{contacts} in any {self.days} days"

    def counts(self, contact: Contact) -> bool:
        """Whether a contact counts towards the line: successful, and made in a way that does."""
        in_a_way = not self.modes or contact.mode is None or contact.mode in self.modes
        return contact.outcome.successful and in_a_way


@dataclass(frozen=True, slots=True)
class Standard:
    """A scheme's contact standard: a line for every situation; `version` says by which one something was judged."""

    name: str
    version: int
    lines: Mapping[Situation, StandardLine] = field(default_factory=dict)

    def line_for(self, situation: Situation) -> StandardLine:
        """The line that holds. Raises Refused where there is none."""
        if situation not in self.lines:
            raise Refused(f"The contact standard {self.name} says nothing of somebody {situation.words}.")
        return self.lines[situation]


def check_complete(standard: Standard) -> None:
    """Refuse a standard that leaves a situation out, or that asks less the more pressing somebody is."""
    for situation in Situation:
        line = standard.line_for(situation)
        if line.times < 1 or line.days < line.times:
            raise Refused(f"The line for {situation.words} must ask for 1 contact or more, at most one a day.")
    pressing = [Situation.RED, Situation.AMBER, Situation.GREEN]
    for more, less in pairwise(pressing):
        above, below = standard.lines[more], standard.lines[less]
        if above.times * below.days < below.times * above.days:
            raise Refused(f"{more.words} must be seen at least as often as {less.words}.")


@dataclass(frozen=True, slots=True)
class Due:
    """When the next contact is due under a line that began on `since`, with why, seen from `today`."""

    line: StandardLine
    since: date
    by: date
    today: date
    last: date | None
    made: int
    reasons: tuple[str, ...]

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed."""
        return self.by < self.today

    @property
    def days_overdue(self) -> int:
        """By how many days it is late; 0 when it is not."""
        return max(0, (self.today - self.by).days)

    @property
    def words(self) -> str:
        """When it is due, for a list: "Overdue since 3 May 2026", "Due today", "Due by 4 May 2026"."""
        if self.is_overdue:
            return f"Overdue since {long_date(self.by)}"
        return "Due today" if self.by == self.today else f"Due by {long_date(self.by)}"


def due_by(line: StandardLine, since: date, days: Sequence[date], *, on: date, first: bool = False) -> date:
    """By when the next contact must be made, as it stood on a day, for the line to be kept.

    `days`: the days of contacts that count, in order, one entry a contact. `first`: the line began by release or
    joining, so that its first contact is due by `first_days`.
    """
    known = bisect_right(days, on)
    # The contact that must fall out of the window before the line is broken; none gives the line's whole span.
    oldest = days[known - line.times] if known >= line.times else since
    by = max(oldest, since) + timedelta(days=line.days)
    if first and line.first_days is not None and bisect_left(days, since) >= known:
        by = min(by, since + timedelta(days=line.first_days))
    return by


def next_due(line: StandardLine, since: date, contacts: Iterable[Contact], *, today: date, first: bool = False) -> Due:
    """When the next contact is due, and why."""
    days = sorted(contact.on for contact in contacts if contact.on <= today and line.counts(contact))
    by = due_by(line, since, days, on=today, first=first)
    made = len(days) - bisect_left(days, today - timedelta(days=line.days - 1))
    last = days[-1] if days else None
    reasons = [
        f"The standard {_for(line.situation)} is {line.words}, since {long_date(since)}.",
        f"{_times(made)} in the last {line.days} days.",
        f"Last seen on {long_date(last)}, {how_long(last, today)}." if last else "Nobody has seen them yet.",
    ]
    if first and line.first_days is not None and bisect_left(days, since) >= len(days):
        reasons.append(f"The first contact is due within {line.first_days} days of {long_date(since)}.")
    return Due(line, since, by, today, last, made, tuple(reasons))


def _for(situation: Situation) -> str:
    coloured = situation not in {Situation.CUSTODY, Situation.NOT_SET}
    return f"for {situation.words}" if coloured else f"for somebody {situation.words}"


def _times(made: int) -> str:
    return {0: "Not seen", 1: "Seen once", 2: "Seen twice"}.get(made, f"Seen {made} times")
