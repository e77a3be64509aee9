"""Whether, how often and how seriously: the measures of one group that are only ever shown together.

Closer supervision finds more, so the share who reoffend can rise while offending falls; no measure stands alone (joint
inspection 2014, 2.20 to 2.23 and 8.26).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from trellis.evaluation.bootstrap import percentile_interval, resampled
from trellis.evaluation.comparing.earlier_years import Design
from trellis.evaluation.comparing.rows import Outcomes
from trellis.evaluation.definitions import HarmIndex
from trellis.evaluation.exposure import annual_rate
from trellis.evaluation.measures import HarmWeighted, Proportion, proportion
from trellis.evaluation.world import World, lives_of
from trellis.evaluation.world.lives import YEAR, Floats, Lives


@dataclass(frozen=True, slots=True)
class Expected:
    """The same with no scheme, of the people like them in earlier years, frequency after the change of the period.

    Estimates without intervals of their own: the methods table has the interval of the ratio of the rates.
    """

    share: float
    per_person: float
    per_year: float | None
    held_days: float

    @property
    def per_reoffender(self) -> float | None:
        """Frequency over share (F = B x F_R); None where nobody would be expected to reoffend."""
        return self.per_person / self.share if self.share else None


@dataclass(frozen=True, slots=True)
class Together:
    """Of n people in the year after selection: how many reoffended, their offences, rate, harm and days in custody.

    `per_year`: offences for each person and year at liberty, over everyone together; None where nobody was at liberty.
    `harm`: None where no index was given. Everybody is mature: others are in no estimate.
    """

    binary: Proportion
    events: int
    per_year: float | None
    held_days: float
    harm: HarmWeighted | None
    expected: Expected

    @property
    def per_person(self) -> float:
        """Offences for each person."""
        return self.events / self.binary.of

    @property
    def per_reoffender(self) -> float | None:
        """Offences for each person who reoffended; None where nobody did."""
        return self.events / self.binary.count if self.binary.count else None


def together(
    plan: Design, own: Outcomes, then: Outcomes, *, expected_offences: float, harm: HarmWeighted | None
) -> Together:
    """The measures of the managed beside those of everybody then, weighted to be like them."""
    people, days = len(own.after), float(own.days.sum())
    weights = plan.tilt.weights
    return Together(
        binary=proportion(int(np.isfinite(own.first).sum()), people),
        events=int(own.after.sum()),
        per_year=annual_rate(float(own.after[own.days > 0].sum()), days),
        held_days=YEAR - days / people,
        harm=harm,
        expected=Expected(
            share=float(weights @ np.isfinite(then.first)),
            per_person=expected_offences / people,
            per_year=annual_rate(expected_offences, days),
            held_days=YEAR - float(weights @ then.days),
        ),
    )


def weighed(world: World, index: HarmIndex) -> Lives:
    """The world's lives, with what each offence weighs in place of its price."""
    lines = index.lines_of(world.offences["ho_code"].unique().to_list())
    weights = {code: float(line.weight) for code, line in lines.items()}
    return lives_of(world, world.offences["ho_code"].replace_strict(weights, default=None, return_dtype=pl.Float64))


def harm_of(own: Outcomes, index: HarmIndex, *, replicates: int, seed: int) -> HarmWeighted:
    """Harm per person from outcomes of lives that were `weighed`, by person bootstrap (Efron and Tibshirani 1993)."""
    each: Floats = own.pounds
    people, total = len(each), float(each.sum())
    unweighted, heaviest = int(own.without_price.sum()), float(each.max()) / total if total else None
    if own.after.sum() and unweighted == own.after.sum():
        return HarmWeighted(index.label, people, total, None, None, None, heaviest, unweighted)
    means = resampled(lambda drawn: drawn @ each / people, people, replicates, seed=seed)
    return HarmWeighted(index.label, people, total, total / people, *percentile_interval(means), heaviest, unweighted)
