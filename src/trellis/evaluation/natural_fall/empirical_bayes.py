"""How often each person would offend, judged from their own years and from everybody's: empirical Bayes.

Each person's rate is taken as lasting and drawn from a gamma: y | λ ~ Poisson(λ e), λ ~ Gamma(shape k, mean m), so that
E[λ | y] = (k + y) / (k / m + e) (Robbins 1956; Hauer 1997, ch. 11). Bursts do not last, so several years are added
together; with one year the method takes a burst for a person's lasting rate.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import digamma, polygamma

from trellis.evaluation.bootstrap import REPLICATES
from trellis.evaluation.counts import negative_binomial
from trellis.evaluation.natural_fall.estimating import Expectation, RateRatio, estimate_from, solve_each
from trellis.evaluation.natural_fall.panel import Floats, Panel
from trellis.rules.errors import Refused

WINDOWS = 3


def estimate(panel: Panel, *, replicates: int = REPLICATES, seed: int, level: float = 0.95) -> RateRatio:
    """Three windows: the last three years of each person together.

    The gamma is fitted to everybody in the panel by maximum likelihood; each resample fits it anew by one Newton step
    from there (Davidson and MacKinnon 1999). Raises Refused for under three years of history, or where counts vary no
    more than chance.
    """
    method = "Empirical Bayes, three windows"
    panel.need_history(WINDOWS, method)
    expected = expectation(panel, WINDOWS)
    return estimate_from(method, panel, expected, replicates=replicates, seed=seed, level=level)


def lesson_of_one_window(panel: Panel, *, replicates: int = REPLICATES, seed: int, level: float = 0.95) -> RateRatio:
    """The textbook's single window: a lesson, not an estimate. It claims a fall that is not there."""
    method = "Empirical Bayes, one window (misleads)"
    panel.need_history(1, method)
    return estimate_from(method, panel, expectation(panel, 1), replicates=replicates, seed=seed, level=level)


def expected_rates(counts: Floats, years: Floats, shape: float | Floats, mean: float | Floats) -> Floats:
    """E[λ | y] of each person, offences a year: n counts and n years at risk, both over the same windows.

    With columns (r, 1) of shapes and means, a row for each: (r, n).
    """
    return np.asarray((shape + counts) / (shape / mean + years))


def fit_gamma(counts: Floats, years: Floats) -> tuple[float, float]:
    """Shape k and mean m of greatest likelihood, from n counts over n years at risk, all above 0."""
    model = negative_binomial(counts, np.ones((len(counts), 1)), exposure=years)
    if math.isinf(model.shape):
        raise Refused("People differ no more than chance allows, so no person's past tells of their future.")
    return model.shape, float(np.exp(model.coefficients[0]))


def expectation(panel: Panel, windows: int) -> Expectation:
    """What the managed would do with no scheme, judged from the last so many years of everybody."""
    counts, years = panel.counts[:, -windows:].sum(axis=1), panel.years[:, -windows:].sum(axis=1)
    known = years > 0
    shape, mean = fit_gamma(counts[known], years[known])
    # Who was never at risk tells nothing of the gamma: a row of noughts.
    columns = np.zeros((len(counts), 5))
    columns[known] = _score_columns(counts[known], years[known], shape, mean)
    managed = panel.managed
    y, e, follow_up = counts[managed], years[managed], panel.years_after[managed]

    def expected(weights: Floats) -> Floats:
        sums = weights @ columns
        step = solve_each(sums[:, [2, 3, 3, 4]].reshape(-1, 2, 2), sums[:, :2])
        k, m = shape * np.exp(step[:, :1]), mean * np.exp(step[:, 1:])
        return np.asarray((weights[:, managed] * expected_rates(y, e, k, m) * follow_up).sum(axis=1))

    return expected


def _score_columns(counts: Floats, years: Floats, shape: float, mean: float) -> Floats:
    """Each person's slopes of log-likelihood in (ln k, ln m), then minus its bends kk, km and mm: (n, 5)."""
    mu = mean * years
    ratio = (counts + shape) / (mu + shape)
    by_k = digamma(counts + shape) - digamma(shape) + 1 - ratio - np.log1p(mu / shape)
    by_kk = polygamma(1, counts + shape) - polygamma(1, shape) + 1 / shape - 2 / (mu + shape) + ratio / (mu + shape)
    by_m = shape * (counts - mu) / (mu + shape)
    by_mm = -shape * mu * ratio / (mu + shape)
    by_km = by_m - shape * by_m / (mu + shape)
    return np.column_stack([shape * by_k, by_m, -(shape**2 * by_kk + shape * by_k), -by_km, -by_mm])
