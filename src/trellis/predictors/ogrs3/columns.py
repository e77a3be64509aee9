"""The seven inputs of OGRS3 as typed arrays, read from a table of text or typed columns without a loop over rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.predictors.ogrs3.offences import CODE_LENGTH, NO_SUCH_CODE, offence_table

INPUTS: Final = (
    "sex",
    "date_of_birth",
    "conviction_date",
    "followup_date",
    "total_sanctions",
    "age_at_first_sanction",
    "ho_code",
)
"""In the order in which the service lists what is missing."""

ISO_DATE: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_FIRST_DAY, _LAST_DAY = date.min, date.max


class TableError(ValueError):
    """A column is missing or of a kind that cannot be read. Its text is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Columns:
    """n rows of input. A value that is not given is 0 and its `given` is False.

    Dates are whole numbers 10000 * year + 100 * month + day, so that a difference floor-divided by 10000 is completed
    years: the birthday counts, and somebody born on 29 February turns on 1 March in other years.
    """

    given: NDArray[np.bool_]
    """Shape (7, n), in the order of INPUTS."""
    female: NDArray[np.bool_]
    born: NDArray[np.int64]
    convicted: NDArray[np.int64]
    followed: NDArray[np.int64]
    sanctions: NDArray[np.int64]
    first_age: NDArray[np.int64]
    offence: NDArray[np.int64]
    """The row of the offence table, or NO_SUCH_CODE."""
    code_has_five: NDArray[np.bool_]


def day_number(day: date) -> int:
    """The date as Columns holds it."""
    return day.year * 10_000 + day.month * 100 + day.day


def read_columns(table: pl.DataFrame | Mapping[str, Any]) -> Columns:
    """Read the seven inputs from columns of those names; others are left alone.

    Text is read strictly: sex M or F, dates YYYY-MM-DD, numbers whole and of at most 32 bits. Whatever cannot be read
    counts as not given. Raises TableError when a column is missing or of a kind that cannot hold its input.
    """
    frame = table if isinstance(table, pl.DataFrame) else pl.DataFrame(dict(table), nan_to_null=True)
    absent = [name for name in INPUTS if name not in frame.columns]
    if absent:
        raise TableError(
            f"The table has no column {', '.join(absent)}. OGRS3 needs the columns {', '.join(INPUTS)}, named so."
        )
    read = frame.select(
        _sex(frame["sex"]),
        *(_date(frame[name]) for name in INPUTS[1:4]),
        *(_whole_number(frame[name]) for name in INPUTS[4:6]),
        _code(frame["ho_code"]),
    )
    code = read["ho_code"]
    return Columns(
        given=np.array([read[name].is_not_null().to_numpy() for name in INPUTS]).reshape(len(INPUTS), frame.height),
        female=(read["sex"] == "F").fill_null(False).to_numpy(),
        born=_day_numbers(read["date_of_birth"]),
        convicted=_day_numbers(read["conviction_date"]),
        followed=_day_numbers(read["followup_date"]),
        sanctions=read["total_sanctions"].cast(pl.Int64).fill_null(0).to_numpy(),
        first_age=read["age_at_first_sanction"].cast(pl.Int64).fill_null(0).to_numpy(),
        offence=offence_table().find(code),
        code_has_five=(code.str.len_chars() == CODE_LENGTH).fill_null(False).to_numpy(),
    )


def one_row(  # the same seven, and nothing else
    *,
    sex: str | None,
    date_of_birth: date | None,
    conviction_date: date | None,
    followup_date: date | None,
    total_sanctions: int | None,
    age_at_first_sanction: int | None,
    ho_code: str | None,
) -> Columns:
    """The inputs of one person as Columns of one row. A sex other than M or F, or an empty code, is not given."""
    sex = sex if sex in {"M", "F"} else None
    ho_code = ho_code or None
    values = (sex, date_of_birth, conviction_date, followup_date, total_sanctions, age_at_first_sanction, ho_code)
    days = [np.array([day_number(day) if day else 0]) for day in (date_of_birth, conviction_date, followup_date)]
    return Columns(
        given=np.array([[value is not None] for value in values]),
        female=np.array([sex == "F"]),
        born=days[0],
        convicted=days[1],
        followed=days[2],
        sanctions=np.array([total_sanctions or 0]),
        first_age=np.array([age_at_first_sanction or 0]),
        offence=np.array([offence_table().row_of.get(ho_code or "", NO_SUCH_CODE)]),
        code_has_five=np.array([len(ho_code or "") == CODE_LENGTH]),
    )


def _sex(column: pl.Series) -> pl.Series:
    text = _text(column, "M or F")
    return text.set(~text.is_in(["M", "F"]).fill_null(True), None)


def _code(column: pl.Series) -> pl.Series:
    text = _text(column, "five digits, as text because a number would lose its leading zeros")
    return text.set((text == "").fill_null(False), None)


def _text(column: pl.Series, wanted: str) -> pl.Series:
    if not isinstance(column.dtype, pl.String | pl.Categorical | pl.Enum | pl.Null):
        raise TableError(
            f"The column {column.name} holds {_kind(column)} and must hold {wanted}: "
            f"write it as text where the file is made."
        )
    return column.cast(pl.String)


def _date(column: pl.Series) -> pl.Series:
    if column.dtype == pl.String:
        iso = column.set(~column.str.contains(ISO_DATE).fill_null(True), None)
        days = iso.str.to_date("%Y-%m-%d", strict=False)
    elif column.dtype == pl.Date or isinstance(column.dtype, pl.Datetime) or column.dtype == pl.Null:
        days = column.cast(pl.Date)
    else:
        raise TableError(
            f"The column {column.name} holds {_kind(column)} and must hold dates: "
            f"write them as YYYY-MM-DD or as a date column."
        )
    return days.set(~days.is_between(_FIRST_DAY, _LAST_DAY).fill_null(True), None)


def _whole_number(column: pl.Series) -> pl.Series:
    if not (column.dtype.is_numeric() or column.dtype in {pl.String, pl.Null}):
        raise TableError(f"The column {column.name} holds {_kind(column)} and must hold whole numbers.")
    if column.dtype.is_float() or column.dtype.is_decimal():
        column = column.set((column != column.floor()).fill_null(False), None)
    return column.cast(pl.Int32, strict=False)


def _kind(column: pl.Series) -> str:
    return f"values of kind {column.dtype}"


def _day_numbers(days: pl.Series) -> NDArray[np.int64]:
    """Dates as Columns holds them, by a table of the days between the first and the last of them."""
    since_epoch = days.cast(pl.Int32)
    first, last = since_epoch.min(), since_epoch.max()
    if not isinstance(first, int) or not isinstance(last, int):
        return np.zeros(len(days), dtype=np.int64)
    calendar = np.arange(first, last + 1).astype("datetime64[D]")
    months = calendar.astype("datetime64[M]")
    month_count = months.astype(np.int64) + 1970 * 12
    numbers = (month_count // 12) * 10_000 + (month_count % 12 + 1) * 100 + (calendar - months).astype(np.int64) + 1
    missing = since_epoch.is_null().to_numpy()
    found = numbers[since_epoch.fill_null(first).to_numpy() - first]
    return np.where(missing, 0, found)
