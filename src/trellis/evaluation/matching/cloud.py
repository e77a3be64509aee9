"""Mahalanobis distances: units in a space of covariates, scaled so that ordinary distance in it is what is meant."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from trellis.evaluation import design_matrix
from trellis.evaluation.matching.greedy import NONE, Chosen
from trellis.evaluation.matching.spec import BoolArray, FloatArray, IntArray, Near

# Below this determinant, or share of the largest singular value, MatchIt 4.7.2 takes the generalised inverse.
SINGULAR = 1e-8


def space(frame: pl.DataFrame, covariates: Sequence[str]) -> FloatArray:
    """The columns for a Mahalanobis distance: a text covariate has all its levels, each divided by √2.

    So a covariate of two levels weighs the same written as text and as 0 and 1 (MatchIt 4.7.2, after optmatch).
    """
    parts = []
    for covariate in covariates:
        part = design_matrix.all_levels(frame, [covariate]).matrix
        parts.append(part / np.sqrt(2) if design_matrix.is_text(frame[covariate]) else part)
    return np.hstack(parts)


def mahalanobis(columns: FloatArray, treated: BoolArray, kept: BoolArray) -> FloatArray:
    """Coordinates whose Euclidean distance is the Mahalanobis distance of `columns` (n, p).

    The covariance is pooled within the groups (Rubin 1980), over the units that are kept.
    """
    varying = columns[:, np.ptp(columns, axis=0) > np.sqrt(np.finfo(float).eps)]
    if varying.shape[1] == 0:
        return columns[:, :1]
    scaled = (varying - varying.mean(axis=0)) / varying.std(axis=0, ddof=1)
    centred = scaled[kept].copy()
    groups = treated[kept]
    for group in (groups, ~groups):
        centred[group] -= centred[group].mean(axis=0)
    covariance = centred.T @ centred / max(int(kept.sum()) - 2, 1)
    singular = np.linalg.det(covariance) <= SINGULAR
    inverse = np.linalg.pinv(covariance, rcond=SINGULAR) if singular else np.linalg.inv(covariance)
    return np.asfortranarray(scaled @ _root(inverse).T)


def _root(matrix: FloatArray) -> FloatArray:
    """A square root R with R'R = matrix, for a matrix that may be singular: Cholesky with complete pivoting."""
    size = matrix.shape[0]
    left, pivots = matrix.copy(), np.arange(size)
    root = np.zeros((size, size))
    tolerance = size * np.finfo(float).eps * np.diag(matrix).max()
    for step in range(size):
        best = step + int(np.argmax(np.diag(left)[step:]))
        for swapped in (left, left.T):
            swapped[[step, best]] = swapped[[best, step]]
        root[:, [step, best]] = root[:, [best, step]]
        pivots[[step, best]] = pivots[[best, step]]
        if left[step, step] <= tolerance:
            break
        root[step, step] = np.sqrt(left[step, step])
        root[step, step + 1 :] = left[step, step + 1 :] / root[step, step]
        left[step + 1 :, step + 1 :] -= np.outer(root[step, step + 1 :], root[step, step + 1 :])
    return root[:, np.argsort(pivots)]


class Cloud:
    """Which controls of one stratum are free, and the nearest one that a treated unit may have.

    Squared distances to everybody are worked out for each choice: O(treated × controls).
    """

    def __init__(
        self, coordinates: FloatArray, rows: IntArray, treated: BoolArray, kept: BoolArray, near: Sequence[Near]
    ) -> None:
        """Of a stratum's `rows`, those kept; `coordinates` (n, p), `treated` and `kept` (n,) are of the whole file."""
        self.treated, self.controls = rows[treated[rows] & kept[rows]], rows[~treated[rows] & kept[rows]]
        self._points = coordinates[self.treated]
        self._others = np.asfortranarray(coordinates[self.controls])
        places = np.empty(rows.size, dtype=np.int64)
        places[np.argsort(coordinates[rows, 0], kind="stable")] = np.arange(rows.size)
        self._places = places[treated[rows] & kept[rows]], places[~treated[rows] & kept[rows]]
        self._near = [(each.values[self.treated], each.values[self.controls], each.width) for each in near]
        self._remaining = np.ones(self.controls.size, dtype=np.int64)
        self._passed: dict[int, list[int]] = {}
        self.left_count = self.controls.size

    def allow(self, uses: int) -> Cloud:
        """Let each control serve that often."""
        self._remaining[:] = uses
        return self

    def nearest(self, treated: int, gone: int = NONE) -> tuple[int, float]:
        """The nearest free control within the calipers, and the squared distance.

        Of several equally near the one that lies the most places away is taken, in the order of the first coordinate:
        MatchIt 4.7.2 steps outwards from the treated unit and lets the later of two equals stand.
        """
        squares = self._allowed_squares(treated)
        squares[self._remaining == 0] = np.inf
        squares[self._passed.get(treated, [])] = np.inf
        least = squares.min(initial=np.inf)
        if not np.isfinite(least):
            return NONE, 0.0
        tied = np.flatnonzero(squares == least)
        return int(tied[np.argmax(self._turns(treated)[tied])]), float(least)

    def is_free(self, control: int) -> bool:
        """Whether the control may serve once more."""
        return bool(self._remaining[control] > 0)

    def take(self, control: int) -> None:
        """Let the control serve once."""
        self._remaining[control] -= 1
        self.left_count -= int(self._remaining[control] == 0)

    def pass_by(self, treated: int, control: int) -> None:
        """Do not offer the control to this treated unit, which has it, again."""
        self._passed.setdefault(treated, []).append(control)

    def with_replacement(self, ratio: int) -> Chosen:
        """Pairs (treated, control): the `ratio` nearest of each, whoever else has them."""
        chosen: Chosen = []
        for treated in range(self.treated.size):
            squares = self._allowed_squares(treated)
            order = np.lexsort((-self._turns(treated), squares))[:ratio]
            chosen.extend((treated, int(control)) for control in order if np.isfinite(squares[control]))
        return chosen

    def _allowed_squares(self, treated: int) -> FloatArray:
        squares = np.zeros(self.controls.size)
        for place, value in enumerate(self._points[treated]):
            squares += (value - self._others[:, place]) ** 2
        for own, others, width in self._near:
            squares[np.abs(others - own[treated]) > width] = np.inf
        return squares

    def _turns(self, treated: int) -> IntArray:
        steps: IntArray = self._places[1] - self._places[0][treated]
        return np.where(steps < 0, -2 * steps - 1, 2 * steps)
