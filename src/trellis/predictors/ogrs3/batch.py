"""OGRS3 for a whole table at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.predictors.ogrs3.columns import Columns, read_columns
from trellis.predictors.ogrs3.faults import fault_names, find_faults
from trellis.predictors.ogrs3.offences import offence_table
from trellis.predictors.ogrs3.parameters import (
    AGE_FLOORS,
    BAND_FLOORS,
    BANDS,
    DEFAULT,
    PREDICTOR,
    VERSION,
    Parameters,
    parameter_set,
)
from trellis.predictors.ogrs3.rounding import percentage

NO_SCORE: Final = -1


@dataclass(frozen=True, slots=True)
class Scores:
    """OGRS3 of n rows. Where a row has a fault, whole numbers are NO_SCORE and terms are NaN."""

    parameters: str
    pct_1y: NDArray[np.int8]
    pct_2y: NDArray[np.int8]
    band: NDArray[np.int8]
    """The index in BANDS."""
    faults: NDArray[np.uint16]
    """Bits of Fault."""
    age_sex: NDArray[np.float64]
    status: NDArray[np.float64]
    copas: NDArray[np.float64]
    offence: NDArray[np.float64]
    age_at_conviction: NDArray[np.int64]
    age_at_followup: NDArray[np.int64]
    """Ages in completed years; without meaning where a date is not given."""
    predictor: str = PREDICTOR
    version: str = VERSION

    def to_frame(self) -> pl.DataFrame:
        """pct_1y, pct_2y (whole numbers), band and error (text), null where there is none; n rows."""
        scored = self.faults == 0
        whole = pl.DataFrame({"pct_1y": self.pct_1y, "pct_2y": self.pct_2y, "band": self.band, "scored": scored})
        bands = pl.Series([*BANDS, None], dtype=pl.String)
        return whole.select(
            pl.when("scored").then("pct_1y").alias("pct_1y"),
            pl.when("scored").then("pct_2y").alias("pct_2y"),
            bands.gather(whole["band"].cast(pl.Int64)).alias("band"),
            fault_names(self.faults),
        )


def score(table: pl.DataFrame | Mapping[str, Any], parameters: str = DEFAULT) -> Scores:
    """Score every row of a table with the columns sex, date_of_birth, conviction_date, followup_date, total_sanctions,
    age_at_first_sanction and ho_code, typed or as text (see read_columns).

    `table` is a Polars frame or a mapping of column names to arrays. Raises ValueError for an unknown parameter set and
    its kind TableError for a missing column; a fault of a row is never raised but told in its `faults`.
    """
    chosen = parameter_set(parameters)
    return score_columns(read_columns(table), chosen)


def score_columns(rows: Columns, parameters: Parameters) -> Scores:
    """Score rows already read."""
    age_at_conviction = (rows.convicted - rows.born) // 10_000
    age_at_followup = (rows.followed - rows.born) // 10_000
    faults = find_faults(rows, age_at_conviction=age_at_conviction, age_at_followup=age_at_followup)
    sound = faults == 0

    age_sex = np.where(
        sound, _age_sex_weights(parameters)[rows.female.astype(np.intp), _table_age(age_at_followup)], np.nan
    )
    status = np.where(sound, np.where(rows.sanctions == 1, parameters.first_sanction, parameters.repeat), np.nan)
    copas = _copas(rows, np.where(sound, age_at_conviction - rows.first_age, 0), sound, parameters)
    offence = np.where(sound, offence_table().weights(parameters)[rows.offence], np.nan)

    total = age_sex + status + copas + offence
    two_years = _percentages(parameters.two_year + total, sound)
    band = np.searchsorted(BAND_FLOORS, two_years, side="right").astype(np.int8)
    return Scores(
        parameters=parameters.name,
        pct_1y=_percentages(parameters.one_year + total, sound),
        pct_2y=two_years,
        band=np.where(sound, band, np.int8(NO_SCORE)),
        faults=faults,
        age_sex=age_sex,
        status=status,
        copas=copas,
        offence=offence,
        age_at_conviction=age_at_conviction,
        age_at_followup=age_at_followup,
    )


def _copas(
    rows: Columns, years: NDArray[np.int64], sound: NDArray[np.bool_], parameters: Parameters
) -> NDArray[np.float64]:
    """The rate of sanctions over a career of `years`, after Copas: weight * ln(sanctions / (10 + years))."""
    sanctions = rows.sanctions
    if parameters.most_previous_sanctions is not None:
        sanctions = np.minimum(sanctions, parameters.most_previous_sanctions + 1)
    rate = np.where(sound, sanctions, 1) / (10 + years)
    return np.where(sound, parameters.copas * np.log(rate), np.nan)


def _percentages(log_odds: NDArray[np.float64], sound: NDArray[np.bool_]) -> NDArray[np.int8]:
    odds = np.exp(np.where(sound, log_odds, 0.0))
    return np.where(sound, percentage(odds / (1 + odds)), np.int8(NO_SCORE))


def _age_sex_weights(parameters: Parameters) -> NDArray[np.float64]:
    """Shape (2, years from the youngest to the oldest floor): male then female, by single year of age."""
    years = np.searchsorted(AGE_FLOORS, np.arange(AGE_FLOORS[0], AGE_FLOORS[-1] + 1), side="right") - 1
    return np.array([parameters.male, parameters.female])[:, years]


def _table_age(ages: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.clip(ages - AGE_FLOORS[0], 0, AGE_FLOORS[-1] - AGE_FLOORS[0])
