"""From pairs or strata to weights for the effect on the treated."""

from __future__ import annotations

import numpy as np

from trellis.evaluation.matching.spec import BoolArray, FloatArray, IntArray


def from_pairs(treated: BoolArray, pairs: IntArray) -> FloatArray:
    """Weights (n,): a treated unit with a pair 1; a control Σ 1/k over those it serves, k counting their controls.

    The controls' weights are scaled to mean 1 over the controls used (MatchIt 4.7.2).
    """
    weights = np.zeros(treated.size)
    if pairs.size:
        served = np.bincount(pairs[:, 0], minlength=treated.size)
        weights += np.bincount(pairs[:, 1], weights=1 / served[pairs[:, 0]], minlength=treated.size)
        weights[pairs[:, 0]] = 1.0
    return scaled(treated, weights)


def from_strata(treated: BoolArray, strata: IntArray) -> FloatArray:
    """Weights (n,): treated units 1, a control its stratum's treated over its controls; 0 outside (-1) any stratum.

    The controls' weights are scaled to mean 1 over the controls used (MatchIt 4.7.2).
    """
    weights = np.zeros(treated.size)
    inside = strata >= 0
    size = int(strata.max(initial=-1)) + 1
    managed = np.bincount(strata[inside & treated], minlength=size)
    others = np.bincount(strata[inside & ~treated], minlength=size)
    weights[inside & treated] = 1.0
    weights[inside & ~treated] = (managed / np.maximum(others, 1))[strata[inside & ~treated]]
    return scaled(treated, weights)


def scaled(treated: BoolArray, weights: FloatArray) -> FloatArray:
    """The same weights with mean 1 over each group's non-zero ones."""
    result = weights.copy()
    for group in (treated, ~treated):
        used = group & (weights > 0)
        if used.any():
            result[used] = weights[used] / weights[used].mean()
    return result
