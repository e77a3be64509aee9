"""What being managed changed, for those who were managed: estimates after matching, with honest errors.

Adjusted by g-computation: a model of the outcome with being managed times every covariate, from which each managed
person's outcome is predicted with and without, and the averages compared (Snowden, Rose and Mortimer 2011; for use
after matching Greifer and Stuart 2021). Errors by the delta method with the covariance clustered by pair or subclass,
or HC3 where a comparison person serves several or there are few strata.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from trellis.evaluation import generalised
from trellis.evaluation.matching import Match
from trellis.rules.errors import Refused

FloatArray = NDArray[np.float64]
Measure = Literal["difference", "risk difference", "risk ratio", "odds ratio", "rate ratio"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
SAME_OUTCOME = (
    "Within some combination of the covariates everybody has the same outcome, so the adjustment leans on few people."
)
# Errors by cluster lean on many clusters (Cameron and Miller 2015): six subclasses will not do, and get HC3.
FEW_CLUSTERS = 30
# A risk this near 0 or 1 is one that the model only could not write as 0 or 1.
ROUNDING = 1e-6
RATIOS = ("risk ratio", "odds ratio", "rate ratio")


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect on those matched, with its interval.

    `se` is on the scale on which the interval was made: that of the difference, or of the logarithm of a ratio.
    `with_scheme` and `without` are the average outcomes (risks, rates for a unit of exposure) that it compares;
    `errors` says what the standard error allows for, `units` and `clusters` how many people and pairs are behind it.
    `caution`, where not empty, is a sentence that belongs beside the figure.
    """

    measure: Measure
    adjusted: bool
    estimate: float
    low: float
    high: float
    se: float
    p_value: float
    with_scheme: float
    without: float
    errors: str
    units: int
    clusters: int | None
    caution: str = ""

    @property
    def per_100(self) -> tuple[float, float]:
        """Out of every 100 people: how many (or how often) with the scheme and without."""
        return 100 * self.with_scheme, 100 * self.without

    @property
    def verdict(self) -> str:
        """From the interval alone: "fewer", "more" or "cannot tell"."""
        nothing = 1.0 if self.measure in RATIOS else 0.0
        if self.high < nothing:
            return "fewer"
        return "more" if self.low > nothing else "cannot tell"


def estimate(
    outcome: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike | None,
    match: Match,
    measure: Measure = "difference",
    *,
    exposure: ArrayLike | None = None,
    counts: Literal["poisson", "negative binomial"] = "negative binomial",
    level: float = 0.95,
) -> Effect:
    """The effect of being managed on `outcome` (n,) among those matched.

    `covariates` (n, p) are adjusted for; None gives the unadjusted weighted comparison. Risks and odds want outcomes
    of 0 and 1, a rate ratio counts and `exposure` (n,), the time at risk in any one unit. Raises Refused when they
    are not, or when the outcome model does not settle.
    """
    used = np.flatnonzero(match.weights > 0)
    values = np.asarray(outcome, dtype=np.float64)[used]
    group = np.asarray(treated).astype(bool)[used]
    weights = match.weights[used]
    time = None if exposure is None else np.asarray(exposure, dtype=np.float64)[used]
    _check(values, time, measure)
    adjusted = covariates is not None
    others = np.asarray(covariates, dtype=np.float64)[used] if covariates is not None else np.empty((used.size, 0))
    family = _family(measure, counts)
    offset = np.zeros(used.size) if time is None else np.log(time)
    model = generalised.fit(family, _design(group.astype(np.float64), others), values, weights, offset)
    # A multiplicative model's rate is for the treated people's own time; a mean or a risk has no time in it.
    averages, slopes = _counterfactuals(model, group, others, weights, offset=offset, time=time)
    clusters = _clusters(match, used)
    covariance = model.covariance(clusters)
    _check_comparable(values, averages, measure)
    value, gradient = _contrast(measure, averages, slopes)
    se = float(np.sqrt(gradient @ covariance @ gradient))
    if not (np.isfinite(se) and se > 0):
        raise Refused("No error can be given: within pairs or groups every outcome is the same. Give the counts alone.")
    reach = float(stats.norm.ppf(0.5 + level / 2)) * se
    ends = np.array([value - reach, value, value + reach])
    low, middle, high = np.exp(ends) if measure in RATIOS else ends
    return Effect(
        measure=measure,
        adjusted=adjusted,
        estimate=float(middle),
        low=float(low),
        high=float(high),
        se=se,
        p_value=float(2 * stats.norm.sf(abs(value) / se)),
        with_scheme=averages[0],
        without=averages[1],
        errors="HC3" if clusters is None else "clustered by pair or subclass",
        units=int(used.size),
        clusters=None if clusters is None else int(np.unique(clusters).size),
        caution=SAME_OUTCOME if model.runaway and adjusted else "",
    )


