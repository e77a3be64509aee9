"""Tables of invented counts to protect and to attack."""

from __future__ import annotations

import numpy as np

from trellis.disclosure import Dimension

AREAS = {
    "Ash": "North",
    "Birch": "North",
    "Cedar": "North",
    "Dell": "South",
    "Elm": "South",
    "Fern": "South",
    "Gorse": "South",
}
AREA = Dimension.nested("area", AREAS)
SEX = Dimension.flat("sex", ["Female", "Male", "Unknown"])
GROUP = Dimension.flat("ethnicity", ["Asian", "Black", "Mixed", "White", "Unknown"])


def invented(dimensions: tuple[Dimension, ...], mean: float, seed: int) -> np.ndarray:
    """Uneven counts: most cells small, a few large."""
    shape = [len(dimension.leaves) for dimension in dimensions]
    rng = np.random.default_rng(seed)
    return rng.poisson(rng.gamma(0.7, mean / 0.7, shape)).astype(np.int64)


def people(mean: float, seed: int) -> np.ndarray:
    """Counts over area, sex and ethnicity, from which overlapping tables are taken."""
    return invented((AREA, SEX, GROUP), mean, seed)
