"""What has left before, so that a new table and the old ones together give nothing away.

Two exports can be differenced: people in all areas less people in all but one, or enforcement to July less enforcement
to June. The ledger keeps every publication of a measure over the same finest values, and a new one is protected against
a reader who holds them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from trellis.disclosure.audit import Known, unprotected
from trellis.disclosure.policy import DEFAULT, Policy
from trellis.disclosure.publication import Publication, small, stated_counts
from trellis.disclosure.rounding import range_behind
from trellis.disclosure.suppression import complete, next_to_withhold
from trellis.disclosure.table import Table
from trellis.rules.errors import Refused

MOST_ATOMS = 20_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A publication, the day of the records that it was counted from, and the true counts that its figures state.

    `basis` differs from the true counts where a figure was left as it stood in an earlier publication.
    """

    publication: Publication
    as_known: date
    basis: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The publications of one policy, oldest first.

    `values` gives every dimension that a table may use all its finest values, so that a table without the dimension, or
    with a part of it, is known to count the same people. Periods are a dimension: their finest values are months (or
    days), and a table to June and a table to July show two overlapping categories of it. Holds true counts: it stays
    inside.
    """

    values: Mapping[str, tuple[str, ...]]
    policy: Policy = DEFAULT
    entries: tuple[Entry, ...] = ()

    def publish(self, table: Table, *, as_known: date) -> tuple[Publication, Ledger]:
        """Protect the table, also against all that left before, and the ledger with it added.

        Tables counted from records of one day are guarded together, whatever their shapes. Between records of
        different days each cell is guarded against its own past: a figure, or its being withheld, stands until the
        count has moved by at least the smallest count shown. So nobody who knows of one person added learns what the
        count had been.

        Raises Refused for a dimension or value that the ledger does not have, and for counts that differ from those
        published from records of the same day.
        """
        self._check(table)
        earlier = [entry for entry in self.entries if entry.publication.table.measure == table.measure]
        linked = [entry.publication for entry in earlier if entry.as_known == as_known]
        past = self._past(table, earlier)
        shown = ~small(table.cells, table.group_sizes, self.policy) & ~past.withheld
        shown = complete(table, shown, self.policy)
        while len(telling := self._telling(table, shown, linked)):
            shown.ravel()[telling] = False
            shown = complete(table, shown, self.policy)
        basis = np.where(past.stands, past.basis, table.cells)
        publication = Publication(table, self.policy, shown, stated_counts(basis, self.policy))
        return publication, replace(self, entries=(*self.entries, Entry(publication, as_known, basis)))

    def _past(self, table: Table, earlier: list[Entry]) -> _Past:
        """What was last said of each cell of the table, where its count has hardly moved since."""
        last = {
            row.tobytes(): (basis, bool(seen))
            for entry in earlier
            for row, basis, seen in zip(
                self._sums(entry.publication.table),
                entry.basis.ravel(),
                entry.publication.shown.ravel(),
                strict=True,
            )
        }
        found = [last.get(row.tobytes(), (-1, True)) for row in self._sums(table)]
        basis = np.array([count for count, _ in found]).reshape(table.cells.shape)
        seen = np.array([was_shown for _, was_shown in found]).reshape(table.cells.shape)
        stands = (basis >= 0) & (np.abs(table.cells - basis) < self.policy.smallest_shown)
        return _Past(basis, stands, stands & ~seen)

    def _check(self, table: Table) -> None:
        for dimension in table.dimensions:
            if not set(dimension.leaves) <= set(self.values.get(dimension.name, ())):
                raise Refused(f"The ledger does not have all values of “{dimension.name}”: add them when it begins.")
        if self._atoms > MOST_ATOMS:
            raise Refused(
                f"The ledger's dimensions combine to {self._atoms:,} finest cells, and {MOST_ATOMS:,} can be checked:"
                " keep separate ledgers, or coarser values."
            )

    @property
    def _atoms(self) -> int:
        return int(np.prod([len(values) for values in self.values.values()], dtype=np.int64))

    def _telling(self, table: Table, shown: NDArray[np.bool_], linked: list[Publication]) -> list[int]:
        """Flat places of cells of the new table that must not be shown beside what left before."""
        if not linked:
            return []
        sums = [self._sums(table), *(self._sums(publication.table) for publication in linked)]
        counts = [table.cells.ravel(), *(publication.table.cells.ravel() for publication in linked)]
        seen = [shown.ravel(), *(publication.shown.ravel() for publication in linked)]
        _check_agreement(sums, counts)
        page = _Page(np.vstack(sums), np.concatenate(counts), np.concatenate(seen), len(counts[0]))
        return page.withheld_exposed(table, shown, self.policy) or page.differences_exposed(self.policy)

    def _sums(self, table: Table) -> NDArray[np.int64]:
        """The table's cells by the ledger's finest cells."""
        named = {dimension.name: dimension for dimension in table.dimensions}
        sums = np.ones((1, 1), dtype=np.int64)
        order = []
        for name, values in self.values.items():
            membership = np.ones((1, len(values)), dtype=np.int64)
            if name in named:
                membership = np.zeros((len(named[name].shown), len(values)), dtype=np.int64)
                membership[:, [values.index(leaf) for leaf in named[name].leaves]] = named[name].membership
                order.append(name)
            sums = np.kron(sums, membership)
        shape = [len(named[name].shown) for name in order]
        axes = [order.index(name) for name in table.names]
        return np.transpose(sums.reshape(*shape, -1), (*axes, len(axes))).reshape(-1, sums.shape[1])


@dataclass(frozen=True, slots=True)
class _Past:
    """Of each cell: the count last stated, whether that stands, and whether it stands withheld."""

    basis: NDArray[np.int64]
    stands: NDArray[np.bool_]
    withheld: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Page:
    """Everything on the table: the new cells first (`new` of them), then those that left before."""

    sums: NDArray[np.int64]
    counts: NDArray[np.int64]
    seen: NDArray[np.bool_]
    new: int

    def withheld_exposed(self, table: Table, shown: NDArray[np.bool_], policy: Policy) -> list[int]:
        """New cells to withhold so that no withheld cell, new or old, can be placed by a reader of exact counts."""
        hidden = np.flatnonzero(~self.seen)
        known = Known(self.sums[self.seen], self.counts[self.seen], self.counts[self.seen])
        exposed = hidden[unprotected(known, self.sums[hidden], self.counts[hidden], policy.protection)]
        chosen = [self._guard(int(place), table, shown, policy) for place in exposed[:1]]
        return [place for place in chosen if place is not None]

    def _guard(self, exposed: int, table: Table, shown: NDArray[np.bool_], policy: Policy) -> int | None:
        if exposed < self.new:
            cell = tuple(int(part) for part in np.unravel_index(exposed, shown.shape))
            if (helper := next_to_withhold(table, shown, cell, policy)) is not None:
                return int(np.ravel_multi_index(helper, shown.shape))
        touching = (self.sums[: self.new] @ self.sums[exposed] > 0) & self.seen[: self.new]
        touching = touching if touching.any() else self.seen[: self.new]
        places = [int(place) for place in np.flatnonzero(touching)]
        return min(places, key=lambda place: (self.counts[place], place), default=None)

    def differences_exposed(self, policy: Policy) -> list[int]:
        """New cells to withhold, so that no small count of people in one of two tables alone can be placed.

        The small counts are those of a shown cell less another one that lies within it, one of them new and one old;
        the reader knows the figures as shown.
        """
        fewer, more = self._nested()
        gap = self.counts[more] - self.counts[fewer]
        few = (gap > 0) & (gap < policy.smallest_shown)
        fewer, more = fewer[few], more[few]
        stated = stated_counts(self.counts[self.seen], policy)
        ranges = np.array([range_behind(int(count), policy) for count in stated]).reshape(-1, 2)
        known = Known(self.sums[self.seen], ranges[:, 0], ranges[:, 1])
        exposed = unprotected(known, self.sums[more] - self.sums[fewer], gap[few], policy.protection)
        return sorted({int(min(fewer[place], more[place])) for place in exposed})

    def _nested(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Pairs of shown cells, one new and one old, of which the first lies within the second."""
        new, old = np.flatnonzero(self.seen[: self.new]), self.new + np.flatnonzero(self.seen[self.new :])
        shared = self.sums[new] @ self.sums[old].T
        sizes = self.sums.sum(axis=1)
        inside, outside = shared == sizes[new][:, None], shared == sizes[old][None, :]
        a, b = np.nonzero(inside & ~outside)
        c, d = np.nonzero(outside & ~inside)
        return np.concatenate([new[a], old[d]]), np.concatenate([old[b], new[c]])


def _check_agreement(sums: list[NDArray[np.int64]], counts: list[NDArray[np.int64]]) -> None:
    """Refuse a new table that counts the same people otherwise than one from records of the same day."""
    before = {
        row.tobytes(): count
        for rows, numbers in zip(sums[1:], counts[1:], strict=True)
        for row, count in zip(rows, numbers, strict=True)
    }
    for row, count in zip(sums[0], counts[0], strict=True):
        if before.get(row.tobytes(), count) != count:
            raise Refused(
                "This table counts the same people otherwise than one that left, from records of the same day. Give the"
                " day of the records that it is counted from."
            )
