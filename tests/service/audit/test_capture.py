"""Every way of writing, on every audited model, leaves exactly the change events that it should.

What the application's role is refused the owner does instead, so that the capture is proven all the same.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import DatabaseError, connections, models, transaction
from django.db.models import F

from tests.cast import make_cast
from tests.factories import make_person
from tests.service.access.samples import make_world
from tests.service.audit.trails import opened
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import Actor, acting, name_actor, system_actor_id
from trellis.service.access.database import registered_models
from trellis.service.access.roles import OWNER_ROLE

REFUSAL = re.compile(r"permission denied|must be owner|row-level security|refused for|did not affect any rows")
AUDITED = [model for model, register in registered_models() if register.audited]


@dataclass(frozen=True)
class Written:
    """A model's sample row, and the connection through which it is written about."""

    row: models.Model
    alias: str

    @property
    def model(self) -> type[models.Model]:
        """The row's model."""
        return type(self.row)

    @property
    def fields(self) -> list[models.Field[Any, Any]]:
        """What can be written."""
        return [field for field in self.model._meta.concrete_fields if not field.generated]

    @property
    def column(self) -> models.Field[Any, Any]:
        """The last column beside the key that may be changed: a write of what it holds already is a write."""
        may = self.model.register.rows.update  # type: ignore[attr-defined]
        others = [field for field in self.fields if not field.primary_key]
        return next((field for field in others if field.column in may), others[-1])

    def copies(self, count: int) -> list[models.Model]:
        """Rows like the sample that are not saved yet."""
        values = {field.attname: getattr(self.row, field.attname) for field in self.fields}
        return [self.model(**values | self._key(number)) for number in range(count)]

    def _key(self, number: int) -> dict[str, Any]:
        key = self.model._meta.pk
        if isinstance(key, models.AutoField):
            return {key.attname: None}
        return {key.attname: uuid.uuid4() if isinstance(key, models.UUIDField) else 900_000 + number}

    def run(self, statement: str, *values: Any) -> None:
        """Run SQL in which {table}, {key} and {column} stand for the sample's."""
        meta = self.model._meta
        names = {"table": f'"{meta.db_table}"', "key": f'"{meta.pk.column}"', "column": f'"{self.column.column}"'}
        with connections[self.alias].cursor() as cursor:
            cursor.execute(statement.format(**names), values)


def save_new(it: Written) -> None:
    it.copies(1)[0].save(using=it.alias, force_insert=True)


def save_edit(it: Written) -> None:
    it.row.save(using=it.alias, force_update=True, update_fields=[it.column.name])


def delete(it: Written) -> None:
    (one,) = it.copies(1)
    one.save(using=it.alias, force_insert=True)
    one.delete(using=it.alias)


def update(it: Written) -> None:
    it.model._base_manager.using(it.alias).filter(pk=it.row.pk).update(**{it.column.name: F(it.column.name)})


def bulk_create(it: Written) -> None:
    it.model._base_manager.using(it.alias).bulk_create(it.copies(3))


def bulk_update(it: Written) -> None:
    it.model._base_manager.using(it.alias).bulk_update([it.row], [it.column.name])


def raw(it: Written) -> None:
    it.run("UPDATE {table} SET {column} = {column} WHERE {key} = %s", it.row.pk)


def raw_delete(it: Written) -> None:
    it.run("DELETE FROM {table} WHERE {key} = %s", it.row.pk)


def insert_select(it: Written) -> None:
    key = it.model._meta.pk
    automatic = isinstance(key, models.AutoField)
    columns = [f'"{field.column}"' for field in it.fields if not (automatic and field.primary_key)]
    made = {f'"{key.column}"': "gen_random_uuid()" if isinstance(key, models.UUIDField) else "900000"}
    source = [column if automatic else made.get(column, column) for column in columns]
    it.run(
        f"INSERT INTO {{table}} ({', '.join(columns)}) SELECT {', '.join(source)} FROM {{table}} WHERE {{key}} = %s",
        it.row.pk,
    )


