"""Recording what somebody completed, confirming it, taking back an error, and saying what one needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.tasks import check_why
from trellis.rules.training import Course, check_completed, check_confirms, expires_on
from trellis.service.access.models import User
from trellis.service.schemes.models import Scheme
from trellis.service.training.models import Completion, TrainingNeed
from trellis.service.training.queries.overseen import check_looks_after
from trellis.service.training.queries.records import course_set


@transaction.atomic
def record_completion(
    *, by: User, user: User, scheme: Scheme, course: str, completed_on: date, evidence: str, competent: bool = False,
    ends: date | None = None,
) -> Completion:  # fmt: skip
    """Record a course. Of somebody else, by whoever looks after their training, it counts at once.

    One's own waits until somebody else confirms it. `ends`: the day from which it counts no more, where the certificate
    says another than the course's usual. Raises Refused for an unknown course, a day to come, or without evidence.
    """
    known = _course(scheme, course)
    ends = ends or expires_on(known, completed_on)
    check_completed(completed_on=completed_on, ends=ends, evidence=evidence, today=timezone.localdate())
    own = user.pk == by.pk
    if not own and not by.is_system:
        check_looks_after(by, user, scheme)
    now = timezone.now()
    return Completion.objects.create(
        scheme=scheme, user=user, course=known.key, course_name=known.name, completed_on=completed_on, expires_on=ends,
        evidence=evidence.strip(), competent=not own and (competent or not known.judged), recorded_by=by,
        recorded_at=now, confirmed_by=None if own else by, confirmed_at=None if own else now,
    )  # fmt: skip


@transaction.atomic
def confirm_completion(*, by: User, completion: Completion, competent: bool = False) -> None:
    """Confirm what somebody recorded of themselves, and say whether they can do the work where the course asks.

    A course confirmed without it may be confirmed again once they can. Raises Refused to themselves and to whoever does
    not look after their training.
    """
    standing = _standing(completion)
    check_confirms(whose=standing.user_id, by=by.pk)
    check_looks_after(by, standing.user, standing.scheme)
    course = _course(standing.scheme, standing.course)
    standing.competent = competent or not course.judged
    if standing.confirmed_at is None:
        standing.confirmed_by, standing.confirmed_at = by, timezone.now()
    standing.save(update_fields=["competent", "confirmed_by", "confirmed_at"])


@transaction.atomic
def withdraw_completion(*, by: User, completion: Completion, why: str) -> None:
    """Take back what was recorded in error; it stays, with the reason. Raises Refused without one."""
    check_why(why, "Say in a few words why this is withdrawn.")
    standing = _standing(completion)
    check_looks_after(by, standing.user, standing.scheme)
    standing.withdrawn_by, standing.withdrawn_at, standing.withdrawn_why = by, timezone.now(), why.strip()
    standing.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_why"])


@transaction.atomic
def state_need(
    *, by: User, scheme: Scheme, trained: bool, sufficient: bool, courses: Iterable[str] = (), wish: str = ""
) -> TrainingNeed:
    """Keep what somebody says of their own training. Raises Refused where it is not enough and nothing is named."""
    picked = [course.key for course in course_set(scheme).picked(courses)]
    if not sufficient and not picked and not wish.strip():
        raise Refused("Say what would help: choose a course, or write what you would like to learn.")
    return TrainingNeed.objects.create(
        scheme=scheme, made_by=by, trained=trained, sufficient=sufficient, courses=picked, wish=wish.strip()
    )


def _course(scheme: Scheme, key: str) -> Course:
    course = course_set(scheme).course(key)
    if course is None:
        raise Refused("There is no such course in this scheme. Choose one from the list.")
    return course


def _standing(completion: Completion) -> Completion:
    rows = Completion.objects.select_for_update(of=("self",)).select_related("user", "scheme")
    found = rows.filter(pk=completion.pk, withdrawn_at=None).first()
    if found is None:
        raise Changed("This record has been withdrawn meanwhile. Open the training record again.")
    return found
