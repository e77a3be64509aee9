"""What must hold between the fields of a row, beyond each cell by itself."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from trellis.service.feeds.mapping import FeedMapping


@dataclass(frozen=True, slots=True)
class Check:
    """`broken` is true where the row is at fault. The sentence is about `field`; `part` is what is then left out."""

    field: str
    broken: pl.Expr
    sentence: str
    part: str = ""


def checks_of(mapping: FeedMapping) -> list[Check]:
    """The checks that apply to a mapping: those whose fields it fills."""
    checks = [check for needed, check in _CHECKS if needed <= set(mapping.fields)]
    if any(mapping.is_required(name) for name in mapping.identifiers):
        return checks
    return [_somebody(mapping), *checks]


def _somebody(mapping: FeedMapping) -> Check:
    nobody = pl.all_horizontal(pl.col(name).is_null() for name in mapping.identifiers)
    columns = " or ".join(mapping.fields[name].column for name in mapping.identifiers)
    return Check(mapping.identifiers[0], nobody, f"the row does not say whom it is about. Fill in {columns}.")


def _later(one: str, other: str) -> pl.Expr:
    return (pl.col(one).cast(pl.Date) > pl.col(other).cast(pl.Date)).fill_null(False)


_CHECKS: tuple[tuple[set[str], Check], ...] = (
    (
        {"offence_on", "happened"},
        Check("offence_on", _later("offence_on", "happened"),
              "the offence is dated after what followed it. Correct one of the dates."),
    ),
    (
        {"charged_on", "happened"},
        Check("charged_on", _later("happened", "charged_on"),
              "the charge is dated before the arrest. Correct one of the dates.", part="charge"),
    ),
    (
        {"date_of_birth", "order_starts"},
        Check("order_starts", _later("date_of_birth", "order_starts"),
              "the order is dated before the person's birth. Correct one of the dates.", part="order"),
    ),
    (
        {"order_kind", "order_starts"},
        Check("order_starts", pl.col("order_kind").is_not_null() & pl.col("order_starts").is_null(),
              "is empty, though the row names an order. Say when it began.", part="order"),
    ),
    (
        {"order_kind", "order_starts"},
        Check("order_kind", pl.col("order_kind").is_null() & pl.col("order_starts").is_not_null(),
              "is empty, though the row says when an order began. Say what order it is.", part="order"),
    ),
    (
        {"order_starts", "order_ends"},
        Check("order_ends", (pl.col("order_ends") <= pl.col("order_starts")).fill_null(False),
              "the order ends before it has begun. Correct one of the dates.", part="order"),
    ),
    (
        {"score", "scored_on"},
        Check("scored_on", pl.col("score").is_not_null() & pl.col("scored_on").is_null(),
              "is empty, though the row gives a score. Say on which day it was scored.", part="score"),
    ),
    (
        {"starts", "ends"},
        Check("ends", (pl.col("ends") <= pl.col("starts")).fill_null(False),
              "the person leaves before they have joined. Correct one of the dates."),
    ),
    (
        {"police_lead", "probation_lead", "ends"},
        Check("police_lead", pl.all_horizontal(pl.col("police_lead", "probation_lead", "ends").is_null()),
              "nobody leads the case of this person, who is still managed. Name a police or a probation lead."),
    ),
    (
        {"review_on", "starts"},
        Check("review_on", (pl.col("review_on") < pl.col("starts")).fill_null(False),
              "the review is dated before the decision. Correct one of the dates."),
    ),
)  # fmt: skip
