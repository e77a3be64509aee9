"""One person's whole record as its reader may see it, for somebody who inspects it.

The kinds of facts and their fields come from the models' registers, so a new kind is in it the day it lets itself out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models

from trellis.service.access.database import registered_models
from trellis.service.common.exports import Table, fields_that_may_leave, rows_of
from trellis.service.people.history import AboutPerson
from trellis.service.people.models import Person

# Of use to the machine alone, or the same in every row.
LEFT_OUT = frozenset({"id", "person", "cell", "version", "source_key", "source_digest", "source_row"})
WHOSE = {
    "agency": "Source agency",
    "recorded_at": "Recorded",
    "recorded_by": "Recorded by",
    "superseded_at": "Superseded",
}


def record_of(person: Person) -> list[Table]:
    """The person's own details and then each kind of fact, superseded ones too, as row security shows them."""
    return [_own(person), *(table for table in _facts(person) if table.rows)]


def _own(person: Person) -> Table:
    fields = _fields(Person)
    row = next(rows_of(fields, [person]))
    return Table("Person", ["Reference", *_headings(fields)], [[person.pk, *row]])


def _facts(person: Person) -> Iterator[Table]:
    for model, _ in registered_models():
        fields = _fields(model) if issubclass(model, AboutPerson) else []
        if fields:
            pointing = [field.name for field in fields if field.is_relation]
            rows = model._default_manager.filter(person=person).select_related(*pointing).order_by("recorded_at", "pk")
            plural = str(model._meta.verbose_name_plural)
            yield Table(plural[:1].upper() + plural[1:], _headings(fields), list(rows_of(fields, rows)))


def _fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """What is said of the fact first, then whose it is and since when it is known."""
    fields = [field for field in fields_that_may_leave(model) if field.name not in LEFT_OUT]
    provenance = [*WHOSE, "source"]
    return sorted(fields, key=lambda field: provenance.index(field.name) + 1 if field.name in provenance else 0)


def _headings(fields: list[models.Field[Any, Any]]) -> list[str]:
    return [WHOSE.get(field.name) or _capital(str(field.verbose_name)) for field in fields]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
