"""What probation supervises: orders of the court, and licences that follow prison."""

from __future__ import annotations

from datetime import date

import polars as pl

POST_SENTENCE_DAYS = 365
TWO_YEARS = 730

COURT_ORDERS = {"Community order": "Community Order", "Suspended sentence": "Suspended Sentence Order"}


def orders(cases: pl.DataFrame, custody: pl.DataFrame, as_at: date) -> pl.DataFrame:
    """Every order and licence begun by `as_at`: person, kind, starts, ends, in order of person, start and kind.

    A licence runs from release for the second half of the sentence; after a sentence under two years, supervision goes
    on until a year from release.
    """
    made = cases.filter(pl.col("disposal").is_in(list(COURT_ORDERS))).select(
        "person",
        kind=pl.col("disposal").replace_strict(COURT_ORDERS, return_dtype=pl.String),
        starts="court_on",
        ends=pl.col("court_on") + pl.duration(days="length_days"),
    )
    released = _releases(cases, custody)
    licences = released.select(
        "person",
        kind=pl.lit("Licence"),
        starts="ends",
        ends=pl.col("ends") + pl.duration(days=pl.col("length_days") // 2),
    )
    after = released.filter(pl.col("length_days") < TWO_YEARS).select(
        "person",
        kind=pl.lit("Post Sentence Supervision"),
        starts=pl.col("ends") + pl.duration(days=pl.col("length_days") // 2),
        ends=pl.col("ends") + pl.duration(days=POST_SENTENCE_DAYS),
    )
    both = pl.concat([made, licences, after.filter(pl.col("ends") > pl.col("starts"))])
    return both.filter(pl.col("starts") <= as_at).sort("person", "starts", "kind", maintain_order=True)


def _releases(cases: pl.DataFrame, custody: pl.DataFrame) -> pl.DataFrame:
    """Ended spells that held a prison sentence, with the longest: person, starts, ends, length_days."""
    prison = cases.filter(pl.col("disposal") == "Imprisonment").select("person", "court_on", "length_days")
    spells = custody.select("person", "starts", "ends").sort("starts", maintain_order=True)
    return (
        prison.sort("court_on", maintain_order=True)
        .join_asof(spells, left_on="court_on", right_on="starts", by="person", check_sortedness=False)
        .filter(pl.col("ends").is_not_null())
        .group_by("person", "starts", "ends")
        .agg(pl.col("length_days").max())
        .sort("person", "starts")
    )
