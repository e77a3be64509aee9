"""The timeline is one view over every kind of spell and event, read with the reader's own eyes."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import connection
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.casework.models import Contact
from trellis.service.people.models import Alert, Person
from trellis.service.record.models import Arrest, Custody
from trellis.service.record.timeline import rows_behind, timeline_kinds

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    make_fact(Arrest, person, cast.police, happened_on=date(2026, 3, 1), outcome="Charged")
    make_fact(Custody, person, cast.police, kind="remand", starts=date(2026, 3, 2), ends=date(2026, 4, 2))
    make_fact(
        Contact, person, cast.housing, happened_on=date(2026, 5, 1), mode="office", outcome="sent_home", worker="Wren"
    )
    grant(cast, cast.police_om, person)
    return person


def test_every_labelled_kind_is_in_the_view() -> None:
    assert {"arrest", "charge", "disposal", "custody", "supervision", "registration", "priority"} < set(
        timeline_kinds()
    )
    assert {"address", "alert", "cohortmembership", "lead", "contact"} < set(timeline_kinds())


def test_entries_of_every_agency_newest_first(cast: Cast, person: Person) -> None:
    with acting(cast.police_om):
        entries = list(person.timeline.current())
        rows = rows_behind(entries)
    assert [entry.kind for entry in entries] == ["contact", "custody", "arrest"]
    assert [str(row) for row in rows] == ["At an office: sent home", "On remand", "Arrested: charged"]
    assert [(entry.starts, entry.ends) for entry in entries][1] == (date(2026, 3, 2), date(2026, 4, 2))


@pytest.mark.requirement("SEC-06")
def test_the_view_shows_a_stranger_nothing(cast: Cast, person: Person) -> None:
    for user in (cast.stranger, cast.housing_worker, cast.auditor):
        with acting(user), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM record_timelineentry")
            assert cursor.fetchone() == (0,)


def test_the_view_runs_as_whoever_asks(cast: Cast) -> None:
    with acting("feeds"), connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'record_timelineentry'")
        assert cursor.fetchone() == (["security_invoker=true"],)


def test_what_was_superseded_is_known_only_on_its_time(cast: Cast, person: Person) -> None:
    before = timezone.now()
    with acting(cast.police_om):
        Arrest.objects.update(superseded_at=timezone.now())
        assert "arrest" not in {entry.kind for entry in person.timeline.current()}
        assert "arrest" in {entry.kind for entry in person.timeline.known_on(before)}
        assert not person.timeline.known_on(datetime(2020, 1, 1, tzinfo=before.tzinfo)).exists()


def test_the_rows_behind_cost_one_query_a_kind(cast: Cast, person: Person, django_assert_num_queries: object) -> None:
    for month in range(1, 10):
        make_fact(Arrest, person, cast.police, happened_on=date(2025, month, 1))
        make_fact(Alert, person, cast.police, starts=date(2025, month, 1), kind="weapons", reason="Knife", review_on=date(2026, 1, 1))  # fmt: skip  # noqa: E501
    with acting(cast.police_om):
        entries = list(person.timeline.current())
        with django_assert_num_queries(4):  # type: ignore[operator]
            words = {(str(row), str(row.agency), str(row.recorded_by)) for row in rows_behind(entries)}
    assert len(entries) == 21
    assert ("Weapons", "Fable police", "Feeds") in words
