"""Covariates as columns of numbers, text expanded into levels the way R's model.matrix does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.rules.errors import Refused

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Design:
    """Named columns of numbers: `matrix` has a row for each unit and a column for each name, and no intercept."""

    names: tuple[str, ...]
    matrix: FloatArray


def model_matrix(frame: pl.DataFrame, covariates: Sequence[str]) -> Design:
    """The columns of a regression: text in levels sorted by code point, the first of which is the reference.

    This is R's default, treatment contrasts (R Core Team, `model.matrix`). Raises Refused, naming the column and the
    row, where a value is missing or not finite.
    """
    return _expanded(frame, covariates, skipped=1)


def all_levels(frame: pl.DataFrame, covariates: Sequence[str]) -> Design:
    """The columns of a balance table: every level of a text covariate has its own, as MatchIt 4.7.2 shows them."""
    return _expanded(frame, covariates, skipped=0)


def numbers(column: pl.Series) -> FloatArray:
    """A column as numbers; true and false count 1 and 0. Raises Refused where one is missing or not finite."""
    _refuse_gaps(column)
    values = column.cast(pl.Float64).to_numpy().astype(np.float64)
    odd = np.flatnonzero(~np.isfinite(values))
    if odd.size:
        raise Refused(
            f"Column {column.name}, row {odd[0] + 1}: the value is not a finite number. "
            "Correct it or leave the row out."
        )
    return values


def codes(column: pl.Series) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """A column's sorted levels and the number of each row's level. Raises Refused on a missing value."""
    _refuse_gaps(column)
    text = column.cast(pl.String)
    places = np.asarray(text.rank("dense").to_numpy(), dtype=np.int64) - 1
    return tuple(text.unique().sort().to_list()), places


def cells(frame: pl.DataFrame, names: Sequence[str]) -> NDArray[np.int64]:
    """A number for each row, the same for rows that are equal on all the columns. Raises Refused on a missing value."""
    together = np.zeros(frame.height, dtype=np.int64)
    for name in names:
        together = crossed(together, codes(column(frame, name))[1])
    return together


def crossed(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cells that two numberings cut each other into, numbered from 0 so that many can be crossed in turn."""
    pairs = first * (int(second.max(initial=0)) + 1) + second
    return np.asarray(np.unique(pairs, return_inverse=True)[1], dtype=np.int64)


def is_text(column: pl.Series) -> bool:
    """Whether the column is expanded into levels rather than taken as a number."""
    return not (column.dtype.is_numeric() or column.dtype == pl.Boolean)


def _expanded(frame: pl.DataFrame, covariates: Sequence[str], skipped: int) -> Design:
    names: list[str] = []
    columns: list[FloatArray] = []
    for covariate in covariates:
        given = column(frame, covariate)
        if is_text(given):
            levels, positions = codes(given)
            for number, level in enumerate(levels[skipped:], start=skipped):
                names.append(f"{covariate}{level}")
                columns.append((positions == number).astype(np.float64))
        else:
            names.append(covariate)
            columns.append(numbers(given))
    matrix = np.empty((frame.height, len(columns)), order="F")
    for place, values in enumerate(columns):
        matrix[:, place] = values
    return Design(tuple(names), matrix)


def column(frame: pl.DataFrame, name: str) -> pl.Series:
    """The frame's column of that name. Raises Refused, listing the columns, when there is none."""
    if name not in frame.columns:
        raise Refused(f"There is no column {name}: the columns are {', '.join(frame.columns)}. Check the name.")
    return frame[name]


def _refuse_gaps(column: pl.Series) -> None:
    missing = column.is_null()
    if missing.any():
        row = int(missing.arg_true()[0]) + 1
        raise Refused(
            f"Column {column.name}, row {row}: the value is missing. Fill it in, or leave the row or the column out."
        )
