"""A case manager from outside the team sees the case alone, as far as their agency's partner view goes (REF-13)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import make_fact, make_person
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Compartment, GrantBasis, LeadKind, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Grant
from trellis.service.people.models import Identifier, Person, PersonName
from trellis.service.selection.actions import change_lead, leave_cohort
from trellis.service.selection.models import Lead

pytestmark = pytest.mark.django_db
WHY = "Knows him from the hostel"


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    make_fact(Identifier, person, cast.police, kind="PNC", value="2002/3186819R")
    make_fact(PersonName, person, cast.police, family_name="Ravensmere")
    return person


def give(cast: Cast, person: Person) -> None:
    with acting(cast.coordinator):
        change_lead(
            by=cast.coordinator, person=person, kind=LeadKind.CASE_MANAGER, officer=cast.housing_worker, reason=WHY
        )


@pytest.mark.requirement("REF-13")
def test_a_worker_of_another_agency_manages_a_case_with_limited_access(cast: Cast, person: Person) -> None:
    address = reverse("selection:change_lead", args=[person.pk, "case"])
    page = cast.client(cast.coordinator).get(address).content.decode()
    assert "Housing Worker, Fable housing" in page
    assert "Police Om" not in page
    give(cast, person)
    with acting(cast.housing_worker):
        assert Person.objects.filter(pk=person.pk).exists()
        assert PersonName.objects.filter(person=person).exists()
        # Numbers of the police are not in the partner view of housing.
        assert not Identifier.objects.filter(person=person).exists()
    with acting(cast.coordinator):
        (grant,) = Grant.objects.filter(person_id=person.pk, basis=GrantBasis.ALLOCATED)
        assert (grant.user, grant.compartments) == (cast.housing_worker, [Compartment.CORE])
        assert Lead.objects.current().get(person=person).get_kind_display() == "Case manager"
    assert "Change case manager" in cast.client(cast.coordinator).get(f"/person/{person.pk}/").content.decode()


def test_their_sight_ends_with_management(cast: Cast, person: Person) -> None:
    give(cast, person)
    with acting(cast.coordinator):
        leave_cohort(by=cast.coordinator, person=person, reason="No offence for two years")
    with acting(cast.housing_worker):
        assert not Person.objects.filter(pk=person.pk).exists()


def test_past_the_review_of_the_agreement_nobody_from_outside_is_given_a_case(cast: Cast, person: Person) -> None:
    with acting("setup"):
        cast.agreement.review_on = timezone.localdate() - timedelta(1)
        cast.agreement.save(update_fields=["review_on"])
    with pytest.raises(Refused, match="was due for review"):
        give(cast, person)


@pytest.mark.requirement("SEC-01")
def test_an_allocation_opens_what_the_officers_work_needs_and_to_their_team_the_core_alone(
    cast: Cast, person: Person
) -> None:
    with acting(cast.coordinator):
        change_lead(by=cast.coordinator, person=person, kind=LeadKind.POLICE, officer=cast.police_om, reason=WHY)
        grants = Grant.objects.filter(person_id=person.pk, basis=GrantBasis.ALLOCATED)
        opened = {bool(grant.user_id): set(grant.compartments) for grant in grants}
    assert opened == {True: {"core", "intelligence", "victim_safety"}, False: {"core"}}
