"""Regression of counts on time at risk: Poisson, and negative binomial where people differ more than chance allows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, xlogy
from scipy.stats import norm

from trellis.evaluation import generalised
from trellis.evaluation.ratios import RatioInterval
from trellis.rules.errors import Refused

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CountModel:
    """A fitted log-linear model of counts: n rows, p columns.

    `covariance` is (p, p): model-based, or robust where clusters were given. `shape` is the NB2 θ, with
    Var = μ (1 + μ / θ), and infinite for Poisson. `dispersion` is Pearson's χ² over n − p. `fitted` are n means.
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

    counts: n whole numbers. design: (n, p), the first column ones. exposure: n times at risk, whose log is the
    offset. weights: n case weights. clusters: n labels of pairs or subclasses; the errors are then the sandwich of
    Liang and Zeger (1986) times G / (G − 1), as vcovCL(type = "HC0") of R's sandwich.
    Raises Refused for rows without time at risk, or when no finite coefficients fit.
    """
    return _fit("poisson", _Data.read(counts, design, exposure, weights), clusters)


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
    return _fit("negative binomial", _Data.read(counts, design, exposure, weights), clusters)


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
            chance = gammaln(y + shape) - gammaln(shape) - gammaln(y + 1)
            each = chance - shape * np.log1p(mean / shape) + xlogy(y, mean / (mean + shape))
        return float(self.weights @ each)


def _fit(family: generalised.Family, data: _Data, clusters: ArrayLike | None) -> CountModel:
    rows, columns = data.design.shape
    groups = None if clusters is None else np.unique(np.asarray(clusters), return_inverse=True)[1]
    if groups is not None and groups.max() == 0:
        raise Refused("There must be two clusters or more for errors by cluster.")
    found = generalised.fit(family, data.design, data.counts, data.weights, data.offset)
    if len(found.kept) < columns:
        raise Refused("The covariates repeat one another, so no one answer fits. Leave one of them out.")
    mean = found.mean(data.design, data.offset)
    if found.runaway or mean.min() <= 0:
        raise Refused("No finite coefficients fit: a covariate splits those with events from those without.")
    shape = math.inf if found.dispersion is None else found.dispersion
    residual = (data.counts - mean) ** 2 / (mean * (1 + mean / shape))
    return CountModel(
        coefficients=found.coefficients,
        covariance=found.bread if groups is None else found.covariance(groups),
        log_likelihood=data.log_likelihood(mean, shape),
        dispersion=float(data.weights @ residual) / (rows - columns),
        shape=shape,
        fitted=mean,
    )