def _clusters(match: Match, used: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Each unit's pair or stratum, or None where there are none, or too few strata for errors by cluster."""
    if match.strata is None:
        return None
    clusters = match.strata[used]
    return clusters if match.pairs.size or np.unique(clusters).size >= FEW_CLUSTERS else None


def _family(measure: Measure, counts: Literal["poisson", "negative binomial"]) -> generalised.Family:
    if measure == "difference":
        return "gaussian"
    return counts if measure == "rate ratio" else "binomial"


def _design(managed: FloatArray, covariates: FloatArray) -> FloatArray:
    return np.column_stack([np.ones(managed.size), managed, covariates, covariates * managed[:, None]])


def _counterfactuals(
    model: generalised.Fit,
    group: NDArray[np.bool_],
    covariates: FloatArray,
    weights: FloatArray,
    *,
    offset: FloatArray,
    time: FloatArray | None,
) -> tuple[tuple[float, float], tuple[FloatArray, FloatArray]]:
    """The treated people's average outcome with and without, and how each moves with the coefficients."""
    shares = weights[group] / (weights[group].sum() if time is None else weights[group] @ time[group])
    averages, slopes = [], []
    for managed in (1.0, 0.0):
        design = _design(np.full(int(group.sum()), managed), covariates[group])
        averages.append(float(shares @ model.mean(design, offset[group])))
        slopes.append(shares @ model.mean_slope(design, offset[group]))
    return (averages[0], averages[1]), (slopes[0], slopes[1])


def _contrast(
    measure: Measure, averages: tuple[float, float], slopes: tuple[FloatArray, FloatArray]
) -> tuple[float, FloatArray]:
    """The difference, or the logarithm of the ratio, and its gradient (the delta method)."""
    (one, nought), (up, down) = averages, slopes
    if measure not in RATIOS:
        return one - nought, up - down
    if measure == "odds ratio":
        return (
            float(np.log(one / (1 - one) * (1 - nought) / nought)),
            up / (one * (1 - one)) - down / (nought * (1 - nought)),
        )
    return float(np.log(one / nought)), up / one - down / nought


def _check_comparable(outcome: FloatArray, averages: tuple[float, float], measure: Measure) -> None:
    if np.ptp(outcome) == 0:
        raise Refused("Everybody matched has the same outcome, so there is nothing to compare.")
    edges = (0.0,) if measure in ("risk ratio", "rate ratio") else (0.0, 1.0) if measure == "odds ratio" else ()
    for average, whom in zip(averages, ("managed", "compared"), strict=True):
        if any(abs(average - edge) < ROUNDING for edge in edges):
            few = "nobody" if average < 0.5 else "everybody"
            raise Refused(f"Of the people {whom} {few} has the outcome, so there is no {measure}: give the difference.")


def _check(outcome: FloatArray, time: FloatArray | None, measure: Measure) -> None:
    if not np.isfinite(outcome).all():
        raise Refused("An outcome is missing or not finite: leave those people out before matching, and count them.")
    if measure == "rate ratio":
        if time is None:
            raise Refused("A rate ratio needs the time at risk of each person as its exposure.")
        if not (np.isfinite(time).all() and (time > 0).all()):
            raise Refused("Somebody has no time at risk: leave them out of rates before matching, and count them.")
        if (outcome < 0).any():
            raise Refused("A rate ratio needs counts of 0 or more as its outcome.")
    elif measure != "difference" and not np.isin(outcome, (0.0, 1.0)).all():
        raise Refused(f"A {measure} needs an outcome of 0 and 1: use a difference for amounts.")
