"""Regression of counts on time at risk: Poisson, and negative binomial where people differ more than chance allows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, gammaln, polygamma, xlogy
from scipy.stats import norm

from trellis.evaluation.ratios import RatioInterval
from trellis.rules.errors import Refused

Floats = NDArray[np.float64]

STEPS, ENOUGH = 100, 1e-12
"""Most steps of a fit, and the change of log-likelihood, relative to its size, that ends it."""

FARTHEST = 20.0
"""A log-mean beyond this is on its way to infinity: no count of a person is expected at a billionth, or a billion."""


@dataclass(frozen=True, slots=True)
class CountModel:
    """A fitted log-linear model of counts: n rows, p columns.

    `covariance` is (p, p): model-based, or robust where clusters were given. `shape` is the NB2 θ, with
    Var = μ (1 + μ / θ), and infinite for Poisson. `dispersion` is Pearson's χ² over n − p.
    """

    coefficients: Floats
    covariance: Floats
    log_likelihood: float
    dispersion: float
    shape: float
    fitted: Floats

    @property
    def standard_errors(self) -> Floats:
        """Of the coefficients: p numbers."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    def rate_ratio(self, column: int, *, level: float = 0.95) -> RatioInterval:
        """The exponential of one coefficient with its Wald interval."""
        at, reach = self.coefficients[column], norm.ppf(1 - (1 - level) / 2) * self.standard_errors[column]
        return RatioInterval(float(np.exp(at)), float(np.exp(at - reach)), float(np.exp(at + reach)))


def poisson(
    counts: ArrayLike,
    design: ArrayLike,
    *,
    exposure: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
) -> CountModel:
    """Poisson regression by iteratively reweighted least squares (McCullagh and Nelder 1989, 2.5).

    counts: n whole numbers. design: (n, p), with its own column of ones. exposure: n times at risk, whose log is the
    offset. weights: n case weights. clusters: n labels of pairs or subclasses; the errors are then the sandwich of
    Liang and Zeger (1986) times G / (G − 1), as vcovCL(type = "HC0") of R's sandwich.
    Raises Refused for rows without time at risk, or when no finite coefficients fit.
    """
    return _finished(_Data.read(counts, design, exposure, weights), np.inf, clusters)


def negative_binomial(
    counts: ArrayLike,
    design: ArrayLike,
    *,
    exposure: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
) -> CountModel:
    """NB2 regression by maximum likelihood, turns of β and θ (Lawless 1987; Venables and Ripley 2002, 7.4).

    Arguments and refusals of `poisson`. `covariance` holds θ as known, as MASS::glm.nb has it. Where the counts vary
    no more than Poisson's, θ goes to infinity and the Poisson model is what comes back.
    """
    data = _Data.read(counts, design, exposure, weights)
    beta = _fit(data, np.inf, None)
    shape, reached = np.inf, -np.inf
    for _ in range(STEPS):
        shape = fit_shape(data.counts, np.exp(data.design @ beta + data.offset), data.weights)
        beta = _fit(data, shape, beta)
        now = data.log_likelihood(np.exp(data.design @ beta + data.offset), shape)
        if now - reached <= ENOUGH * abs(now):
            break
        reached = now
    return _finished(data, shape, clusters, beta)


def fit_shape(counts: Floats, means: Floats, weights: Floats) -> float:
    """The θ of greatest likelihood at given means, by Newton's steps on ln θ; infinite when Poisson fits as well.

    As θ grows, the likelihood rises towards Poisson's where Σ w [(y − μ)² − y] is not positive (Lawless 1987).
    """
    if np.sum(weights * ((counts - means) ** 2 - counts)) <= 0:
        return math.inf
    total = float(weights.sum())
    start = total / float(np.sum(weights * (counts / means - 1) ** 2))
    log_shape = math.log(start)
    for _ in range(STEPS):
        shape = math.exp(log_shape)
        ratio = (counts + shape) / (means + shape)
        slope = float(
            np.sum(weights * (digamma(counts + shape) - digamma(shape) + 1 - ratio - np.log1p(means / shape)))
        )
        bend = float(
            np.sum(
                weights
                * (
                    polygamma(1, counts + shape)
                    - polygamma(1, shape)
                    + 1 / shape
                    - 2 / (means + shape)
                    + (counts + shape) / (means + shape) ** 2
                )
            )
        )
        curve = shape**2 * bend + shape * slope
        # Away from the top the curve can bend upwards: then go uphill by a bounded step.
        step = -shape * slope / curve if curve < 0 else math.copysign(1.0, slope)
        log_shape += min(max(step, -2.0), 2.0)
        if abs(step) < 1e-12:
            break
    return math.exp(log_shape)


