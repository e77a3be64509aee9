"""People whose records stand at the edges of the Fixed rule."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.cast import Cast
from tests.factories import make_fact, make_person
from trellis.rules.vocabulary import ReferralSource, Stage
from trellis.service.access.actor import acting
from trellis.service.people.models import Person
from trellis.service.record.models import Disposal
from trellis.service.selection.actions import propose_candidates, refer
from trellis.service.selection.models import Referral

TODAY = date(2026, 10, 31)
BURGLARY, ROBBERY, FROM_VEHICLE, SHOPLIFTING, ASSAULT = "02801", "03401", "04510", "04600", "10501"


def convict(cast: Cast, person: Person, on: date, ho_code: str = BURGLARY, **fields: Any) -> Disposal:
    """One proven offence dealt with on a day, the principal one unless told otherwise."""
    values = {"principal": True, "finding": "found_guilty", "disposal": "Community order"} | fields
    disposal: Disposal = make_fact(Disposal, person, cast.police, happened_on=on, ho_code=ho_code, **values)
    return disposal


def make_prolific(cast: Cast, family_name: str = "Quillfeather", ho_code: str = BURGLARY, **fields: Any) -> Person:
    """A young man of many sanctions in few years, the last a month ago: high on OGRS3 whatever the offence."""
    person = make_person(cast, family_name, date_of_birth=date(2003, 5, 14), **fields)
    for year in range(2018, 2026):
        for month in (2, 5, 8, 11):
            convict(cast, person, date(year, month, 3), SHOPLIFTING)
    convict(cast, person, date(2026, 9, 30), ho_code)
    return person


def make_candidate(cast: Cast, family_name: str = "Quillfeather", **fields: Any) -> Person:
    """A prolific person whom a run has proposed."""
    person = make_prolific(cast, family_name, **fields)
    with acting(cast.coordinator):
        propose_candidates(scheme=cast.scheme, by=cast.coordinator)
    person.stage = Stage.CANDIDATE
    return person


def make_referral(cast: Cast, person: Person | None = None, **fields: Any) -> Referral:
    """A candidate, referred by the coordinator."""
    person = person or make_candidate(cast)
    with acting(cast.coordinator):
        return refer(
            by=cast.coordinator,
            scheme=cast.scheme,
            person=person,
            source=ReferralSource.CANDIDATE_LIST,
            reason="Burgling again since release.",
            **fields,
        )
