"""Leads change with a reason and a history, and sight of the record changes with them."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast
from tests.factories import make_person
from tests.service.selection.people import adopt, ago, decide, make_candidate, make_referral, seen
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import LeadKind, PanelOutcome, Role, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Posting, User
from trellis.service.people.models import Person
from trellis.service.selection.actions import change_lead, leave_cohort
from trellis.service.selection.models import CohortMembership, Lead
from trellis.service.selection.queries.officers import officers_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_officer(cast: Cast) -> User:
    with acting("setup"):
        user = User.objects.create(username="other", name="Other Officer", password="!")
        Posting.objects.create(
            user=user,
            agency=cast.police,
            scheme=cast.scheme,
            role=Role.POLICE_OFFENDER_MANAGER,
            starts=date(2020, 1, 1),
        )
    return user


def adopted_a_month_ago(cast: Cast) -> Person:
    referral = make_referral(cast, make_candidate(cast))
    decide(
        cast, referral, PanelOutcome.ADOPT, cohort=cast.fixed, leads={LeadKind.POLICE: cast.police_om},
        decided_on=ago(days=30),
    )  # fmt: skip
    assert referral.person is not None
    return seen(cast, referral.person)


@pytest.mark.requirement("REF-06")
def test_another_officer_takes_over_and_the_history_stays(cast: Cast, other_officer: User) -> None:
    person = adopted_a_month_ago(cast)
    with acting(cast.coordinator):
        change_lead(
            by=cast.coordinator,
            person=person,
            kind=LeadKind.POLICE,
            officer=other_officer,
            reason="Moved to Thimbleford.",
        )
        leads = Lead.objects.current().filter(person=person).order_by("starts")
        assert [(lead.officer, lead.starts, lead.ends) for lead in leads] == [
            (cast.police_om, ago(days=30), ago()),
            (other_officer, ago(), None),
        ]
    with acting(other_officer):
        assert Person.objects.get() == person
    with acting(cast.police_om):
        assert not Person.objects.exists()


@pytest.mark.parametrize(("reason", "sentence"), [("", "Say why"), ("x", "already leads")])
def test_a_change_without_reason_or_without_change_is_refused(cast: Cast, reason: str, sentence: str) -> None:
    person = adopt(cast)
    with acting(cast.coordinator), pytest.raises(Refused, match=sentence):
        change_lead(by=cast.coordinator, person=person, kind=LeadKind.POLICE, officer=cast.police_om, reason=reason)


def test_only_a_managed_person_has_a_lead(cast: Cast) -> None:
    with acting(cast.coordinator), pytest.raises(Refused, match="Only somebody who is managed"):
        change_lead(
            by=cast.coordinator, person=make_person(cast), kind=LeadKind.POLICE, officer=cast.police_om, reason="x"
        )


def test_an_officer_cannot_allocate(cast: Cast, other_officer: User) -> None:
    person = adopt(cast)
    with acting(cast.police_om), pytest.raises(Refused, match="may not allocate"):
        change_lead(by=cast.police_om, person=person, kind=LeadKind.POLICE, officer=other_officer, reason="x")


@pytest.mark.requirement("CAP-01")
def test_each_officer_is_listed_with_what_they_carry(cast: Cast) -> None:
    adopt(cast)
    with acting(cast.coordinator):
        (officer,) = officers_for(LeadKind.POLICE, cast.scheme)
    assert officer.label == "Police Om, Fable police (1 of 20)"


@pytest.mark.requirement("COH-14")
def test_leaving_ends_membership_leads_and_sight_and_keeps_them(cast: Cast) -> None:
    person = adopted_a_month_ago(cast)
    with acting(cast.coordinator):
        with pytest.raises(Refused, match="Say why management ends"):
            leave_cohort(by=cast.coordinator, person=person, reason="")
        leave_cohort(by=cast.coordinator, person=person, reason="Two quiet years.")
        membership = CohortMembership.objects.current().get(person=person)
        assert (membership.ends, membership.leaving_reason) == (ago(), "Two quiet years.")
        assert CohortMembership.objects.filter(person=person).count() == 2
    assert seen(cast, person).stage == Stage.FORMER
    with acting(cast.police_om):
        assert not Person.objects.exists()
