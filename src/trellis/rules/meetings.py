"""Meetings: who is expected, what must be known before one counts as held, returns before it, and partners' figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Came, MeetingStatus

MOST_DAYS_AHEAD = 366
LEAST_WORDS = 2


def check_planned(*, on: date, today: date) -> None:
    """Refuse a meeting on a day past, or further ahead than can be meant."""
    if on < today:
        raise Refused("A meeting is planned for today or later. Change the date.")
    if on > today + timedelta(days=MOST_DAYS_AHEAD):
        raise Refused("A meeting cannot be planned more than a year ahead. Check the year.")


def check_open(status: MeetingStatus) -> None:
    """Refuse to change a meeting that has been held or cancelled."""
    if status is not MeetingStatus.PLANNED:
        raise Refused(f"This meeting was {status.label.lower()}, so this can no longer be changed.")


def check_expected(*, usual: Mapping[str, str], chosen: Collection[str], why_not: str) -> None:
    """Refuse to leave out an agency whose kind the type of meeting expects, unless it is said why.

    `usual`: the names of those agencies by key. The joint inspection of 2014 (3.15) found an area that kept probation
    out of meetings about people without a statutory order: whoever leaves somebody out here says so, and it shows.
    """
    if not chosen:
        raise Refused("Choose at least one agency that is expected.")
    left_out = [name for key, name in usual.items() if key not in chosen]
    if left_out and len(why_not.split()) < LEAST_WORDS:
        raise Refused(f"Say why a usual member is not expected: {', '.join(left_out)}. Or choose them as well.")


def check_minute(*, on: date, status: MeetingStatus, today: date) -> None:
    """Refuse minutes of a meeting that has not begun or was cancelled."""
    if status is MeetingStatus.CANCELLED:
        raise Refused("This meeting was cancelled, so there is nothing to minute.")
    if on > today:
        raise Refused("Minutes are taken on the day of the meeting or after it.")


def check_action(*, what: str, owner: str, due: date | None) -> None:
    """Refuse an action without an owner or a day, and an owner or a day without an action."""
    if what and not owner:
        raise Refused("Choose who is to do the action.")
    if what and due is None:
        raise Refused("Enter the day by which the action is due.")
    if not what and owner:
        raise Refused("Say what is to be done, or choose no owner.")


def check_held(*, on: date, today: date, unrecorded: Iterable[str]) -> None:
    """Refuse to close a meeting ahead of its day, or before it is known of each expected agency whether it came."""
    if on > today:
        raise Refused("A meeting is marked as held on its day or after it.")
    missing = sorted(unrecorded)
    if missing:
        raise Refused(f"Record first whether these came: {', '.join(missing)}.")


def check_attendance(came: Came, reason: str, *, on: date, today: date) -> None:
    """Refuse apologies without their reason, and to say ahead of the day who came or stayed away."""
    if came is not Came.APOLOGIES and on > today:
        raise Refused("Before the day of the meeting, record apologies alone.")
    if came is Came.APOLOGIES and not reason.strip():
        raise Refused("Say why an agency that sent apologies could not come.")


def updates_due(on: date, days: int) -> date:
    """The day by which agencies give their updates before a meeting."""
    return on - timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Turnout:
    """One agency at one held meeting at which it was expected. `returned`: when it gave its update, if it did."""

    agency: str
    came: Came
    began: datetime
    returned: datetime | None

    @property
    def is_non_return(self) -> bool:
        """Whether it was asked for an update before the meeting and gave none in time."""
        return self.returned is None or self.returned > self.began


@dataclass(frozen=True, slots=True)
class ActionTaken:
    """One action of an agency. `done_on`: when it was settled, if it was."""

    agency: str
    due_on: date
    done_on: date | None

    @property
    def in_time(self) -> bool:
        """Whether it was done by its day."""
        return self.done_on is not None and self.done_on <= self.due_on

    def is_late(self, today: date) -> bool:
        """Whether it was done after its day, or is overdue."""
        return (self.done_on or today) > self.due_on


@dataclass(frozen=True, slots=True)
class PartnerFigures:
    """What an agency brought to meetings (INT-23)."""

    agency: str
    expected: int
    attended: int
    apologies: int
    absent: int
    non_returns: int
    actions: int
    in_time: int
    late: int
    open_in_time: int


def partner_figures(turnouts: Iterable[Turnout], actions: Iterable[ActionTaken], today: date) -> list[PartnerFigures]:
    """Attendance, non-returns and actions by agency, by name. Every action is in time, late or open and not yet due."""
    came: dict[str, Counter[str]] = {}
    for one in turnouts:
        counts = came.setdefault(one.agency, Counter())
        counts.update([one.came.value, "expected"])
        counts["non_returns"] += one.is_non_return
    acted: dict[str, Counter[str]] = {}
    for action in actions:
        standing = "in_time" if action.in_time else "late" if action.is_late(today) else "open_in_time"
        acted.setdefault(action.agency, Counter()).update([standing, "actions"])
    empty: Counter[str] = Counter()
    return [
        PartnerFigures(
            agency=agency,
            **{name: came.get(agency, empty)[name] for name in ("expected", *Came, "non_returns")},
            **{name: acted.get(agency, empty)[name] for name in ("actions", "in_time", "late", "open_in_time")},
        )
        for agency in sorted(came.keys() | acted.keys())
    ]
