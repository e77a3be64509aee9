"""Groups of people by a characteristic: what they are called, in what order, and who has none recorded."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.disclosure import UNKNOWN
from trellis.rules.errors import Refused


def labels(people: pl.DataFrame, characteristic: str) -> NDArray[np.str_]:
    """Each row's group as text; where nothing is recorded, Unknown. Raises Refused without the column."""
    if characteristic not in people.columns:
        raise Refused(f"The table has no column “{characteristic}”: it has {', '.join(people.columns)}.")
    text = people[characteristic].cast(pl.String).str.strip_chars().replace("", None).fill_null(UNKNOWN)
    return text.to_numpy().astype(np.str_)


def ordered(found: NDArray[np.str_], reference: str) -> tuple[str, ...]:
    """The reference first, then by name, and Unknown last. Raises Refused when nobody is in the reference group."""
    names = sorted(set(found.tolist()))
    if reference not in names:
        raise Refused(f"Nobody is in the reference group “{reference}”: choose out of {', '.join(names)}.")
    others = [name for name in names if name not in {reference, UNKNOWN}]
    return (reference, *others, *([UNKNOWN] if UNKNOWN in names and reference != UNKNOWN else []))


def flags(people: pl.DataFrame, column: str) -> NDArray[np.bool_]:
    """A column of yes and no. Raises Refused when it is missing, not of that kind, or has gaps."""
    if column not in people.columns:
        raise Refused(f"The table has no column “{column}”: it has {', '.join(people.columns)}.")
    series = people[column]
    if series.dtype != pl.Boolean or series.null_count():
        raise Refused(f"The column “{column}” must be true or false in every row: fill its gaps.")
    return series.to_numpy()
