"""What staff must have learnt for their role and for a kind of case, and how they stand to it. "Today" is an argument.

Officers are to be trained and competent before anybody of a domestic abuse cohort is theirs (Avon and Somerset 2022,
4.4 and 7.2); all staff are to be trained enough for their work (joint inspection 2014, recommendations).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from trellis.rules.dates import add_months, long_date
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import CourseStanding

FELT_TRAINED_BELOW = 75
"""Per cent: fewer staff than that felt that they had been trained (joint inspection 2014, 5.8)."""
JUDGED_SUFFICIENT = 55
"""Per cent of staff who judged their training sufficient (the same)."""


@dataclass(frozen=True, slots=True)
class Course:
    """A course. `months`: for how long it counts, None for ever; `judged`: whether attending is not enough."""

    key: str
    name: str
    months: int | None = None
    judged: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """One completion. `confirmed`: by somebody other than who took it; from `expires_on` it counts no more."""

    course: str
    completed_on: date
    expires_on: date | None = None
    confirmed: bool = True
    competent: bool = True


@dataclass(frozen=True, slots=True)
class Stands:
    """How somebody stands to a course, and the completion that says so, if any."""

    course: Course
    standing: CourseStanding
    taken: Taken | None = None

    @property
    def sentence(self) -> str:
        """The standing with its day."""
        day = self.taken.expires_on if self.taken else None
        if self.standing is CourseStanding.EXPIRED and day is not None:
            return f"Expired on {long_date(day)}"
        if self.standing is CourseStanding.EXPIRING and day is not None:
            return f"Expires on {long_date(day)}"
        return self.standing.label

    @property
    def phrase(self) -> str:
        """The course and its standing within a sentence."""
        return f"“{self.course.name}”: {self.sentence[0].lower()}{self.sentence[1:]}"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What staff say of their training: how many answered, felt trained, and judged it sufficient."""

    answered: int
    trained: int
    sufficient: int

    @property
    def trained_percent(self) -> int | None:
        """Per cent of those who answered, to the nearest whole; None while nobody has."""
        return _percent(self.trained, self.answered)

    @property
    def sufficient_percent(self) -> int | None:
        """The same of those who judged it sufficient."""
        return _percent(self.sufficient, self.answered)


def expires_on(course: Course, completed_on: date) -> date | None:
    """The day from which a completion counts no more, or None where it counts for ever."""
    return None if course.months is None else add_months(completed_on, course.months)


def check_completed(*, completed_on: date, ends: date | None, evidence: str, today: date) -> None:
    """Refuse a completion of a day to come, one that has no length, and one without evidence."""
    if completed_on > today:
        raise Refused("A course is recorded once it is completed: choose today or an earlier day.")
    if ends is not None and ends <= completed_on:
        raise Refused("The course must count for at least a day: choose an end after the day of completion.")
    if len(evidence.split()) < 2:
        raise Refused("Say in a few words how you know: a certificate and its number, or who taught it.")


def stands(course: Course, taken: Iterable[Taken], today: date, soon: timedelta = timedelta(0)) -> Stands:
    """How somebody stands to a course: of several completions the best counts, then the one that counts longest."""
    known = [one for one in taken if one.course == course.key and one.completed_on <= today]
    if not known:
        return Stands(course, CourseStanding.MISSING)
    order = list(CourseStanding)
    best = min(known, key=lambda one: (order.index(_standing(course, one, today, soon)), -_lasts(one)))
    return Stands(course, _standing(course, best, today, soon), best)


def check_competent(*, who: str, work: str, courses: Sequence[Course], taken: Iterable[Taken], today: date) -> None:
    """Refuse to give somebody work that asks for courses which they do not hold. Nothing overrides it."""
    held = list(taken)
    lacking = [one for one in (stands(course, held, today) for course in courses) if not one.standing.counts]
    if lacking:
        said = "; ".join(one.phrase for one in lacking)
        raise Refused(
            f"{who} cannot lead in {work}, which asks for training ({said})."
            " Choose another officer, or record the course first."
        )


def check_confirms(*, whose: int, by: int) -> None:
    """Refuse to confirm one's own completion: the word of a second person is what makes it count."""
    if whose == by:
        raise Refused("Somebody else confirms that you completed a course. Ask your supervisor or coordinator.")


def _standing(course: Course, taken: Taken, today: date, soon: timedelta) -> CourseStanding:
    if taken.expires_on is not None and taken.expires_on <= today:
        return CourseStanding.EXPIRED
    if not taken.confirmed:
        return CourseStanding.UNCONFIRMED
    if course.judged and not taken.competent:
        return CourseStanding.NOT_YET_COMPETENT
    if taken.expires_on is not None and taken.expires_on <= today + soon:
        return CourseStanding.EXPIRING
    return CourseStanding.HELD


def _lasts(taken: Taken) -> int:
    return (taken.expires_on or date.max).toordinal()


def _percent(part: int, whole: int) -> int | None:
    return (200 * part + whole) // (2 * whole) if whole else None
