"""A restriction's day of review is told to those who must look, week after week, and names nobody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.factories import make_person
from trellis.rules.vocabulary import LimitKind
from trellis.service.access.actor import acting
from trellis.service.access.models import Limit, User
from trellis.service.protection.actions.reminding import remind_of_reviews
from trellis.service.protection.jobs import remind
from trellis.service.work.actions import mark_read
from trellis.service.work.models import Notice

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def restrict(cast: Cast, review_on: date) -> Limit:
    person = make_person(cast)
    with acting(cast.coordinator):
        return Limit.objects.create(
            person_id=person.pk, scheme=cast.scheme, kind=LimitKind.RESTRICTION, reason_code="staff_or_relative",
            reason="x", review_on=review_on, set_by=cast.coordinator,
        )  # fmt: skip


def told(user: User) -> list[tuple[str, int | None]]:
    with acting(user):
        found = [(notice.kind, notice.person_id) for notice in Notice.objects.filter(user=user, read_at=None)]
        mark_read(by=user)
    return found


def remind_on(day: date) -> int:
    with acting("reminders") as actor:
        return remind_of_reviews(today=day, by=User.objects.get(pk=actor.user_id))


def test_on_its_day_and_every_week_after_and_on_no_other(cast: Cast) -> None:
    restrict(cast, TODAY)
    assert [remind_on(TODAY + timedelta(days)) for days in (-1, 0, 1, 6, 7, 14)] == [0, 1, 0, 0, 1, 1]
    for user in (cast.information_officer, cast.coordinator):
        assert told(user) == [("restriction_review", None)] * 3
    assert told(cast.police_om) == []


def test_several_at_once_are_one_notice_and_a_lifted_one_none(cast: Cast) -> None:
    for _ in range(3):
        restrict(cast, TODAY)
    lifted = restrict(cast, TODAY)
    with acting(cast.coordinator):
        Limit.objects.filter(pk=lifted.pk).update(
            lift_asked_by=cast.coordinator, lift_asked_at=timezone.now(), lift_reason="No longer needed."
        )
    with acting(cast.information_officer):
        Limit.objects.filter(pk=lifted.pk).update(lifted_by=cast.information_officer, lifted_at=timezone.now())
    assert remind_on(TODAY) == 3
    assert told(cast.information_officer) == [("restriction_review", None)]


def test_the_job_of_the_morning_tells(cast: Cast) -> None:
    restrict(cast, TODAY)
    remind(timestamp=0)
    assert told(cast.coordinator) == [("restriction_review", None)]
    with acting(cast.coordinator):
        assert str(Notice.objects.get().done_by) == "Reminders of what is due"
