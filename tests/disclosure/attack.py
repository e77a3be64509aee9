"""A reader who has nothing but published pages, and works out what they do not say.

Written apart from what protects them: it takes printed figures, sets up the linear programme of every cell and solves
it. Its atoms are the combinations of the finest values of every dimension.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import numpy as np
import polars as pl
from scipy.optimize import Bounds as Limits
from scipy.optimize import LinearConstraint, linprog, milp

from trellis.disclosure import Dimension, Publication

PLENTY = 5_000


@dataclass
class Reader:
    """Collects pages over given finest values, and finds the range of any group of people.

    With `exact` the reader is given the exact counts behind what is shown, as somebody inside might have.
    """

    values: dict[str, list[str]]
    smallest: int = 5
    base: int = 5
    rows: list[np.ndarray] = field(default_factory=list)
    lows: list[int] = field(default_factory=list)
    highs: list[int] = field(default_factory=list)

    @property
    def atoms(self) -> list[tuple[str, ...]]:
        return list(product(*self.values.values()))

    def group(self, **held: tuple[str, ...]) -> np.ndarray:
        """1 for each atom whose value of every named dimension is among those held."""
        names = list(self.values)
        return np.array(
            [all(atom[names.index(name)] in leaves for name, leaves in held.items()) for atom in self.atoms],
            dtype=float,
        )

    def read(self, page: Publication, exact: bool = False) -> None:
        true = page.table.cells.ravel()
        for place, row in enumerate(page.figures().iter_rows(named=True)):
            if row["figure"] == "[c]":
                continue
            low, high = self.behind(int(row["figure"]))
            if exact:
                low = high = int(true[place])
            self.rows.append(self.group(**held_by(page.table.dimensions, row)))
            self.lows.append(low)
            self.highs.append(high)

    def behind(self, figure: int) -> tuple[int, int]:
        could = [
            count
            for count in range(figure + 2 * self.base + 1)
            if (count == 0 or count >= self.smallest) and self.base * int(count / self.base + 0.5) == figure
        ]
        return min(could), max(could)

    def range(self, group: np.ndarray) -> tuple[int, int]:
        """The fewest and the most people who can be in the group."""
        ends = []
        for sign in (1, -1):
            found = milp(
                sign * group,
                constraints=LinearConstraint(np.array(self.rows), self.lows, self.highs) if self.rows else (),
                integrality=np.ones(len(group)),
                bounds=Limits(0, PLENTY),
            )
            assert found.success, found.message
            ends.append(round(sign * found.fun))
        return ends[0], ends[1]

    def relaxed_range(self, group: np.ndarray) -> tuple[float, float]:
        """The same by linear programme, which never finds a narrower range than whole numbers do."""
        rows = np.array(self.rows)
        upper = {"A_ub": np.vstack([rows, -rows]), "b_ub": np.concatenate([self.highs, -np.array(self.lows)])}
        ends = [sign * linprog(sign * group, bounds=(0, PLENTY), **upper).fun for sign in (1, -1)]
        return ends[0], ends[1]


def held_by(dimensions: tuple[Dimension, ...], row: dict[str, str]) -> dict[str, tuple[str, ...]]:
    return {dimension.name: dimension.shown[row[dimension.name]] for dimension in dimensions}


def withheld_groups(reader: Reader, page: Publication) -> list[tuple[str, np.ndarray]]:
    """Every withheld cell of a page: its name, and whom it holds."""
    hidden = page.figures().filter(pl.col("figure") == "[c]")
    names = list(page.table.names)
    return [
        (" ".join(row[name] for name in names), reader.group(**held_by(page.table.dimensions, row)))
        for row in hidden.iter_rows(named=True)
    ]


def widths(reader: Reader, page: Publication) -> dict[str, int]:
    """How wide a range the reader is left with for each withheld cell."""
    found = {}
    for name, group in withheld_groups(reader, page):
        low, high = reader.range(group)
        found[name] = high - low
    return found
