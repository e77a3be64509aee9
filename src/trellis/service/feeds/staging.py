"""Facts into their tables by a temporary table: COPY is refused where rows are secured, INSERT ... SELECT is not.

A fact is known by its feed and its own key. The same digest again changes nothing; another supersedes and inserts.
"""
# ruff: noqa: S608  # the names put into statements are our own tables' and columns'; values are parameters

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import polars as pl
from django.db import connection, models

from trellis.service.feeds.mapping import FeedMapping
from trellis.service.people.history import AboutPerson

PROVENANCE = ("person_id", "agency_id", "source", "source_key", "source_digest", "source_row")


class Effect(StrEnum):
    """What a row did to the record."""

    ADDED = "added"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Batch:
    """Whose rows are being applied, for which scheme, when and by whom."""

    mapping: FeedMapping
    file_id: int
    scheme_id: int
    agency_id: int
    recorded_by_id: int
    received_on: date
    now: datetime

    @property
    def source(self) -> str:
        """The feed's name, which the facts carry."""
        return self.mapping.key


@dataclass(slots=True)
class Effects:
    """What each line did, the stronger word where it did both, and whose record changed."""

    lines: dict[int, Effect]
    people: set[int]

    @classmethod
    def none(cls) -> Effects:
        """Nothing yet."""
        return cls({}, set())

    def join(self, other: Effects) -> None:
        """Take in what another part of the work did."""
        for line, effect in other.lines.items():
            if effect is Effect.CORRECTED or line not in self.lines:
                self.lines[line] = effect
        self.people |= other.people

    def add(self, line: int, effect: Effect, person_id: int) -> None:
        """Note what a line did."""
        self.people.add(person_id)
        if effect is Effect.CORRECTED or line not in self.lines:
            self.lines[line] = effect


def write_facts(batch: Batch, model: type[AboutPerson], facts: pl.DataFrame, effects: Effects) -> None:
    """Write facts of one kind. `facts` has line, person_id, source_key, source_digest and the model's own columns."""
    if facts.is_empty():
        return
    own = _stage(batch, model, facts)
    table = model._meta.db_table
    changed = _changed(table)
    if any(effect is Effect.CORRECTED for _, effect, _ in changed):
        _supersede(batch, table)
    if changed:
        _insert(batch, model, own)
    for line, effect, person_id in changed:
        effects.add(line, effect, person_id)


def insert_facts(batch: Batch, model: type[AboutPerson], facts: pl.DataFrame) -> None:
    """Insert those facts whose key has no current row, whatever their digest."""
    if facts.height:
        _insert(batch, model, _stage(batch, model, facts))


def supersede(batch: Batch, model: type[AboutPerson], ids: Sequence[int]) -> None:
    """Supersede rows by their ids."""
    if ids:
        execute(
            f'UPDATE "{model._meta.db_table}" SET superseded_at = %s WHERE id = ANY(%s) AND superseded_at IS NULL',
            [batch.now, list(ids)],
        )


def execute(statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> None:
    """Run a statement for its effect."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def fetch(statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Run a query in plain SQL: what a feed reads to recognise people is not a view of their record."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def copy_in(table: str, frame: pl.DataFrame) -> None:
    """Copy a frame into a temporary table of the same columns."""
    # Unquoted nothing is NULL and "" is an empty text, in Polars as in PostgreSQL.
    text = frame.write_csv(include_header=False, datetime_format="%Y-%m-%d %H:%M:%S%.f")
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" FROM STDIN (FORMAT csv)') as copy:
        copy.write(text)


def _stage(batch: Batch, model: type[AboutPerson], facts: pl.DataFrame) -> list[str]:
    """Copy the facts into the temporary table; returns the model's own columns among them."""
    facts = facts.unique(["source_key"], keep="first", maintain_order=True)
    given = {
        "agency_id": pl.lit(batch.agency_id),
        "source": pl.lit(batch.source),
        "source_row": pl.format("{}:{}", pl.lit(batch.file_id), "line"),
    }
    facts = facts.with_columns(value.alias(name) for name, value in given.items() if name not in facts.columns)
    own = [name for name in facts.columns if name not in {"line", *PROVENANCE}]
    columns = ", ".join(f'"{name}"' for name in (*PROVENANCE, *own))
    execute("DROP TABLE IF EXISTS pg_temp.feeds_stage")
    execute(
        "CREATE TEMPORARY TABLE feeds_stage ON COMMIT DROP AS"
        f' SELECT 0 AS line, {columns} FROM "{model._meta.db_table}" WITH NO DATA'
    )
    copy_in("feeds_stage", facts.select("line", *PROVENANCE, *own))
    execute("ANALYZE feeds_stage")
    return own


_SAME = "t.source = s.source AND t.source_key = s.source_key AND t.superseded_at IS NULL"
_OTHERWISE = "(t.source_digest <> s.source_digest OR t.person_id <> s.person_id)"


def _changed(table: str) -> list[tuple[int, Effect, int]]:
    rows = fetch(
        f'SELECT s.line, t.id IS NOT NULL, s.person_id FROM feeds_stage s LEFT JOIN "{table}" t ON {_SAME}'
        f" WHERE t.id IS NULL OR {_OTHERWISE}"
    )
    return [(line, Effect.CORRECTED if known else Effect.ADDED, person_id) for line, known, person_id in rows]


def _supersede(batch: Batch, table: str) -> None:
    execute(f'UPDATE "{table}" t SET superseded_at = %s FROM feeds_stage s WHERE {_SAME} AND {_OTHERWISE}', [batch.now])


def _insert(batch: Batch, model: type[AboutPerson], own: Sequence[str]) -> None:
    table = model._meta.db_table
    constants = {"recorded_at": batch.now, "recorded_by_id": batch.recorded_by_id}
    staged = [*PROVENANCE, *own]
    constants |= dict(_defaults(model, {*staged, *constants}))
    columns = ", ".join(f'"{name}"' for name in (*staged, *constants))
    values = ", ".join([*(f's."{name}"' for name in staged), *("%s" for _ in constants)])
    execute(
        f'INSERT INTO "{table}" ({columns}) SELECT {values} FROM feeds_stage s'
        f' WHERE NOT EXISTS (SELECT 1 FROM "{table}" t WHERE {_SAME}) ORDER BY s.line',
        [*constants.values()],
    )


def _defaults(model: type[AboutPerson], given: set[str]) -> Iterable[tuple[str, Any]]:
    """Columns that nobody filled, with the model's own defaults: the database has none."""
    for field in model._meta.concrete_fields:
        if isinstance(field, models.AutoField) or field.column in given or field.null:
            continue
        yield field.column, field.get_default()
