"""How much people who were not managed changed between the earlier years and now, like histories with like."""

from __future__ import annotations

from typing import Final

import numpy as np

from trellis.evaluation.comparing.rows import Outcomes, Rows
from trellis.evaluation.world.lives import Days, Floats

LAST_YEAR: Final = np.array([1, 2, 3, 4, 6, 9])
YEAR_BEFORE: Final = np.array([1, 3, 6])
"""Edges of the classes of counts: a cell is a class of the last year with a class of the year before it."""
CELLS: Final = (len(LAST_YEAR) + 1) * (len(YEAR_BEFORE) + 1)
TAKEN: Final = 0.2
"""Histories of which more than this share was selected tell nothing of those who were not."""


class Period:
    """The change of each resample: observed offences now over those expected from the same cells' earlier rates
    (indirect standardisation: Breslow and Day 1987, chapter 2).
    """

    def __init__(
        self,
        people: int,
        managed: Rows,
        now: tuple[Rows, Outcomes],
        then: tuple[Rows, Outcomes],
        *,
        dates: int,
        years: int,
    ) -> None:
        taken, stayed = (np.bincount(cells(rows, years), minlength=CELLS) for rows in (managed, now[0]))
        self.usable = taken <= TAKEN * (taken + stayed / dates)
        self.tables = [
            _by_person_and_cell(people, rows, cells(rows, years), column)
            for rows, outcomes in (now, then)
            for column in (outcomes.after, outcomes.days)
        ]

    def of(self, weights: Floats) -> Floats:
        """(r,) from weights of people (r, people); not a number where nothing is expected."""
        after, days, earlier, days_earlier = (weights @ table for table in self.tables)
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = np.where(days_earlier > 0, earlier / days_earlier, np.nan)
            known = self.usable & np.isfinite(rate)
            expected = np.where(known, days * np.nan_to_num(rate), 0.0).sum(axis=1)
            return np.asarray(np.where(known, after, 0.0).sum(axis=1) / expected)


def cells(rows: Rows, years: int) -> Days:
    """The cell of each row's history; with one year held, of the last year alone."""
    first = np.digitize(rows.counts[:, 0], LAST_YEAR)
    second = np.digitize(rows.counts[:, 1], YEAR_BEFORE) if years > 1 else np.zeros_like(first)
    return np.asarray(first * (len(YEAR_BEFORE) + 1) + second, dtype=np.int64)


def _by_person_and_cell(people: int, rows: Rows, cell: Days, column: Floats) -> Floats:
    flat = np.bincount(rows.who * CELLS + cell, weights=column, minlength=people * CELLS)
    return np.asarray(flat.reshape(people, CELLS), dtype=np.float64)
