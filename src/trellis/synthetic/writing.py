"""Extracts as files: each agency's separators, encoding and line ends, with a few bad rows among the good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

BAD_SHARE = 0.004

Fault = dict[str, str]
"""Columns of a row and what is wrongly in them."""

UK_DATE, UK_MOMENT, COMPACT, ISO, ISO_MOMENT = "%d/%m/%Y", "%d/%m/%Y %H:%M", "%Y%m%d", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"


@dataclass(frozen=True)
class Extract:
    """A file to write: a table whose columns are all text, nulls where the agency sent nothing."""

    name: str
    table: pl.DataFrame
    faults: Sequence[Fault]
    separator: str = ","
    encoding: str = "utf-8"
    newline: str = "\r\n"
    shuffled: bool = field(default=False)


def spoiled(rng: np.random.Generator, extract: Extract) -> pl.DataFrame:
    """The table with extra rows, copies of good ones with one fault each, strewn about it.

    As many as BAD_SHARE of the rows, one at least in a file of a hundred rows or more, none in a smaller one.
    """
    table, count = extract.table, extract.table.height
    extra = max(int(count * BAD_SHARE), min(len(extract.faults), count // 101))
    copies = []
    for index, source in enumerate(rng.integers(0, max(count, 1), extra).tolist()):
        fault = extract.faults[index % len(extract.faults)]
        changed = [pl.lit(value or None, dtype=pl.String).alias(column) for column, value in fault.items()]
        copies.append(table[source].with_columns(changed))
    places = np.concatenate([np.arange(count), rng.random(extra) * count])
    if extract.shuffled:
        places = rng.random(len(places))
    order = np.argsort(places, kind="stable")
    whole: pl.DataFrame = pl.concat([table, *copies])
    return whole.select(pl.all().gather(order))


def save(rng: np.random.Generator, folder: Path, extract: Extract) -> None:
    """Spoil the table and write it into the folder under its name."""
    text = spoiled(rng, extract).write_csv(
        separator=extract.separator, line_terminator=extract.newline, quote_style="necessary"
    )
    (folder / extract.name).write_bytes(text.encode(extract.encoding))


def shown(column: str, form: str) -> pl.Expr:
    """A date or moment as text."""
    return pl.col(column).dt.to_string(form)


def blanked(rng: np.random.Generator, column: pl.Series, share: float) -> pl.Series:
    """The column with a share of its cells empty."""
    return column.set(pl.Series(rng.random(len(column)) < share), None)


def misspelt(name: str, luck: float) -> str:
    """A name as another agency typed it: two letters exchanged, a doubled letter, or a wrong last letter."""
    at = 1 + int(luck * 1000) % max(len(name) - 2, 1)
    if luck < 1 / 3:
        return name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]
    if luck < 2 / 3:
        return name[:at] + name[at] + name[at:]
    return name[:-1] + ("e" if name[-1] != "e" else "a")
