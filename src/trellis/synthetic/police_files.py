"""What the police send: the nominal index and custody records."""

from __future__ import annotations

import numpy as np
import polars as pl

from trellis.synthetic import names
from trellis.synthetic.truth import Truth
from trellis.synthetic.writing import UK_DATE, UK_MOMENT, Extract, blanked, misspelt, shown

TWICE_SHARE = 0.03
"""People who stand twice in the index."""


def nominals(rng: np.random.Generator, truth: Truth) -> Extract:
    """The nominal index, the people who stand in it twice included."""
    once = truth.people.select(
        FORCE_REF="force_ref",
        SURNAME=pl.col("surname").str.to_uppercase(),
        FORENAMES="forenames",
        ALIASES="aliases",
        DOB=shown("born", UK_DATE),
        SEX="sex",
        ETHNICITY="ethnicity",
        PNC_ID="pnc",
        CRO="cro",
        ADDRESS="address",
        POSTCODE=_postcodes(rng, truth.people["postcode"]),
        PHONE="phone",
        VRM="vrm",
        AREA="area",
    )
    faults = (
        {"DOB": "31/02/1990"},
        {"FORCE_REF": "", "PNC_ID": ""},
        {"SEX": "Q"},
        {"DOB": "12/13/1985"},
        {"ETHNICITY": "Z7"},
    )
    table = pl.concat([once, _again(rng, once)])
    return Extract("fable_police_nominals.csv", table, faults, separator=";", encoding="cp1252")


def _postcodes(rng: np.random.Generator, postcodes: pl.Series) -> pl.Series:
    """Some lose their space, some are typed in small letters."""
    luck = rng.random(len(postcodes))
    typed = [
        code.replace(" ", "").lower() if chance < 0.05 else code.replace(" ", "") if chance < 0.12 else code
        for code, chance in zip(postcodes, luck, strict=True)
    ]
    return pl.Series(typed, dtype=pl.String)


def _again(rng: np.random.Generator, once: pl.DataFrame) -> pl.DataFrame:
    """Second nominals: another reference, a misspelt surname, the PNC identifier missing from two in five."""
    chosen = once.filter(pl.Series(rng.random(once.height) < TWICE_SHARE))
    lucks = rng.random(chosen.height)
    return chosen.with_columns(
        FORCE_REF=pl.col("FORCE_REF").str.replace("FB7", "FB8", literal=True),
        SURNAME=pl.Series(
            [misspelt(name, luck).upper() for name, luck in zip(chosen["SURNAME"], lucks, strict=True)], dtype=pl.String
        ),
        PNC_ID=blanked(rng, chosen["PNC_ID"], 0.4),
        CRO=pl.lit(None, dtype=pl.String),
        ALIASES=pl.lit(None, dtype=pl.String),
    )


def custody_records(rng: np.random.Generator, truth: Truth) -> Extract:
    """Arrests and what came of them, a row an offence."""
    rows = (
        truth.offences.filter(pl.col("case").is_not_null())
        .join(truth.cases.select("case", "arrested_at", "outcome", "charged_on"), on="case", maintain_order="left")
        .join(truth.people.select("person", "force_ref", "pnc", "area"), on="person", maintain_order="left")
        .sort("arrested_at", "case", maintain_order=True)
    )
    nth = rows.select(pl.int_range(1, pl.len() + 1).over("case"))[:, 0]
    missing = rng.random(rows.height)
    table = rows.select(
        CUSTODY_REF=pl.format("CR{}/{}", pl.col("case").cast(pl.String).str.zfill(7), nth),
        FORCE_REF=rows["force_ref"].set(pl.Series(missing < 0.03), None),
        PNC_ID=rows["pnc"].set(pl.Series(missing > 0.95), None),
        ARRESTED_AT=shown("arrested_at", UK_MOMENT),
        OFFENCE_ON=shown("happened_on", UK_DATE),
        HO_CODE="ho_code",
        OUTCOME="outcome",
        CHARGED_ON=shown("charged_on", UK_DATE),
        STATION=pl.col("area").replace_strict(names.STATIONS),
    )
    faults = (
        {"ARRESTED_AT": "30/02/2024 10:15"},
        {"HO_CODE": "9999X"},
        {"OUTCOME": "RELEASD"},
        {"FORCE_REF": "", "PNC_ID": ""},
        {"OFFENCE_ON": "32/01/2024"},
    )
    return Extract("fable_police_custody_records.csv", table, faults)