@dataclass(frozen=True, slots=True)
class _Data:
    counts: Floats
    design: Floats
    offset: Floats
    weights: Floats

    @classmethod
    def read(cls, counts: ArrayLike, design: ArrayLike, exposure: ArrayLike | None, weights: ArrayLike | None) -> _Data:
        y, x = np.asarray(counts, dtype=np.float64), np.asarray(design, dtype=np.float64)
        time = np.ones(len(y)) if exposure is None else np.asarray(exposure, dtype=np.float64)
        if not (time > 0).all():
            raise Refused(f"{int((~(time > 0)).sum())} rows had no time at risk. Leave them out and list them.")
        if (y < 0).any() or not np.isfinite(x).all():
            raise Refused("A count is below 0 or a covariate is missing. Mend or leave out those rows.")
        case = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=np.float64)
        return cls(y, x, np.log(time), case)

    def log_likelihood(self, mean: Floats, shape: float) -> float:
        y = self.counts
        if math.isinf(shape):
            each = xlogy(y, mean) - mean - gammaln(y + 1)
        else:
            each = (
                gammaln(y + shape)
                - gammaln(shape)
                - gammaln(y + 1)
                - shape * np.log1p(mean / shape)
                + xlogy(y, mean / (mean + shape))
            )
        return float(np.sum(self.weights * each))


def _fit(data: _Data, shape: float, start: Floats | None) -> Floats:
    """Coefficients at a given θ."""
    mean = data.counts + 0.1 if start is None else np.exp(data.design @ start + data.offset)
    beta = start
    reached = -np.inf
    for _ in range(STEPS):
        work = data.weights * mean / (1 + mean / shape)
        answer = np.log(mean) - data.offset + (data.counts - mean) / mean
        weighted = data.design * work[:, None]
        try:
            beta = np.linalg.solve(weighted.T @ data.design, weighted.T @ answer)
        except np.linalg.LinAlgError:
            raise Refused("The covariates repeat one another, so no one answer fits. Leave one of them out.") from None
        line = data.design @ beta + data.offset
        if not np.isfinite(beta).all() or np.abs(line).max() > FARTHEST:
            break
        mean = np.exp(line)
        now = data.log_likelihood(mean, shape)
        if abs(now - reached) <= ENOUGH * abs(now):
            return beta
        reached = now
    raise Refused("No finite coefficients fit: a covariate splits those with events from those without. Leave it out.")


def _finished(data: _Data, shape: float, clusters: ArrayLike | None, beta: Floats | None = None) -> CountModel:
    beta = _fit(data, shape, None) if beta is None else beta
    mean = np.exp(data.design @ beta + data.offset)
    spread = mean * (1 + mean / shape)
    bread = np.linalg.inv((data.design * (data.weights * mean**2 / spread)[:, None]).T @ data.design)
    residual = data.counts - mean
    covariance = bread
    if clusters is not None:
        covariance = bread @ _meat(data.design * (data.weights * residual * mean / spread)[:, None], clusters) @ bread
    rows, columns = data.design.shape
    return CountModel(
        coefficients=beta,
        covariance=covariance,
        log_likelihood=data.log_likelihood(mean, shape),
        dispersion=float(np.sum(data.weights * residual**2 / spread) / (rows - columns)),
        shape=shape,
        fitted=mean,
    )


def _meat(scores: Floats, clusters: ArrayLike) -> Floats:
    """The sum over clusters of the outer products of their summed scores, times G / (G − 1)."""
    labels, position = np.unique(np.asarray(clusters), return_inverse=True)
    groups = len(labels)
    if groups < 2:
        raise Refused("There must be two clusters or more for errors by cluster.")
    sums = np.zeros((groups, scores.shape[1]))
    np.add.at(sums, position, scores)
    return np.asarray(groups / (groups - 1) * sums.T @ sums)
