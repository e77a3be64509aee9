"""Cox regression with Efron's ties and errors by pair, equal to those of R's survival."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from trellis.evaluation.ratios import RatioInterval
from trellis.rules.errors import Refused

Floats = NDArray[np.float64]

STEPS, ENOUGH = 50, 1e-12
FARTHEST = 10.0
"""A log hazard ratio beyond this for one standard deviation, 22,000 times the hazard, is on its way to infinity."""


@dataclass(frozen=True, slots=True)
class CoxModel:
    """Log hazard ratios, p of them, with their covariance (p, p): model-based, or robust where clusters were given."""

    coefficients: Floats
    covariance: Floats
    log_likelihood: float

    @property
    def standard_errors(self) -> Floats:
        """Of the coefficients: p numbers."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    def hazard_ratio(self, column: int, *, level: float = 0.95) -> RatioInterval:
        """The exponential of one coefficient with its Wald interval."""
        at, reach = self.coefficients[column], norm.ppf(1 - (1 - level) / 2) * self.standard_errors[column]
        return RatioInterval(float(np.exp(at)), float(np.exp(at - reach)), float(np.exp(at + reach)))


def cox(
    times: ArrayLike,
    events: ArrayLike,
    covariates: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
) -> CoxModel:
    """Hazard ratios by partial likelihood (Cox 1972), ties as Efron (1977) has them.

    times, events: n; covariates: (n, p) without a column of ones; weights: n case weights; clusters: n labels of
    pairs. With clusters the covariance is the sandwich of summed score residuals (Lin and Wei 1989), whose residuals
    under ties are Efron's too (Therneau and Grambsch 2000, 3.4): leaving that out gives errors some 2 % too small.
    Raises Refused without events or when no finite ratio fits.
    """
    deaths = _Deaths.read(times, events, covariates, weights)
    beta = np.zeros(deaths.design.shape[1])
    reached = -np.inf
    for _ in range(STEPS):
        likelihood, slope, bend = deaths.at(beta)
        if abs(likelihood - reached) <= ENOUGH * abs(likelihood):
            break
        reached = likelihood
        try:
            beta = beta + np.linalg.solve(bend, slope)
        except np.linalg.LinAlgError:
            raise Refused("The covariates repeat one another, so no one answer fits. Leave one of them out.") from None
        if not np.isfinite(beta).all() or np.abs(beta).max() > FARTHEST:
            raise Refused("No finite hazard ratio fits: a covariate splits those with events from those without.")
    covariance = np.linalg.inv(bend)
    if clusters is not None:
        _, place = np.unique(np.asarray(clusters)[deaths.order], return_inverse=True)
        sums = np.zeros((place.max() + 1, len(beta)))
        np.add.at(sums, place, deaths.residuals(beta) * deaths.weights[:, None])
        influence = sums @ covariance
        covariance = influence.T @ influence
    return CoxModel(beta / deaths.spread, covariance / np.outer(deaths.spread, deaths.spread), likelihood)


