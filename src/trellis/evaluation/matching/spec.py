"""What a match is asked for, and what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from trellis.rules.errors import Refused

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

Order = Literal["largest", "smallest", "data", "random", "closest"]
Discard = Literal["none", "both", "treated", "control"]
CaliperRule = Literal["all", "pooled", "raw"]
ORDERS: tuple[Order, ...] = get_args(Order)
DISCARDS: tuple[Discard, ...] = get_args(Discard)
CALIPER_RULES: tuple[CaliperRule, ...] = get_args(CaliperRule)


@dataclass(frozen=True, slots=True)
class Spec:
    """How nearest neighbours are chosen. The defaults are those of MatchIt 4.7.2.

    `order`: who among the treated chooses first (None: largest score first, and file order for Mahalanobis distances).
    `ratio`: how many controls each treated unit gets, in rounds. `replace`: a control may serve any number of treated
    units; `reuse_limit` says how many. `caliper` is a width in standard deviations of the distance over all units that
    are kept (`caliper_rule` "all", ddof 1), over the pooled within-group variance (Austin 2011: "pooled") or in units
    of the distance itself ("raw"). `discard`: who is left out for a score beyond the other group's. `seed` is used by
    the random order alone.
    """

    order: Order | None = None
    ratio: int = 1
    replace: bool = False
    reuse_limit: int | None = None
    caliper: float | None = None
    caliper_rule: CaliperRule = "all"
    discard: Discard = "none"
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if self.order is not None and self.order not in ORDERS:
            raise Refused(f"There is no order {self.order}: choose from {', '.join(ORDERS)}.")
        if self.discard not in DISCARDS:
            raise Refused(f"There is no discard {self.discard}: choose from {', '.join(DISCARDS)}.")
        if self.caliper_rule not in CALIPER_RULES:
            raise Refused(f"There is no caliper rule {self.caliper_rule}: choose from {', '.join(CALIPER_RULES)}.")
        if self.ratio < 1:
            raise Refused(f"The ratio is {self.ratio}: give a whole number of controls, 1 or more.")
        if self.reuse_limit is not None and self.reuse_limit < 1:
            raise Refused(f"The reuse limit is {self.reuse_limit}: a control must be allowed to serve once or more.")
        if self.caliper is not None and not (np.isfinite(self.caliper) and self.caliper >= 0):
            raise Refused(f"The caliper is {self.caliper}: give a number of standard deviations, 0 or more.")

    def uses(self, treated: int) -> int:
        """How often one control may serve when that many are treated."""
        limit = self.reuse_limit if self.reuse_limit is not None else (treated if self.replace else 1)
        return min(limit, max(treated, 1))


@dataclass(frozen=True, slots=True)
class Near:
    """A caliper on a covariate: a pair's `values` (one a unit) may differ by `width` at most.

    The width is in the values' own units, or with `in_deviations` in their standard deviations over all units kept.
    """

    name: str
    values: FloatArray
    width: float
    in_deviations: bool = False

    def measured(self, kept: BoolArray) -> Near:
        """The same in the values' own units."""
        if not self.in_deviations:
            return self
        return Near(self.name, self.values, self.width * float(self.values[kept].std(ddof=1)))


@dataclass(frozen=True, slots=True)
class Match:
    """Who stands beside whom.

    `weights` (n,): 1 for a matched treated unit, for a control its share of the treated it serves, scaled to mean 1
    over the controls used, and 0 for everybody else (the effect is that on the treated). `pairs` (m, 2): row of the
    treated unit and row of the control, by treated row and then in the order chosen. `strata` (n,): the pair,
    subclass or cell of each unit, -1 for none; None where a control serves several, since it has no one stratum.
    `discarded` (n,): left out before matching. `width`: the caliper in units of the distance, or None. `tied`: how
    many matched units share their distance with another of their group, so that the order of the rows may decide.
    """

    treated: BoolArray
    weights: FloatArray
    pairs: IntArray
    strata: IntArray | None
    discarded: BoolArray
    width: float | None = None
    tied: int = 0

    @property
    def matched_treated(self) -> IntArray:
        """Rows of the treated units that are in the comparison."""
        return np.flatnonzero(self.treated & (self.weights > 0))

    @property
    def unmatched_treated(self) -> IntArray:
        """Rows of the treated units that are not: dropping them changes what the effect is an effect on."""
        return np.flatnonzero(self.treated & (self.weights == 0))

    @property
    def matched_controls(self) -> IntArray:
        """Rows of the controls that are in the comparison."""
        return np.flatnonzero(~self.treated & (self.weights > 0))

    @property
    def effective_controls(self) -> float:
        """Kish's effective sample size of the controls, (sum of weights) squared over the sum of their squares."""
        return effective_size(self.weights[~self.treated])


def effective_size(weights: FloatArray) -> float:
    """(Σw)² / Σw² (Kish 1965); 0 when every weight is 0."""
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0
