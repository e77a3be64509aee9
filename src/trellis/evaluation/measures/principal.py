"""The principal offence: one offence that stands for a court appearance, by a rule that is stated.

The one marked principal; where none is marked, the heaviest by a named harm index, then the earliest committed, then
the lowest code.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from trellis.evaluation.definitions import HarmIndex
from trellis.evaluation.tables import ANY, DATE, check_columns

RULE: Final = (
    "Of the offences proven together the one marked principal counts; where none is marked, the heaviest by {index}, "
    "then the earliest committed, then the lowest code."
)


def principal_offences(offences: pl.DataFrame, index: HarmIndex) -> pl.DataFrame:
    """One row for each person and day of proof, with all its columns and `of`: how many were proven together.

    `offences`: person_id, offence_date, proven_date, ho_code and, where known, principal (true or false). What has not
    been proven is left out. Ordered by person and day of proof. Raises Refused for missing columns.
    """
    check_columns(offences, {"person_id": ANY, "offence_date": DATE, "proven_date": DATE, "ho_code": ANY}, "offences")
    lines = index.lines_of(offences["ho_code"].drop_nulls())
    weight = pl.Series([lines[code].weight if code in lines else 0.0 for code in offences["ho_code"]], dtype=pl.Float64)
    marked = pl.col("principal").fill_null(value=False) if "principal" in offences.columns else pl.lit(value=False)
    together = ["person_id", "proven_date"]
    return (
        offences.with_columns(marked.alias("_marked"), weight.alias("_weight"))
        .filter(pl.col("proven_date").is_not_null())
        .sort(
            *together, "_marked", "_weight", "offence_date", "ho_code",
            descending=[False, False, True, True, False, False], nulls_last=True, maintain_order=True,
        )
        .with_columns(pl.len().over(together).cast(pl.Int64).alias("of"))
        .unique(together, keep="first", maintain_order=True)
        .drop("_marked", "_weight")
    )  # fmt: skip


def rule_words(index: HarmIndex) -> str:
    """The rule in a sentence, with the index it used."""
    return RULE.format(index=index.label)
