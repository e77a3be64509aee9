"""Every way of writing leaves a change event, and the trail cannot be altered by anybody."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, ProgrammingError, connection, connections, transaction

from tests.cast import Cast
from tests.factories import make_person
from trellis.service.access.actor import acting
from trellis.service.audit.models import ChangeEvent
from trellis.service.people.models import Person, SearchToken

pytestmark = pytest.mark.django_db


def changes(cast: Cast, action: str) -> int:
    with acting(cast.auditor):
        return ChangeEvent.objects.filter(table="people_person", action=action).count()


def raw_insert_select(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_person (family_name, given_names, birth_precision, sex, scheme_id, area_id, stage,"
            " version, recorded_at) SELECT 'A', 'B', 'day', 'U', %s, %s, 'known', 1, now() FROM generate_series(1, 3)",
            [cast.scheme.pk, cast.north.pk],
        )


def new(cast: Cast, name: str) -> Person:
    return Person(family_name=name, scheme=cast.scheme, area=cast.north)


WRITES = {
    "save": ("insert", 1, lambda cast, person: new(cast, "A").save()),
    "create": ("insert", 1, lambda cast, person: Person.objects.create(family_name="A", scheme=cast.scheme)),
    "bulk_create": ("insert", 2, lambda cast, person: Person.objects.bulk_create([new(cast, "A"), new(cast, "B")])),
    "insert select": ("insert", 3, lambda cast, person: raw_insert_select(cast)),
    "save of an edit": ("update", 1, lambda cast, person: person.save(update_fields=["family_name"])),
    "update": ("update", 1, lambda cast, person: Person.objects.update(version=3)),
    "bulk_update": ("update", 1, lambda cast, person: Person.objects.bulk_update([person], ["sex"])),
}


@pytest.mark.parametrize("way", WRITES)
def test_every_way_of_writing_is_captured(way: str, cast: Cast) -> None:
    person = make_person(cast)
    action, expected, write = WRITES[way]
    before = changes(cast, action)
    with acting("feeds"):
        write(cast, person)
    assert changes(cast, action) - before == expected


@pytest.mark.parametrize("statement", ["UPDATE audit_changeevent SET actor_id = 1", "DELETE FROM audit_accessevent"])
@pytest.mark.parametrize("alias", ["default", "owner"])
def test_the_trail_is_append_only_even_for_its_owner(statement: str, alias: str, cast: Cast) -> None:
    with (
        acting(cast.auditor),
        pytest.raises(DatabaseError, match=r"append-only|permission denied"),
        transaction.atomic(alias),
        connections[alias].cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_application_cannot_forge_a_change(cast: Cast) -> None:
    with acting("feeds"), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ChangeEvent.objects.create(
            at="2026-01-01T00:00Z", actor_id=1, transaction=1, table="people_person", action="update", row="1"
        )


def test_search_tokens_are_derived_and_leave_no_change(cast: Cast) -> None:
    person = make_person(cast)
    with acting("feeds"):
        SearchToken.objects.create(person=person, token="osric", kind="name", text="Osric")
    with acting(cast.auditor):
        assert not ChangeEvent.objects.filter(table="people_searchtoken").exists()
