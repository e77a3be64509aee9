"""What counts as an event: arrests, charges and proven offences are three measures, and a figure says which it is.

A proven reoffence is an offence committed in the follow-up and proven, by conviction or caution, in the follow-up or a
further six months (Ministry of Justice, Guide to proven reoffending statistics). Arrests and charges count on their own
day. The types are never added up: a result holds one, and results of different types are refused side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import polars as pl

from trellis.evaluation.tables import ANY, DATE, Columns, check_columns
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Word


class EventType(Word):
    """Which events a measure counts (PERF-12)."""

    ARREST = "arrest", "Arrests"
    CHARGE = "charge", "Charges"
    PROVEN = "proven", "Proven offences"
    CHARGED_OR_PROVEN = "charged_or_proven", "Offences charged, cautioned or convicted"


class Unit(Word):
    """What is one event where several offences came of one act."""

    OFFENCE = "offence", "Each offence counts"
    EVENT = "event", "Offences of one event count once"


class Circumstance(Word):
    """What an offence was, where it is not counted as a reoffence unless it is asked for."""

    TAKEN_INTO_CONSIDERATION = "tic", "Taken into consideration"
    BREACH = "breach", "Breach of an order or licence"
    RECALL = "recall", "Recall to custody"
    PRISON = "prison", "Committed in custody"


@dataclass(frozen=True, slots=True)
class Dates:
    """Which columns tell when an event of a type happened and when it became known."""

    happened: tuple[str, ...]
    known: tuple[str, ...]


DATES: Final = MappingProxyType(
    {
        EventType.ARREST: Dates(("arrest_date",), ("arrest_date",)),
        EventType.CHARGE: Dates(("charge_date",), ("charge_date",)),
        EventType.PROVEN: Dates(("offence_date",), ("proven_date",)),
        # The first day on which either is so: the joint inspection's measure counts disposals, not offence days.
        EventType.CHARGED_OR_PROVEN: Dates(("charge_date", "proven_date"), ("charge_date", "proven_date")),
    }
)


def dated_events(offences: pl.DataFrame, event_type: EventType) -> pl.DataFrame:
    """person_id, happened, known, ho_code, circumstance and event_id of each row of `offences`, whatever it lacks.

    `offences` needs person_id and the day columns of the type (offence_date and proven_date for PROVEN, arrest_date,
    charge_date); ho_code, circumstance and event_id are empty where it has none. Raises Refused for a missing column or
    a circumstance that is none of Circumstance.
    """
    dates = DATES[event_type]
    columns: Columns = {"person_id": ANY} | dict.fromkeys((*dates.happened, *dates.known), DATE)
    check_columns(offences, columns, f"offences, to count {event_type.label.lower()}")
    events = offences.select(
        "person_id",
        pl.min_horizontal(dates.happened).cast(pl.Date).alias("happened"),
        pl.min_horizontal(dates.known).cast(pl.Date).alias("known"),
        *(_column(offences, name) for name in ("ho_code", "circumstance", "event_id")),
    )
    strange = sorted(set(events["circumstance"].drop_nulls().unique()) - set(Circumstance))
    if strange:
        raise Refused(f"“{strange[0]}” is no circumstance of an offence. Use one of {', '.join(Circumstance)}.")
    return events


def one_per_event(events: pl.DataFrame) -> pl.DataFrame:
    """The first row of each event of each person: those with the same event_id, or else on the same day."""
    same = pl.coalesce("event_id", pl.col("happened").cast(pl.String))
    return events.unique(["person_id", same], keep="first", maintain_order=True)


def same_type(types: Iterable[EventType]) -> EventType:
    """The one type that all results count. Raises Refused when they count different ones."""
    found = list(dict.fromkeys(types))
    if len(found) != 1:
        raise Refused(
            f"{' and '.join(kind.label.lower() for kind in found)} cannot stand in one table: they count different "
            f"things. Choose one event type."
        )
    return found[0]


def _column(table: pl.DataFrame, name: str) -> pl.Expr:
    return (pl.col(name) if name in table.columns else pl.lit(None)).cast(pl.String).alias(name)
