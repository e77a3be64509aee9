"""Reoffending weighed by harm: what offences weigh by a named index, per person.

Two indices can rank the same offences differently (theft from the person weighs 2 days by one and 86 points by
another), so every figure names its index. A few people carry most of the weight, so the interval is from a person
bootstrap (Efron and Tibshirani 1993, chapter 13) and the share of the one who carries most is told. The joint
inspection asks for seriousness beside whether and how often (2014, 2.20 and 8.19).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from trellis.evaluation.bootstrap import REPLICATES, percentile_interval, resampled
from trellis.evaluation.definitions import HarmIndex
from trellis.evaluation.measures.reoffending import Reoffending


@dataclass(frozen=True, slots=True)
class HarmWeighted:
    """Weight per person with its 95 % interval, in the unit of `index`.

    The three are None without people, or where there were events and none of them has a weight. `heaviest_share`: the
    share of all the weight that one person carries, None where there is none. `unweighted`: events of no known weight.
    """

    index: str
    people: int
    total: float
    per_person: float | None
    low: float | None
    high: float | None
    heaviest_share: float | None
    unweighted: int

    @property
    def words(self) -> str:
        """The measure in a sentence, with its index."""
        if self.per_person is None or self.low is None or self.high is None:
            said = f"Harm by {self.index}: no weight can be given."
        else:
            said = (
                f"Harm by {self.index}: {self.per_person:,.1f} per person "
                f"(95 % interval {self.low:,.1f} to {self.high:,.1f}, person bootstrap)."
            )
        if self.heaviest_share is not None:
            said += f" One person carries {100 * self.heaviest_share:.0f} % of it."
        return said + (f" {self.unweighted:,} events have no weight in this index." if self.unweighted else "")


def harm_weighted(found: Reoffending, index: HarmIndex, *, seed: int, replicates: int = REPLICATES) -> HarmWeighted:
    """Weigh the events that a measure counted, by their Home Office codes."""
    lines = index.lines_of(found.counted["ho_code"].drop_nulls())
    weights = pl.Series(
        [lines[code].weight if code in lines else None for code in found.counted["ho_code"]], dtype=pl.Float64
    )
    by_person = (
        found.counted.select("person_id", weights.alias("weight")).group_by("person_id").agg(pl.col("weight").sum())
    )
    carried = found.people.join(by_person, on="person_id", how="left", maintain_order="left")["weight"]
    each = carried.fill_null(0.0).to_numpy().astype(np.float64)
    total, unweighted = float(each.sum()), weights.null_count()
    share = float(each.max()) / total if total else None
    if not found.n or (found.events and unweighted == found.events):
        return HarmWeighted(index.label, found.n, total, None, None, None, share, unweighted)
    means = resampled(lambda drawn: drawn @ each / found.n, found.n, replicates, seed=seed)
    return HarmWeighted(index.label, found.n, total, total / found.n, *percentile_interval(means), share, unweighted)
