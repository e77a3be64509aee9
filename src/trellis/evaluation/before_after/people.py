"""Of each person: sex, and days at risk and held in each phase."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.evaluation.before_after.phases import COMPARED, Phase
from trellis.evaluation.before_after.settings import Settings
from trellis.evaluation.exposure import CustodyTreatment, days_at_risk
from trellis.rules.errors import Refused

PHASES: Final = tuple(Phase)
SEXES: Final = ("male", "female", "unknown")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """Days at risk and held of each person in each phase, shape (n, phases)."""

    at_risk: Floats
    held: Floats


def exposure(windows: pl.DataFrame, custody: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Each window with its phase and its days at risk."""
    days = days_at_risk(windows, custody, treatment=settings.treatment, data_end=settings.data_end)
    return days.with_columns(windows["phase"])


def days_by_phase(ids: pl.Series, exposed: pl.DataFrame) -> Days:
    """The days of `exposure` of each of the people, in their order."""
    summed = [_summed(ids, exposed, column) for column in ("at_risk_days", "held_days")]
    return Days(*summed)


def days_under_each(
    windows: pl.DataFrame, custody: pl.DataFrame, settings: Settings, used: pl.DataFrame
) -> dict[CustodyTreatment, tuple[int, int]]:
    """Days at risk before and in what is compared with it, under each treatment of custody that the table can tell.

    `used`: the exposure under the treatment in use.
    """
    kinds_known = "kind" in custody.columns and not custody["kind"].null_count()
    since = [phase.value for phase in COMPARED[settings.scope]]
    found = {}
    for treatment in CustodyTreatment:
        if kinds_known or treatment is not CustodyTreatment.SENTENCED:
            other = replace(settings, treatment=treatment)
            days = used if treatment is settings.treatment else exposure(windows, custody, other)
            before = days.filter(pl.col("phase") == Phase.BEFORE.value)["at_risk_days"].sum()
            found[treatment] = int(before), int(days.filter(pl.col("phase").is_in(since))["at_risk_days"].sum())
    return found


def sexes(people: pl.DataFrame, ids: pl.Series) -> NDArray[np.int8]:
    """The place in SEXES of each person's recorded sex. Raises Refused for people whom the table does not have."""
    known = people.unique("person_id", keep="first", maintain_order=True)
    if strangers := ids.len() - int(ids.is_in(known["person_id"].implode()).sum()):
        raise Refused(f"{strangers} managed people are not in the table of people. Add them, with their sex if known.")
    found = pl.DataFrame({"person_id": ids}).join(known, on="person_id", how="left", maintain_order="left")
    letter = found["sex"].cast(pl.String).str.to_uppercase().str.slice(0, 1).fill_null("")
    return np.select([(letter == "M").to_numpy(), (letter == "F").to_numpy()], [0, 1], 2).astype(np.int8)


def _summed(ids: pl.Series, exposed: pl.DataFrame, column: str) -> Floats:
    table = pl.DataFrame({"person_id": ids})
    for phase in PHASES:
        of_phase = exposed.filter(pl.col("phase") == phase.value).group_by("person_id")
        summed = of_phase.agg(pl.col(column).sum().alias(phase.value))
        table = table.join(summed, on="person_id", how="left", maintain_order="left")
    return table.drop("person_id").fill_null(0).to_numpy().astype(np.float64)
