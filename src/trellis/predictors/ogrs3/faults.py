"""What can be wrong with the inputs of OGRS3: the service's error types, in the order in which it checks."""

from __future__ import annotations

from enum import IntFlag
from functools import cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.predictors.ogrs3.columns import Columns
from trellis.predictors.ogrs3.offences import offence_table

YOUNGEST: Final = 10


class Fault(IntFlag):
    """One bit a fault, lowest first as the service reports them. Three of them share its type UNEXPECTED_ERROR."""

    MISSING = 1
    NO_SANCTIONS = 2
    CODE_FORMAT = 4
    CONVICTED_BEFORE_BIRTH = 8
    FOLLOWED_BEFORE_BIRTH = 16
    CONVICTED_UNDER_TEN = 32
    FIRST_AFTER_CURRENT = 64
    NEED_EXACT = 128
    CODE_UNKNOWN = 256
    FOLLOWED_UNDER_TEN = 512

    @property
    def type(self) -> str:
        """The service's name for this one fault."""
        return _TYPES[self]


_TYPES: Final = {
    Fault.MISSING: "MISSING_MANDATORY_INPUT",
    Fault.NO_SANCTIONS: "TOTAL_NUMBER_OF_SANCTIONS_LESS_THAN_ONE",
    Fault.CODE_FORMAT: "OFFENCE_CODE_INCORRECT_FORMAT",
    Fault.CONVICTED_BEFORE_BIRTH: "UNEXPECTED_ERROR",
    Fault.FOLLOWED_BEFORE_BIRTH: "UNEXPECTED_ERROR",
    Fault.CONVICTED_UNDER_TEN: "AGE_AT_CURRENT_CONVICTION_LESS_THAN_TEN",
    Fault.FIRST_AFTER_CURRENT: "AGE_AT_FIRST_SANCTION_AFTER_AGE_AT_CURRENT_CONVICTION",
    Fault.NEED_EXACT: "NEED_DETAILS_OF_EXACT_OFFENCE",
    Fault.CODE_UNKNOWN: "OFFENCE_CODE_MAPPING_NOT_FOUND",
    Fault.FOLLOWED_UNDER_TEN: "UNEXPECTED_ERROR",
}


def find_faults(
    rows: Columns, *, age_at_conviction: NDArray[np.int64], age_at_followup: NDArray[np.int64]
) -> NDArray[np.uint16]:
    """The faults of each row as bits of Fault, shape (n,).

    Four steps, each taken only by rows that passed the one before, as in the service: what is missing or malformed;
    dates on or before birth, of which the first alone is reported; contradictions and the offence; age at follow-up.
    """
    table = offence_table()
    faults = np.zeros(len(rows.born), dtype=np.uint16)
    _mark(faults, Fault.MISSING, ~np.logical_and.reduce(rows.given))
    _mark(faults, Fault.NO_SANCTIONS, rows.given[4] & (rows.sanctions < 1))
    _mark(faults, Fault.CODE_FORMAT, rows.given[6] & ~rows.code_has_five)

    sound = faults == 0
    _mark(faults, Fault.CONVICTED_BEFORE_BIRTH, sound & (rows.convicted <= rows.born))
    sound = faults == 0
    _mark(faults, Fault.FOLLOWED_BEFORE_BIRTH, sound & (rows.followed <= rows.born))

    sound = faults == 0
    need_exact = np.append(table.need_exact, False)[rows.offence]
    unweighted = np.append(table.category, -1)[rows.offence] < 0
    _mark(faults, Fault.CONVICTED_UNDER_TEN, sound & (age_at_conviction < YOUNGEST))
    _mark(faults, Fault.FIRST_AFTER_CURRENT, sound & (rows.first_age > age_at_conviction))
    _mark(faults, Fault.NEED_EXACT, sound & need_exact)
    _mark(faults, Fault.CODE_UNKNOWN, sound & unweighted & ~need_exact)

    sound = faults == 0
    _mark(faults, Fault.FOLLOWED_UNDER_TEN, sound & (age_at_followup < YOUNGEST))
    return faults


def fault_names(faults: NDArray[np.uint16]) -> pl.Series:
    """Each row's error types in the order of checking, joined by semicolons; null where there is none."""
    return _names().gather(pl.Series(faults, dtype=pl.UInt32)).alias("error")


@cache
def _names() -> pl.Series:
    combinations = (Fault(bits) for bits in range(2 * max(Fault)))
    return pl.Series([";".join(fault.type for fault in faults) or None for faults in combinations], dtype=pl.String)


def _mark(faults: NDArray[np.uint16], fault: Fault, where: NDArray[np.bool_]) -> None:
    faults |= where.astype(np.uint16) * np.uint16(fault)
