"""Units on a line: everybody sorted by their distance measure, and each treated unit's stretch of controls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trellis.evaluation.matching.spec import BoolArray, FloatArray, IntArray, Near


@dataclass(frozen=True, slots=True)
class Line:
    """The treated in file order, and the controls sorted by stratum and then by (distance, row).

    Row, place and distance of each: a place counts everybody, treated and discarded too, in the order of (distance,
    row) over the whole file. A treated unit's stretch of controls is [low, high), and `own` is where it would stand
    among them.
    """

    treated: IntArray
    treated_places: IntArray
    treated_distances: FloatArray
    controls: IntArray
    control_places: IntArray
    control_distances: FloatArray
    low: IntArray
    own: IntArray
    high: IntArray
    width: float
    near: tuple[Near, ...]
    persons: IntArray | None

    @property
    def choosy(self) -> bool:
        """Whether anything but the distance can refuse a pair."""
        return bool(self.near) or self.persons is not None

    def acceptable(self, treated: int, controls: IntArray) -> BoolArray:
        """Which of the controls the covariate calipers allow, by their numbers here; nobody is paired with themself."""
        row, others = self.treated[treated], self.controls[controls]
        allowed = np.ones(others.shape, dtype=bool)
        for near in self.near:
            allowed &= np.abs(near.values[others] - near.values[row]) <= near.width
        if self.persons is not None:
            allowed &= self.persons[others] != self.persons[row]
        return allowed


def lay(
    distance: FloatArray,
    treated: BoolArray,
    kept: BoolArray,
    strata: IntArray,
    *,
    width: float,
    near: Sequence[Near] = (),
    persons: IntArray | None = None,
) -> Line:
    """Sort once; every treated unit's own place among the controls is then how many it has come after: O(n log n)."""
    order = stable_order(distance)
    places = np.empty(distance.size, dtype=np.int64)
    places[order] = np.arange(distance.size)
    along = order[kept[order]]
    if strata.any():
        along = along[np.argsort(strata[along], kind="stable")]
    passed = ~treated[along]
    own = np.zeros(distance.size, dtype=np.int64)
    own[along] = np.cumsum(passed)
    rows, controls = np.flatnonzero(treated & kept), along[passed]
    return Line(
        treated=rows,
        treated_places=places[rows],
        treated_distances=distance[rows],
        controls=controls,
        control_places=places[controls],
        control_distances=distance[controls],
        low=np.searchsorted(strata[controls], strata[rows], side="left"),
        own=own[rows],
        high=np.searchsorted(strata[controls], strata[rows], side="right"),
        width=width,
        near=tuple(near),
        persons=persons,
    )


def in_order(line: Line, order: str, seed: int) -> IntArray:
    """The numbers of the treated in the order in which they choose; equal scores keep the order of the file."""
    if order == "largest":
        return np.argsort(-line.treated_distances, kind="stable")
    if order == "smallest":
        return np.argsort(line.treated_distances, kind="stable")
    if order == "random":
        return np.random.default_rng(seed).permutation(line.treated.size)
    return np.arange(line.treated.size)


def stable_order(values: FloatArray) -> IntArray:
    """The rows by value, equal ones in the order of the file.

    The plain sort is several times as fast as the stable one, and gives the same unless two values are equal.
    """
    order = np.argsort(values)
    in_order = values[order]
    return order if (in_order[1:] != in_order[:-1]).all() else np.argsort(values, kind="stable")
