"""Weighted generalised linear models, as far as effects after matching need them, with robust standard errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from trellis.evaluation import least_squares
from trellis.rules.errors import Refused

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Family = Literal["gaussian", "binomial", "poisson", "negative binomial"]

# Start, stopping rule and number of steps are those of R's glm, so that its figures come out.
TOLERANCE = 1e-8
ITERATIONS = 25
TURNS = 50
# A last step that still moves somebody's log odds or log rate by half is on its way to infinity.
RUNAWAY = 0.5
# A leverage this near 1 is 1: the model goes through that person's outcome.
ALONE = 1e-9
EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model: `kept` columns of the design (the others are determined by them), and their `coefficients`.

    `scores` (n, k) are each unit's contributions to the estimating equations, `bread` (k, k) the inverse of their
    slope and `hat` (n,) the leverages. `dispersion` is the negative binomial's Var = μ(1 + μ/dispersion), else None.
    `runaway`: some coefficient is infinite, because a group of people all have the same outcome; means are still good.
    """

    family: Family
    kept: list[int]
    coefficients: FloatArray
    scores: FloatArray
    bread: FloatArray
    hat: FloatArray
    dispersion: float | None = None
    runaway: bool = False

    def mean(self, design: FloatArray, offset: FloatArray) -> FloatArray:
        """The expected outcome of each row of `design` (n, all columns)."""
        return _mean(self.family, design[:, self.kept] @ self.coefficients + offset)

    def mean_slope(self, design: FloatArray, offset: FloatArray) -> FloatArray:
        """How that mean moves with each coefficient, (n, k)."""
        mean = self.mean(design, offset)
        return np.asarray(design[:, self.kept] * _link_slope(self.family, mean)[:, None])

    def covariance(self, clusters: IntArray | None) -> FloatArray:
        """The coefficients' covariance: by cluster where there are clusters (n,), else HC3.

        Raises Refused where HC3 has no meaning, because somebody is fitted exactly.

        By cluster (Liang and Zeger 1986) with G/(G−1), and for the linear model also (n−1)/(n−k): what R's
        `sandwich::vcovCL` does. statsmodels applies the second factor to every family, so that its errors for a
        logistic or Poisson model are √((n−1)/(n−k)) too wide against R's. HC3: MacKinnon and White 1985.
        """
        units, size = self.scores.shape
        if clusters is None:
            if (self.hat > 1 - ALONE).any():
                raise Refused(
                    "No error can be given: somebody is alone in a combination of the covariates, and the model fits "
                    "them exactly. Adjust for fewer covariates."
                )
            leveraged = self.scores / (1 - self.hat)[:, None]
            return self.bread @ (leveraged.T @ leveraged) @ self.bread
        numbers = np.unique(clusters, return_inverse=True)[1]
        groups = int(numbers.max()) + 1
        sums = np.zeros((groups, size))
        np.add.at(sums, numbers, self.scores)
        factor = groups / (groups - 1)
        if self.family == "gaussian":
            factor *= (units - 1) / (units - size)
        return factor * (self.bread @ (sums.T @ sums) @ self.bread)


def fit(
    family: Family, design: FloatArray, outcome: FloatArray, weights: FloatArray, offset: FloatArray | None = None
) -> Fit:
    """Fit outcome ~ design (whose first column is the intercept) with case `weights` (McCullagh and Nelder 1989).

    The links are the canonical ones, identity, logit and log; the negative binomial (NB2) has the log link and its
    dispersion by maximum likelihood in turns with the rest (Venables and Ripley 2002, section 7.4). Raises Refused
    when the model has more columns than rows or does not settle.
    """
    shift = np.zeros(outcome.size) if offset is None else offset
    kept = [0, *(place + 1 for place in least_squares.independent(design[:, 1:]))]
    if len(kept) >= outcome.size:
        raise Refused(f"The model has {len(kept)} coefficients for {outcome.size} people: adjust for fewer covariates.")
    columns = design[:, kept]
    scale = np.sqrt((columns**2).mean(axis=0))
    dispersion, turns = np.inf, TURNS if family == "negative binomial" else 1
    for _ in range(turns):
        settled = _reweighted(family, columns / scale, outcome, weights=weights, offset=shift, dispersion=dispersion)
        before = dispersion
        if family == "negative binomial":
            dispersion = _dispersion(settled.mean, outcome, weights)
        if np.isinf(dispersion) or abs(dispersion - before) <= 1e-10 * dispersion:
            break
    inverse = np.linalg.inv((columns / scale).T @ ((columns / scale) * settled.working[:, None]))
    inverse /= np.outer(scale, scale)
    residual = (outcome - settled.mean) / _link_slope(family, settled.mean)
    return Fit(
        family=family,
        kept=kept,
        coefficients=settled.coefficients / scale,
        scores=columns * (settled.working * residual)[:, None],
        bread=inverse,
        hat=settled.working * np.einsum("ij,jk,ik->i", columns, inverse, columns),
        dispersion=dispersion if family == "negative binomial" else None,
        runaway=settled.runaway,
    )


