"""Matching with replacement: every treated unit has its nearest controls, whoever else has them."""

from __future__ import annotations

import numpy as np

from trellis.evaluation.matching.line import Line
from trellis.evaluation.matching.spec import FloatArray, IntArray


def with_replacement(line: Line, ratio: int) -> IntArray:
    """Pairs (treated, control): the `ratio` nearest of each, looked up for everybody at once.

    The `ratio` nearest stand among the `ratio` to the left and the `ratio` to the right. Those equally far are taken
    in the order in which steps to the left and right by turns come upon them, as in MatchIt 4.7.2.
    """
    if line.choosy:
        found = [_by_steps(line, treated, ratio) for treated in range(line.treated.size)]
        return np.concatenate([np.empty((0, 2), dtype=np.int64), *found])
    offsets = np.concatenate([-1 - np.arange(ratio), np.arange(ratio)])
    places = line.own[:, None] + offsets
    there = (places >= line.low[:, None]) & (places < line.high[:, None])
    places = np.where(there, places, 0)
    if not line.controls.size:
        return np.empty((0, 2), dtype=np.int64)
    gaps = np.abs(line.treated_distances[:, None] - line.control_distances[places])
    gaps[~there | (gaps > line.width)] = np.inf
    turns = _turns(line.control_places[places] - line.treated_places[:, None])
    order = np.lexsort((turns, gaps), axis=1)[:, :ratio]
    controls = np.take_along_axis(places, order, axis=1)
    within = np.isfinite(np.take_along_axis(gaps, order, axis=1))
    treated = np.broadcast_to(np.arange(line.treated.size)[:, None], controls.shape)
    return np.column_stack([treated[within], controls[within]])


def _turns(steps: IntArray) -> IntArray:
    """At which turn each control is come upon: steps to the left have the odd turns, to the right the even ones."""
    return np.where(steps < 0, -2 * steps - 1, 2 * steps)


def _by_steps(line: Line, treated: int, ratio: int) -> IntArray:
    """The same for one treated unit when something else refuses some of its neighbours."""
    stretch = np.arange(line.low[treated], line.high[treated])
    gaps: FloatArray = np.abs(line.treated_distances[treated] - line.control_distances[stretch])
    allowed = (gaps <= line.width) & line.acceptable(treated, stretch)
    stretch, gaps = stretch[allowed], gaps[allowed]
    turns = _turns(line.control_places[stretch] - line.treated_places[treated])
    nearest = stretch[np.lexsort((turns, gaps))[:ratio]]
    return np.column_stack([np.full(nearest.size, treated), nearest])
