"""People whose records stand at the edges of the Fixed rule, with dates counted back from today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from tests.cast import Cast
from tests.factories import make_fact, make_person
from trellis.rules.vocabulary import LeadKind, PanelOutcome, ReferralSource, Stage
from trellis.service.access.actor import acting
from trellis.service.people.models import Person
from trellis.service.record.models import Disposal
from trellis.service.selection.actions import propose_candidates, record_decision, refer
from trellis.service.selection.models import PanelDecision, Proposal, Referral

BURGLARY, ROBBERY, FROM_VEHICLE, SHOPLIFTING = "02801", "03401", "04510", "04600"
# At 38, twenty years after the first of so many sanctions, OGRS3 is in this band for burglary.
SANCTIONS = {"LOW": 5, "MEDIUM": 15, "HIGH": 42}


def ago(years: float = 0, days: int = 0) -> date:
    """So long before today."""
    return timezone.localdate() - timedelta(days=round(years * 365.25) + days)


def convict(cast: Cast, person: Person, on: date, ho_code: str = BURGLARY, **fields: Any) -> Disposal:
    """One proven offence dealt with on a day, the principal one unless told otherwise."""
    values = {"principal": True, "finding": "found_guilty", "disposal": "Community order"} | fields
    disposal: Disposal = make_fact(Disposal, person, cast.police, happened_on=on, ho_code=ho_code, **values)
    return disposal


def make_known(
    cast: Cast, family_name: str = "Quillfeather", *, band: str = "HIGH", ho_code: str = BURGLARY, **fields: Any
) -> Person:
    """Somebody of 38 with shop thefts over twenty years and one latest offence, a month ago unless `latest` says.

    `band` holds for burglary and theft from a vehicle; another offence may need another number of `sanctions`.
    """
    latest, sanctions = fields.pop("latest", ago(days=30)), fields.pop("sanctions", SANCTIONS[band])
    person = make_person(cast, family_name, **{"date_of_birth": ago(38.5)} | fields)
    for place in range(sanctions - 1):
        convict(cast, person, ago(20, -place * 30), SHOPLIFTING)
    convict(cast, person, latest, ho_code)
    return person


def run(cast: Cast) -> Any:
    """A run by the coordinator; returns its counts."""
    with acting(cast.coordinator):
        return propose_candidates(scheme=cast.scheme, by=cast.coordinator)


def proposals(cast: Cast, person: Person) -> list[Proposal]:
    """What stands about somebody."""
    with acting(cast.coordinator):
        return list(Proposal.objects.filter(person=person, closed_at=None).select_related("score", "cohort"))


def seen(cast: Cast, person: Person) -> Person:
    """The person as the coordinator reads them now."""
    with acting(cast.coordinator):
        return Person.objects.select_related("scheme", "area").get(pk=person.pk)


def make_candidate(cast: Cast, family_name: str = "Quillfeather", **fields: Any) -> Person:
    """Somebody whom a run has proposed."""
    person = make_known(cast, family_name, **fields)
    run(cast)
    return seen(cast, person)


def make_referral(cast: Cast, person: Person | None = None, **fields: Any) -> Referral:
    """A candidate, referred by the coordinator unless told otherwise."""
    by = fields.pop("by", cast.coordinator)
    person = person or make_candidate(cast)
    with acting(by):
        values = {"source": ReferralSource.CANDIDATE_LIST, "reason": "Burgling again since release."} | fields
        return refer(by=by, scheme=cast.scheme, person=person, **values)


def refer_by_name(cast: Cast, name: str = "Osric Quillfeather", **fields: Any) -> Referral:
    """A referral by the housing worker, who sees no record."""
    with acting(cast.housing_worker):
        values = {"source": ReferralSource.HOUSING, "reason": "Stolen bicycles in his flat.", "name": name} | fields
        return refer(by=cast.housing_worker, scheme=cast.scheme, **values)


def decide(cast: Cast, referral: Referral, outcome: PanelOutcome, **fields: Any) -> PanelDecision:
    """The coordinator records what a panel of two decided today."""
    values = {
        "rationale": "Six burglaries since spring, and a place to live is in reach.",
        "present": ["Ana Reed, Fable police", "Tom Ashby, Fable probation"],
        "decided_on": timezone.localdate(),
    } | fields
    with acting(cast.coordinator):
        return record_decision(by=cast.coordinator, referral=referral, outcome=outcome, **values)


def adopt(cast: Cast, person: Person | None = None) -> Person:
    """Somebody adopted to the Fixed cohort, led by the police officer."""
    referral = make_referral(cast, person)
    decide(cast, referral, PanelOutcome.ADOPT, cohort=cast.fixed, leads={LeadKind.POLICE: cast.police_om})
    assert referral.person is not None
    managed = seen(cast, referral.person)
    assert managed.stage == Stage.MANAGED
    return managed
