"""A panel decides with its reasons, and what it saw is kept; adoption brings leads in the same act."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from tests.cast import Cast
from tests.factories import make_fact, make_person
from tests.service.selection.people import (
    adopt,
    ago,
    convict,
    decide,
    make_candidate,
    make_referral,
    refer_by_name,
    seen,
)
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import LeadKind, PanelOutcome, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Grant, Posting
from trellis.service.people.models import Person
from trellis.service.record.models import Supervision
from trellis.service.selection.actions import give_view, record_decision, score_person
from trellis.service.selection.models import CohortMembership, Lead, PanelDecision, Proposal, Referral
from trellis.service.selection.queries.panel import Picture, picture_of

pytestmark = pytest.mark.django_db
POLICE_LEADS = LeadKind.POLICE


@pytest.mark.requirement("SEL-09", "REF-01", "COH-14")
def test_adoption_brings_membership_lead_and_sight(cast: Cast) -> None:
    referral = make_referral(cast)
    with acting(cast.police_om):
        assert not Person.objects.exists()
    decision = decide(cast, referral, PanelOutcome.ADOPT, cohort=cast.fixed, leads={POLICE_LEADS: cast.police_om})
    assert decision.present == ["Ana Reed, Fable police", "Tom Ashby, Fable probation"]
    with acting(cast.police_om):
        person = Person.objects.get()
        assert person.stage == Stage.MANAGED
        membership = CohortMembership.objects.get(person=person)
        assert (membership.cohort, membership.starts, membership.decision) == (
            cast.fixed,
            timezone.localdate(),
            decision,
        )
        assert Lead.objects.get(person=person).officer == cast.police_om
    with acting(cast.coordinator):
        grants = Grant.objects.filter(person_id=person.pk, basis="allocated")
        assert {(grant.user, grant.team) for grant in grants} == {(cast.police_om, None), (None, cast.north_team)}
        assert {grant.agency for grant in grants} == {cast.police}
        assert Referral.objects.get().closed_at is not None
        assert not Proposal.objects.filter(closed_at=None).exists()


@pytest.mark.parametrize(
    ("outcome", "stage", "closed"),
    [
        (PanelOutcome.REFUSE, Stage.KNOWN, True),
        (PanelOutcome.LIGHT_TOUCH, Stage.KNOWN, True),
        (PanelOutcome.DEFER, Stage.REFERRAL, False),
    ],
)
def test_other_outcomes_move_nobody_into_management(
    cast: Cast, outcome: PanelOutcome, stage: Stage, closed: bool
) -> None:
    referral = make_referral(cast)
    review = ago(days=-30) if outcome == PanelOutcome.DEFER else None
    decide(cast, referral, outcome, review_on=review)
    assert referral.person is not None
    assert seen(cast, referral.person).stage == stage
    with acting(cast.coordinator):
        assert (Referral.objects.get().closed_at is not None) == closed
        assert not CohortMembership.objects.exists()


def test_a_deferred_referral_is_decided_later_and_both_decisions_stand(cast: Cast) -> None:
    referral = make_referral(cast)
    decide(cast, referral, PanelOutcome.DEFER, review_on=ago(days=-30))
    decide(cast, referral, PanelOutcome.REFUSE)
    with acting(cast.coordinator):
        assert [each.outcome for each in PanelDecision.objects.all()] == ["refuse", "defer"]


@pytest.mark.requirement("SEL-09")
@pytest.mark.parametrize(
    ("outcome", "fields", "sentence"),
    [
        ("refuse", {"rationale": " "}, "Write the panel's reasons"),
        ("refuse", {"present": [" "]}, "Name at least one person"),
        ("refuse", {"decided_on": ago(days=-1)}, "today or in the past"),
        ("defer", {}, "look at this again"),
        ("defer", {"review_on": ago(days=1)}, "must come after"),
        ("adopt", {}, "Choose the cohort"),
    ],
)
def test_a_decision_lacking_something_is_refused(cast: Cast, outcome: str, fields: dict, sentence: str) -> None:
    referral = make_referral(cast)
    with pytest.raises(Refused, match=sentence):
        decide(cast, referral, PanelOutcome(outcome), **fields)
    with acting(cast.coordinator):
        assert not PanelDecision.objects.exists()


@pytest.mark.requirement("REF-04")
def test_nobody_is_adopted_without_the_leads_that_supervision_asks_for(cast: Cast) -> None:
    person = make_candidate(cast)
    make_fact(Supervision, person, cast.probation, kind="licence", starts=ago(days=90))
    referral = make_referral(cast, person)
    with pytest.raises(Refused, match="Name a police lead"):
        decide(cast, referral, PanelOutcome.ADOPT, cohort=cast.fixed)
    with pytest.raises(Refused, match="Name a probation lead"):
        decide(cast, referral, PanelOutcome.ADOPT, cohort=cast.fixed, leads={POLICE_LEADS: cast.police_om})
    with acting(cast.coordinator):
        assert not PanelDecision.objects.exists()
        assert not CohortMembership.objects.exists()
    leads = {POLICE_LEADS: cast.police_om, LeadKind.PROBATION: cast.probation_om}
    decide(cast, referral, PanelOutcome.ADOPT, cohort=cast.fixed, leads=leads)
    with acting(cast.probation_om):
        assert Person.objects.get().pk == person.pk


def test_somebody_who_is_no_officer_cannot_lead(cast: Cast) -> None:
    referral = make_referral(cast)
    with pytest.raises(Refused, match="cannot be a police lead"):
        decide(cast, referral, PanelOutcome.ADOPT, cohort=cast.fixed, leads={POLICE_LEADS: cast.housing_worker})


@pytest.mark.requirement("CAP-02", "CAP-05")
def test_going_over_capacity_asks_for_a_reason_and_does_not_stop(cast: Cast) -> None:
    with acting("setup"):
        cast.scheme.people_per_officer = 2
        cast.scheme.save()
        Posting.objects.filter(user=cast.police_om).update(ends=timezone.localdate())
        Posting.objects.create(
            user=cast.police_om, agency=cast.police, team=cast.north_team, scheme=cast.scheme,
            role="police_offender_manager", share="0.5", starts=ago(1),
        )  # fmt: skip
    adopt(cast)
    referral = make_referral(cast, make_candidate(cast, "Second"))
    with pytest.raises(Refused, match=r"0\.5 full-time officers at 2 people each can manage 1"):
        decide(cast, referral, PanelOutcome.ADOPT, cohort=cast.fixed, leads={POLICE_LEADS: cast.police_om})
    decide(
        cast, referral, PanelOutcome.ADOPT, cohort=cast.fixed, leads={POLICE_LEADS: cast.police_om},
        lead_reason="Knows the family.",
    )  # fmt: skip
    with acting(cast.coordinator):
        assert Lead.objects.filter(officer=cast.police_om, reason="Knows the family.").exists()


def test_a_role_that_may_not_decide_is_refused(cast: Cast) -> None:
    referral = make_referral(cast)
    for user in (cast.police_om, cast.housing_worker, cast.analyst):
        with acting(user), pytest.raises(Refused, match="may not record a panel decision"):
            record_decision(
                by=user, referral=referral, outcome=PanelOutcome.REFUSE, rationale="x", present=["A, B"],
                decided_on=timezone.localdate(),
            )  # fmt: skip


def test_a_referral_of_nobody_yet_cannot_be_decided(cast: Cast) -> None:
    with pytest.raises(Refused, match="Say who this referral is about"):
        decide(cast, refer_by_name(cast), PanelOutcome.REFUSE)


def test_a_closed_referral_is_decided_no_more(cast: Cast) -> None:
    referral = make_referral(cast)
    decide(cast, referral, PanelOutcome.REFUSE)
    with pytest.raises(Refused, match="This referral is closed"):
        decide(cast, referral, PanelOutcome.REFUSE)


@pytest.mark.requirement("SEL-09")
@pytest.mark.parametrize(
    "statement", ["UPDATE selection_paneldecision SET rationale = 'other'", "DELETE FROM selection_paneldecision"]
)
def test_the_database_lets_nobody_alter_a_decision(cast: Cast, statement: str) -> None:
    decide(cast, make_referral(cast), PanelOutcome.REFUSE)
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with acting(cast.coordinator), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.requirement("SEL-09", "SEL-10")
def test_what_the_panel_saw_is_kept_as_known_then(cast: Cast) -> None:
    referral = make_referral(cast)
    with acting(cast.coordinator):
        give_view(by=cast.coordinator, referral=referral, supports=True, text="Six burglaries.")
    decision = decide(cast, referral, PanelOutcome.REFUSE)
    assert referral.person is not None
    convict(cast, referral.person, ago(days=2))
    evidence = decision.evidence
    assert (evidence["score"]["band"], len(evidence["score"]["terms"])) == ("HIGH", 4)
    assert [view["text"] for view in evidence["views"]] == ["Six burglaries."]
    assert sum(year["offences"] for year in evidence["years"]) == sum(
        year.offences for year in _picture(cast, referral.person, decision).years
    )


def _picture(cast: Cast, person: Person, decision: PanelDecision) -> Picture:
    with acting(cast.coordinator):
        return picture_of(person, known_at=decision.known_at)


@pytest.mark.requirement("SEL-13")
def test_warns_without_a_current_score(cast: Cast) -> None:
    person = make_person(cast)
    with acting(cast.coordinator):
        assert "no score to look at" in picture_of(person).warning
        assert "not a low score" in " ".join(picture_of(person).why_no_score)
    person = make_candidate(cast)
    with acting(cast.coordinator):
        assert picture_of(person).warning == ""
    later = timezone.now() + timedelta(days=400)
    with acting(cast.coordinator):
        assert "Run it again" in picture_of(person, known_at=later).warning
        assert score_person(by=cast.coordinator, person=person) is not None


@pytest.mark.requirement("SEL-08", "SEL-20")
def test_somebody_no_rule_proposes_can_be_adopted_and_somebody_proposed_refused(cast: Cast) -> None:
    adopt(cast, make_person(cast, "Unproposed"))
    decide(cast, make_referral(cast, make_candidate(cast, "Proposed")), PanelOutcome.REFUSE)
    with acting(cast.coordinator):
        stages = dict(Person.objects.values_list("family_name", "stage"))
        kept = PanelDecision.objects.get(person__family_name="Unproposed").rationale
    assert stages == {"Unproposed": Stage.MANAGED, "Proposed": Stage.KNOWN}
    assert kept == "Six burglaries since spring, and a place to live is in reach."
