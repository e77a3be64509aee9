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

ITERATIONS = 100
SETTLED = 1e-12
# A coefficient of a column scaled to a mean square of 1 that grows beyond this is on its way to infinity.
RUNAWAY = 1e3


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model: `kept` columns of the design (the others are determined by them), and their `coefficients`.

    `scores` (n, k) are each unit's contributions to the estimating equations, `bread` (k, k) the inverse of their
    slope and `hat` (n,) the leverages. `dispersion` is the negative binomial's Var = μ(1 + μ/dispersion), else None.
    """

    family: Family
    kept: list[int]
    coefficients: FloatArray
    scores: FloatArray
    bread: FloatArray
    hat: FloatArray
    dispersion: float | None = None

    def mean(self, design: FloatArray, offset: FloatArray) -> FloatArray:
        """The expected outcome of each row of `design` (n, all columns)."""
        return _mean(self.family, design[:, self.kept] @ self.coefficients + offset)

    def mean_slope(self, design: FloatArray, offset: FloatArray) -> FloatArray:
        """How that mean moves with each coefficient, (n, k)."""
        mean = self.mean(design, offset)
        return np.asarray(design[:, self.kept] * _link_slope(self.family, mean)[:, None])

    def covariance(self, clusters: IntArray | None) -> FloatArray:
        """The coefficients' covariance: by cluster where there are clusters (n,), else HC3.

        By cluster (Liang and Zeger 1986) with G/(G−1), and for the linear model also (n−1)/(n−k): what R's
        `sandwich::vcovCL` does. statsmodels applies the second factor to every family, so that its errors for a
        logistic or Poisson model are √((n−1)/(n−k)) too wide against R's. HC3: MacKinnon and White 1985.
        """
        units, size = self.scores.shape
        if clusters is None:
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
    dispersion = np.inf
    for _ in range(ITERATIONS):
        settled = _newton(family, columns / scale, outcome, weights=weights, offset=shift, dispersion=dispersion)
        coefficients = settled / scale
        if family != "negative binomial":
            break
        before, dispersion = dispersion, _dispersion(_mean(family, columns @ coefficients + shift), outcome, weights)
        if np.isinf(dispersion) or abs(dispersion - before) <= 1e-10 * dispersion:
            break
    mean = _mean(family, columns @ coefficients + shift)
    variance = _variance(family, mean, dispersion)
    slope = _link_slope(family, mean)
    working = weights * slope**2 / variance
    inverse = np.linalg.inv((columns / scale).T @ ((columns / scale) * working[:, None])) / np.outer(scale, scale)
    return Fit(
        family=family,
        kept=kept,
        coefficients=coefficients,
        scores=columns * (weights * slope / variance * (outcome - mean))[:, None],
        bread=inverse,
        hat=working * np.einsum("ij,jk,ik->i", columns, inverse, columns),
        dispersion=dispersion if family == "negative binomial" else None,
    )


def _newton(
    family: Family,
    columns: FloatArray,
    outcome: FloatArray,
    *,
    weights: FloatArray,
    offset: FloatArray,
    dispersion: float,
) -> FloatArray:
    coefficients = np.zeros(columns.shape[1])
    coefficients[0] = _start(family, outcome, weights, offset) / columns[0, 0]
    for _ in range(ITERATIONS):
        linear = columns @ coefficients + offset
        mean = _mean(family, linear)
        slope, variance = _link_slope(family, mean), _variance(family, mean, dispersion)
        working = weights * slope**2 / variance
        pull = columns.T @ (weights * slope / variance * (outcome - mean))
        try:
            step = np.linalg.solve(columns.T @ (columns * working[:, None]), pull)
        except np.linalg.LinAlgError:
            break
        coefficients = coefficients + step
        if np.abs(columns @ step).max() <= SETTLED * max(1.0, np.abs(linear).max()):
            return coefficients
        if family != "gaussian" and np.abs(coefficients).max() > RUNAWAY:
            break
    raise Refused(
        "The outcome model did not settle: some group of people all have the same outcome, or one outcome is far "
        "beyond the rest. Adjust for fewer covariates, or report the unadjusted effect."
    )


def _start(family: Family, outcome: FloatArray, weights: FloatArray, offset: FloatArray) -> float:
    mean = float(outcome @ weights / weights.sum())
    if family == "gaussian":
        return mean
    if family == "binomial":
        return float(special.logit(np.clip(mean, 1e-6, 1 - 1e-6)))
    return float(np.log(max(float(outcome @ weights), 1e-6) / float(np.exp(offset) @ weights)))


def _mean(family: Family, linear: FloatArray) -> FloatArray:
    if family == "gaussian":
        return linear
    if family == "binomial":
        return np.asarray(special.expit(linear))
    return np.exp(linear)


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
