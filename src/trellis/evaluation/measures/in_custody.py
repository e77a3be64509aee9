"""Which offences were committed in custody: they are no reoffending in the community."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from trellis.evaluation.exposure import DEFAULT_TREATMENT, merged_spells, subtracted
from trellis.evaluation.measures.events import Circumstance
from trellis.evaluation.tables import ANY, DATE, check_columns, check_same_ids


def mark_committed_in_custody(offences: pl.DataFrame, custody: pl.DataFrame) -> pl.DataFrame:
    """The offences with circumstance PRISON where the person was held that day and no circumstance was given.

    `offences`: person_id, offence_date and, where known, circumstance; `custody` as for `exposure.days_at_risk`. The
    first day of a spell does not count: people are held for what they did that day. Rows keep their order. Raises
    Refused for missing columns.
    """
    check_columns(offences, {"person_id": ANY, "offence_date": DATE}, "offences")
    check_same_ids(offences, custody, "custody")
    known = "circumstance" in offences.columns
    given = offences if known else offences.with_columns(circumstance=pl.lit(None, pl.String))
    last = given["offence_date"].cast(pl.Date).max()
    if not isinstance(last, date) or custody.is_empty():
        return given
    spells = merged_spells(subtracted(custody, DEFAULT_TREATMENT), data_end=last + timedelta(days=1))
    held = (
        given.select("person_id", "offence_date")
        .with_row_index("row")
        .join(spells, on="person_id")
        .filter(pl.col("from") < pl.col("offence_date"), pl.col("offence_date") < pl.col("to"))
    )
    inside = pl.int_range(pl.len()).is_in(held["row"].implode()) & pl.col("circumstance").is_null()
    return given.with_columns(
        circumstance=pl.when(inside).then(pl.lit(Circumstance.PRISON.value)).otherwise("circumstance")
    )
