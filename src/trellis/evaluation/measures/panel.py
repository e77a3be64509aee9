"""Whether, how often, how seriously, time held and what was delivered: side by side, and never ranked.

Closer supervision finds more, so the yes-or-no measure can rise while offending falls (joint inspection 2014, 2.21 and
8.26). It is therefore never given alone, and groups stand in the order of their names: nothing here sorts by a measure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from trellis.evaluation.exposure import CustodyTreatment
from trellis.evaluation.measures.dose import Dose
from trellis.evaluation.measures.events import same_type
from trellis.evaluation.measures.harm import HarmWeighted
from trellis.evaluation.measures.rates import Rates
from trellis.evaluation.measures.reoffending import Reoffending
from trellis.rules.errors import Refused


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """All measures of one group, `dose` None where it was not recorded."""

    reoffending: Reoffending
    rates: Rates
    harm: HarmWeighted
    dose: Dose | None

    @property
    def held_days_per_person(self) -> float | None:
        """Days of the follow-up spent in custody, per person."""
        held = self.rates.by_treatment[CustodyTreatment.ALL_HELD].held_days
        return held / self.reoffending.n if self.reoffending.n else None

    @property
    def words(self) -> tuple[str, ...]:
        """Every measure in sentences, in the order they must be read."""
        held = self.held_days_per_person
        return (
            *self.reoffending.sentences,
            *self.rates.words,
            self.harm.words,
            "Time held: none." if held is None else f"Time held: {held:.1f} days of the follow-up per person.",
            *(self.dose.words if self.dose else ("Delivered: not recorded.",)),
        )


def side_by_side(panels: Mapping[str, Panel]) -> pl.DataFrame:
    """One row a group, in the order of their names, with every measure. Raises Refused when event types, harm indices
    or treatments of custody differ, since those figures mean different things.

    Columns: group, people, reoffended, share, per_person, per_reoffender, per_year_at_risk, harm_per_person,
    held_days_per_person, contacts_per_month, maturity; an empty cell where there is nothing to divide by, or it was
    not recorded.
    """
    same_type(panel.reoffending.event_type for panel in panels.values())
    if len({panel.harm.index for panel in panels.values()}) > 1:
        raise Refused("The groups are weighed by different harm indices. Choose one for all.")
    if len({panel.rates.treatment for panel in panels.values()}) > 1:
        raise Refused("The groups' custody is treated in different ways. Choose one treatment for all.")
    return pl.DataFrame([_row(name, panels[name]) for name in sorted(panels)], infer_schema_length=None)


def _row(name: str, panel: Panel) -> dict[str, str | int | float | None]:
    found = panel.reoffending
    return {
        "group": name,
        "people": found.n,
        "reoffended": found.reoffenders,
        "share": found.binary.share,
        "per_person": found.per_person,
        "per_reoffender": found.per_reoffender,
        "per_year_at_risk": panel.rates.used.per_year,
        "harm_per_person": panel.harm.per_person,
        "held_days_per_person": panel.held_days_per_person,
        "contacts_per_month": panel.dose.per_month if panel.dose else None,
        "maturity": found.maturity,
    }
