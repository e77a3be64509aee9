"""Matched studies of schemes that change nothing, with overdispersed counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from trellis.evaluation import propensity
from trellis.evaluation.matching import Spec, nearest

SHAPE = 0.7


@dataclass(frozen=True)
class Study:
    """Matched people: counts, days, who was managed and in which pair."""

    counts: NDArray[np.int64]
    days: NDArray[np.float64]
    managed: NDArray[np.bool_]
    pair: NDArray[np.int64]


def null_study(seed: int, *, people: int = 1200) -> Study:
    """Selection and offending both rise with one score; given the score, counts are NB2 with shape 0.7."""
    rng = np.random.default_rng(seed)
    score = rng.standard_normal(people)
    managed = rng.random(people) < expit(-2 + 0.8 * score)
    days = rng.uniform(200, 365, people)
    mean = 4 * np.exp(0.4 * score) * days / 365
    counts = rng.poisson(rng.gamma(SHAPE, mean / SHAPE))
    match = nearest(propensity.fit(score[:, None], managed).linear, managed, Spec(caliper=0.2))
    kept = match.weights > 0
    assert match.strata is not None
    return Study(counts[kept], days[kept], managed[kept], match.strata[kept])
