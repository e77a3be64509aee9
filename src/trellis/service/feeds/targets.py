"""What a feed may fill: for each target, its fields, how each may be read, and which part of a row each belongs to.

A fault in a part leaves that part out and applies the rest; a fault outside every part makes the whole row wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trellis.rules.vocabulary import IdentifierKind

IDENTIFIER_FIELDS: Mapping[str, IdentifierKind] = {kind.value.lower(): kind for kind in IdentifierKind}
"""The field that holds each kind of identifier."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a target: the transforms that give its type, whether each row must have it, and its part."""

    kinds: tuple[str, ...]
    required: bool = False
    part: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of row. `names` says whether the row names its person, so that one nobody knows can be made."""

    fields: Mapping[str, Field]
    names: bool = False


_DATE, _TEXT, _NUMBER = ("date",), ("text",), ("integer",)
_IDENTIFIERS = {name: Field(("identifier",)) for name in IDENTIFIER_FIELDS}
_WHO = {
    "family_name": Field(("name",), required=True),
    "given_names": Field(("name",)),
    "date_of_birth": Field(_DATE),
    "sex": Field(("code",)),
}

NOMINAL = Target(
    names=True,
    fields={
        **_IDENTIFIERS,
        **_WHO,
        "aliases": Field(("aliases",), part="aliases"),
        "ethnicity": Field(("code",), part="ethnicity"),
        "address": Field(_TEXT, part="address"),
        "postcode": Field(("postcode",), part="address"),
        "phone": Field(("phone",), part="phone"),
        "vehicle": Field(("vehicle",), part="vehicle"),
        "area": Field(("area",)),
    },
)
CUSTODY_RECORD = Target(
    fields={
        **_IDENTIFIERS,
        "reference": Field(_TEXT),
        "happened": Field(("datetime", "date"), required=True),
        "ho_code": Field(("ho_code",)),
        "offence_on": Field(_DATE),
        "outcome": Field(("code",)),
        "charged_on": Field(_DATE, part="charge"),
    },
)
DISPOSAL = Target(
    fields={
        **_IDENTIFIERS,
        "reference": Field(_TEXT),
        "happened": Field(_DATE, required=True),
        "offence_on": Field(_DATE),
        "ho_code": Field(("ho_code",), required=True),
        "principal": Field(("yes_no",), required=True),
        "finding": Field(("code",), required=True),
        "disposal": Field(("code", "text")),
    },
)
PROBATION_CASE = Target(
    names=True,
    fields={
        **_IDENTIFIERS,
        **_WHO,
        "event": Field(_TEXT),
        "order_kind": Field(("code",), part="order"),
        "order_starts": Field(_DATE, part="order"),
        "order_ends": Field(_DATE, part="order"),
        "team": Field(_TEXT),
        "registrations": Field(("registrations",), part="registrations"),
        "registered_on": Field(_DATE, part="registrations"),
        "risk_of_harm": Field(("code",), part="risk of harm"),
        "score": Field(_NUMBER, part="score"),
        "scored_on": Field(_DATE, part="score"),
    },
)
PRISON_MOVEMENT = Target(
    fields={
        **_IDENTIFIERS,
        "reference": Field(_TEXT),
        "direction": Field(("code",), required=True),
        "happened": Field(("datetime",), required=True),
        "prison": Field(("code", "text")),
        "custody_kind": Field(("code",)),
        "reason": Field(("code", "text")),
        "expected_release": Field(_DATE),
    },
)
COHORT_MEMBER = Target(
    fields={
        **_IDENTIFIERS,
        "cohort": Field(("cohort",), required=True),
        "starts": Field(_DATE, required=True),
        "ends": Field(_DATE),
        "leaving_reason": Field(_TEXT),
        "police_lead": Field(("user",), part="police lead"),
        "probation_lead": Field(("user",), part="probation lead"),
        "area": Field(("area",)),
    },
)
PRIORITY = Target(
    fields={
        **_IDENTIFIERS,
        "reference": Field(_TEXT),
        "starts": Field(_DATE, required=True),
        "colour": Field(("code",), required=True),
        "reason": Field(_TEXT),
        "review_on": Field(_DATE),
        "set_by": Field(_TEXT),
    },
)
CONTACT = Target(
    fields={
        **_IDENTIFIERS,
        "reference": Field(_TEXT),
        "happened": Field(("datetime", "date"), required=True),
        "mode": Field(("code",), required=True),
        "outcome": Field(("code",), required=True),
        "worker": Field(_TEXT),
        "notes": Field(_TEXT),
        "agency": Field(("agency",)),
    },
)
NEED = Target(
    fields={
        **_IDENTIFIERS,
        "section": Field(("code",), required=True),
        "happened": Field(_DATE, required=True),
        "score": Field(_NUMBER, required=True),
    },
)

TARGETS: Mapping[str, Target] = {
    "nominal": NOMINAL,
    "custody_record": CUSTODY_RECORD,
    "disposal": DISPOSAL,
    "probation_case": PROBATION_CASE,
    "prison_movement": PRISON_MOVEMENT,
    "cohort_member": COHORT_MEMBER,
    "priority": PRIORITY,
    "contact": CONTACT,
    "need": NEED,
}
