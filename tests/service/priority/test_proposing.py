"""Agencies propose a colour with what it rests on; who may not read the evidence finds no trace of the proposal."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.vocabulary import Engagement, IntelligencePicture, PriorityColour, RestsOn, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.people.models import Person
from trellis.service.priority.actions import decide_priority, propose_priority, withdraw_proposal
from trellis.service.priority.models import Proposal
from trellis.service.record.models import Priority
from trellis.service.selection.models import Lead
from trellis.service.work.models import Notice, Task

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
RED, AMBER, GREEN, BLUE = PriorityColour


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


@pytest.fixture
def person(cast: Cast) -> Person:
    """Somebody Amber, led by police, whom probation and housing work with too; police alone read intelligence."""
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person, compartments=["core", "intelligence"])
    for user in (cast.probation_om, cast.housing_worker, cast.neighbourhood, cast.analyst):
        grant(cast, user, person)
    make_fact(Lead, person, cast.police, kind="police", officer=cast.police_om, starts=days(-90))
    make_fact(
        Priority, person, cast.police, colour="amber", reason="Came twice.", starts=days(-20), review_on=days(9),
        engagement="some", intelligence="none", proposed="amber",
    )  # fmt: skip
    return person


def propose_by(user: User, person: Person, colour: PriorityColour, **fields: Any) -> Proposal:
    values: dict[str, Any] = {"reason": "Missed three visits.", "rests_on": RestsOn.CONTACT, "happened_on": TODAY}
    with acting(user):
        return propose_priority(by=user, person=person, colour=colour, **values | fields)


def decide_by(user: User, person: Person, colour: PriorityColour) -> Priority:
    with acting(user):
        return decide_priority(
            by=user, person=person, colour=colour, reason="As police propose.", engagement=Engagement.NOT_ENGAGING,
            intelligence=IntelligencePicture.ACTIVE, at_large=False, review_on=days(7),
        )  # fmt: skip


def page(cast: Cast, who: User, person: Person, name: str = "priority:person", **asked: Any) -> str:
    response = cast.client(who).get(reverse(name, args=[person.pk]), asked)
    assert response.status_code == 200, response.status_code
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


@pytest.mark.requirement("RAG-09")
def test_agencies_stand_side_by_side_and_a_decision_keeps_who_agreed(cast: Cast, person: Person) -> None:
    propose_by(cast.probation_om, person, AMBER)
    propose_by(cast.housing_worker, person, RED)
    html = page(cast, cast.analyst, person)
    assert "<strong>Not agreed.</strong> Fable probation agrees. Fable housing proposes Red." in html
    assert ">Agrees</strong>" in html
    assert ">Differs</strong>" in html
    with acting(cast.police_om):
        (task,) = Task.objects.filter(source="priority.Proposal")
        assert (task.user, task.due_on, task.state) == (cast.police_om, TODAY, "open")
        assert "Red" in task.reason
        assert person.family_name not in task.reason
    decide_by(cast.police_om, person, RED)
    propose_by(cast.housing_worker, person, GREEN)
    with acting(cast.police_om):
        settled, waiting = Task.objects.filter(source="priority.Proposal").order_by("made_at")
        assert (settled.state, settled.ended_why, waiting.state) == ("done", "Decided: Red.", "open")
    html = page(cast, cast.analyst, person)
    assert "Fable housing agrees. Fable probation proposes Amber." in html, "as it stood when Red was decided"
    assert "Fable probation proposes Amber. Fable housing proposes Green." in html, "as it stands now"
    assert "after the priority was decided" in html


@pytest.mark.requirement("SEC-06")
def test_who_may_not_read_the_evidence_finds_no_trace_of_the_proposal(cast: Cast, person: Person) -> None:
    propose_by(cast.police_om, person, AMBER)
    before = page(cast, cast.probation_om, person)
    propose_by(
        cast.police_om, person, RED, rests_on=RestsOn.INTELLIGENCE, reason="Named by a source as handling goods."
    )
    assert "handling goods" in page(cast, cast.police_om, person)
    assert "Fable police proposes Red" in page(cast, cast.police_om, person)
    assert page(cast, cast.probation_om, person) == before
    for user in (cast.probation_om, cast.housing_worker):
        with acting(user):
            assert [one.colour for one in Proposal.objects.filter(person=person)] == ["amber"]
            assert not Notice.objects.filter(user=user).exists()
    decide_by(cast.police_om, person, RED)
    assert "Fable police agrees" in page(cast, cast.police_om, person)
    assert "Fable police agrees" not in page(cast, cast.probation_om, person)


def test_a_question_goes_to_a_lead_who_may_read_the_evidence(cast: Cast, person: Person) -> None:
    grant(cast, cast.probation_om, person, compartments=["core", "health"])
    propose_by(cast.probation_om, person, RED, rests_on=RestsOn.TEST, reason="Tested positive for heroin.")
    with acting(cast.coordinator):
        (task,) = Task.objects.filter(source="priority.Proposal")
        assert (task.user, task.role, task.compartment) == (None, "coordinator", "health"), "police read no health"
    with acting(cast.police_om):
        assert not Task.objects.filter(source="priority.Proposal").exists()


def test_housing_reads_who_proposes_what_and_not_why(cast: Cast, person: Person) -> None:
    propose_by(cast.probation_om, person, RED, rests_on=RestsOn.ARREST, reason="Arrested with a stolen bicycle.")
    html = page(cast, cast.housing_worker, person)
    assert "Fable probation proposes Red." in html
    for words in ("bicycle", "arrest, charge"):
        assert words not in html, words
    assert "What the grid proposes" not in html, "the facts that the grid is asked are not shared with housing"
    propose_by(cast.housing_worker, person, GREEN, reason="Keeps the flat well.")
    assert "Keeps the flat well." in page(cast, cast.housing_worker, person)


def test_an_agency_takes_its_own_proposal_back(cast: Cast, person: Person) -> None:
    propose_by(cast.probation_om, person, AMBER)
    made = propose_by(cast.probation_om, person, RED)
    address = reverse("priority:take_back", args=[made.pk])
    for user, status in ((cast.police_om, 403), (cast.analyst, 403), (cast.stranger, 404)):
        assert cast.client(user).get(address).status_code in {status, 403}
    with acting(cast.police_om), pytest.raises(Refused, match="proposal of Fable probation"):
        withdraw_proposal(by=cast.police_om, proposal=made)
    client = cast.client(cast.probation_om)
    assert "Take back a proposal" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert "<strong>Not agreed.</strong>" not in page(cast, cast.probation_om, person), "Amber counts again"
    assert "Somebody else corrected this" in client.post(address).content.decode()
    with acting(cast.probation_om), pytest.raises(Changed):
        withdraw_proposal(by=cast.probation_om, proposal=made)


def test_the_page_proposes(cast: Cast, person: Person) -> None:
    address = reverse("priority:propose", args=[person.pk])
    client = cast.client(cast.housing_worker)
    form = client.get(address).content.decode()
    assert "Unlawfully at large, or not engaging" in form, "what each colour means stands beside it"
    assert 'value="intelligence"' not in form, "housing reads no intelligence"
    assert "Only those who may read intelligence" in page(cast, cast.police_om, person, "priority:propose")
    said = {"colour": "red", "rests_on": "contact", "happened_on": "yesterday", "reason": "Left the hostel."}
    faulty = client.post(address, said | {"reason": "", "happened_on": "tomorrow", "rests_on": "intelligence"})
    for words in ("Enter why", "must be today or in the past", "choose one of the answers shown"):
        assert words in faulty.content.decode(), words
    done = client.post(address, said, follow=True).content.decode()
    assert "Your agency proposes Red." in done
    assert "Left the hostel." in done


def test_wrong_roles_and_strangers_do_not_propose(cast: Cast, person: Person) -> None:
    for user in (cast.analyst, cast.auditor, cast.administrator, cast.stranger):
        assert cast.client(user).get(reverse("priority:propose", args=[person.pk])).status_code == 403
    with pytest.raises(Refused, match="may not propose a person's priority"):
        propose_by(cast.analyst, person, RED)
    known = make_person(cast, "Larkspur")
    with pytest.raises(Refused, match="whom the scheme manages"):
        propose_by(cast.coordinator, known, RED)
