"""What courts, probation and prisons send."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from trellis.synthetic import names
from trellis.synthetic.offences import CODES, GRAVITY, IS_VIOLENT
from trellis.synthetic.places import PRISONS, PROBATION, leads
from trellis.synthetic.truth import Truth
from trellis.synthetic.writing import COMPACT, ISO, ISO_MOMENT, Extract, blanked, misspelt, shown

CONVICTED = ("Guilty plea", "Found guilty")

TIC_SHARE = 0.4
"""Of the lesser offences in a case that ended in a conviction."""


def court_results(rng: np.random.Generator, truth: Truth) -> Extract:
    """Findings and disposals, a row an offence; the gravest of a case is its principal offence."""
    gravity = dict(zip(CODES, GRAVITY.tolist(), strict=True))
    rows = (
        truth.offences.join(truth.cases.drop("person", "ho_code"), on="case", maintain_order="left")
        .filter(pl.col("court_on").is_not_null())
        .join(truth.people.select("person", "pnc"), on="person", maintain_order="left")
        .with_columns(gravity=pl.col("ho_code").replace_strict(gravity))
        .sort("court_on", "case", "gravity", descending=[False, False, True], maintain_order=True)
    )
    nth = rows.select(pl.int_range(1, pl.len() + 1).over("case"))[:, 0]
    principal = nth == 1
    tic = pl.Series(rng.random(rows.height) < TIC_SHARE) & ~principal & rows["finding"].is_in(CONVICTED)
    sentenced = ~tic
    tried = pl.col("finding").ne("Cautioned")
    court = pl.Series(np.array(names.COURTS)[np.where(rows["gravity"].to_numpy() >= 7, 2, rows["case"].to_numpy() % 2)])
    table = rows.select(
        RESULT_REF=pl.format("CT{}/{}", pl.col("case").cast(pl.String).str.zfill(7), nth),
        PNC_ID="pnc",
        RESULT_DATE=shown("court_on", COMPACT),
        OFFENCE_DATE=shown("happened_on", COMPACT),
        HO_CODE=pl.col("ho_code").str.slice(0, 3) + "/" + pl.col("ho_code").str.slice(3),
        PRINCIPAL=pl.when(principal).then(pl.lit("Y")).otherwise(pl.lit("N")),
        FINDING=pl.when(tic).then(pl.lit("TIC")).otherwise("finding"),
        DISPOSAL=pl.when(sentenced).then("disposal"),
        LENGTH_DAYS=pl.when(sentenced & (pl.col("length_days") > 0)).then(pl.col("length_days").cast(pl.String)),
        COURT=pl.when(tried).then(court),
    )
    faults = (
        {"RESULT_DATE": "20240231"},
        {"HO_CODE": "ABC"},
        {"PNC_ID": ""},
        {"DISPOSAL": "Stocks"},
        {"OFFENCE_DATE": "2O210304"},
    )
    return Extract("fable_court_results.csv", table, faults, encoding="utf-8-sig")


def probation_cases(rng: np.random.Generator, truth: Truth) -> Extract:
    """Orders and licences with registrations, risk of serious harm and probation's own score."""
    wanted = ("person", "pnc", "crn", "surname", "forenames", "born", "sex", "area")
    people = _as_probation_types(rng, truth.people.filter(pl.col("crn").is_not_null()).select(wanted))
    people = people.join(_registrations(rng, truth), on="person", how="left", maintain_order="left")
    rows = truth.orders.join(people, on="person", maintain_order="left").pipe(_scored, rng, truth)
    nth = rows.select(pl.int_range(1, pl.len() + 1).over("person"))[:, 0]
    kept = pl.Series(rng.random(rows.height) < 0.8)
    practitioner = [leads(PROBATION, area)[person % 2] for area, person in rows.select("area", "person").iter_rows()]
    table = rows.select(
        CRN="crn",
        EVENT=nth.cast(pl.String),
        PNC_ID="pnc",
        LAST_NAME="surname",
        FIRST_NAMES="forenames",
        DATE_OF_BIRTH=shown("born", ISO),
        GENDER=pl.col("sex").replace_strict({"M": "Male", "F": "Female"}),
        ORDER_TYPE="kind",
        ORDER_START=shown("starts", ISO),
        ORDER_END=shown("ends", ISO),
        REGISTRATIONS="registrations",
        REGISTERED_ON=shown("registered_on", ISO),
        ROSH="rosh",
        OGRS3_2YR=pl.when(kept).then(pl.col("score").cast(pl.String)),
        OGRS3_DATE=pl.when(kept).then(shown("starts", ISO)),
        TEAM=pl.col("area").replace_strict(names.STATIONS) + " team",
        PRACTITIONER=pl.Series(practitioner, dtype=pl.String),
    )
    faults = (
        {"ORDER_START": "2025-02-30"},
        {"ORDER_TYPE": "Pillory"},
        {"CRN": ""},
        {"OGRS3_2YR": "1OO"},
        {"DATE_OF_BIRTH": "1899-13-01"},
    )
    return Extract("fable_probation_cases.csv", table, faults, separator="\t", newline="\n")


