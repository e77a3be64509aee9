"""Before, during and after: which days of whom, by rules that are stated and never tuned to the figures.

During is every day managed. Before is a stretch that ends when the person was first managed, or some months earlier,
so that the run-up to selection can be left out. After is every later day not managed, also between two spells, for as
long as it is followed. The joint inspection asks for rules for each (2014, 8.4 and 8.6: PERF-14, PERF-15).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from trellis.evaluation.exposure import merged_spells
from trellis.evaluation.tables import ANY, DATE, check_columns, check_filled, check_order
from trellis.rules.dates import add_months, long_date
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Word


class Scope(Word):
    """Whose figures they are (West Midlands 2018, page 44: PERF-05)."""

    ALL_SINCE = "all_since", "Everyone managed at any time since a day"
    CURRENT = "current", "Everyone managed now"


class Phase(Word):
    """A stretch of a person's time with the scheme."""

    BEFORE = "before", "Before"
    DURING = "during", "During"
    AFTER = "after", "After"


COMPARED: Final = {Scope.ALL_SINCE: (Phase.DURING, Phase.AFTER), Scope.CURRENT: (Phase.DURING,)}
"""What each scope sets against before: people who have left are followed, those managed now have no after."""


@dataclass(frozen=True, slots=True)
class PhaseRules:
    """How long each phase is, in months. Raises Refused for what cannot be.

    `baseline_months`: length of before. `gap_months`: how long before selection it ends. `after_months`: how long
    people are followed after each spell; None until the data ends. `proof_months`: a proven offence counts when it was
    proven within so many months of the day it was committed, in every phase alike, and phases end that much before the
    data does; None takes proof however late, so that recent months look better than they are.
    """

    baseline_months: int = 12
    gap_months: int = 0
    after_months: int | None = None
    proof_months: int | None = 6

    def __post_init__(self) -> None:
        """Refuse a baseline of nothing and months below 0."""
        others = (self.gap_months, self.after_months or 0, self.proof_months or 0)
        if self.baseline_months < 1 or min(others) < 0 or self.after_months == 0:
            raise Refused("The baseline and the time after must be at least a month, and no month count below 0.")

    @property
    def words(self) -> str:
        """The rules in a sentence."""
        ends = f"{self.gap_months} months before" if self.gap_months else "when"
        after = f"for {self.after_months} months" if self.after_months else "until the data ends"
        return (
            f"Before is {self.baseline_months} months, ending {ends} the person was first managed; during is every day "
            f"managed; after is every later day not managed, {after}."
        )


def settled_until(rules: PhaseRules, data_end: date, *, waits_for_proof: bool) -> date:
    """The first day whose offences the data cannot tell yet: the end of the data, less the months proof may take."""
    return add_months(data_end, -(rules.proof_months or 0)) if waits_for_proof else data_end


def in_scope(managed: pl.DataFrame, scope: Scope, *, since: date | None, data_end: date) -> pl.DataFrame:
    """The spells of the people a scope takes, merged: person_id, from, to, cut at `data_end`.

    `managed`: person_id, from, to; an empty `to` means "still". ALL_SINCE takes those with a managed day from `since`
    on, and CURRENT those managed on the last day of the data. Their earlier spells come with them. Raises Refused for
    missing columns or a scope that needs `since` and has none.
    """
    check_columns(managed, {"person_id": ANY, "from": DATE, "to": DATE}, "managed people")
    check_filled(managed, ("person_id", "from"), "managed people")
    check_order(managed, "from", "to", "managed people")
    spells = merged_spells(managed.select("person_id", "from", pl.col("to").cast(pl.Date)), data_end=data_end)
    if scope is Scope.ALL_SINCE:
        if since is None:
            raise Refused("Say since which day: everyone managed at any time since then is taken.")
        taken = spells.filter(pl.col("to") > since)
    else:
        taken = spells.filter(pl.col("to") == data_end)
    return spells.join(taken.select("person_id").unique(), on="person_id", how="semi", maintain_order="left")


def phase_windows(spells: pl.DataFrame, rules: PhaseRules, *, until: date, data_start: date | None) -> pl.DataFrame:
    """The windows of each phase: person_id, phase, from, to, none reaching past `until` or before `data_start`.

    `spells`: merged, as `in_scope` gives them.
    """
    first = spells.group_by("person_id", maintain_order=True).agg(pl.col("from").min().alias("selected"))
    before = first.select(
        "person_id",
        pl.lit(Phase.BEFORE.value).alias("phase"),
        pl.col("selected").dt.offset_by(f"-{rules.gap_months + rules.baseline_months}mo").alias("from"),
        pl.col("selected").dt.offset_by(f"-{rules.gap_months}mo").alias("to"),
    )
    during = spells.select("person_id", pl.lit(Phase.DURING.value).alias("phase"), "from", "to")
    next_spell = pl.col("from").shift(-1).over("person_id").fill_null(until)
    followed = pl.col("to").dt.offset_by(f"{rules.after_months}mo") if rules.after_months else pl.lit(until)
    after = spells.select(
        "person_id",
        pl.lit(Phase.AFTER.value).alias("phase"),
        pl.col("to").alias("from"),
        pl.min_horizontal(next_spell, followed).alias("to"),
    )
    cut = pl.concat([before, during, after]).with_columns(pl.min_horizontal("to", pl.lit(until)).alias("to"))
    if data_start:
        cut = cut.with_columns(pl.max_horizontal("from", pl.lit(data_start)).alias("from"))
    return cut.filter(pl.col("from") < pl.col("to"))


def short_baselines(spells: pl.DataFrame, rules: PhaseRules, *, data_start: date | None) -> int:
    """How many people's baseline begins before the data does."""
    if data_start is None:
        return 0
    selected = spells.group_by("person_id").agg(pl.col("from").min())["from"]
    begins = selected.dt.offset_by(f"-{rules.gap_months + rules.baseline_months}mo")
    return int((begins < data_start).sum())


def scope_words(scope: Scope, *, since: date | None, data_end: date) -> str:
    """Whom a table is about."""
    if scope is Scope.ALL_SINCE and since:
        return f"Everyone managed at any time since {long_date(since)}"
    return f"Everyone managed on {long_date(date.fromordinal(data_end.toordinal() - 1))}"
