"""How strong something unseen would have to be to overturn a matched effect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from trellis.evaluation.effects import Effect
from trellis.rules.errors import Refused

# An outcome as common as this is not rare: its odds ratio is not near its risk ratio.
COMMON = 0.15


@dataclass(frozen=True, slots=True)
class EValue:
    """What an unseen trait would need, as risk ratios both with being managed and with the outcome.

    `estimate`: to explain the whole effect; `interval`: to move its interval to no difference, 1 where the interval
    holds it already.
    """

    estimate: float
    interval: float

    @property
    def sentence(self) -> str:
        """The same in words."""
        if self.interval <= 1:
            return "The interval holds no difference already, so nothing unseen is needed to explain the effect away."
        return (
            f"Something unseen that multiplies both the chance of being managed and the risk by {self.estimate:.2f}, "
            f"beyond the covariates matched on, could explain the whole effect; {self.interval:.2f} would already make "
            "it uncertain."
        )


def e_value(ratio: float, low: float, high: float) -> EValue:
    """The E-value of a risk ratio with its interval: RR + √(RR(RR − 1)), for RR < 1 of its inverse.

    VanderWeele and Ding 2017, Annals of Internal Medicine 167, 268-274. An odds ratio of a common outcome must go
    through `odds_as_risks` first. Raises Refused unless 0 < low ≤ ratio ≤ high.
    """
    if not 0 < low <= ratio <= high:
        raise Refused(f"The ratio {ratio} with interval {low} to {high} is not one: give 0 < low ≤ ratio ≤ high.")
    nearest = low if ratio > 1 else high
    crosses = (ratio > 1) != (nearest > 1)
    return EValue(_needed(ratio), 1.0 if crosses else _needed(nearest))


def odds_as_risks(odds_ratio: float, prevalence: float) -> float:
    """The risk ratio about as strong as an odds ratio: its root when the outcome is common (VanderWeele 2017)."""
    return float(np.sqrt(odds_ratio)) if prevalence > COMMON else odds_ratio


def _needed(ratio: float) -> float:
    above = ratio if ratio >= 1 else 1 / ratio
    return float(above + np.sqrt(above * (above - 1)))


@dataclass(frozen=True, slots=True)
class Bounds:
    """The largest and smallest p-value at each `gamma`: how many times likelier, in a pair, one was to be managed."""

    gammas: tuple[float, ...]
    largest: tuple[float, ...]
    smallest: tuple[float, ...]

    def tolerates(self, level: float = 0.05) -> float | None:
        """The largest gamma asked about at which the finding stands; None when it does not stand even at 1."""
        standing = [gamma for gamma, p_value in zip(self.gammas, self.largest, strict=True) if p_value <= level]
        return max(standing) if standing else None


def rosenbaum_binary(only_managed: int, only_controls: int, gammas: Sequence[float] = (1.0, 1.5, 2.0, 3.0)) -> Bounds:
    """Rosenbaum's bounds for matched pairs with a yes-or-no outcome, one-sided that the scheme lowers it.

    `only_managed` and `only_controls` count the pairs in which only the managed person, or only the comparator, had
    the outcome. At gamma the chance that it is the managed person's lies between 1/(1+Γ) and Γ/(1+Γ) under no effect
    (Rosenbaum 2002, Observational Studies, section 4.3.2; McNemar's test at Γ = 1).
    """
    _check(gammas, only_managed + only_controls)
    pairs = only_managed + only_controls
    ends = [
        [float(stats.binom.cdf(only_managed, pairs, chance)) for chance in (1 / (1 + gamma), gamma / (1 + gamma))]
        for gamma in gammas
    ]
    return Bounds(tuple(gammas), tuple(max(each) for each in ends), tuple(min(each) for each in ends))


def rosenbaum_signed_rank(
    differences: ArrayLike,
    gammas: Sequence[float] = (1.0, 1.5, 2.0, 3.0),
    direction: Literal["fewer", "more"] = "fewer",
) -> Bounds:
    """Rosenbaum's bounds for Wilcoxon's signed rank statistic of pair differences, managed less comparator.

    Large-sample normal approximation without continuity correction; pairs without a difference are left out and tied
    sizes share their mean rank (Rosenbaum 2002, section 4.3.3). One-sided in the `direction` of the claim.
    """
    values = np.asarray(differences, dtype=np.float64)
    values = values[values != 0]
    _check(gammas, values.size)
    ranks = stats.rankdata(np.abs(values))
    claimed = values < 0 if direction == "fewer" else values > 0
    statistic = float(ranks[claimed].sum())
    largest, smallest = [], []
    for gamma in gammas:
        ends = []
        for chance in (gamma / (1 + gamma), 1 / (1 + gamma)):
            mean, variance = chance * ranks.sum(), chance * (1 - chance) * (ranks**2).sum()
            ends.append(float(stats.norm.sf((statistic - mean) / np.sqrt(variance))))
        largest.append(max(ends))
        smallest.append(min(ends))
    return Bounds(tuple(gammas), tuple(largest), tuple(smallest))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The effect without one covariate; `effect` is None where the match failed, and `why` says so."""

    covariate: str
    effect: Effect | None
    why: str = ""


def leave_one_out(covariates: Sequence[str], study: Callable[[tuple[str, ...]], Effect]) -> tuple[LeftOut, ...]:
    """Match and estimate again without each covariate in turn: does the finding hang on a single one?

    `study` takes the covariates that are left and gives the effect; what it refuses is told, not raised.
    """
    results = []
    for covariate in covariates:
        rest = tuple(name for name in covariates if name != covariate)
        try:
            results.append(LeftOut(covariate, study(rest)))
        except Refused as refusal:
            results.append(LeftOut(covariate, None, str(refusal)))
    return tuple(results)


def _check(gammas: Sequence[float], pairs: int) -> None:
    if not gammas or min(gammas) < 1:
        raise Refused("Gamma is 1 for pure chance within pairs and more for hidden bias: give values of 1 or more.")
    if pairs == 0:
        raise Refused("No pair differs in its outcome, so there is nothing to bound.")