def cascade(it: Written) -> None:
    """A parent of the row's own, because few of ours cascade, and every one could."""
    it.run("CREATE TABLE parent AS SELECT {key} AS id FROM {table} WHERE {key} = %s", it.row.pk)
    it.run("ALTER TABLE parent ADD PRIMARY KEY (id)")
    # Not valid: the other rows have no parent there.
    it.run("ALTER TABLE {table} ADD FOREIGN KEY ({key}) REFERENCES parent ON DELETE CASCADE NOT VALID")
    it.run("DELETE FROM parent")


PATHS: dict[str, tuple[Callable[[Written], None], dict[str, int]]] = {
    "save a new row": (save_new, {"insert": 1}),
    "save an edit": (save_edit, {"update": 1}),
    "delete": (delete, {"insert": 1, "delete": 1}),
    "update": (update, {"update": 1}),
    "bulk_create": (bulk_create, {"insert": 3}),
    "bulk_update": (bulk_update, {"update": 1}),
    "raw": (raw, {"update": 1}),
    "raw delete": (raw_delete, {"delete": 1}),
    "insert select": (insert_select, {"insert": 1}),
    "cascade": (cascade, {"delete": 1}),
}


@pytest.fixture
def world(committed: str) -> dict[str, models.Model]:
    """A committed row of every model, on tables that have shed whatever else would refuse a second one like it."""
    cast = make_cast()
    rows = make_world(cast, make_person(cast, stage=Stage.MANAGED))
    connections.close_all()
    with opened(committed, OWNER_ROLE) as owner:
        tables = [model._meta.db_table for model in AUDITED]
        for table, name in owner.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE conrelid::regclass::text = ANY (%s)"
            " AND contype IN ('f', 'u', 'c', 'x')",
            [tables],
        ).fetchall():
            owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
        for (name,) in owner.execute(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid::regclass::text = ANY (%s)"
            " AND indisunique AND NOT indisprimary",
            [tables],
        ).fetchall():
            owner.execute(f"DROP INDEX {name}")
        # The owner then stands outside row security; the triggers stay.
        for table in tables:
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    return rows


def counted(alias: str, table: str) -> Counter[str]:
    """The events of the present transaction on a table, by action."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT action, count(*) FROM audit_changeevent WHERE table_name = %s AND transaction = txid_current()"
            " GROUP BY 1",
            [table],
        )
        return Counter(dict(cursor.fetchall()))


def as_application(write: Callable[[Written], None], row: models.Model) -> Counter[str] | None:
    """The events of a write as the system's set-up; None where the application's role is refused."""
    try:
        with acting("setup"):
            write(Written(row, "default"))
            name_actor(Actor(system_actor_id("sealer")))
            events = counted("default", row._meta.db_table)
            transaction.set_rollback(True)
    except DatabaseError as refusal:
        if not REFUSAL.search(str(refusal)):
            raise
        return None
    return events or None


def as_owner(write: Callable[[Written], None], row: models.Model) -> Counter[str]:
    """The events of a write as the owner."""
    with transaction.atomic("owner"):
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT set_config('trellis.actor', id::text, true) FROM access_user WHERE username = 'setup'"
            )
        write(Written(row, "owner"))
        events = counted("owner", row._meta.db_table)
        transaction.set_rollback(True, "owner")
    return events


@pytest.mark.requirement("SEC-02")
def test_every_path_on_every_model(world: dict[str, models.Model], figure: Callable[[str], None]) -> None:
    refused, wrong = [], {}
    for model in AUDITED:
        row = world[model._meta.label]
        for path, (write, expected) in PATHS.items():
            events = as_application(write, row)
            if events is None:
                refused.append((model._meta.label, path))
                events = as_owner(write, row)
            if events != expected:
                wrong[model._meta.label, path] = events
    assert wrong == {}
    tried = len(AUDITED) * len(PATHS)
    assert {path for _, path in refused} >= {"cascade"}
    assert 0 < len(refused) < tried
    figure(
        f"capture: {tried} of {tried} writes captured ({len(AUDITED)} models, {len(PATHS)} ways;"
        f" {len(refused)} are refused to the application and were done by the owner)"
    )