@dataclass(frozen=True, slots=True)
class _Deaths:
    """People in order of time, and the steps of Efron's sum: one a death, d of them where d die at one time.

    The l-th of d tied deaths (l from 0) faces everyone at risk, less l/d of those who die then.
    """

    order: NDArray[np.int64]
    design: Floats
    """Standardised, so that a step of the fit is of one size for every covariate."""
    spread: Floats
    weights: Floats
    event: NDArray[np.bool_]
    first: NDArray[np.int64]
    """Of each step: where those at risk begin."""
    tie: NDArray[np.int64]
    """Of each step: which distinct time of death."""
    share: Floats
    """Of each step: l / d."""
    mean_weight: Floats
    """Of each step: the mean weight of the deaths at its time."""
    tie_of: NDArray[np.int64]
    """Of each person who dies: which distinct time; −1 of the others."""
    upto: NDArray[np.int64]
    """Of each person: how many steps they are at risk in."""

    @classmethod
    def read(cls, times: ArrayLike, events: ArrayLike, covariates: ArrayLike, weights: ArrayLike | None) -> _Deaths:
        time, happened = np.asarray(times, dtype=np.float64), np.asarray(events).astype(bool)
        x = np.asarray(covariates, dtype=np.float64)
        weight = np.ones(len(time)) if weights is None else np.asarray(weights, dtype=np.float64)
        if not (time >= 0).all() or not np.isfinite(x).all():
            raise Refused("A time is missing or below 0, or a covariate is missing. Mend or leave out those people.")
        order = np.flatnonzero(weight > 0)
        order = order[np.argsort(time[order], kind="stable")]
        time, happened, weight, x = time[order], happened[order], weight[order], x[order]
        if not happened.any():
            raise Refused("Nobody had the event, so there is no hazard to compare.")
        spread = x.std(axis=0)
        if not (spread > 0).all():
            raise Refused("A covariate is the same for everyone, so it tells nothing. Leave it out.")
        moments, tie = np.unique(time[happened], return_inverse=True)
        deaths = np.bincount(tie)
        before = np.concatenate([[0], np.cumsum(deaths)])
        tie_of = np.full(len(time), -1)
        tie_of[happened] = tie
        steps = np.repeat(np.arange(len(moments)), deaths)
        return cls(
            order=order,
            design=(x - x.mean(axis=0)) / spread,
            spread=spread,
            weights=weight,
            event=happened,
            first=np.searchsorted(time, moments)[steps],
            tie=steps,
            share=(np.arange(len(steps)) - before[steps]) / deaths[steps],
            mean_weight=(np.bincount(tie, weights=weight[happened]) / deaths)[steps],
            tie_of=tie_of,
            upto=before[np.searchsorted(moments, time, side="right")],
        )

    def at(self, beta: Floats) -> tuple[float, Floats, Floats]:
        """Log partial likelihood, its slope, and minus its bend."""
        risk, x = self.weights * np.exp(self.design @ beta), self.design
        facing = self._facing(risk)
        mean = self._facing(risk[:, None] * x) / facing[:, None]
        products = (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
        square = (self._facing(risk[:, None] * products) / facing[:, None]).reshape(-1, x.shape[1], x.shape[1])
        dead = self.weights * self.event
        weight = self.mean_weight
        likelihood = float(dead @ (x @ beta) - weight @ np.log(facing))
        bend = np.einsum("s,sij->ij", weight, square - mean[:, :, None] * mean[:, None, :])
        return likelihood, dead @ x - weight @ mean, np.asarray(bend)

    def residuals(self, beta: Floats) -> Floats:
        """Score residuals under Efron's ties, (n, p), before case weights (Therneau and Grambsch 2000, 3.4)."""
        risk, x = np.exp(self.design @ beta), self.design
        facing = self._facing(self.weights * risk)
        mean = self._facing((self.weights * risk)[:, None] * x) / facing[:, None]
        hazard = self.mean_weight / facing
        sums = np.cumsum(np.vstack([np.zeros(x.shape[1] + 1), np.column_stack([hazard, hazard[:, None] * mean])]), 0)
        met = sums[self.upto]
        residual = -risk[:, None] * (x * met[:, :1] - met[:, 1:])
        dead, tie = self.event, self.tie_of[self.event]
        # At their own time the dead face only (1 − l/d) of each step, and meet the mean of its steps.
        spared = self._by_tie(np.column_stack([hazard * self.share, (hazard * self.share)[:, None] * mean]))[tie]
        met_mean = (self._by_tie(mean) / np.bincount(self.tie)[:, None])[tie]
        residual[dead] += risk[dead, None] * (x[dead] * spared[:, :1] - spared[:, 1:]) + x[dead] - met_mean
        return np.asarray(residual)

    def _facing(self, columns: Floats) -> Floats:
        """Sums over those each step faces: everyone from `first` on, less its share of the tied deaths."""
        upwards = np.flip(np.cumsum(np.flip(columns, 0), axis=0), 0)[self.first]
        flat = columns.reshape(len(columns), -1)[self.event]
        tied = np.zeros((self.tie[-1] + 1, flat.shape[1]))
        np.add.at(tied, self.tie_of[self.event], flat)
        tied = tied.reshape(-1, *columns.shape[1:])[self.tie]
        share = self.share.reshape(-1, *(1,) * (columns.ndim - 1))
        return np.asarray(upwards - share * tied)

    def _by_tie(self, columns: Floats) -> Floats:
        sums = np.zeros((self.tie[-1] + 1, columns.shape[1]))
        np.add.at(sums, self.tie, columns)
        return sums