@dataclass(frozen=True, slots=True)
class _Settled:
    coefficients: FloatArray
    mean: FloatArray
    working: FloatArray
    runaway: bool


def _reweighted(
    family: Family,
    columns: FloatArray,
    outcome: FloatArray,
    *,
    weights: FloatArray,
    offset: FloatArray,
    dispersion: float,
) -> _Settled:
    mean = _start(family, outcome, weights)
    linear = _linked(family, mean)
    before = _deviance(family, outcome, mean, weights, dispersion)
    for _ in range(ITERATIONS):
        slope = _link_slope(family, mean)
        working = weights * slope**2 / _variance(family, mean, dispersion)
        response = linear - offset + (outcome - mean) / slope
        try:
            gram, moment = columns.T @ (columns * working[:, None]), columns.T @ (working * response)
            coefficients = np.asarray(np.linalg.solve(gram, moment), dtype=np.float64)
        except np.linalg.LinAlgError:
            break
        moved, linear = linear, columns @ coefficients + offset
        mean = _mean(family, linear)
        deviance = _deviance(family, outcome, mean, weights, dispersion)
        if not np.isfinite(deviance):
            break
        if abs(deviance - before) / (abs(deviance) + 0.1) < TOLERANCE:
            runaway = family != "gaussian" and bool(np.abs(linear - moved).max() > RUNAWAY)
            return _Settled(coefficients, mean, working, runaway)
        before = deviance
    raise Refused(
        "The outcome model did not settle: some group of people all have the same outcome, or one outcome is far "
        "beyond the rest. Adjust for fewer covariates, or report the unadjusted effect."
    )


def _start(family: Family, outcome: FloatArray, weights: FloatArray) -> FloatArray:
    if family == "gaussian":
        return outcome
    if family == "binomial":
        return (weights * outcome + 0.5) / (weights + 1)
    return outcome + (0.1 if family == "poisson" else (outcome == 0) / 6)


def _linked(family: Family, mean: FloatArray) -> FloatArray:
    if family == "gaussian":
        return mean
    return np.asarray(special.logit(mean) if family == "binomial" else np.log(mean))


def _deviance(family: Family, outcome: FloatArray, mean: FloatArray, weights: FloatArray, dispersion: float) -> float:
    if family == "gaussian":
        return float(weights @ (outcome - mean) ** 2)
    if family == "binomial":
        parts = special.xlogy(outcome, outcome / mean) + special.xlogy(1 - outcome, (1 - outcome) / (1 - mean))
    elif family == "poisson" or np.isinf(dispersion):
        parts = special.xlogy(outcome, outcome / mean) - (outcome - mean)
    else:
        parts = special.xlogy(outcome, outcome / mean) - (outcome + dispersion) * np.log(
            (outcome + dispersion) / (mean + dispersion)
        )
    return float(2 * weights @ parts)


def _mean(family: Family, linear: FloatArray) -> FloatArray:
    if family == "gaussian":
        return linear
    if family == "binomial":
        # Held off 0 and 1, as R's logit link holds it.
        return np.asarray(np.clip(special.expit(linear), EPSILON, 1 - EPSILON))
    return np.exp(np.minimum(linear, 700.0))


def _link_slope(family: Family, mean: FloatArray) -> FloatArray:
    if family == "gaussian":
        return np.ones_like(mean)
    return mean * (1 - mean) if family == "binomial" else mean


def _variance(family: Family, mean: FloatArray, dispersion: float) -> FloatArray:
    if family == "negative binomial":
        return mean * (1 + mean / dispersion)
    return _link_slope(family, mean)


def _dispersion(mean: FloatArray, outcome: FloatArray, weights: FloatArray) -> float:
    """The k of Var = μ(1 + μ/k) that maximises the weighted likelihood at these means; infinite when none does."""

    def slope(log_k: float) -> float:
        k = np.exp(log_k)
        terms = (
            special.digamma(k + outcome) - special.digamma(k) + np.log(k / (k + mean)) + 1 - (outcome + k) / (mean + k)
        )
        return float(weights @ terms)

    low, high = np.log(1e-4), np.log(1e6)
    if slope(high) > 0 or slope(low) < 0:
        return np.inf
    return float(np.exp(optimize.brentq(slope, low, high, xtol=1e-13)))
