"""Fable's areas, agencies and officers. The demonstration makes its areas, agencies and users from these."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Area:
    """A part of Fable with the words its addresses use."""

    code: str
    name: str
    postcode_district: str
    share: float


@dataclass(frozen=True)
class Agency:
    """A partner of the scheme; `kind` is a value of `trellis.rules.vocabulary.AgencyKind`."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True)
class Officer:
    """Somebody who can lead a case."""

    username: str
    name: str
    agency: str
    area: str


AREAS = (
    Area("LF", "Little Fabling", "ZZ1", 0.45),
    Area("TH", "Thimbleford", "ZZ2", 0.33),
    Area("CM", "Crowsmere", "ZZ3", 0.22),
)

POLICE, PROBATION, PRISON = "fable-police", "fable-probation", "fable-prison"

AGENCIES = (
    Agency(POLICE, "Fable Constabulary", "police"),
    Agency(PROBATION, "Fable Probation Delivery Unit", "probation"),
    Agency(PRISON, "HMP Fabling", "prison"),
    Agency("fable-courts", "Fable Courts Office", "courts"),
    Agency("fable-yjs", "Fable Youth Justice Service", "youth"),
    Agency("fable-housing", "Hearthstone Housing", "housing"),
    Agency("fable-recovery", "Clearwater Recovery", "drug_and_alcohol"),
    Agency("fable-work", "Lanterngate Jobs and Skills", "voluntary"),
)

PARTNERS = ("fable-housing", "fable-recovery", "fable-work")


def _officer(name: str, agency: str, area: str) -> Officer:
    return Officer(name.lower().replace(" ", "."), name, agency, area)


OFFICERS = (
    _officer("Wren Aldersmith", POLICE, "LF"),
    _officer("Jasper Quickthorn", POLICE, "LF"),
    _officer("Maud Ferriday", POLICE, "TH"),
    _officer("Silas Penhallow", POLICE, "TH"),
    _officer("Dilys Marchbanks", POLICE, "CM"),
    _officer("Rufus Oddingley", POLICE, "CM"),
    _officer("Posy Larkfield", PROBATION, "LF"),
    _officer("Ambrose Tolliver", PROBATION, "LF"),
    _officer("Nesta Whitlow", PROBATION, "TH"),
    _officer("Cuthbert Vane", PROBATION, "TH"),
    _officer("Ottoline Rudge", PROBATION, "CM"),
    _officer("Barnaby Sallow", PROBATION, "CM"),
)

PRISONS = (("FAB", "HMP Fabling"), ("OWL", "HMP Owlstone"))


def leads(agency: str, area: str) -> tuple[str, ...]:
    """The usernames of an agency's officers in an area, in order."""
    return tuple(one.username for one in OFFICERS if one.agency == agency and one.area == area)
