"""What the scheme kept before Trellis: its spreadsheet of people, priorities and contacts."""

from __future__ import annotations

import numpy as np
import polars as pl

from trellis.synthetic.places import OFFICERS
from trellis.synthetic.truth import Truth
from trellis.synthetic.writing import UK_DATE, UK_MOMENT, Extract, shown

# People sign what they write with their names; only the columns of leads hold user names.
NAMES = {officer.username: officer.name for officer in OFFICERS}


def cohort_list(rng: np.random.Generator, truth: Truth) -> Extract:
    """Everyone ever managed, in order of adoption."""
    rows = truth.memberships.join(_keys(rng, truth), on="person", maintain_order="left")
    table = rows.select(
        "FORCE_REF",
        "PNC",
        NAME=pl.format("{}, {}", "surname", "forenames"),
        COHORT="cohort",
        ADOPTED=shown("adopted_on", UK_DATE),
        LEFT=shown("left_on", UK_DATE),
        REASON_LEFT="reason_left",
        POLICE_LEAD="police_lead",
        PROBATION_LEAD="probation_lead",
        AREA="area",
    )
    return Extract("fable_cohort_list.csv", table, ({"ADOPTED": "31/06/2025"},))


def priority_history(rng: np.random.Generator, truth: Truth) -> Extract:
    """Every decision on priority, by person and date."""
    rows = truth.priorities.join(_keys(rng, truth), on="person", maintain_order="left")
    table = rows.select(
        _numbered("PR").alias("PRIORITY_REF"),
        "FORCE_REF",
        "PNC",
        FROM=shown("set_on", UK_DATE),
        COLOUR="colour",
        REASON="reason",
        REVIEW_BY=shown("review_by", UK_DATE),
        SET_BY=pl.col("set_by").replace(NAMES),
    )
    faults = ({"COLOUR": "Puce"}, {"FROM": "29/02/2025"}, {"FORCE_REF": "", "PNC": ""})
    return Extract("fable_priority_history.csv", table, faults)


def contact_list(rng: np.random.Generator, truth: Truth) -> Extract:
    """Recent contacts, by person and time."""
    rows = truth.contacts.join(_keys(rng, truth), on="person", maintain_order="left")
    table = rows.select(
        _numbered("CO").alias("CONTACT_REF"),
        "FORCE_REF",
        "PNC",
        AT=shown("at", UK_MOMENT),
        HOW="how",
        WHERE="place",
        AGENCY="agency",
        BY=pl.col("by").replace(NAMES),
        OUTCOME="outcome",
    )
    faults = ({"AT": "31/09/2026 10:00"}, {"OUTCOME": "Dunno"}, {"AGENCY": "fable-circus"})
    return Extract("fable_contacts.csv", table, faults)


def _keys(rng: np.random.Generator, truth: Truth) -> pl.DataFrame:
    """The people ever managed with the references that a file gives: now and then one of the two is missing."""
    managed = truth.memberships["person"].implode()
    people = truth.people.filter(pl.col("person").is_in(managed))
    luck = rng.random(people.height)
    return people.select(
        "person",
        "surname",
        "forenames",
        "area",
        FORCE_REF=people["force_ref"].set(pl.Series(luck < 0.08), None),
        PNC=people["pnc"].set(pl.Series(luck > 0.9), None),
    )


def _numbered(prefix: str) -> pl.Expr:
    return pl.format(prefix + "{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7))
