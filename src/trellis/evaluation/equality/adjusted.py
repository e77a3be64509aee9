"""The same comparison among people alike in what was recorded, always beside the unadjusted one.

Adjusting for something that policing itself produced (arrests, intelligence, a stop) can hide a disparity: whoever is
watched more has more recorded. So the unadjusted ratio comes first, and the adjusted one answers another question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.evaluation import propensity
from trellis.evaluation.design_matrix import model_matrix
from trellis.evaluation.equality.comparisons import Method, Ratio, Z, ratio_of_shares
from trellis.evaluation.equality.groups import flags, labels, ordered
from trellis.rules.errors import Refused

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AdjustedRate:
    """One group beside the reference: unadjusted, then adjusted as a marginal relative rate and as an odds ratio."""

    group: str
    unadjusted: Ratio
    adjusted: Ratio
    odds_ratio: Ratio


def adjusted_rates(
    people: pl.DataFrame, *, characteristic: str, reference: str, outcome: str, covariates: Sequence[str]
) -> tuple[AdjustedRate, ...]:
    """Every group but the reference, adjusted for the covariates by logistic regression and g-computation.

    The marginal relative rate is the mean chance were everybody of the group, over the mean chance were everybody of
    the reference, covariates as they are (Greenland 2004; Muller and MacLehose 2014); its error is by the delta method
    from the model's, and the odds ratio's interval is Wald's. `outcome` is true or false; text covariates are expanded
    into levels. Raises Refused for gaps, and when no finite model fits.
    """
    group, taken = labels(people, characteristic), flags(people, outcome)
    names = ordered(group, reference)
    dummies = np.column_stack([group == name for name in names[1:]]).astype(np.float64)
    design = model_matrix(people, covariates)
    matrix = np.column_stack([dummies, design.matrix])
    try:
        fitted = propensity.fit(matrix, taken, [*names[1:], *design.names])
    except Refused as refusal:
        raise Refused(
            f"“{outcome}” cannot be adjusted for {', '.join(covariates)}: a group or a level has too few people, or all"
            " or none of it were concerned. Join levels, or take the unadjusted comparison."
        ) from refusal
    model = _Model(np.column_stack([np.ones(len(matrix)), matrix]), fitted.coefficients, len(names) - 1)
    base = group == reference
    return tuple(
        AdjustedRate(
            group=name,
            unadjusted=ratio_of_shares(
                int(taken[group == name].sum()), int((group == name).sum()), int(taken[base].sum()), int(base.sum())
            ),
            adjusted=model.relative_rate(place),
            odds_ratio=model.odds_ratio(place),
        )
        for place, name in enumerate(names[1:], start=1)
    )


@dataclass(frozen=True, slots=True)
class _Model:
    """A fitted logistic model whose columns 1 to `groups` say which group a row is in, column 0 being the intercept."""

    design: Floats
    coefficients: Floats
    groups: int

    def odds_ratio(self, place: int) -> Ratio:
        return _from_log(float(self.coefficients[place]), float(self._covariance()[place, place]))

    def relative_rate(self, place: int) -> Ratio:
        log_one, slope_one = self._log_mean(place)
        log_base, slope_base = self._log_mean(0)
        slope = slope_one - slope_base
        return _from_log(log_one - log_base, float(slope @ self._covariance() @ slope))

    def _log_mean(self, place: int) -> tuple[float, Floats]:
        """The log of the mean chance were everybody in one group (0: the reference), and its slope."""
        everybody = self.design.copy()
        everybody[:, 1 : self.groups + 1] = 0.0
        if place:
            everybody[:, place] = 1.0
        chance = propensity.logistic(everybody @ self.coefficients)
        return float(np.log(chance.mean())), (chance * (1 - chance)) @ everybody / chance.sum()

    def _covariance(self) -> Floats:
        """The inverse of the information (McCullagh and Nelder 1989, section 2.5); what was dropped has none."""
        chance = propensity.logistic(self.design @ self.coefficients)
        information = (self.design * (chance * (1 - chance))[:, None]).T @ self.design
        return np.linalg.pinv(information, hermitian=True).astype(np.float64)


def _from_log(at: float, variance: float) -> Ratio:
    reach = Z * float(np.sqrt(variance))
    return Ratio(float(np.exp(at)), float(np.exp(at - reach)), float(np.exp(at + reach)), Method.WALD)
