"""Facts into their tables by way of a temporary table: COPY is refused where rows are secured, INSERT ... SELECT is not.

A fact is known by its feed and its own key. The same digest again changes nothing; another supersedes and inserts.
"""

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

PROVENANCE = ("person_id", "agency_id", "source_key", "source_digest", "source_row")


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

    def add(self, line: int, effect: Effect, person_id: int) -> None:
        """Note what a line did."""
        self.people.add(person_id)
        if effect is Effect.CORRECTED or line not in self.lines:
            self.lines[line] = effect


def write_facts(batch: Batch, model: type[AboutPerson], facts: pl.DataFrame, effects: Effects) -> None:
    """Write facts of one kind. `facts` has line, person_id, source_key, source_digest and the model's own columns."""
    if facts.is_empty():
        return
    facts = facts.unique("source_key", keep="first", maintain_order=True)
    if "agency_id" not in facts.columns:
        facts = facts.with_columns(agency_id=pl.lit(batch.agency_id))
    facts = facts.with_columns(source_row=pl.format("{}:{}", pl.lit(batch.file_id), "line"))
    table = model._meta.db_table
    own = [name for name in facts.columns if name not in {"line", *PROVENANCE}]
    _stage(table, facts.select("line", *PROVENANCE, *own))
    changed = _changed(batch, table)
    if any(effect is Effect.CORRECTED for _, effect, _ in changed):
        _supersede(batch, table)
    if changed:
        _insert(batch, model, own)
    for line, effect, person_id in changed:
        effects.add(line, effect, person_id)


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


def _stage(table: str, facts: pl.DataFrame) -> None:
    columns = ", ".join(f'"{name}"' for name in facts.columns if name != "line")
    execute("DROP TABLE IF EXISTS pg_temp.feeds_stage")
    execute(
        "CREATE TEMPORARY TABLE feeds_stage ON COMMIT DROP AS"
        f' SELECT 0 AS line, {columns} FROM "{table}" WITH NO DATA'
    )
    copy_in("feeds_stage", facts)
    execute("ANALYZE feeds_stage")


def _changed(batch: Batch, table: str) -> list[tuple[int, Effect, int]]:
    rows = fetch(
        f'SELECT s.line, t.id IS NOT NULL, s.person_id FROM feeds_stage s LEFT JOIN "{table}" t ON t.source = %s'
        " AND t.source_key = s.source_key AND t.superseded_at IS NULL"
        " WHERE t.id IS NULL OR t.source_digest <> s.source_digest OR t.person_id <> s.person_id",
        [batch.source],
    )
    return [(line, Effect.CORRECTED if known else Effect.ADDED, person_id) for line, known, person_id in rows]


def _supersede(batch: Batch, table: str) -> None:
    execute(
        f'UPDATE "{table}" t SET superseded_at = %s FROM feeds_stage s WHERE t.source = %s'
        " AND t.source_key = s.source_key AND t.superseded_at IS NULL"
        " AND (t.source_digest <> s.source_digest OR t.person_id <> s.person_id)",
        [batch.now, batch.source],
    )


def _insert(batch: Batch, model: type[AboutPerson], own: Sequence[str]) -> None:
    table = model._meta.db_table
    constants = {"source": batch.source, "recorded_at": batch.now, "recorded_by_id": batch.recorded_by_id}
    constants |= dict(_defaults(model, {*own, *PROVENANCE, *constants}))
    staged = [*PROVENANCE, *own]
    columns = ", ".join(f'"{name}"' for name in (*staged, *constants))
    values = ", ".join([*(f's."{name}"' for name in staged), *("%s" for _ in constants)])
    execute(
        f'INSERT INTO "{table}" ({columns}) SELECT {values} FROM feeds_stage s WHERE NOT EXISTS'
        f' (SELECT 1 FROM "{table}" t WHERE t.source = %s AND t.source_key = s.source_key AND t.superseded_at IS NULL)'
        " ORDER BY s.line",
        [*constants.values(), batch.source],
    )


def _defaults(model: type[AboutPerson], given: set[str]) -> Iterable[tuple[str, Any]]:
    """Columns that nobody filled, with the model's own defaults: the database has none."""
    for field in model._meta.concrete_fields:
        if isinstance(field, models.AutoField) or field.column in given or field.null:
            continue
        yield field.column, field.get_default()
