"""A table of counts with its totals: the finest cells, and the groupings of them that are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.rules.errors import Refused

UNKNOWN = "Unknown"
"""Where nothing is recorded. Always a category of its own: leaving those people out would bend every share."""

ALL = "All"


@dataclass(frozen=True, slots=True)
class Dimension:
    """What a table breaks counts down by.

    `leaves` are the finest values, which share nobody; `shown` maps each category on the page to the leaves it holds:
    single ones, totals, and levels between (a district over its neighbourhoods). What is left where one category lies
    within another is protected as a count of its own only if it is a category too. Raises Refused for a category of
    unknown or no leaves.
    """

    name: str
    leaves: tuple[str, ...]
    shown: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        """Refuse what cannot be counted."""
        if len(set(self.leaves)) != len(self.leaves) or not self.leaves:
            raise Refused(f"The values of “{self.name}” must be different from one another: name each once.")
        for category, held in self.shown.items():
            if not held or not set(held) <= set(self.leaves):
                raise Refused(f"“{category}” of “{self.name}” must hold values out of {', '.join(self.leaves)}.")

    @classmethod
    def flat(cls, name: str, leaves: Iterable[str]) -> Dimension:
        """A dimension whose values are shown, each and all together."""
        return cls.nested(name, dict.fromkeys(leaves))

    @classmethod
    def nested(cls, name: str, parents: Mapping[str, str | None]) -> Dimension:
        """A dimension of two levels: each leaf, its parent (None for no parent), and all together."""
        leaves = tuple(parents)
        shown: dict[str, tuple[str, ...]] = {leaf: (leaf,) for leaf in leaves}
        for parent in dict.fromkeys(parent for parent in parents.values() if parent is not None):
            shown[parent] = tuple(leaf for leaf in leaves if parents[leaf] == parent)
        return cls(name, leaves, shown | {ALL: leaves})

    @property
    def membership(self) -> NDArray[np.int64]:
        """Categories by leaves: 1 where the category holds the leaf."""
        places = {leaf: place for place, leaf in enumerate(self.leaves)}
        matrix = np.zeros((len(self.shown), len(self.leaves)), dtype=np.int64)
        for row, held in enumerate(self.shown.values()):
            matrix[row, [places[leaf] for leaf in held]] = 1
        return matrix


@dataclass(frozen=True, slots=True)
class Table:
    """Counts of people or events of one kind over one or more dimensions.

    `counts` has an axis for each dimension, over its leaves. `group` names the dimensions whose values make the group
    that a zero is judged by; by default all but the last. Raises Refused for shapes or counts that cannot be.
    """

    measure: str
    dimensions: tuple[Dimension, ...]
    counts: NDArray[np.int64]
    group: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse counts that do not fit."""
        if self.counts.shape != tuple(len(dimension.leaves) for dimension in self.dimensions):
            raise Refused(f"The counts of “{self.measure}” do not fit its dimensions: give one for each combination.")
        if not np.issubdtype(self.counts.dtype, np.integer) or self.counts.min() < 0:
            raise Refused(f"The counts of “{self.measure}” must be whole numbers and not negative.")
        if unknown := set(self.group or ()) - set(self.names):
            raise Refused(f"“{self.measure}” has no dimension called {', '.join(sorted(unknown))}: name one it has.")

    @property
    def names(self) -> tuple[str, ...]:
        """The dimensions' names, in order."""
        return tuple(dimension.name for dimension in self.dimensions)

    @property
    def cells(self) -> NDArray[np.int64]:
        """The true count of every cell on the page, totals included: an axis a dimension, over its categories."""
        page = self.counts
        for axis, dimension in enumerate(self.dimensions):
            page = np.moveaxis(np.tensordot(dimension.membership, page, axes=(1, axis)), 0, axis)
        return page

    @property
    def group_sizes(self) -> NDArray[np.int64]:
        """For every cell on the page, how many its group holds; the shape of `cells`."""
        group = self.names[:-1] if self.group is None else self.group
        sizes = self.counts
        for axis, dimension in enumerate(self.dimensions):
            summed = dimension.membership if dimension.name in group else np.ones_like(dimension.membership)
            sizes = np.moveaxis(np.tensordot(summed, sizes, axes=(1, axis)), 0, axis)
        return sizes

    def labels(self) -> list[tuple[str, ...]]:
        """The categories of every cell on the page, in the order of `cells` flattened."""
        return list(product(*(dimension.shown for dimension in self.dimensions)))


def tabulate(rows: pl.DataFrame, measure: str, dimensions: Sequence[Dimension]) -> Table:
    """Count the rows of a frame over its text columns named as the dimensions; nothing recorded counts as Unknown.

    Raises Refused for a value that a dimension does not have, so that nobody drops out unseen.
    """
    places = []
    for dimension in dimensions:
        values = rows[dimension.name].cast(pl.String).fill_null(UNKNOWN)
        if strangers := sorted(set(values.unique()) - set(dimension.leaves)):
            raise Refused(f"“{dimension.name}” has the value {strangers[0]!r}, which the table does not: add it there.")
        order = {leaf: place for place, leaf in enumerate(dimension.leaves)}
        places.append(values.replace_strict(order, return_dtype=pl.Int64).to_numpy())
    counts = np.zeros([len(dimension.leaves) for dimension in dimensions], dtype=np.int64)
    np.add.at(counts, tuple(places), 1)
    return Table(measure, tuple(dimensions), counts)
