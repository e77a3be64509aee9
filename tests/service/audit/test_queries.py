"""Change events by who, what, whom, how and when, for auditors and for nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.factories import make_person
from trellis.service.access.actor import acting, system_actor_id
from trellis.service.access.models import User
from trellis.service.audit.queries import AskedChanges, change_events, changed_tables
from trellis.service.people.models import Person

pytestmark = pytest.mark.django_db


def rows(cast: Cast, by: User | None = None, **asked: object) -> list[tuple[str, str]]:
    with acting(by or cast.auditor):
        return [(event.action, event.row) for event in change_events(AskedChanges(**asked))]


def test_each_filter_narrows(cast: Cast) -> None:
    one, other = make_person(cast, "Quillfeather"), make_person(cast, "Wethercott")
    with acting("setup") as actor:
        Person.objects.filter(pk=one.pk).update(version=2)
        feeds = system_actor_id("feeds")
    added, changed, second = ("insert", str(one.pk)), ("update", str(one.pk)), ("insert", str(other.pk))
    table = {"table": "people_person"}
    assert rows(cast, **table) == [changed, second, added]
    assert rows(cast, **table, person=one.pk) == [changed, added]
    assert rows(cast, **table, action="insert") == [second, added]
    assert rows(cast, **table, actor=feeds) == [second, added]
    assert rows(cast, **table, actor=actor.user_id) == [changed]
    tomorrow = timezone.localdate() + timedelta(1)
    assert rows(cast, **table, since=tomorrow, until=tomorrow) == []
    assert rows(cast, cast.coordinator, **table) == []
    assert ("insert", str(cast.scheme.pk)) in rows(cast, table="schemes_scheme")


def test_the_tables_to_choose_from_are_those_that_are_captured() -> None:
    tables = changed_tables()
    assert {"people_person", "access_grant"} <= set(tables)
    assert not {"audit_changeevent", "people_searchtoken"} & set(tables)
