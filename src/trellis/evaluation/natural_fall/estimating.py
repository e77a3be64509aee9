"""From expected offences to a rate ratio and a natural fall, each with an interval that includes the fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trellis.evaluation.bootstrap import percentile_interval, resampled
from trellis.evaluation.natural_fall.panel import Floats, Panel
from trellis.rules.errors import Refused


@dataclass(frozen=True, slots=True)
class RateRatio:
    """What one method says: the rate of the managed in the follow-up beside the rate expected with no scheme.

    `expected` and `observed` are offences of all managed people in the follow-up. `natural_fall` is the share by which
    their rate would be expected to fall with no scheme; below 0 it would rise.
    """

    method: str
    rate_ratio: float
    low: float
    high: float
    expected: float
    observed: float
    natural_fall: float
    natural_fall_low: float
    natural_fall_high: float


Expectation = Callable[[Floats], Floats]
"""Weights of people (replicates, n) to the offences expected of the managed, so weighted, with no scheme."""


def estimate_from(
    method: str, panel: Panel, expected: Expectation, *, replicates: int, seed: int, level: float
) -> RateRatio:
    """Observed over expected, with the whole of `expected`, its fit included, done anew for each resample of people.

    Managed people and others are resampled each among themselves. Raises Refused when nothing at all is expected.
    """
    managed = panel.managed
    columns = np.column_stack(
        [panel.after[managed], panel.years_after[managed], panel.counts[managed, -1], panel.years[managed, -1]]
    )

    def both(weights: Floats) -> Floats:
        observed, time, before, time_before = (weights[:, managed] @ columns).T
        with np.errstate(divide="ignore", invalid="ignore"):
            counted = expected(weights)
            return np.column_stack([observed / counted, 1 - (counted / time) / (before / time_before)])

    once = np.ones((1, len(managed)))
    ratio, fall = both(once)[0].tolist()
    if not np.isfinite([ratio, fall]).all():
        raise Refused(f"{method}: no offence, or no day at risk, is expected of the managed, so nothing is to compare.")
    values = resampled(both, len(managed), replicates, seed=seed, strata=managed)
    low, high = percentile_interval(values[:, 0], level=level)
    fall_low, fall_high = percentile_interval(values[:, 1], level=level)
    return RateRatio(
        method=method,
        rate_ratio=ratio,
        low=low,
        high=high,
        expected=float(expected(once)[0]),
        observed=float(columns[:, 0].sum()),
        natural_fall=fall,
        natural_fall_low=fall_low,
        natural_fall_high=fall_high,
    )


def solve_each(matrices: Floats, right: Floats) -> Floats:
    """One small linear system a replicate: (r, p, p) and (r, p) to (r, p), by least squares where it is singular."""
    scale = np.sqrt(np.einsum("rii->ri", matrices))
    scale = np.where(scale > 0, scale, 1.0)
    scaled = matrices / scale[:, :, None] / scale[:, None, :]
    inverse = np.linalg.pinv(scaled, rcond=1e-10, hermitian=True)
    return np.asarray(np.einsum("rij,rj->ri", inverse, right / scale) / scale)