def _as_probation_types(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    """Names misspelt for one in sixteen, PNC identifier missing for one in twelve, birth day and month exchanged for
    one in a hundred where that makes a date.
    """
    luck = rng.random((people.height, 3))
    surnames = [
        misspelt(name, one[0] * 16) if one[0] < 1 / 16 else name
        for name, one in zip(people["surname"], luck, strict=True)
    ]
    born = [
        day.replace(day=day.month, month=day.day) if one[1] < 0.01 and day.day <= 12 else day
        for day, one in zip(people["born"], luck, strict=True)
    ]
    return people.with_columns(
        surname=pl.Series(surnames, dtype=pl.String),
        born=pl.Series(born, dtype=pl.Date),
        pnc=people["pnc"].set(pl.Series(luck[:, 2] < 1 / 12), None),
    )


def _registrations(rng: np.random.Generator, truth: Truth) -> pl.DataFrame:
    """Person, registrations, registered_on, rosh: IIOM while managed, RHRH and high RoSH after grave violence."""
    violent_codes = [code for code, violent in zip(CODES, IS_VIOLENT, strict=True) if violent]
    proven = truth.cases.filter(pl.col("finding").is_in(CONVICTED), pl.col("ho_code").is_in(violent_codes))
    violence = proven.group_by("person").agg(times=pl.len(), last=pl.col("court_on").max())
    managed = truth.memberships.filter(pl.col("left_on").is_null()).select("person", "adopted_on")
    table = (
        truth.people.select("person")
        .join(violence, on="person", how="left", maintain_order="left")
        .join(managed, on="person", how="left", maintain_order="left")
        .with_columns(luck=rng.random(truth.people.height))
    )
    high = (pl.col("times") >= 2) & (pl.col("luck") < 0.5)
    listed = pl.concat_str(
        pl.when(pl.col("adopted_on").is_not_null()).then(pl.lit("IIOM")),
        pl.when(high).then(pl.lit("RHRH")),
        separator="|",
        ignore_nulls=True,
    )
    since = pl.min_horizontal("adopted_on", pl.when(high).then("last"))
    rosh = (
        pl.when(high & (pl.col("luck") < 0.03))
        .then(pl.lit("V"))
        .when(high)
        .then(pl.lit("H"))
        .when(pl.col("times").is_not_null() | (pl.col("luck") < 0.5))
        .then(pl.lit("M"))
        .otherwise(pl.lit("L"))
    )
    empty = pl.when(listed.str.len_chars() > 0).then(listed)
    return table.select("person", registrations=empty, registered_on=since, rosh=rosh)


def _scored(orders: pl.DataFrame, rng: np.random.Generator, truth: Truth) -> pl.DataFrame:
    """Add `score`: probation's own two-year score at each order's start, from 1 to 99.

    Shaped as published predictors are, by the rate of sanctions over a career and by age, with an assessor's error: an
    imported score never quite agrees with one worked out from today's record.
    """
    sanctions = truth.cases.filter(pl.col("disposal").is_not_null()).select("person", "court_on")
    paired = orders.with_row_index("order").join(sanctions, on="person").filter(pl.col("court_on") <= pl.col("starts"))
    history = paired.group_by("order").agg(times=pl.col("court_on").n_unique(), first=pl.col("court_on").min())
    rows = orders.with_row_index("order").join(history, on="order", how="left", maintain_order="left")
    years = (pl.col("starts") - pl.col("first")).dt.total_days().fill_null(0) / 365.25
    age = (pl.col("starts") - pl.col("born")).dt.total_days() / 365.25
    logit = 1.6 + 1.25 * (pl.col("times").fill_null(1) / (10 + years)).log() - 0.025 * (age - 25)
    noise = pl.Series(rng.normal(0, 0.2, rows.height))
    share = 100 / (1 + (-(logit + noise)).exp())
    return rows.with_columns(score=share.round().clip(1, 99).cast(pl.Int64)).drop("order", "times", "first")


def prison_movements(rng: np.random.Generator, truth: Truth) -> Extract:
    """Admissions and releases, shuffled."""
    spells = truth.custody.join(truth.people.select("person", "pnc", "noms"), on="person", maintain_order="left")
    prison = pl.Series(np.array([code for code, _ in PRISONS])[(rng.random(spells.height) < 0.3).astype(int)])
    curfew = pl.Series(rng.random(spells.height) < 0.25)
    spells = spells.with_columns(prison=prison, curfew=curfew)
    admitted = spells.select(
        NOMS_NO="noms",
        PNC_ID="pnc",
        MOVEMENT=pl.lit("ADM"),
        MOVED_AT=(pl.col("starts").cast(pl.Datetime) + timedelta(hours=16, minutes=40)),
        PRISON="prison",
        REASON="began_as",
        EXPECTED_RELEASE=shown("expected_release", ISO),
    )
    left = spells.filter(pl.col("ends").is_not_null())
    reason = (
        pl.when(pl.col("expected_release").is_null())
        .then(pl.lit("BAIL"))
        .when("curfew")
        .then(pl.lit("HDC"))
        .otherwise(pl.lit("CRD"))
    )
    released = left.select(
        NOMS_NO="noms",
        PNC_ID=blanked(rng, left["pnc"], 0.1),
        MOVEMENT=pl.lit("REL"),
        MOVED_AT=(pl.col("ends").cast(pl.Datetime) + timedelta(hours=9, minutes=15)),
        PRISON="prison",
        REASON=reason,
        EXPECTED_RELEASE=pl.lit(None, dtype=pl.String),
    )
    both = pl.concat([admitted, released]).with_columns(MOVED_AT=shown("MOVED_AT", ISO_MOMENT))
    reference = pl.format("MV{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7))
    faults = (
        {"MOVED_AT": "2023-02-30T09:15:00"},
        {"MOVEMENT": "TRN?"},
        {"NOMS_NO": "", "PNC_ID": ""},
        {"PRISON": "ZZZ"},
        {"EXPECTED_RELEASE": "soon"},
    )
    table = both.select(reference.alias("MOVEMENT_REF"), pl.all())
    return Extract("fable_prison_movements.csv", table, faults, newline="\n", shuffled=True)
