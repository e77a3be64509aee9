"""The one contact clock: every agency's contacts, against the standard that held on each day of a case.

A case is cut into stretches, each under one line of the standard. Custody comes before any colour; where records of two
colours overlap, the one that asks for more holds. Everything is counted in whole days by the calendar in Britain, so
that the change of the clocks moves nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from trellis.rules.contact_standards import Due, Situation, Standard, StandardLine, due_by, next_due
from trellis.rules.contacts import Contact
from trellis.rules.errors import Refused
from trellis.rules.intervals import Interval, subtract, union
from trellis.rules.vocabulary import PriorityColour

WEEK = timedelta(days=7)
# Which record is believed where two overlap: the one that asks for more.
PRESSING = (Situation.RED, Situation.AMBER, Situation.GREEN, Situation.BLUE)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days under one line of the standard. `first`: it began by release or joining."""

    situation: Situation
    days: Interval
    first: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """On how many of the days counted the standard was kept."""

    days: int
    of: int

    @property
    def percent(self) -> int | None:
        """The share in whole per cent, half upwards; None where no day counted."""
        return (200 * self.days + self.of) // (2 * self.of) if self.of else None


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from a Monday: contacts that counted and those that failed, and under which situation it ended."""

    starts: date
    seen: int
    failed: int
    situation: Situation | None
    days_late: int


def stretches(
    *,
    managed: Iterable[Interval],
    colours: Iterable[tuple[PriorityColour, Interval]],
    custody: Iterable[Interval],
) -> tuple[Stretch, ...]:
    """Cut the days of management into stretches, in order and without overlap."""
    free: tuple[Interval, ...] = union(managed)
    held = tuple(each for spell in union(custody) for part in free if (each := spell.intersect(part)))
    found = [Stretch(Situation.CUSTODY, days) for days in held]
    left = subtract(free, held)
    by_colour = list(colours)
    for situation in PRESSING:
        wanted = union(days for colour, days in by_colour if colour.value == situation.value)
        taken = tuple(each for spell in wanted for part in left if (each := spell.intersect(part)))
        found += [Stretch(situation, days) for days in taken]
        left = subtract(left, taken)
    found += [Stretch(Situation.NOT_SET, days) for days in left]
    ordered = sorted(found, key=lambda stretch: stretch.days.starts)
    return tuple(
        Stretch(stretch.situation, stretch.days, first=_begins_afresh(ordered, place))
        for place, stretch in enumerate(ordered)
    )


def _begins_afresh(ordered: Sequence[Stretch], place: int) -> bool:
    """Whether a stretch follows custody or opens a time of management, rather than another colour."""
    if ordered[place].situation is Situation.CUSTODY:
        return False
    if place == 0:
        return True
    before = ordered[place - 1]
    return before.situation is Situation.CUSTODY or before.days.ends != ordered[place].days.starts


def stretch_on(cut: Iterable[Stretch], day: date) -> Stretch | None:
    """The stretch that holds a day; None outside management."""
    return next((stretch for stretch in cut if stretch.days.contains(day)), None)


def due_now(standard: Standard, cut: Iterable[Stretch], contacts: Iterable[Contact], *, today: date) -> Due | None:
    """When the next contact is due by the line that holds today; None for somebody not managed today."""
    stretch = stretch_on(cut, today)
    if stretch is None:
        return None
    line = standard.line_for(stretch.situation)
    return next_due(line, stretch.days.starts, contacts, today=today, first=stretch.first)


def kept(standard: Standard, cut: Iterable[Stretch], contacts: Iterable[Contact], window: Interval) -> Kept:
    """On how many days of a bounded window, of those under management, nothing was overdue."""
    made = list(contacts)
    good = of = 0
    for stretch in cut:
        part = stretch.days.intersect(window)
        if part is None:
            continue
        line = standard.line_for(stretch.situation)
        of += part.days
        good += part.days - _late_days(line, stretch, _counted(line, made), part)
    return Kept(good, of)


def _late_days(line: StandardLine, stretch: Stretch, days: Sequence[date], part: Interval) -> int:
    """How many days of a part of a stretch were overdue when they ended: between two contacts the due day stands."""
    late, start, edge = 0, part.starts, part.starts + timedelta(days=part.days)
    while start < edge:
        next_contact = bisect_right(days, start)
        until = min(edge, days[next_contact]) if next_contact < len(days) else edge
        by = due_by(line, stretch.days.starts, days, on=start, first=stretch.first)
        late += max(0, (until - max(start, by + timedelta(days=1))).days)
        start = until
    return late


def _counted(line: StandardLine, contacts: Iterable[Contact]) -> list[date]:
    return sorted(contact.on for contact in contacts if line.counts(contact))


def weeks(
    standard: Standard, cut: Sequence[Stretch], contacts: Iterable[Contact], *, today: date, number: int
) -> tuple[Week, ...]:
    """The last so many weeks, the one of today last, each from its Monday and up to today."""
    made = [contact for contact in contacts if contact.on <= today]
    monday = today - timedelta(days=today.weekday())
    return tuple(
        _week(standard, cut, made, monday - back * WEEK, min(monday - (back - 1) * WEEK, today + timedelta(days=1)))
        for back in range(number - 1, -1, -1)
    )


def _week(standard: Standard, cut: Sequence[Stretch], made: Sequence[Contact], starts: date, ends: date) -> Week:
    within = [contact for contact in made if starts <= contact.on < ends]
    seen = sum(contact.outcome.successful for contact in within)
    last = stretch_on(cut, ends - timedelta(days=1))
    result = kept(standard, cut, made, Interval(starts, ends))
    situation = last.situation if last else None
    return Week(starts, seen, len(within) - seen, situation, result.of - result.days)


def gaps(contacts: Iterable[Contact], window: Interval, *, longer_than: int) -> tuple[Interval, ...]:
    """The stretches of a bounded window, each of more than so many days, in which nobody saw the person."""
    seen = {contact.on for contact in contacts if contact.outcome.successful and window.contains(contact.on)}
    days = [Interval(day, day + timedelta(days=1)) for day in seen]
    return tuple(gap for gap in subtract([window], days) if gap.days > longer_than)


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often somebody was seen in a window: the whole weeks at liberty that count, and successful contacts in each.

    Weeks run from the window's first day; one with a day in custody or outside management is left out.
    """

    weeks: tuple[int, ...]

    def at_least(self, times: int) -> bool | None:
        """Whether they were seen so many times a week on average; None where no week counts."""
        return sum(self.weeks) >= times * len(self.weeks) if self.weeks else None

    def always(self, times: int) -> bool | None:
        """Whether they were seen so many times in every week; None where no week counts."""
        return min(self.weeks) >= times if self.weeks else None


