"""Rows that cannot be used: each with its file, its line, what is wrong and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

LINE: Final = "line"
SCHEMA: Final = {"file": pl.String, "line": pl.Int64, "what": pl.String, "mend": pl.String}


@dataclass(frozen=True, slots=True)
class Check:
    """A fault: `wrong` is true for the rows that have it, `what` and `mend` are what the reader is told."""

    wrong: pl.Expr
    what: pl.Expr
    mend: str


def check(wrong: pl.Expr, what: str, mend: str, *shown: str) -> Check:
    """A fault whose sentence shows cells: each {} of `what` is a column's text as it stands in the file."""
    text = pl.format(what, *(pl.col(name).cast(pl.String).fill_null("(empty)") for name in shown))
    return Check(wrong.fill_null(value=True), text, mend)


def set_aside(rows: pl.DataFrame, file: str, checks: tuple[Check, ...]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows without any fault, and the others as `SCHEMA`: a row with several is told its first."""
    what = pl.coalesce(*(pl.when(each.wrong).then(each.what) for each in checks))
    mend = pl.coalesce(*(pl.when(each.wrong).then(pl.lit(each.mend)) for each in checks))
    told = rows.with_columns(_what=what, _mend=mend)
    bad = told.filter(pl.col("_what").is_not_null()).select(
        pl.lit(file).alias("file"),
        pl.col(LINE).cast(pl.Int64),
        pl.col("_what").alias("what"),
        pl.col("_mend").alias("mend"),
    )
    return told.filter(pl.col("_what").is_null()).drop("_what", "_mend"), bad
