"""Who works with a person is told at once, of what they may see, and of nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from tests.cast import Cast
from tests.factories import grant, make_person
from trellis.rules.notices import NoticeKind
from trellis.rules.vocabulary import Role, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Grant, User
from trellis.service.people.models import Person
from trellis.service.work.actions import mark_read, notify, notify_role, notify_users
from trellis.service.work.models import Notice
from trellis.service.work.queries import linked_users, unread_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    for user in (cast.police_om, cast.housing_worker):
        grant(cast, user, person)
    return person


def told(user: User) -> list[str]:
    with acting(user):
        return [notice.kind for notice in Notice.objects.filter(user=user)]


def tell(cast: Cast, person: Person, kind: NoticeKind = NoticeKind.PRIORITY, **data: Any) -> int:
    with acting(cast.coordinator):
        return notify(person_id=person.pk, kind=kind, by=cast.coordinator, **data)


@pytest.mark.requirement("SEC-07")
def test_everybody_who_works_with_the_person_is_told_and_nobody_else(cast: Cast, person: Person) -> None:
    assert tell(cast, person) == 2
    for user in (cast.police_om, cast.housing_worker):
        assert told(user) == ["priority"]
    # A whole scheme's reader, the doer, a colleague without the case, and strangers are not.
    for user in (cast.coordinator, cast.probation_om, cast.neighbourhood, cast.analyst, cast.stranger):
        assert told(user) == []


def test_whoever_did_it_is_not_told(cast: Cast, person: Person) -> None:
    with acting(cast.police_om):
        assert notify(person_id=person.pk, kind=NoticeKind.ALERT, by=cast.police_om) == 1
    assert (told(cast.police_om), told(cast.housing_worker)) == ([], ["alert"])


def test_nobody_is_told_of_somebody_whom_the_teller_does_not_see(cast: Cast, person: Person) -> None:
    with acting(cast.probation_om):
        assert linked_users(person.pk) == frozenset()
        assert notify(person_id=person.pk, kind=NoticeKind.ALERT) == 0


def test_a_grant_that_has_ended_or_is_anothers_links_nobody(cast: Cast, person: Person) -> None:
    other = make_person(cast, "Marrowby", stage=Stage.MANAGED)
    grant(cast, cast.probation_om, other)
    with acting("setup"):
        Grant.objects.filter(user=cast.housing_worker).update(ends_at=Grant.objects.filter(user=cast.housing_worker)
                                                              .values_list("starts_at", flat=True)[0])  # fmt: skip
    with acting(cast.coordinator):
        assert linked_users(person.pk) == {cast.police_om.pk}
        assert linked_users(other.pk) == {cast.probation_om.pk}


@pytest.mark.requirement("SEC-07")
def test_a_notice_goes_with_the_sight_of_the_person(cast: Cast, person: Person) -> None:
    tell(cast, person)
    assert told(cast.housing_worker) == ["priority"]
    with acting("setup"):
        Grant.objects.filter(user=cast.housing_worker).update(ends_at=Grant.objects.get(
            user=cast.housing_worker).starts_at)  # fmt: skip
    assert told(cast.housing_worker) == []
    with acting(cast.housing_worker):
        assert unread_of(cast.housing_worker).count == 0
        assert mark_read(by=cast.housing_worker) == 0


def test_a_role_is_told_and_sees_only_of_whom_it_may(cast: Cast, person: Person) -> None:
    hidden = make_person(cast, "Marrowby", stage=Stage.MANAGED)
    with acting(cast.coordinator):
        for about in (person, hidden):
            assert notify_role(
                role=Role.POLICE_OFFENDER_MANAGER, scheme=cast.scheme, kind=NoticeKind.EMERGENCY, by=cast.coordinator,
                person_id=about.pk,
            ) == 1  # fmt: skip
        assert notify_role(role=Role.AUDITOR, scheme=cast.scheme, kind=NoticeKind.REQUEST) == 1
        assert notify_users(users=[cast.analyst.pk, cast.coordinator.pk], kind=NoticeKind.SIGHT_ENDED) == 1
    assert told(cast.police_om) == ["emergency"]
    assert (told(cast.auditor), told(cast.analyst)) == (["request"], ["sight_ended"])


def test_nobody_tells_in_anothers_name_alters_a_notice_or_takes_it_back(cast: Cast, person: Person) -> None:
    tell(cast, person)
    with acting(cast.police_om):
        refused = pytest.raises(ProgrammingError, match="row-level security")
        with refused, transaction.atomic():
            Notice.objects.create(user=cast.housing_worker, kind=NoticeKind.ALERT, done_by=cast.coordinator)
        for statement in ("UPDATE work_notice SET kind = 'alert'", "DELETE FROM work_notice"):
            denied = pytest.raises(ProgrammingError, match="permission denied")
            with denied, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        mark_read(by=cast.police_om)
        again = pytest.raises(ProgrammingError, match="A notice is read once")
        with again, transaction.atomic():
            Notice.objects.update(read_at=None)


def test_what_fails_tells_nobody(cast: Cast, person: Person) -> None:
    with acting(cast.coordinator):
        work = transaction.savepoint()
        assert notify(person_id=person.pk, kind=NoticeKind.ALERT) == 2
        transaction.savepoint_rollback(work)
    assert told(cast.police_om) == []


def test_a_notice_holds_no_fact_about_anybody(cast: Cast, person: Person) -> None:
    tell(cast, person, NoticeKind.LEAD, lead="police")
    with acting(cast.police_om):
        notice = Notice.objects.get()
    assert notice.sentence == "Another police lead officer"
    assert notice.data == {"lead": "police"}


def page(cast: Cast, user: User, **asked: str) -> str:
    response = cast.client(user).get(reverse("work:notices"), asked)
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_page_lists_the_unread_first_and_where_each_leads(cast: Cast, person: Person) -> None:
    tell(cast, person)
    with acting(cast.police_om):
        mark_read(by=cast.police_om)
    tell(cast, person, NoticeKind.ALERT)
    html = page(cast, cast.police_om)
    assert re.search(r"New safety alert.*Priority set", html, re.DOTALL)
    assert html.count("Mark as read<") == 1
    assert reverse("home:alerts", args=[person.pk]) in html
    assert reverse("priority:person", args=[person.pk]) in html
    assert "Notices <span" in html


def test_one_is_marked_and_the_others_wait(cast: Cast, person: Person) -> None:
    tell(cast, person)
    tell(cast, person, NoticeKind.ALERT)
    client = cast.client(cast.police_om)
    with acting(cast.police_om):
        first = Notice.objects.get(kind="priority")
    response = client.post(reverse("work:read", args=[first.pk]), {"from": "home"})
    assert response.headers["Location"] == reverse("home:work")
    with acting(cast.police_om):
        assert [notice.kind for notice in unread_of(cast.police_om).latest] == ["alert"]
    # Once more changes nothing.
    assert client.post(reverse("work:read", args=[first.pk])).headers["Location"] == reverse("work:notices")


def test_all_are_marked(cast: Cast, person: Person) -> None:
    tell(cast, person)
    tell(cast, person, NoticeKind.ALERT)
    html = cast.client(cast.police_om).post(reverse("work:read_all"), follow=True).content.decode()
    assert "2 notices marked as read." in html
    assert "Mark all as read" not in html
    assert told(cast.housing_worker) == ["alert", "priority"]
    with acting(cast.housing_worker):
        assert unread_of(cast.housing_worker).count == 2


def test_anothers_notice_is_not_there(cast: Cast, person: Person) -> None:
    tell(cast, person)
    with acting(cast.police_om):
        notice = Notice.objects.get()
    for user in (cast.housing_worker, cast.coordinator, cast.stranger, cast.auditor):
        assert cast.client(user).post(reverse("work:read", args=[notice.pk])).status_code == 404
    assert cast.client(cast.police_om).get(reverse("work:read", args=[notice.pk])).status_code == 405


def test_without_notices_the_page_says_what_comes_here(cast: Cast) -> None:
    assert "No notices" in page(cast, cast.stranger)


def test_the_page_costs_the_same_however_many_there_are(
    cast: Cast, person: Person, django_assert_max_num_queries: Any
) -> None:
    with acting("setup"):
        people = [make_person(cast, f"Marrowby{number}", stage=Stage.MANAGED) for number in range(60)]
        for one in people:
            grant(cast, cast.police_om, one)
    client = cast.client(cast.police_om)
    for one in people[:3]:
        tell(cast, one)
    with django_assert_max_num_queries(100) as few:
        client.get(reverse("work:notices"))
    for one in people[3:]:
        tell(cast, one)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("work:notices"))