def frequency(contacts: Iterable[Contact], window: Interval, *, at_liberty: Iterable[Interval]) -> Frequency:
    """How often somebody was seen in each whole week of a bounded window throughout which they were at liberty."""
    days = sorted(contact.on for contact in contacts if contact.outcome.successful)
    free = union(at_liberty)
    counted = []
    starts = window.starts
    while (starts + WEEK - window.starts).days <= window.days:
        week = Interval(starts, starts + WEEK)
        if not subtract([week], free):
            counted.append(bisect_left(days, week.starts + WEEK) - bisect_left(days, week.starts))
        starts += WEEK
    return Frequency(tuple(counted))


def share_seen(cases: Iterable[Frequency], *, times: int = 2) -> Kept:
    """Of the cases with a week that counts, how many were seen at least so many times a week (INT-03)."""
    answers = [answer for case in cases if (answer := case.at_least(times)) is not None]
    return Kept(sum(answers), len(answers))


def final_third(order: Interval) -> date:
    """The first day of an order's final third. Raises Refused for one without an end.

    Two thirds of the days come before it, and a part of a day counts as one. That the days are counted so is an
    example, to be confirmed by each probation region.
    """
    return order.starts + timedelta(days=-(-2 * order.days // 3))


@dataclass(frozen=True, slots=True)
class Switch:
    """Where probation's appointments stop because every order is in its final third, or will be. `on` is that day."""

    on: date
    ends: date
    exempt: str = ""

    def is_on(self, day: date) -> bool:
        """Whether other agencies must make the contacts on a day."""
        return not self.exempt and self.on <= day < self.ends


def switch(orders: Iterable[Interval], *, today: date, exempt: str = "") -> Switch | None:
    """When probation's contact stops for somebody under these orders, as they stand today.

    While any order is short of its final third, or has no end yet, it goes on. `exempt` says why it never stops, such
    as MAPPA; None where no order is in force or its end is not known.
    """
    running = [order for order in orders if order.contains(today)]
    if not running or any(order.ends is None for order in running):
        return None
    on = max(final_third(order) for order in running)
    ends = max(order.ends for order in running if order.ends is not None)
    return Switch(on, ends, exempt) if on < ends else None


def made_without(contacts: Iterable[Contact], line: StandardLine, *, agencies: Iterable[str], today: date) -> int:
    """How many contacts of the line's last span were made by others than these agencies."""
    left_out, since = set(agencies), today - timedelta(days=line.days - 1)
    return sum(
        line.counts(contact) and contact.agency not in left_out and since <= contact.on <= today for contact in contacts
    )


def check_window(window: Interval) -> None:
    """Refuse a window without an end, or so short that it holds no whole week."""
    if window.ends is None or window.days < WEEK.days:
        raise Refused("Choose a window of at least 7 days, with its last day.")
