"""Time at risk: the days of a window on which a person was free to offend, for many people at once.

e_i = days of the window less the days of it that custody holds, a day held twice counted once. The interval rules are
those of trellis.rules.intervals: the first day is in, the last is out, and a spell with no end runs on to the end of
the data. Home detention curfew and tags are not custody: they are never subtracted.

Sources: Her Majesty's Inspectorates of Probation and Constabulary 2014, 8.5, which asks that the treatment of custody
be chosen and stated (PERF-13); the national proven reoffending measure subtracts none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

import polars as pl

from trellis.evaluation.tables import ANY, DATE, check_columns, check_filled, check_order, check_same_ids
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import CustodyKind, Word

YEAR_DAYS: Final = 365.25
LEAST_DAYS: Final = 30
"""A person with fewer days at risk than this is flagged: their own rate would mean little."""

DISAGREE: Final = 0.10
"""Time at risk that differs by more than this between treatments is shown for all three."""


SENTENCED_KINDS: Final = frozenset({CustodyKind.SENTENCE, CustodyKind.RECALL})
NOT_CUSTODY: Final = ("tag", "hdc")
"""Kinds of spell spent at home: they stand in some extracts among the custody, and are never subtracted."""


class CustodyTreatment(Word):
    """Which held days do not count as time at risk."""

    ALL_HELD = "all_held", "All held days are subtracted"
    SENTENCED = "sentenced", "Only days held under a sentence are subtracted"
    NONE = "none", "No held days are subtracted"


DEFAULT_TREATMENT: Final = CustodyTreatment.ALL_HELD


@dataclass(frozen=True, slots=True)
class TreatmentTotals:
    """Days at risk of the same people and windows under each treatment, and whether the choice matters."""

    at_risk_days: Mapping[CustodyTreatment, int]

    @property
    def disagree(self) -> bool:
        """Whether the largest is over 10 % more than the smallest, so that all three should be shown."""
        least, most = min(self.at_risk_days.values()), max(self.at_risk_days.values())
        return most > least * (1 + DISAGREE)


def days_at_risk(
    people_windows: pl.DataFrame,
    custody: pl.DataFrame,
    *,
    treatment: CustodyTreatment = DEFAULT_TREATMENT,
    data_end: date,
) -> pl.DataFrame:
    """Days at risk in each window, one row a window in the order given.

    `people_windows` has person_id, from, to (a person may have many); `custody` has person_id, from, to and, unless all
    its spells are to count alike, kind (remand, sentence, recall, other, or tag and hdc, which are not custody). An
    empty `to` means "still". `data_end` is the first day that the data no longer covers: nothing reaches past it.

    Gives person_id, from, to (as cut), window_days, held_days, at_risk_days, flagged (under 30 days, also none) and
    no_exposure (not a day: to be left out of rates, counted and listed). Raises Refused for missing columns, empty
    cells, spells that end before they start, and for SENTENCED where no kinds are given.
    """
    check_columns(people_windows, {"person_id": ANY, "from": DATE, "to": DATE}, "windows")
    check_filled(people_windows, ("person_id", "from"), "windows")
    check_order(people_windows, "from", "to", "windows")
    check_same_ids(people_windows, custody, "custody")
    windows = people_windows.select("person_id", "from", pl.col("to").cast(pl.Date)).with_row_index("window")
    windows = _cut(windows, data_end)
    held = _held(windows, merged_spells(subtracted(custody, treatment), data_end=data_end))
    found = windows.join(held, on="window", how="left", maintain_order="left").with_columns(
        window_days=_days("from", "to"), held_days=pl.col("held_days").fill_null(0)
    )
    at_risk = pl.col("window_days") - pl.col("held_days")
    return found.select(
        "person_id", "from", "to", "window_days", "held_days",
        at_risk.alias("at_risk_days"), (at_risk < LEAST_DAYS).alias("flagged"), (at_risk == 0).alias("no_exposure"),
    )  # fmt: skip


def totals_by_treatment(people_windows: pl.DataFrame, custody: pl.DataFrame, *, data_end: date) -> TreatmentTotals:
    """Days at risk under all three treatments together: shown beside a figure when they disagree. As `days_at_risk`."""
    return TreatmentTotals(
        MappingProxyType(
            {
                treatment: int(
                    days_at_risk(people_windows, custody, treatment=treatment, data_end=data_end)["at_risk_days"].sum()
                )
                for treatment in CustodyTreatment
            }
        )
    )


def annual_rate(count: float, days: float) -> float | None:
    """Events a year at risk, 365.25 x events / days over everyone together; None where nobody was at risk.

    Never the mean of people's own annual rates: a few days at risk would count as much as a whole year.
    """
    return YEAR_DAYS * count / days if days else None


def subtracted(custody: pl.DataFrame, treatment: CustodyTreatment) -> pl.DataFrame:
    """The spells that a treatment takes out of time at risk: person_id, from, to. As `days_at_risk`."""
    check_columns(custody, {"person_id": ANY, "from": DATE, "to": DATE}, "custody")
    check_filled(custody, ("person_id", "from"), "custody")
    check_order(custody, "from", "to", "custody")
    spells = custody.select("person_id", "from", pl.col("to").cast(pl.Date))
    if treatment is CustodyTreatment.NONE:
        return spells.clear()
    if "kind" not in custody.columns:
        if treatment is CustodyTreatment.SENTENCED and not custody.is_empty():
            raise Refused("The table of custody has no column kind, so sentenced days cannot be told from remand.")
        return spells
    _check_kinds(custody["kind"], treatment)
    kinds = SENTENCED_KINDS if treatment is CustodyTreatment.SENTENCED else frozenset(CustodyKind)
    # A spell whose kind was left empty is held all the same.
    return spells.filter(custody["kind"].cast(pl.String).is_in(list(kinds)).fill_null(value=True))


def merged_spells(spells: pl.DataFrame, *, data_end: date) -> pl.DataFrame:
    """The same days in as few spells as hold them, by person in order; what touches or overlaps becomes one.

    person_id, from, to in and out; an empty `to` ends at `data_end`, and nothing reaches past it.
    """
    ordered = _cut(spells, data_end).filter(pl.col("from") < pl.col("to")).sort("person_id", "from")
    reached = pl.col("to").cum_max().over("person_id").shift(1)
    begins = (pl.col("person_id") != pl.col("person_id").shift(1)) | (pl.col("from") > reached)
    return (
        ordered.with_columns(run=begins.fill_null(value=True).cum_sum())
        .group_by("run", maintain_order=True)
        .agg(pl.col("person_id", "from").first(), pl.col("to").max())
        .drop("run")
    )


def _cut(spells: pl.DataFrame, data_end: date) -> pl.DataFrame:
    ends = pl.min_horizontal(pl.col("to").fill_null(data_end), pl.lit(data_end))
    # What begins after the data ends holds no day: it starts and ends where it starts.
    return spells.with_columns(pl.max_horizontal(ends, "from").alias("to"))


def _check_kinds(kinds: pl.Series, treatment: CustodyTreatment) -> None:
    known = [*CustodyKind, *NOT_CUSTODY]
    if strange := sorted(set(kinds.drop_nulls().cast(pl.String).unique()) - set(known)):
        raise Refused(f"“{strange[0]}” is no kind of custody. Use one of {', '.join(known)}.")
    if treatment is CustodyTreatment.SENTENCED and (empty := kinds.null_count()):
        raise Refused(
            f"{empty} of {len(kinds)} custody spells have no kind, so sentenced days cannot be told from remand. "
            f"Fill in kind, or subtract all held days."
        )


def _held(windows: pl.DataFrame, spells: pl.DataFrame) -> pl.DataFrame:
    shared = windows.join(spells, on="person_id", suffix="_held").with_columns(
        pl.max_horizontal("from", "from_held").alias("from"), pl.min_horizontal("to", "to_held").alias("to")
    )
    shared = shared.filter(pl.col("from") < pl.col("to"))
    return shared.group_by("window").agg(_days("from", "to").sum().alias("held_days"))


def _days(starts: str, ends: str) -> pl.Expr:
    return (pl.col(ends) - pl.col(starts)).dt.total_days()
