"""Kaplan-Meier curves, the log-rank test, and mean time free of reoffending within a horizon."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2, norm

from trellis.rules.errors import Refused

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """The share still without an event, as a step function: it starts at 1 and steps down at each of `times`.

    All arrays have one length, one entry a time at which something happened. `low` and `high` are the log-log
    interval. `at_risk` and `events` are sums of weights just before, and at, each time.
    """

    times: Floats
    survival: Floats
    low: Floats
    high: Floats
    at_risk: Floats
    events: Floats
    variance_terms: Floats
    """What each time adds to the variance of ln S."""
    longest: float
    """The longest time anyone was followed."""

    def at(self, time: float) -> tuple[float, float, float]:
        """Survival, low and high at a time; 1 with no width before the first event.

        Raises Refused beyond the longest follow-up, unless everyone had had the event by then.
        """
        _check_horizon(self, time)
        place = int(np.searchsorted(self.times, time, side="right")) - 1
        if place < 0:
            return 1.0, 1.0, 1.0
        return float(self.survival[place]), float(self.low[place]), float(self.high[place])

    def restricted_mean(self, horizon: float) -> tuple[float, float]:
        """Mean time without an event up to a horizon, and its standard error (Royston and Parmar 2013)."""
        _check_horizon(self, horizon)
        inside = self.times < horizon
        edges = np.concatenate([[0.0], self.times[inside], [horizon]])
        steps = np.concatenate([[1.0], self.survival[inside]])
        areas = np.diff(edges) * steps
        left = areas[::-1].cumsum()[::-1][1:]
        # Where the curve has reached 0 nothing is left, and an endless term counts for nothing.
        terms = np.where(left > 0, left**2 * np.where(left > 0, self.variance_terms[inside], 0.0), 0.0)
        return float(areas.sum()), math.sqrt(float(terms.sum()))


@dataclass(frozen=True, slots=True)
class LogRank:
    """The test's statistic, its degrees of freedom and its p-value."""

    statistic: float
    degrees: int
    p_value: float


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference in the unit of time, with its interval."""

    difference: float
    low: float
    high: float
    standard_error: float


def curve(times: ArrayLike, events: ArrayLike, *, weights: ArrayLike | None = None, level: float = 0.95) -> Curve:
    """The product-limit curve (Kaplan and Meier 1958) with the log-log interval (Kalbfleisch and Prentice 1980).

    times: n times to the event or to the end of watching; events: n, whether it was the event; weights: n matching
    weights. The variance is Greenwood's; with weights, Xie and Liu's (2005), which is Greenwood's where all are 1.
    R's survfit gives another interval ("log") unless asked for this one. Raises Refused for a negative time.
    """
    time, event, weight = _read(times, events, weights)
    moments, position = np.unique(time, return_inverse=True)
    dead = np.bincount(position, weights=weight * event).astype(np.float64)
    leaving = np.bincount(position, weights=weight)
    squares = np.bincount(position, weights=weight**2)
    at_risk, square = leaving[::-1].cumsum()[::-1], squares[::-1].cumsum()[::-1]
    happened = dead > 0
    dead, at_risk, square = dead[happened], at_risk[happened], square[happened]
    # Sums of weights that are equal but for the last bit are equal.
    gone = np.where(np.isclose(dead, at_risk, rtol=1e-12, atol=0), 1.0, dead / at_risk)
    survival = np.cumprod(1 - gone)
    with np.errstate(divide="ignore"):
        terms = np.where(gone < 1, gone / (1 - gone) * square / at_risk**2, np.inf)
    low, high = _log_log(survival, terms.cumsum(), level)
    return Curve(moments[happened], survival, low, high, at_risk, dead, terms, float(time.max()))


def log_rank(times: ArrayLike, events: ArrayLike, groups: ArrayLike) -> LogRank:
    """Whether g groups' curves are one, by the log-rank test (Peto and Peto 1972): χ² on g − 1 degrees.

    times, events, groups: n each. It takes people as independent: for matched pairs use `cox` with clusters.
    """
    time, event, _ = _read(times, events, None)
    labels, group = np.unique(np.asarray(groups), return_inverse=True)
    if len(labels) < 2:
        raise Refused("A log-rank test compares two groups or more; there is one.")
    moments, position = np.unique(time, return_inverse=True)
    table = np.zeros((2, len(moments), len(labels)))
    np.add.at(table[0], (position, group), event)
    np.add.at(table[1], (position, group), 1)
    dead, at_risk = table[0], table[1][::-1].cumsum(axis=0)[::-1]
    all_dead, all_at_risk = dead.sum(axis=1), at_risk.sum(axis=1)
    share = at_risk / all_at_risk[:, None]
    surplus = (dead - all_dead[:, None] * share).sum(axis=0)[1:]
    spread = all_dead * (all_at_risk - all_dead) / np.maximum(all_at_risk - 1, 1)
    mixed = np.einsum("t,ti,tj->ij", spread, share, share)
    covariance = (np.diag(spread @ share) - mixed)[1:, 1:]
    statistic = float(surplus @ np.linalg.pinv(covariance) @ surplus)
    return LogRank(statistic, len(labels) - 1, float(chi2.sf(statistic, len(labels) - 1)))


def rmst_difference(managed: Curve, others: Curve, horizon: float, *, level: float = 0.95) -> Difference:
    """Mean time without an event up to a horizon, managed less others (Royston and Parmar 2013).

    It assumes nothing about hazards being in proportion. Raises Refused where either was not followed so long.
    """
    (mean, error), (mean_others, error_others) = managed.restricted_mean(horizon), others.restricted_mean(horizon)
    difference, both = mean - mean_others, math.hypot(error, error_others)
    reach = float(norm.ppf(1 - (1 - level) / 2)) * both
    return Difference(difference, difference - reach, difference + reach, both)


def _read(times: ArrayLike, events: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats, Floats]:
    time, event = np.asarray(times, dtype=np.float64), np.asarray(events, dtype=np.float64)
    weight = np.ones(len(time)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not len(time) or not (time >= 0).all():
        raise Refused("Every person needs a time of 0 or more. Mend or leave out those who have none.")
    kept = weight > 0
    return time[kept], event[kept], weight[kept]


def _log_log(survival: Floats, variance: Floats, level: float) -> tuple[Floats, Floats]:
    """Limits S^exp(±z · se(ln S) / |ln S|); where everyone had the event there is no width to give, so 0 and 0."""
    inside = survival > 0
    log = np.log(np.where(inside, survival, 0.5))
    reach = norm.ppf(1 - (1 - level) / 2) * np.sqrt(np.where(inside, variance, 0.0)) / np.abs(log)
    low, high = (np.where(inside, np.exp(log * np.exp(sign * reach)), 0.0) for sign in (1, -1))
    return low, high


def _check_horizon(found: Curve, time: float) -> None:
    ended = bool(len(found.survival)) and found.survival[-1] == 0
    if time > found.longest and not ended:
        raise Refused(f"Nobody was followed as long as {time:g}: the longest was {found.longest:g}. Ask for less.")
