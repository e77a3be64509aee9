"""The Home Office offence codes that OGRS3 knows: five digits, class (3) and subclass (2), and their category.

offences.csv holds ho_code, description, category and status: `weighted`; `need-exact` where the group's category
depends on the exact offence; `no-weight` where the code is known and carries none. Source: the Ministry of Justice's
offence map as used for OGRS3 (ministryofjustice/hmpps-manage-offences-api, MIT licence). Loaded on first use.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.predictors.ogrs3.parameters import CATEGORIES, Parameters

NO_SUCH_CODE: Final = -1
CODE_LENGTH: Final = 5


@dataclass(frozen=True, slots=True)
class OffenceTable:
    """Every code in order, and for row i of it: its category's index (-1 for none) and whether details are needed."""

    codes: pl.Series
    descriptions: tuple[str, ...]
    category: NDArray[np.int16]
    need_exact: NDArray[np.bool_]
    row_of: dict[str, int]

    def find(self, codes: pl.Series) -> NDArray[np.int64]:
        """The table row of each code, shape (n,), NO_SUCH_CODE where unknown or null."""
        known = codes.cast(pl.Enum(self.codes), strict=False).to_physical()
        return known.cast(pl.Int64).fill_null(NO_SUCH_CODE).to_numpy()

    def weights(self, parameters: Parameters) -> NDArray[np.float64]:
        """The weight of each table row, NaN for none; one more NaN at the end answers NO_SUCH_CODE."""
        by_category = np.array([*(parameters.offence[name] for name in CATEGORIES), np.nan])
        return np.append(by_category[self.category], np.nan)


@cache
def offence_table() -> OffenceTable:
    """The table of offences.csv."""
    source = resources.files("trellis.predictors.ogrs3") / "offences.csv"
    frame = pl.read_csv(source.read_bytes(), infer_schema=False)
    position = {name: index for index, name in enumerate(CATEGORIES)}
    codes = frame["ho_code"]
    return OffenceTable(
        codes=codes,
        descriptions=tuple(frame["description"]),
        category=np.array([position[name] if name else -1 for name in frame["category"].fill_null("")], dtype=np.int16),
        need_exact=(frame["status"] == "need-exact").to_numpy(),
        row_of={code: row for row, code in enumerate(codes)},
    )


def description(ho_code: str) -> str | None:
    """What the offence is called, or None when OGRS3 does not know the code."""
    table = offence_table()
    row = table.row_of.get(ho_code)
    return None if row is None else table.descriptions[row]


def category(ho_code: str) -> str | None:
    """The OGRS3 category of the code, or None when it is unknown or has no weight."""
    table = offence_table()
    row = table.row_of.get(ho_code)
    return None if row is None or table.category[row] < 0 else CATEGORIES[table.category[row]]
