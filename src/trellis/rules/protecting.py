"""Restricting, opening and lending sight of a record: what may be asked, what must be said, and by when it is reviewed.

Who sees what is decided in `trellis.rules.need_to_know`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from trellis.rules.errors import Refused
from trellis.rules.need_to_know import review_by
from trellis.rules.vocabulary import Compartment, LimitKind

WORKING_DAYS_TO_REVIEW = 2
"""Emergency access is reviewed within so many working days."""

MOST_DAYS_ASKED = 90
"""Nobody asks for a record for longer; who still needs it then asks again."""

MOST_DAYS_BEFORE_A_MEETING = 14
"""A panel's members read beforehand, for so many days at most."""

MOST_DAYS_OF_COVER = 31
"""Cover is arranged for so many days at a time; a longer absence is arranged again, or the person is allocated anew."""

_SATURDAY = 5


def working_days_after(day: date, days: int) -> date:
    """The day that is so many working days after another: Monday to Friday.

    Bank holidays count as working days, since they differ between nations and are announced year by year; so what is
    due is never due later than with them.
    """
    while days:
        day += timedelta(1)
        days -= day.weekday() < _SATURDAY
    return day


def emergency_review_due(used_on: date) -> date:
    """The last day on which emergency access of that day is reviewed in time."""
    return working_days_after(used_on, WORKING_DAYS_TO_REVIEW)


def check_request(*, compartments: Collection[Compartment], reason: str, days: int) -> None:
    """Refuse to ask for nothing, without a why that somebody can decide on, or for longer than may be asked."""
    if not compartments:
        raise Refused("Choose what you need to see.")
    check_words(reason, "Say what you need the record for, in words that somebody else can decide on.")
    if not 1 <= days <= MOST_DAYS_ASKED:
        raise Refused(f"Ask for 1 to {MOST_DAYS_ASKED} days. If you still need the record then, ask again.")


def check_words(words: str, otherwise: str) -> None:
    """Refuse less than three words with the sentence given."""
    if len(words.split()) < 3:
        raise Refused(otherwise)


def check_cover(*, starts: date, last_day: date, today: date) -> None:
    """Refuse cover in the past, with its days the wrong way round, or for longer than may be arranged at a time."""
    if starts < today:
        raise Refused("Cover begins today or later: what somebody could see before is not changed.")
    if last_day < starts:
        raise Refused("The last day is before the first day. Change one of them.")
    if last_day >= starts + timedelta(days=MOST_DAYS_OF_COVER):
        raise Refused(
            f"Cover is arranged for {MOST_DAYS_OF_COVER} days at a time. Choose an earlier last day, and arrange it"
            " again if they are still away."
        )


def check_meeting_end(ends_at: datetime, now: datetime) -> None:
    """Refuse a meeting that is over, or so far ahead that its people would lie open for weeks."""
    if not now < ends_at <= now + timedelta(days=MOST_DAYS_BEFORE_A_MEETING):
        raise Refused(
            f"Give the end of a meeting that is not over and at most {MOST_DAYS_BEFORE_A_MEETING} days ahead: until"
            " then its members see the people you choose."
        )


def check_review_day(review_on: date, today: date) -> None:
    """Refuse a day for looking at a restriction again that is not ahead, or more than six months ahead."""
    last = review_by(today)
    if not today < review_on <= last:
        raise Refused(
            f"Choose a day after today and no later than {last:%-d %B %Y}: a restriction is looked at again within"
            " six months."
        )


def may_still_open(openers: Iterable[int], limits: Iterable[tuple[LimitKind, Collection[int]]]) -> frozenset[int]:
    """Of the users whose grants open a record, those who still may under limits, each with the users that it names."""
    still = frozenset(openers)
    for kind, named in limits:
        still = still - frozenset(named) if kind is LimitKind.EXCLUSION else still & frozenset(named)
    return still


def check_limit(
    *,
    kind: LimitKind,
    named: Collection[int],
    openers: Collection[int],
    others: Iterable[tuple[LimitKind, Collection[int]]],
) -> None:
    """Refuse a limit that names nobody with an account, or after which nobody could open the record.

    `named` are the users that it names, members of named teams too; `openers` those whose grants open the record;
    `others` the limits in force beside it.
    """
    if not named:
        raise Refused(
            "Name at least one person, or a team with people in it, who can sign in: a restriction that names nobody"
            " has no effect or shuts everybody out."
        )
    if may_still_open(openers, [*others, (kind, named)]):
        return
    if kind is LimitKind.EXCLUSION:
        raise Refused("This names everybody who has access, so nobody could open the record. Leave somebody out.")
    raise Refused(
        "Nobody could open the record any more: none of those named has access to it. Name somebody who works with the"
        " person, or allocate the person to them first."
    )
