"""Lists ask the database the same number of questions however long they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import make_person
from trellis.rules.vocabulary import GrantBasis, LimitKind, LimitReason
from trellis.service.access.actor import acting
from trellis.service.access.models import AccessRequest, Cover, Grant, Limit, User

pytestmark = pytest.mark.django_db
NOW, TODAY = timezone.now(), timezone.localdate()


def queries(cast: Cast, user: User, page: str) -> int:
    client = cast.client(user)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse(f"protection:{page}")).status_code == 200
    return len(asked)


def add(cast: Cast, count: int) -> None:
    """So many people more, each restricted, asked for and opened in an emergency; and cover on as many days."""
    people = [make_person(cast, f"Ravensmere{one}") for one in range(count)]
    for person in people:
        with acting("setup"):
            Limit.objects.create(
                person_id=person.pk, scheme=cast.scheme, kind=LimitKind.RESTRICTION, reason="A relative works here",
                reason_code=LimitReason.HIGH_PROFILE, review_on=TODAY + timedelta(9), set_by=cast.coordinator,
            )  # fmt: skip
        with acting(cast.police_om):
            AccessRequest.objects.create(
                person_id=person.pk, scheme=cast.scheme, agency=cast.police, asked_by=cast.police_om,
                compartments=["core"], reason="To supervise them",
            )  # fmt: skip
            Grant.objects.create(
                user=cast.police_om, granted_by=cast.police_om, person_id=person.pk, scheme=cast.scheme,
                agency=cast.police, compartments=["core"], basis=GrantBasis.BREAK_GLASS, reason="A threat to life",
                starts_at=NOW, ends_at=NOW + timedelta(minutes=30),
            )  # fmt: skip
    with acting(cast.coordinator):
        for day in range(count):
            Cover.objects.create(
                user=cast.police_om, covered_by=cast.analyst, agency=cast.police, scheme=cast.scheme, reason="On leave",
                starts=TODAY + timedelta(day), ends=TODAY + timedelta(day + 1), arranged_by=cast.coordinator,
            )  # fmt: skip


def test_no_list_asks_more_for_being_longer(cast: Cast) -> None:
    lists = (
        (cast.coordinator, "restrictions"),
        (cast.information_officer, "restrictions"),
        (cast.information_officer, "emergencies"),
        (cast.coordinator, "requests"),
        (cast.police_om, "requests"),
        (cast.coordinator, "cover"),
    )
    add(cast, 3)
    few = [queries(cast, *one) for one in lists]
    add(cast, 21)
    assert [queries(cast, *one) for one in lists] == few
