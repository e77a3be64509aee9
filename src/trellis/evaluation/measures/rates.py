"""Events a year at risk, under each treatment of custody, with those who were never at risk left out and listed.

The national measure subtracts no custody (treatment NONE), so its figure always stands beside the one in use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

import polars as pl

from trellis.evaluation.exposure import DEFAULT_TREATMENT, DISAGREE, CustodyTreatment, annual_rate, days_at_risk
from trellis.evaluation.measures.reoffending import Reoffending

_WITHOUT_KINDS: Final = (CustodyTreatment.ALL_HELD, CustodyTreatment.NONE)


@dataclass(frozen=True, slots=True, eq=False)
class TreatedRate:
    """Events and days at risk of the people who had any. `never_at_risk` lists the others; `under_30_days` are in.

    `held_days` are those of everyone that the treatment subtracts.
    """

    events: int
    days: int
    held_days: int
    never_at_risk: pl.Series
    under_30_days: pl.Series

    @property
    def per_year(self) -> float | None:
        """Events for each person and year at risk; None where nobody was at risk."""
        return annual_rate(self.events, self.days)


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """The rate under each treatment of custody, and the one in use."""

    treatment: CustodyTreatment
    by_treatment: Mapping[CustodyTreatment, TreatedRate]

    @property
    def used(self) -> TreatedRate:
        """The rate under the treatment in use."""
        return self.by_treatment[self.treatment]

    @property
    def disagree(self) -> bool:
        """Whether the highest rate is over 10 % above the lowest, so that all three must be shown."""
        rates = [rate.per_year or 0.0 for rate in self.by_treatment.values()]
        return max(rates) > min(rates) * (1 + DISAGREE)

    @property
    def words(self) -> tuple[str, ...]:
        """The rate in use and the national one, or all three where they disagree; who was never at risk."""
        shown = [each for each in self.by_treatment if self.disagree or each in {self.treatment, CustodyTreatment.NONE}]
        said = [
            f"{_rate(self.by_treatment[each])} events for each person and year at risk. {each.label}"
            f"{' (the national way)' if each is CustodyTreatment.NONE else ''}."
            for each in sorted(shown, key=lambda each: each is not self.treatment)
        ]
        if never := len(self.used.never_at_risk):
            said.append(f"{never:,} people were never at risk and are in no rate.")
        if few := len(self.used.under_30_days):
            said.append(f"{few:,} people were at risk for fewer than 30 days: their own figures would mean little.")
        return tuple(said)


def rates(found: Reoffending, custody: pl.DataFrame, *, treatment: CustodyTreatment = DEFAULT_TREATMENT) -> Rates:
    """The rate of a measure's events over the follow-up of its people, as far as it was observed.

    `custody` as for `exposure.days_at_risk`. Where it has no column kind, or kinds are missing, sentenced days cannot
    be told: then SENTENCED is left out unless it is asked for, and asking for it raises Refused.
    """
    ends = pl.col("index_date") + pl.duration(days="observed_days")
    windows = found.people.select("person_id", pl.col("index_date").alias("from"), ends.cast(pl.Date).alias("to"))
    kinds_known = "kind" in custody.columns and not custody["kind"].null_count()
    asked = [each for each in CustodyTreatment if kinds_known or each in {treatment, *_WITHOUT_KINDS}]
    return Rates(treatment, MappingProxyType({each: _treated(found, windows, custody, each) for each in asked}))


def _treated(
    found: Reoffending, windows: pl.DataFrame, custody: pl.DataFrame, treatment: CustodyTreatment
) -> TreatedRate:
    days = days_at_risk(windows, custody, treatment=treatment, data_end=found.as_at + timedelta(days=1))
    table = days.with_columns(found.people["count"])
    at_risk = table.filter(~pl.col("no_exposure"))
    return TreatedRate(
        events=int(at_risk["count"].sum()),
        days=int(at_risk["at_risk_days"].sum()),
        held_days=int(table["held_days"].sum()),
        never_at_risk=table.filter("no_exposure")["person_id"],
        under_30_days=at_risk.filter("flagged")["person_id"],
    )


def _rate(rate: TreatedRate) -> str:
    return "No" if rate.per_year is None else f"{rate.per_year:.2f}"
