"""What users hold of what their role asks, and whether one may be given a kind of case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from trellis.rules.training import Course, Opinion, Stands, stands
from trellis.rules.training import check_competent as check_courses
from trellis.rules.vocabulary import CourseStanding
from trellis.service.access.models import Posting, User
from trellis.service.schemes.definitions.courses import CourseSetDefinition
from trellis.service.schemes.models import Cohort, Scheme
from trellis.service.schemes.queries import definitions
from trellis.service.training.models import Completion, TrainingNeed


@dataclass(frozen=True, slots=True)
class Line:
    """One user: their posts, how they stand to what is asked of them, and what they last said of their training."""

    user: User
    postings: tuple[Posting, ...]
    required: tuple[Stands, ...]
    need: TrainingNeed | None = None

    @property
    def lacking(self) -> tuple[Stands, ...]:
        """The courses that they must hold and do not."""
        return tuple(one for one in self.required if not one.standing.counts)

    @property
    def expiring(self) -> tuple[Stands, ...]:
        """The courses that end soon."""
        return tuple(one for one in self.required if one.standing is CourseStanding.EXPIRING)


def course_set(scheme: Scheme) -> CourseSetDefinition:
    """The courses of a scheme."""
    return definitions().course_set(scheme.slug)


def required_for_cohort(cohort: Cohort) -> tuple[Course, ...]:
    """What an officer must hold before anybody of a cohort is theirs; nothing unless its definition says so."""
    known = definitions()
    if cohort.scheme.slug not in known.schemes:
        return ()
    asked = [one.requires_courses for one in known.cohorts_of(cohort.scheme.slug) if one.key == cohort.slug]
    return course_set(cohort.scheme).picked(asked[0]) if asked else ()


def check_competent(*, user: User, cohort: Cohort, today: date | None = None) -> None:
    """Refuse a lead in a cohort to whoever does not hold the courses that it asks for (TRN-04)."""
    courses = required_for_cohort(cohort)
    if courses:
        held = [row.taken() for row in completions_of([user.pk]).get(user.pk, [])]
        check_courses(who=str(user), work=str(cohort), courses=courses, taken=held, today=today or timezone.localdate())


def who_lacks(users: Iterable[int], cohorts: Iterable[Cohort], today: date) -> frozenset[int]:
    """Of users, those who may not lead in one of these cohorts for want of training: one query where one asks any."""
    courses = {course for cohort in cohorts for course in required_for_cohort(cohort)}
    if not courses:
        return frozenset()
    asked = set(users)
    held = completions_of(asked)
    return frozenset(
        user
        for user in asked
        for course in courses
        if not stands(course, [row.taken() for row in held.get(user, [])], today).standing.counts
    )


def completions_of(users: Iterable[int]) -> dict[int, list[Completion]]:
    """What stands of completed courses by user, the latest first: one query. What the reader may not see is absent."""
    rows = Completion.objects.filter(user__in=set(users), withdrawn_at=None)
    found: dict[int, list[Completion]] = {}
    for row in rows.select_related("user", "recorded_by", "confirmed_by"):
        found.setdefault(row.user_id, []).append(row)
    return found


def latest_needs(users: Iterable[int]) -> dict[int, TrainingNeed]:
    """What each user last said of their training: one query."""
    rows = TrainingNeed.objects.filter(made_by__in=set(users)).order_by("made_by", "-made_at", "-id")
    return {row.made_by_id: row for row in rows.distinct("made_by")}


def lines_of(postings: Iterable[Posting], scheme: Scheme, today: date) -> list[Line]:
    """A line for each user of these posts, in their order: two queries besides that of the posts."""
    by_user: dict[User, list[Posting]] = {}
    for posting in postings:
        by_user.setdefault(posting.user, []).append(posting)
    ids = [user.pk for user in by_user]
    held, needs, courses = completions_of(ids), latest_needs(ids), course_set(scheme)
    return [
        Line(user, tuple(posts), _required(posts, held.get(user.pk, []), courses, today), needs.get(user.pk))
        for user, posts in by_user.items()
    ]


def opinion_of(needs: Iterable[TrainingNeed]) -> Opinion:
    """What these users' latest answers come to (TRN-01)."""
    rows = list(needs)
    return Opinion(len(rows), sum(row.trained for row in rows), sum(row.sufficient for row in rows))


def wanted(needs: Iterable[TrainingNeed], courses: CourseSetDefinition) -> Mapping[str, int]:
    """How many users ask for each course, by its name, the most wanted first."""
    counts: dict[str, int] = {}
    for row in needs:
        for key in row.courses:
            course = courses.course(key)
            name = course.name if course else key
            counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _required(
    posts: Iterable[Posting], held: Iterable[Completion], courses: CourseSetDefinition, today: date
) -> tuple[Stands, ...]:
    taken = [row.taken() for row in held]
    soon = timedelta(courses.remind_days)
    return tuple(
        stands(course, taken, today, soon) for course in courses.required_of({posting.role for posting in posts})
    )
