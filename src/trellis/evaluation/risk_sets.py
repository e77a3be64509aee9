"""Index dates: for everybody managed the day on which it began, and for whom they are compared with a day as good.

A comparator without a date of their own would be watched from another moment of their life, and somebody who had to
stay free until a later selection cannot be compared with somebody who did not (immortal time: Suissa 2008). So at each
managed person's first day t0 the comparators are those who are not managed yet and are at liberty on that day, with
their history up to it and no further (risk-set matching: Li, Propert and Rosenbaum 2001).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.evaluation import design_matrix
from trellis.evaluation.tables import ANY, DATE, check_columns, check_filled, check_order

QUARTER: Final = "quarter"


def risk_sets(
    managed: pl.DataFrame, pool: pl.DataFrame, custody: pl.DataFrame, *, seed: int, every_date: bool = False
) -> pl.DataFrame:
    """One row for each managed person at their t0, and for each comparator on a day when they could be compared.

    `managed` has person_id, from, to (spells; the first counts), `pool` a row for each person_id who might be compared
    (people managed later may be among them: until then they are comparators too), `custody` person_id, from, to (to
    is empty while it lasts). Gives person_id, index_date, quarter ("2024Q3"), managed (bool), managed_from (their
    own first day, empty if never), sorted by managed, date and person. Within each calendar quarter a comparator has
    one date drawn by `seed` from those on which somebody's t0 fell, or, with `every_date`, all of them (larger, and no
    draw). Raises Refused when a column is missing or a spell ends before it begins.
    """
    _check(managed, pool, custody)
    first = managed.group_by("person_id").agg(pl.col("from").min().alias("index_date"))
    cases = first.with_columns(managed=pl.lit(True), managed_from="index_date")
    dates = first.select("index_date").unique().sort("index_date").with_columns(_quarter())
    candidates = _offered(pool.select("person_id").unique().sort("person_id"), dates, None if every_date else seed)
    candidates = (
        candidates.join(first.rename({"index_date": "managed_from"}), on="person_id", how="left")
        .filter(pl.col("managed_from").is_null() | (pl.col("index_date") < pl.col("managed_from")))
        .with_columns(managed=pl.lit(False))
    )
    free = candidates.join(held_on(candidates, custody), on=["person_id", "index_date"], how="anti")
    columns = ["person_id", "index_date", QUARTER, "managed", "managed_from"]
    together = pl.concat([cases.with_columns(_quarter()).select(columns), free.select(columns)])
    return together.sort("managed", "index_date", "person_id", descending=[True, False, False])


def held_on(index: pl.DataFrame, custody: pl.DataFrame) -> pl.DataFrame:
    """The rows (person_id, index_date) on which the person is in custody: from its first day up to, not on, its end."""
    return (
        index.select("person_id", "index_date")
        .join(custody.select("person_id", "from", "to"), on="person_id")
        .filter(
            (pl.col("from") <= pl.col("index_date")) & (pl.col("to").is_null() | (pl.col("index_date") < pl.col("to")))
        )
        .select("person_id", "index_date")
        .unique()
    )


def yearly_counts(index: pl.DataFrame, events: pl.DataFrame, *, years: int = 3, known: str = "known") -> pl.DataFrame:
    """How many events each row's person had in each of the years before its index date, as known on that date.

    `events` has person_id, date, and in the column `known` the day on which the event became known (an offence the
    day it was proven): one that was not known before the index date is not counted, however long ago it happened. Adds
    count_1 (the last year), count_2 and so on to `index`, which keeps the order of its rows.
    """
    check_columns(events, {"person_id": ANY, "date": DATE, known: DATE}, "events")
    numbered = index.with_row_index("row")
    seen = (
        numbered.select("row", "person_id", "index_date")
        .join(events.select("person_id", "date", pl.col(known).alias("known_on")), on="person_id")
        .filter((pl.col("date") < pl.col("index_date")) & (pl.col("known_on") < pl.col("index_date")))
    )
    counts = numbered
    for year in range(1, years + 1):
        within = seen.filter(
            (pl.col("date") >= pl.col("index_date").dt.offset_by(f"-{year}y"))
            & (pl.col("date") < pl.col("index_date").dt.offset_by(f"-{year - 1}y"))
        )
        tally = within.group_by("row").agg(pl.len().cast(pl.Int64).alias(f"count_{year}"))
        counts = counts.join(tally, on="row", how="left", maintain_order="left")
    return counts.drop("row").with_columns(pl.col("^count_\\d+$").fill_null(0))


def strata(rows: pl.DataFrame, columns: Sequence[str]) -> NDArray[np.int64]:
    """A number for each row's stratum: its calendar quarter with `columns`, such as sex and index type.

    What `matching.nearest` takes as `exact`. Raises Refused when a column or a value is missing.
    """
    return design_matrix.cells(rows, [*columns, QUARTER])


def _offered(people: pl.DataFrame, dates: pl.DataFrame, seed: int | None) -> pl.DataFrame:
    """Everybody with the dates on which they might be compared: all of them, or one drawn a quarter."""
    if seed is None:
        return people.join(dates, how="cross")
    draw = np.random.default_rng(seed)
    offered = []
    for (quarter,), within in dates.group_by(QUARTER, maintain_order=True):
        choice = draw.integers(0, within.height, people.height)
        offered.append(
            people.with_columns(within["index_date"].gather(choice).alias("index_date"), pl.lit(quarter).alias(QUARTER))
        )
    return pl.concat(offered) if offered else people.clear().join(dates.clear(), how="cross")


def _quarter() -> pl.Expr:
    day = pl.col("index_date").dt
    return pl.format("{}Q{}", day.year(), day.quarter()).alias(QUARTER)


def _check(managed: pl.DataFrame, pool: pl.DataFrame, custody: pl.DataFrame) -> None:
    check_columns(managed, {"person_id": ANY, "from": DATE}, "managed")
    check_columns(pool, {"person_id": ANY}, "pool")
    check_columns(custody, {"person_id": ANY, "from": DATE, "to": DATE}, "custody")
    check_filled(managed, ("person_id", "from"), "managed")
    check_filled(custody, ("person_id", "from"), "custody")
    check_order(custody, "from", "to", "custody")
