"""What is due: the kinds of task, how long each may be put off, how one comes again, and what must be said."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from trellis.rules.dates import add_months
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Word

MOST_DAYS_AHEAD = 2 * 366
"""Nothing is made due later: a task of three years hence is a review date of the record."""

LONGEST_REASON = 300


class TaskKind(Word):
    """What kind of work is due. Clocks of every room choose from these."""

    CONTACT = "contact", "Contact"
    APPOINTMENT = "appointment", "Appointment to record"
    COPY = "copy", "To be copied into another system"
    PRIORITY = "priority", "Priority"
    ALERT = "alert", "Safety alert to review"
    ALLOCATION = "allocation", "Allocation"
    INFORM = "inform", "To be told of selection"
    ASSESSMENT = "assessment", "Assessment"
    PLAN = "plan", "Plan"
    AGREEMENT = "agreement", "Behaviour agreement"
    NEIGHBOURHOOD_REVIEW = "neighbourhood_review", "Review of a plan with neighbourhood policing"
    MEETING = "meeting", "Action from a meeting"
    SHARED_ITEM = "shared_item", "Action on shared information"
    RELEASE = "release", "Release from custody"
    TRAINING = "training", "Training"
    DOCUMENT = "document", "Document"
    OTHER = "other", "Other"


class TaskState(Word):
    """What has become of a task. Snoozed is not stored: it is open work of which nobody is reminded until a day."""

    OPEN = "open", "Open"
    SNOOZED = "snoozed", "Snoozed"
    DONE = "done", "Done"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Repeat(Word):
    """How often a task comes again, counted from the day on which it was first due."""

    NEVER = "", "Does not repeat"
    WEEKLY = "weekly", "Every week"
    FORTNIGHTLY = "fortnightly", "Every two weeks"
    MONTHLY = "monthly", "Every month"
    QUARTERLY = "quarterly", "Every three months"
    YEARLY = "yearly", "Every year"


class Standing(StrEnum):
    """How a due date stands to a day."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"


# Days past the day on which it is due that a task may be put off in all; what is not named may not be put off at all.
_DAYS_OFF: dict[TaskKind, int] = {
    TaskKind.CONTACT: 3,
    TaskKind.APPOINTMENT: 7,
    TaskKind.COPY: 7,
    TaskKind.PRIORITY: 7,
    TaskKind.ALLOCATION: 5,
    TaskKind.INFORM: 7,
    TaskKind.ASSESSMENT: 14,
    TaskKind.PLAN: 14,
    TaskKind.AGREEMENT: 14,
    TaskKind.NEIGHBOURHOOD_REVIEW: 14,
    TaskKind.MEETING: 14,
    TaskKind.SHARED_ITEM: 7,
    TaskKind.TRAINING: 28,
    TaskKind.DOCUMENT: 28,
    TaskKind.OTHER: 28,
}
"""Our own defaults, for no source gives any: the nearer to somebody's safety, the shorter."""

_WEEKS = {Repeat.WEEKLY: 1, Repeat.FORTNIGHTLY: 2}
_MONTHS = {Repeat.MONTHLY: 1, Repeat.QUARTERLY: 3, Repeat.YEARLY: 12}
SOON_DAYS = 7


def standing(due_on: date, today: date) -> Standing:
    """How a due date stands today; soon is within a week."""
    if due_on < today:
        return Standing.OVERDUE
    if due_on == today:
        return Standing.TODAY
    return Standing.SOON if due_on <= today + timedelta(SOON_DAYS) else Standing.LATER


def latest_snooze(kind: TaskKind, due_on: date) -> date | None:
    """The last day until which a task of the kind may be put off, or None for a kind that may not be.

    Counted from the day on which it is due, which snoozing does not move: putting it off again gains nothing.
    """
    days = _DAYS_OFF.get(kind)
    return due_on + timedelta(days) if days else None


def check_snooze(*, kind: TaskKind, due_on: date, until: date, reason: str, today: date) -> None:
    """Refuse to put off what may not be, for longer than the kind allows, to a day past or without a reason."""
    latest = latest_snooze(kind, due_on)
    if latest is None:
        raise Refused(f"“{kind.label}” is about somebody’s safety and cannot be snoozed. Do it, or pass it on.")
    if latest <= today:
        raise Refused("This has been due for too long to be snoozed. Do it, pass it on, or withdraw it and say why.")
    if until <= today:
        raise Refused("Choose a day after today until which to snooze it.")
    if until > latest:
        raise Refused(f"This can be snoozed until {latest:%-d %B %Y} at the latest. Choose that day or an earlier one.")
    check_why(reason, "Say in a few words why it can wait.")


def check_task(*, reason: str, due_on: date, today: date) -> None:
    """Refuse a task typed without saying what is to be done, or due on a day that cannot be meant."""
    check_why(reason, "Say what is to be done, in a few words and without a name.")
    if due_on < today:
        raise Refused("A task cannot be due on a day that has passed. Choose today or a later day.")
    if due_on > today + timedelta(MOST_DAYS_AHEAD):
        raise Refused("A task cannot be due more than two years ahead. Check the year.")


def check_why(words: str, otherwise: str) -> None:
    """Refuse less than two words with the sentence given, and more than fit."""
    if len(words.split()) < 2:
        raise Refused(otherwise)
    if len(words) > LONGEST_REASON:
        raise Refused(f"Use {LONGEST_REASON} characters or fewer.")


def next_due(first_due: date, repeat: Repeat, after: date) -> date | None:
    """The first day after `after` on which a task comes again, or None where it does not repeat.

    Counted from the first due day: what falls on the 31st falls on a shorter month's last day and on the 31st again
    after it, and what was done late does not pile up.
    """
    if repeat in _WEEKS:
        step = 7 * _WEEKS[repeat]
        passed = max(0, (after - first_due).days // step + 1) if after >= first_due else 0
        return first_due + timedelta(passed * step)
    if repeat not in _MONTHS:
        return None
    months = _MONTHS[repeat]
    apart = (after.year - first_due.year) * 12 + after.month - first_due.month
    times = max(0, apart // months)
    while (due := add_months(first_due, times * months)) <= after:
        times += 1
    return due
