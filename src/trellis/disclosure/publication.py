"""A table as it may leave, and the shares and rates that may stand beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.disclosure.policy import CONFIDENTIAL, UNRELIABLE, Policy
from trellis.disclosure.rounding import rounded
from trellis.disclosure.table import Table


@dataclass(frozen=True, slots=True)
class Publication:
    """A protected table. Only `figures`, `figure` and `sentences` may leave; the table holds the true counts.

    `shown` says of each cell on the page (the shape of `table.cells`) whether its count stands there, and `stated` what
    stands there; it means nothing where the count is withheld.
    """

    table: Table
    policy: Policy
    shown: NDArray[np.bool_]
    stated: NDArray[np.int64]

    def figures(self) -> pl.DataFrame:
        """A row for each cell on the page: its category of each dimension, `count` (null when withheld) and `figure`.

        The figure is the text to print.
        """
        labels = pl.DataFrame(self.table.labels(), schema=list(self.table.names), orient="row")
        count = pl.Series("count", np.where(self.shown, self.stated, -1).ravel())
        return labels.with_columns(count.replace_strict(-1, None, default=count)).with_columns(
            pl.when(pl.col("count").is_null())
            .then(pl.lit(CONFIDENTIAL))
            .otherwise(pl.col("count").cast(pl.String))
            .alias("figure")
        )

    def count(self, **categories: str) -> int | None:
        """The count shown for one cell, named by its category of every dimension; None when it is withheld."""
        place = tuple(list(dimension.shown).index(categories[dimension.name]) for dimension in self.table.dimensions)
        return int(self.stated[place]) if self.shown[place] else None

    def sentences(self) -> tuple[str, ...]:
        """What a reader is told of how the table was protected."""
        return self.policy.sentences()


def stated_counts(counts: NDArray[np.int64], policy: Policy) -> NDArray[np.int64]:
    """The counts as they would be shown."""
    return rounded(counts, policy.round_to)


def small(counts: NDArray[np.int64], group_sizes: NDArray[np.int64], policy: Policy) -> NDArray[np.bool_]:
    """Which counts may not be shown for their own sake: 1 up to the threshold, and zeros of small groups."""
    few = (counts > 0) & (counts < policy.smallest_shown)
    return np.asarray(few | ((counts == 0) & (group_sizes < policy.zero_group)))


def single_count(count: int, policy: Policy) -> int | None:
    """One count that stands alone, as it may be shown; None when it is withheld.

    For counts that stand beside others, or that were shown before, use `protect` or a ledger: alone, a count cannot be
    protected from being worked out from its neighbours.
    """
    counts = np.array([count])
    return None if small(counts, counts, policy)[0] else int(stated_counts(counts, policy)[0])


def percentage(part: int | None, whole: int | None, policy: Policy) -> str:
    """A whole percentage of two counts as shown, or the symbol that says why there is none.

    It is worked out from what is on the page, so it tells nothing that the page does not.
    """
    if part is None or whole is None:
        return CONFIDENTIAL
    if whole < max(policy.percentage_base, 1):
        return UNRELIABLE
    return f"{min(round(100 * part / whole), 100)}%"


def rate(events: int | None, exposure: float, policy: Policy, *, per: float = 100.0) -> str:
    """Events as shown per so many units of exposure, to three significant figures, or why there is none."""
    if events is None:
        return CONFIDENTIAL
    if events < policy.rate_events or exposure <= 0:
        return UNRELIABLE
    return f"{per * events / exposure:.3g}"
