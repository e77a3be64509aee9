"""The agenda writes itself: from what waits, and of each person only what changed and only what its reader may see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from tests.service.meetings.scene import TODAY, held, managed, on_agenda, planned, said_of
from tests.service.selection.people import make_candidate, make_referral
from trellis.rules.vocabulary import Compartment, DrugTestBasis, DrugTestResult, PriorityColour, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.casework.models import Contact, DrugTest
from trellis.service.meetings.models import Meeting, PersonItem
from trellis.service.people.models import Address, Person
from trellis.service.record.models import Arrest, Custody, Priority
from trellis.service.work.actions import settle_task
from trellis.service.work.models import Task

pytestmark = pytest.mark.django_db


def shown(cast: Cast, user: User, meeting: Meeting) -> str:
    response = cast.client(user).get(reverse("meetings:meeting", args=[meeting.pk]))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.requirement("REF-02")
def test_the_panel_is_about_whoever_waits_for_it(cast: Cast) -> None:
    referred = make_referral(cast)
    candidate = make_candidate(cast, "Ottershaw")
    nobody = make_person(cast, "Passerby")
    panel = planned(cast, kind="panel")
    with acting(cast.coordinator):
        assert list(PersonItem.objects.values_list("person_id", "why")) == [(referred.person_id, "referrals")]
    page = shown(cast, cast.coordinator, panel)
    assert reverse("selection:panel", args=[referred.pk]) in page
    assert "Record the panel’s decision" in page
    client = cast.client(cast.coordinator)
    offered = client.get(reverse("meetings:people", args=[panel.pk])).content.decode()
    assert "Ottershaw, Osric: candidate whom a rule proposes" in offered
    assert str(nobody.list_name) not in offered
    client.post(reverse("meetings:people", args=[panel.pk]), {"people": [candidate.pk]})
    assert "Ottershaw" in shown(cast, cast.coordinator, panel)


def changed(cast: Cast, person: Person) -> None:
    """A month of somebody's record, and what is older."""
    now, before = TODAY - timedelta(2), TODAY - timedelta(60)
    make_fact(Priority, person, cast.police, starts=before, ends=now, colour=PriorityColour.AMBER)
    make_fact(Priority, person, cast.police, starts=now, colour=PriorityColour.RED, reason="Two calls a night")
    make_fact(Arrest, person, cast.police, happened_on=now, outcome="Released on bail")
    make_fact(
        Arrest, person, cast.police, happened_on=before, outcome="Long ago", recorded_at=timezone.now() - timedelta(60)
    )
    make_fact(Address, person, cast.police, starts=now, text="12 Larch Row")
    make_fact(Custody, person, cast.police, starts=before, kind="remand", expected_release=TODAY + timedelta(9))
    for agency, outcome in ((cast.police, "unacceptable_absence"), (cast.housing, "attended_complied")):
        make_fact(Contact, person, agency, happened_on=now, mode="office", outcome=outcome, worker="x")
    with acting(cast.coordinator):
        DrugTest.objects.create(
            person=person, agency=cast.probation, happened_on=now, basis=DrugTestBasis.choices()[0][0],
            tested_for="opiates", result=DrugTestResult.choices()[0][0], worker="x", recorded_by=cast.coordinator,
        )  # fmt: skip


@pytest.mark.requirement("PLN-05")
def test_only_what_changed_is_told_and_to_each_reader_what_is_theirs(cast: Cast) -> None:
    person = managed(cast, probation_om=[Compartment.HEALTH])
    earlier = planned(cast)
    on_agenda(cast, earlier, person)
    held(cast, earlier, days_ago=14)
    changed(cast, person)
    meeting = planned(cast)
    on_agenda(cast, meeting, person)
    page = shown(cast, cast.police_om, meeting)
    for words in (
        "Red, was amber. Two calls a night", "Released on bail", "Lives at 12 Larch Row",
        "1 contact missed or not complied with (Fable police 1)", "1 contact kept (Fable housing 1)",
        "Release expected on",
    ):  # fmt: skip
        assert words in page
    assert "Long ago" not in page
    assert "Drug test" not in page
    assert "Drug test" in shown(cast, cast.probation_om, meeting)
    housing = shown(cast, cast.housing_worker, meeting)
    assert "Lives at 12 Larch Row" in housing
    assert "Released on bail" not in housing
    assert "Two calls a night" not in housing


@pytest.mark.requirement("PLN-05")
def test_the_order_is_that_of_what_the_reader_sees(cast: Cast) -> None:
    quiet, busy = managed(cast, "Abbot"), managed(cast, "Zeal")
    hidden = make_person(cast, "Wethercott", stage=Stage.MANAGED)
    make_fact(Arrest, busy, cast.police, happened_on=TODAY - timedelta(1))
    make_fact(Arrest, hidden, cast.police, happened_on=TODAY - timedelta(1))
    meeting = planned(cast)
    items = on_agenda(cast, meeting, quiet, busy, hidden)
    police, housing = shown(cast, cast.police_om, meeting), shown(cast, cast.housing_worker, meeting)
    assert police.index("Zeal") < police.index("Abbot")
    # Housing reads no arrests, so to housing nobody has moved.
    assert housing.index("Abbot") < housing.index("Zeal")
    for page in (police, housing):
        assert "Wethercott" not in page
        assert f"item-{items[2].pk}" not in page
    assert cast.client(cast.police_om).get(reverse("meetings:item", args=[items[2].pk])).status_code == 404


def test_open_actions_are_carried_until_they_are_settled(cast: Cast) -> None:
    person = managed(cast)
    earlier = planned(cast)
    (item,) = on_agenda(cast, earlier, person)
    said_of(cast, item, action="Ask the landlord for a letter", owner={"user": cast.police_om}, due_on=TODAY)
    held(cast, earlier, days_ago=7)
    # What is open puts somebody on the next agenda.
    meeting = planned(cast)
    page = shown(cast, cast.police_om, meeting)
    assert "Actions of earlier meetings are open" in page
    assert "Actions carried from earlier meetings" in page
    assert "Ask the landlord for a letter" in page
    with acting(cast.police_om):
        settle_task(task=Task.objects.get(), by=cast.police_om)
    page = shown(cast, cast.police_om, meeting)
    assert "Ask the landlord" not in page
    assert "1 task done" in page


def test_an_agenda_costs_the_same_for_three_people_and_thirty(cast: Cast) -> None:
    meeting, client = planned(cast), cast.client(cast.police_om)
    counts = []
    for start, end in ((0, 3), (3, 30)):
        people = [make_person(cast, f"Person{number}", stage=Stage.MANAGED) for number in range(start, end)]
        for person in people:
            grant(cast, cast.police_om, person)
            make_fact(Arrest, person, cast.police, happened_on=TODAY - timedelta(1))
            make_fact(Contact, person, cast.police, happened_on=TODAY, mode="office", worker="x",
                      outcome="attended_complied")  # fmt: skip
        on_agenda(cast, meeting, *people)
        address = reverse("meetings:meeting", args=[meeting.pk])
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1], counts
