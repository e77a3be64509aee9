"""The relative rate index: how often each group passes each decision point, of those who reached it.

The denominator is the people at the stage before, not the population: whoever was never identified was never up for
selection (Office of Juvenile Justice and Delinquency Prevention 2009, "Disproportionate Minority Contact Technical
Assistance Manual", 4th edition, chapter 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.evaluation.equality.comparisons import (
    Difference,
    Ratio,
    against_everyone,
    difference_of_shares,
    ratio_of_shares,
)
from trellis.evaluation.equality.groups import flags, labels, ordered
from trellis.rules.errors import Refused

Stages = Sequence[tuple[str, str]]

SCHEME_STAGES: Stages = (
    ("eligible", "identified"),
    ("selected", "eligible"),
    ("refused", "eligible"),
    ("enhanced", "selected"),
    ("enforced", "selected"),
    ("recalled", "selected"),
    ("deselected", "selected"),
)
"""The decision points of a scheme, each with the stage that its people come from."""


@dataclass(frozen=True, slots=True)
class GroupRate:
    """One group at one decision point: `taken` of `reached`, per 100, beside the reference and beside everyone.

    `versus_reference` and `difference` are None for the reference itself; `per_100` is None when nobody reached it.
    """

    group: str
    reached: int
    taken: int
    per_100: float | None
    versus_reference: Ratio | None
    difference: Difference | None
    versus_everyone: Ratio


@dataclass(frozen=True, slots=True)
class DecisionPoint:
    """All groups of a characteristic at one decision point, the reference first and Unknown last."""

    characteristic: str
    reference: str
    stage: str
    of: str
    groups: tuple[GroupRate, ...]


def relative_rates(
    people: pl.DataFrame, *, characteristic: str, reference: str, stages: Stages = SCHEME_STAGES
) -> tuple[DecisionPoint, ...]:
    """The relative rate index of every group at every decision point.

    `people` has a row a person, the characteristic as text (empty: Unknown) and a true/false column for every stage.
    Raises Refused when a column is missing, when nobody is in the reference group, and when somebody passed a stage
    without having reached it.
    """
    group = labels(people, characteristic)
    names = ordered(group, reference)
    points = []
    for stage, of in stages:
        reached, taken = flags(people, of), flags(people, stage)
        if astray := int((taken & ~reached).sum()):
            raise Refused(f"{astray:,} people are “{stage}” and not “{of}”, which comes before: mend those rows.")
        points.append(DecisionPoint(characteristic, reference, stage, of, _rates(group, names, reached, taken)))
    return tuple(points)


def equality_report(
    people: pl.DataFrame, *, references: Mapping[str, str], stages: Stages = SCHEME_STAGES
) -> pl.DataFrame:
    """Every characteristic (with its reference group) at every decision point, as one table; for use inside.

    Columns: characteristic, stage, of, group, reference, reached, taken, per_100, ratio, low, high, method, difference
    and its limits, ratio_to_everyone and its limits. Refused as by `relative_rates`.
    """
    points = (
        point
        for characteristic, reference in references.items()
        for point in relative_rates(people, characteristic=characteristic, reference=reference, stages=stages)
    )
    return pl.DataFrame([_row(point, rate) for point in points for rate in point.groups], infer_schema_length=None)


def _rates(
    group: NDArray[np.str_], names: tuple[str, ...], reached: NDArray[np.bool_], taken: NDArray[np.bool_]
) -> tuple[GroupRate, ...]:
    n = {name: int((reached & (group == name)).sum()) for name in names}
    a = {name: int((taken & (group == name)).sum()) for name in names}
    return tuple(_rate(name, names[0], a, n) for name in names)


def _rate(name: str, reference: str, a: Mapping[str, int], n: Mapping[str, int]) -> GroupRate:
    everyone, all_taken = sum(n.values()), sum(a.values())
    rest = ratio_of_shares(a[name], n[name], all_taken - a[name], everyone - n[name])
    pair = (a[name], n[name], a[reference], n[reference])
    return GroupRate(
        group=name,
        reached=n[name],
        taken=a[name],
        per_100=100 * a[name] / n[name] if n[name] else None,
        versus_reference=None if name == reference else ratio_of_shares(*pair),
        difference=None if name == reference else difference_of_shares(*pair),
        versus_everyone=against_everyone(rest, n[name] / everyone if everyone else 0.0),
    )


def _row(point: DecisionPoint, rate: GroupRate) -> dict[str, str | int | float | None]:
    ratio, difference, everyone = rate.versus_reference, rate.difference, rate.versus_everyone
    return {
        "characteristic": point.characteristic,
        "stage": point.stage,
        "of": point.of,
        "group": rate.group,
        "reference": point.reference,
        "reached": rate.reached,
        "taken": rate.taken,
        "per_100": rate.per_100,
        "ratio": ratio.ratio if ratio else None,
        "low": ratio.low if ratio else None,
        "high": ratio.high if ratio else None,
        "method": str(ratio.method) if ratio else None,
        "difference": difference.per_100 if difference else None,
        "difference_low": difference.low if difference else None,
        "difference_high": difference.high if difference else None,
        "ratio_to_everyone": everyone.ratio,
        "everyone_low": everyone.low,
        "everyone_high": everyone.high,
    }
