"""How a record about somebody stands, for a form that others may be changing too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from trellis.service.access.models import User
from trellis.service.people.correcting import Row, latest_of
from trellis.service.people.history import AboutPerson
from trellis.service.people.models import Person
from trellis.service.ui.editing import Standing

SOMEBODY = "Somebody else"


def who_changed(row: Person | AboutPerson) -> tuple[str, datetime | None]:
    """Who last changed a row that the reader may see, by name, and when: two queries."""
    person_id = row.pk if isinstance(row, Person) else row.person_id
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id, at FROM actor_told_of_change(%s::regclass, %s, %s)",
            [row._meta.db_table, row.pk, person_id],
        )
        found = cursor.fetchone()
    if found is None:
        return SOMEBODY, None
    user = User.objects.filter(pk=found[0]).first()
    return str(user) if user else SOMEBODY, found[1]


def person_standing(person_id: int, fields: Iterable[str]) -> Standing:
    """A person's own details as they stand now. Raises Person.DoesNotExist for somebody no longer seen."""
    person = Person.objects.get(pk=person_id)
    return standing_of(person, mark=person.version, values={name: getattr(person, name) for name in fields})


def row_now(row: Row) -> Row:
    """The row that stands today in place of one that a page was drawn from, read afresh. Raises Changed for none."""
    fresh: Row = type(row).objects.get(pk=row.pk)
    return latest_of(fresh)


def standing_of(row: Person | AboutPerson, *, mark: int, values: dict[str, Any]) -> Standing:
    """A row with its mark and the values of a form's fields, and who left it so."""
    who, when = who_changed(row)
    return Standing(mark, values, changed_by=who, changed_at=when)
