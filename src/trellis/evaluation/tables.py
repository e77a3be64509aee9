"""Checks on the tables that come in: their columns are there, their days are days, and what must be filled is."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from trellis.rules.errors import Refused

DATE = pl.Date()
ANY = pl.Unknown()

Columns = Mapping[str, pl.DataType]
"""What a table must hold: each column's name, and Date where it must be a day; ANY where its type is the caller's."""


def check_columns(table: pl.DataFrame | pl.LazyFrame, columns: Columns, what: str) -> None:
    """Raise Refused when `table` lacks a column or holds something else than days in one that must hold days."""
    schema = table.collect_schema()
    for name, expected in columns.items():
        if name not in schema:
            raise Refused(f"The table of {what} has no column {name}. It needs {', '.join(columns)}.")
        if expected == DATE and schema[name] != pl.Date and schema[name] != pl.Null:
            raise Refused(f"The column {name} of the table of {what} holds {schema[name]}, not days. Read it as dates.")


def check_filled(table: pl.DataFrame, columns: tuple[str, ...], what: str) -> None:
    """Raise Refused when one of these columns has an empty cell, saying in which row the first stands."""
    for name in columns:
        if table[name].null_count():
            row = table[name].is_null().arg_true()[0] + 1
            raise Refused(
                f"The column {name} of the table of {what} is empty in row {row}. Fill it in or leave the row out."
            )


def check_order(table: pl.DataFrame, starts: str, ends: str, what: str) -> None:
    """Raise Refused when a row ends before it starts; the same day is allowed and holds no day."""
    wrong = table[starts] > table[ends]
    if wrong.any():
        row = wrong.arg_true()[0]
        first, last = table[starts][row], table[ends][row]
        raise Refused(
            f"Row {row + 1} of the table of {what} ends on {last:%d/%m/%Y}, before it starts on {first:%d/%m/%Y}. "
            f"Mend the dates."
        )


def check_same_ids(people: pl.DataFrame, other: pl.DataFrame, what: str) -> None:
    """Raise Refused when person_id is of different types in the two tables, so that nobody would be found."""
    mine, theirs = people.schema.get("person_id"), other.schema.get("person_id")
    if mine != theirs and pl.Null not in {mine, theirs} and theirs is not None:
        raise Refused(
            f"person_id is {mine} among the people and {theirs} among the {what}. Read both as the same type."
        )
