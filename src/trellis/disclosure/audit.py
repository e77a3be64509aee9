"""What a reader could work out: whole-number programmes over everything published.

The reader is taken to know every figure shown, how the categories nest, and that counts are whole and not negative. The
lowest and highest value that a withheld count can then have are the solutions of two integer programmes (Fischetti and
Salazar-González 2000, "Models and algorithms for optimizing cell suppression").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from trellis.rules.errors import Refused

SWEEPS = 6
"""How many programmes push all targets at once, each some way up and others down, before any has its own."""

SPARE = 1_000
"""How far above the largest figure an unbounded count may go in a programme."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is published: for each of m figures the atoms it sums, and the range that its true count lies in.

    `sums` is m by n of 0 and 1; `lows` and `highs` have length m.
    """

    sums: NDArray[np.int64]
    lows: NDArray[np.int64]
    highs: NDArray[np.int64]


def unprotected(known: Known, targets: NDArray[np.int64], truths: NDArray[np.int64], width: int) -> NDArray[np.intp]:
    """Which targets a reader can place in a range narrower than `width`; indices, ascending.

    `targets` is t by n (each row the sum that somebody would like to know; differences may hold -1) and `truths` are
    their true values, which are possible by construction. One solution shows many targets to be safe at once: a few
    programmes push all of them some way, and what those leave narrow has programmes of its own.
    """
    known, targets, settled = _settle(*_merge_atoms(known, targets))
    lows, highs = truths.astype(np.int64), truths.astype(np.int64)

    def look(cost: NDArray[np.int64]) -> None:
        values = targets @ _extreme(known, cost) + settled
        np.minimum(lows, values, out=lows)
        np.maximum(highs, values, out=highs)

    rng = np.random.default_rng(SWEEPS)
    for _ in range(SWEEPS):
        narrow = highs - lows < width
        if narrow.any():
            look(rng.choice((-1, 1), int(narrow.sum())) @ targets[narrow])
    exposed = []
    for place in range(len(targets)):
        for sign in (-1, 1):
            if highs[place] - lows[place] < width:
                look(sign * targets[place])
        if highs[place] - lows[place] < width:
            exposed.append(place)
    return np.array(exposed, dtype=np.intp)


def _extreme(known: Known, cost: NDArray[np.int64]) -> NDArray[np.int64]:
    """The atoms' counts that fit all that is known and make the cost least."""
    if not len(cost):
        return cost
    ceiling = SPARE + int(known.highs.max(initial=0))
    constraints = LinearConstraint(known.sums, known.lows, known.highs) if len(known.sums) else ()
    solved = milp(cost, integrality=np.ones(len(cost)), bounds=Bounds(0, ceiling), constraints=constraints)
    if solved.x is None:
        raise Refused("The published counts contradict one another, so what they give away cannot be told: mend them.")
    return np.asarray(np.rint(solved.x), dtype=np.int64)


def _merge_atoms(known: Known, targets: NDArray[np.int64]) -> tuple[Known, NDArray[np.int64]]:
    """The same problem with atoms that no figure and no target tells apart taken as one."""
    columns = np.unique(np.vstack([known.sums, targets]), axis=1)
    figures = len(known.sums)
    return Known(columns[:figures], known.lows, known.highs), columns[figures:]


def _settle(known: Known, targets: NDArray[np.int64]) -> tuple[Known, NDArray[np.int64], NDArray[np.int64]]:
    """The same problem without the atoms whose counts are known, and what those add to each target.

    A withheld cell is surrounded by shown ones: without them a programme is a fraction of its size.
    """
    sums, lows, highs = known.sums, known.lows, known.highs
    settled = np.zeros(len(targets), dtype=np.int64)
    while (single := (sums.sum(axis=1) == 1) & (lows == highs)).any():
        atoms, rows = np.unique(sums[single].argmax(axis=1), return_index=True)
        counts = lows[single][rows]
        lows, highs = lows - sums[:, atoms] @ counts, highs - sums[:, atoms] @ counts
        settled += targets[:, atoms] @ counts
        kept = np.setdiff1d(np.arange(sums.shape[1]), atoms)
        sums, targets = sums[:, kept], targets[:, kept]
        told = np.unique(np.column_stack([sums, lows, highs])[sums.any(axis=1)], axis=0)
        sums, lows, highs = told[:, :-2], told[:, -2], told[:, -1]
    return Known(sums, lows, highs), targets, settled
