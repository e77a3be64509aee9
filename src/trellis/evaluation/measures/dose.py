"""What was delivered: contacts and interventions beside the outcome.

The joint inspection saw success claimed where little had been done (2014, 8.7). A change cannot be laid to what was not
delivered, so the dose stands in every panel of measures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import polars as pl

from trellis.evaluation.exposure import YEAR_DAYS
from trellis.evaluation.tables import ANY, DATE, check_columns, check_filled, check_order, check_same_ids

MONTH_DAYS: Final = YEAR_DAYS / 12


@dataclass(frozen=True, slots=True)
class Dose:
    """Contacts of people in their windows: by kind, per person and month, and how many people had none at all."""

    people: int
    days: int
    by_kind: Mapping[str, int]
    without: int

    @property
    def contacts(self) -> int:
        """How many there were."""
        return sum(self.by_kind.values())

    @property
    def per_month(self) -> float | None:
        """Contacts for each person and month of the windows; None where the windows hold no day."""
        return MONTH_DAYS * self.contacts / self.days if self.days else None

    @property
    def words(self) -> tuple[str, ...]:
        """What was delivered and to whom, in sentences."""
        kinds = ", ".join(f"{kind} {count:,}" for kind, count in self.by_kind.items()) or "none"
        rate = "no" if self.per_month is None else f"{self.per_month:.1f}"
        said = [f"Delivered: {self.contacts:,} contacts ({kinds}), {rate} a month for each of {self.people:,} people."]
        if self.without:
            said.append(
                f"{self.without:,} of {self.people:,} people had none: a change among them cannot come of contacts."
            )
        return tuple(said)


def dose(windows: pl.DataFrame, contacts: pl.DataFrame) -> Dose:
    """Count contacts in people's windows.

    `windows`: person_id, from, to, none of one person overlapping another. `contacts`: person_id, on, kind, one row
    each, those that took place. Raises Refused for missing columns and empty cells.
    """
    check_columns(windows, {"person_id": ANY, "from": DATE, "to": DATE}, "windows")
    check_filled(windows, ("person_id", "from", "to"), "windows")
    check_order(windows, "from", "to", "windows")
    check_columns(contacts, {"person_id": ANY, "on": DATE, "kind": ANY}, "contacts")
    check_same_ids(windows, contacts, "contacts")
    inside = contacts.join(windows, on="person_id").filter(pl.col("on") >= pl.col("from"), pl.col("on") < pl.col("to"))
    kinds = (
        inside["kind"]
        .cast(pl.String)
        .fill_null("of no kind")
        .value_counts()
        .sort("count", "kind", descending=[True, False])
    )
    people = windows["person_id"].n_unique()
    return Dose(
        people=people,
        days=int((windows["to"] - windows["from"]).dt.total_days().sum()),
        by_kind=MappingProxyType(dict(kinds.iter_rows())),
        without=people - inside["person_id"].n_unique(),
    )
