"""Which counts of a table to withhold: the small ones, and as few others as keep those from being worked out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from trellis.disclosure.audit import Known, unprotected
from trellis.disclosure.policy import DEFAULT, Policy
from trellis.disclosure.publication import Publication, small, stated_counts
from trellis.disclosure.table import Dimension, Table


def protect(table: Table, policy: Policy = DEFAULT) -> Publication:
    """The table with small counts withheld, others withheld to protect those, and the rest rounded.

    The pattern holds even against a reader who knows the exact counts behind all that is shown: rounding is a second
    guard. Every withheld cell keeps a range of at least the policy's protection.
    """
    shown = complete(table, ~small(table.cells, table.group_sizes, policy), policy)
    return Publication(table, policy, shown, stated_counts(table.cells, policy))


def complete(table: Table, shown: NDArray[np.bool_], policy: Policy) -> NDArray[np.bool_]:
    """The pattern with further cells withheld until no withheld cell can be placed in too narrow a range."""
    shown = shown.copy()
    counts, sums = table.cells, cell_sums(table.dimensions)
    while len(exposed := exposed_cells(counts, sums, shown, policy)):
        helped: list[tuple[int, ...]] = []
        for place in exposed:
            cell = tuple(int(part) for part in np.unravel_index(place, shown.shape))
            if any(_in_line(cell, other) for other in helped):
                continue
            helper = next_to_withhold(table, shown, cell, policy)
            if helper is not None:
                shown[helper] = False
                helped.append(helper)
        if not helped:
            # Cells of several lines together give one away whose own lines are all withheld.
            shown[_smallest(counts, shown)] = False
    return shown


def _smallest(counts: NDArray[np.int64], shown: NDArray[np.bool_]) -> tuple[int, ...]:
    place = int(np.argmin(np.where(shown & (counts > 0), counts, np.iinfo(np.int64).max)))
    place = place if shown.ravel()[place] else int(np.argmax(shown))
    return tuple(int(part) for part in np.unravel_index(place, shown.shape))


def exposed_cells(
    counts: NDArray[np.int64], sums: NDArray[np.int64], shown: NDArray[np.bool_], policy: Policy
) -> NDArray[np.intp]:
    """Flat places of the withheld cells that a reader who knows the exact shown counts could place too narrowly."""
    flat, withheld = counts.ravel(), np.flatnonzero(~shown.ravel())
    seen = shown.ravel()
    known = Known(sums[seen], flat[seen], flat[seen])
    return withheld[unprotected(known, sums[withheld], flat[withheld], policy.protection)]


def cell_sums(dimensions: Iterable[Dimension]) -> NDArray[np.int64]:
    """Cells on the page by finest cells, both flattened: 1 where the cell counts the finest one."""
    sums = np.ones((1, 1), dtype=np.int64)
    for dimension in dimensions:
        sums = np.kron(sums, dimension.membership)
    return sums


def next_to_withhold(
    table: Table, shown: NDArray[np.bool_], cell: tuple[int, ...], policy: Policy
) -> tuple[int, ...] | None:
    """The cell that is withheld next to protect `cell`: in a line that gives it away, under the nearest total, the
    smallest.

    A zero hides nothing, since nobody is in it, so it comes last. None when the lines of the cell are all withheld.
    """
    counts = table.cells
    axes = range(len(table.dimensions))
    telling = [axis for axis in axes if _line_tells(table, shown, cell, axis, policy)]
    ranked = [
        (counts[other] == 0, nearness, counts[other], other)
        for axis in telling or axes
        for other, nearness in _line(table.dimensions[axis], shown, cell, axis)
    ]
    return min(ranked)[-1] if ranked else None


def _line_tells(table: Table, shown: NDArray[np.bool_], cell: tuple[int, ...], axis: int, policy: Policy) -> bool:
    """Whether the line along one axis gives the cell away by itself."""
    sums = table.dimensions[axis].membership
    line = tuple(slice(None) if other == axis else slice(part, part + 1) for other, part in enumerate(cell))
    counts, seen = table.cells[line].ravel(), shown[line].ravel()
    known = Known(sums[seen], counts[seen], counts[seen])
    own = [cell[axis]]
    return len(unprotected(known, sums[own], counts[own], policy.protection)) > 0


def _line(
    dimension: Dimension, shown: NDArray[np.bool_], cell: tuple[int, ...], axis: int
) -> Iterable[tuple[tuple[int, ...], int]]:
    """The shown cells that differ from `cell` along one axis alone, each with the size of the nearest total of both.

    Leaves out those behind a shown subtotal that has no part in the cell: to withhold them would hide nothing of it.
    """
    held = [set(leaves) for leaves in dimension.shown.values()]
    places = [(*cell[:axis], category, *cell[axis + 1 :]) for category in range(len(held))]
    own = held[cell[axis]]
    for category, place in enumerate(places):
        behind = any(
            shown[places[other]] and held[category] < held[other] and not held[other] & own
            for other in range(len(held))
        )
        if category != cell[axis] and shown[place] and not behind:
            both = held[category] | own
            yield place, min((len(total) for total in held if total >= both), default=len(dimension.leaves) + 1)


def _in_line(cell: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return sum(a != b for a, b in zip(cell, other, strict=True)) <= 1
