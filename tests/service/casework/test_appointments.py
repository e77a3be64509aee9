"""Appointments are planned, moved with who asked and why, called off, and end in an outcome that can be put right."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import ContactMode, ContactOutcome, MovedBy, Stage
from trellis.service.access.actor import acting
from trellis.service.casework.actions.appointments import move_appointment, record_outcome
from trellis.service.casework.actions.contacts import change_outcome
from trellis.service.casework.models import Appointment, Contact
from trellis.service.people.models import Person

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
TOMORROW = TODAY + timedelta(1)


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    for user in (cast.police_om, cast.housing_worker, cast.analyst):
        grant(cast, user, person)
    return person


def answers(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "happened_on": "tomorrow", "happened_at": "9.30pm", "minutes": "45", "mode": "home", "kind": "vigilance",
        "purposes": ["drug_test", "relationship"], "serves": "both", "joint": [str(cast.probation.pk)],
        "place": "Flat 2", "worker": "Police Om", "with_user": cast.police_om.pk, "notes": "With probation.",
    } | changes  # fmt: skip


def planned(cast: Cast, person: Person, agency: Any = None, **changes: Any) -> Appointment:
    values = {"happened_on": TOMORROW, "happened_at": time(14), "mode": "office", "minutes": 30, "worker": "Wren"}
    made: Appointment = make_fact(Appointment, person, agency or cast.police, **(values | changes))
    return made


def at(name: str, row: Any) -> str:
    return reverse(f"casework:{name}", args=[row.pk])


@pytest.mark.requirement("INT-01", "INT-07")
def test_a_joint_vigilance_visit_in_the_evening_is_planned_with_its_purposes(cast: Cast, person: Person) -> None:
    client = cast.client(cast.police_om)
    response = client.post(at("plan", person), answers(cast))
    assert response.status_code == 302, response.content.decode()
    with acting(cast.police_om):
        made = Appointment.objects.get()
        assert (made.happened_on, made.happened_at, made.minutes) == (TOMORROW, time(21, 30), 45)
        assert (made.kind, made.purposes, made.serves) == ("vigilance", ["drug_test", "relationship"], "both")
        assert (made.joint, made.agency, made.with_user) == ([cast.probation.pk], cast.police, cast.police_om)
    page = client.get(at("contacts", person)).content.decode()
    assert "with Fable probation" in page
    shown = client.get(at("appointment", made)).content.decode()
    assert "Drug test, build the relationship" in shown
    assert "Control and change" in shown


def test_a_vigilance_visit_without_a_purpose_and_a_time_gone_by_are_refused(cast: Cast, person: Person) -> None:
    client = cast.client(cast.police_om)
    page = client.post(at("plan", person), answers(cast, purposes=[])).content.decode()
    assert "Purposes of the visit" in page
    assert "There is a problem" in page
    page = client.post(at("plan", person), answers(cast, happened_on="today", happened_at="00:01", minutes="1"))
    assert "has passed. Record a contact instead" in page.content.decode()
    page = client.post(at("plan", person), answers(cast, happened_at="soon")).content.decode()
    assert "is not a time; write it like" in page
    assert "Flat 2" in page
    with acting(cast.police_om):
        assert not Appointment.objects.exists()


def test_two_agencies_at_one_hour_are_told_and_may_still_both_come(cast: Cast, person: Person) -> None:
    planned(cast, person, cast.housing, happened_at=time(14), minutes=60)
    client = cast.client(cast.police_om)
    same = answers(cast, happened_at="14:30", kind="", purposes=[])
    page = client.post(at("plan", person), same).content.decode()
    assert "Fable housing sees them at 2pm for 60 minutes" in page
    assert 'name="despite_clash"' in page
    assert client.post(at("plan", person), same | {"despite_clash": "on"}).status_code == 302
    assert client.get(at("contacts", person)).content.decode().count("Clashes") == 2
    assert client.post(at("plan", person), same | {"happened_at": "4pm"}).status_code == 302


def test_moving_keeps_the_earlier_time_with_who_asked_and_why(cast: Cast, person: Person) -> None:
    appointment = planned(cast, person)
    client = cast.client(cast.police_om)
    answer = {"happened_on": (TODAY + timedelta(3)).isoformat(), "happened_at": "10am", "moved_by": "person",
              "reason": "Starts a job that day"}  # fmt: skip
    assert client.post(at("move", appointment), answer).status_code == 302
    with acting(cast.police_om):
        now = Appointment.objects.current().get()
        assert (now.happened_on, now.happened_at, now.moved_by) == (TODAY + timedelta(3), time(10), "person")
    page = client.get(at("appointment", now)).content.decode()
    assert "The person asked: Starts a job that day" in page
    assert "at 2pm" in page
    # What was moved meanwhile is not moved again from the old page.
    refused = client.post(at("move", appointment), answer)
    assert refused.status_code == 403
    assert "has been changed since" in refused.content.decode()
    assert client.post(at("call_off", now), {"moved_by": "us", "reason": "Ill"}).status_code == 302
    assert "Nothing is planned" in client.get(at("contacts", person)).content.decode()


def test_only_who_takes_part_changes_it(cast: Cast, person: Person) -> None:
    theirs = planned(cast, person, cast.housing)
    joint = planned(cast, person, cast.housing, joint=[cast.police.pk], happened_at=time(16))
    client = cast.client(cast.police_om)
    refused = client.get(at("move", theirs))
    assert refused.status_code == 403
    assert "Fable housing’s. Ask them" in refused.content.decode()
    assert client.get(at("move", joint)).status_code == 200
    assert cast.client(cast.analyst).get(at("move", joint)).status_code == 403
    assert cast.client(cast.analyst).get(at("appointment", joint)).status_code == 200
    assert cast.client(cast.probation_om).get(at("appointment", joint)).status_code == 404


def past(cast: Cast, person: Person, **changes: Any) -> Appointment:
    return planned(cast, person, happened_on=TODAY - timedelta(1), with_user=cast.police_om, **changes)


@pytest.mark.requirement("INT-05")
def test_an_outcome_with_engagement_becomes_a_contact_and_leaves_the_list(cast: Cast, person: Person) -> None:
    appointment = past(cast, person, kind="gate_pickup", place="Main gate")
    client = cast.client(cast.police_om)
    outcomes = reverse("casework:outcomes")
    assert "Quillfeather" in client.get(outcomes).content.decode()
    answer = {"outcome": "attended_complied", "engagement": "engaging", "notes": "Met.", "worker": "Wren"}
    assert client.post(at("outcome", appointment), answer).status_code == 302
    with acting(cast.police_om):
        contact = Contact.objects.get()
    assert (contact.appointment_id, contact.kind, contact.place) == (appointment.pk, "gate_pickup", "Main gate")
    assert (contact.outcome, contact.engagement, contact.happened_on) == (
        "attended_complied", "engaging", TODAY - timedelta(1),
    )  # fmt: skip
    assert "Every outcome is recorded" in client.get(outcomes).content.decode()
    assert client.post(at("outcome", appointment), answer).status_code == 403


def test_a_rescheduled_one_is_planned_again_or_nothing_is_recorded(cast: Cast, person: Person) -> None:
    appointment = past(cast, person)
    client = cast.client(cast.police_om)
    answer = {"outcome": "rescheduled", "worker": "Wren", "notes": "Rang."}
    page = client.post(at("outcome", appointment), answer).content.decode()
    assert "Enter the new date" in page
    again = answer | {"again_on": "tomorrow", "again_at": "midday"}
    assert client.post(at("outcome", appointment), again).status_code == 302
    with acting(cast.police_om):
        assert Contact.objects.get().outcome == "rescheduled"
        assert Appointment.objects.filter(happened_on=TOMORROW, happened_at=time(12)).exists()
        with pytest.raises(Refused, match="recorded already"):
            record_outcome(
                appointment=appointment, outcome=ContactOutcome.SENT_HOME_SERVICE, engagement=None, worker="W",
                notes="", acting_for=cast.police, by=cast.police_om,
            )  # fmt: skip


def test_an_appointment_to_come_has_no_outcome(cast: Cast, person: Person) -> None:
    appointment = planned(cast, person)
    page = cast.client(cast.police_om).post(
        at("outcome", appointment), {"outcome": "attended_complied", "worker": "Wren"}
    )
    assert "once it has begun" in page.content.decode()
    with acting(cast.police_om):
        assert not Contact.objects.exists()
        with pytest.raises(Refused, match="Say why"):
            move_appointment(
                appointment=appointment, happened_on=TOMORROW, happened_at=time(9), moved_by=MovedBy.US, reason=" ",
                acting_for=cast.police, by=cast.police_om,
            )  # fmt: skip


def test_evidence_that_comes_later_changes_the_outcome_and_keeps_the_first(cast: Cast, person: Person) -> None:
    contact = make_fact(
        Contact, person, cast.police, happened_on=TODAY - timedelta(2), mode=ContactMode.OFFICE, worker="Wren",
        outcome="evidence_pending", kind="supervision", purposes=[], joint=[cast.housing.pk], engagement="some",
    )  # fmt: skip
    client = cast.client(cast.police_om)
    page = client.post(at("change_outcome", contact), {"outcome": "acceptable_absence", "reason": ""})
    assert "Why does it change?" in page.content.decode()
    answer = {"outcome": "acceptable_absence", "reason": "The hospital’s letter came"}
    assert client.post(at("change_outcome", contact), answer).status_code == 302
    with acting(cast.police_om):
        now = Contact.objects.current().get()
        assert (now.outcome, now.correction) == ("acceptable_absence", "The hospital’s letter came")
        assert (now.joint, now.engagement, now.kind) == ([cast.housing.pk], "some", "supervision")
        assert Contact.objects.get(pk=contact.pk).outcome == "evidence_pending"
        with pytest.raises(Refused, match="already"):
            change_outcome(contact=now, outcome=ContactOutcome.ACCEPTABLE_ABSENCE, reason="Again", by=cast.police_om,
                           acting_for=cast.police)  # fmt: skip
    assert "earlier version" in client.get(at("show", contact)).content.decode()
    assert cast.client(cast.housing_worker).get(at("change_outcome", now)).status_code == 403


def test_the_last_three_contacts_stand_side_by_side(cast: Cast, person: Person) -> None:
    for back in range(5):
        make_fact(
            Contact, person, cast.police, happened_on=TODAY - timedelta(back), mode="home", worker="Wren",
            outcome="attended_complied", notes=f"Note {back}.",
        )  # fmt: skip
    page = cast.client(cast.police_om).get(at("contacts", person)).content.decode()
    assert "The last 3 contacts" in page
    assert [f"Note {back}." in page for back in range(5)] == [True, True, True, False, False]
    partner = cast.client(cast.housing_worker).get(at("contacts", person)).content.decode()
    # Housing's agreement lists how a contact ended, and not what was said.
    assert "Attended and complied" in partner
    assert "Note 0." not in partner


def test_the_calendar_shows_the_week_and_ones_own(cast: Cast, person: Person) -> None:
    monday = date(2026, 3, 23)
    planned(cast, person, happened_on=monday, with_user=cast.police_om, place="Hatch Street")
    planned(cast, person, cast.police, happened_on=monday + timedelta(6), place="Mill Lane")
    client = cast.client(cast.police_om)
    address = reverse("casework:calendar")
    mine = client.get(address, {"week": "25/3/2026"}).content.decode()
    assert "23 Mar 2026 to 29 Mar 2026" in mine
    assert ("Hatch Street" in mine, "Mill Lane" in mine) == (True, False)
    assert "Mill Lane" in client.get(address, {"week": "25/3/2026", "whose": "all"}).content.decode()
    assert "Nothing is planned in this week" in client.get(address, {"week": "nonsense"}).content.decode()
    assert cast.client(cast.analyst).get(address).status_code == 403


def test_a_slot_keeps_its_hour_through_the_clocks(cast: Cast, person: Person) -> None:
    summer = planned(cast, person, happened_on=date(2026, 7, 1), happened_at=time(9)).slot
    winter = planned(cast, person, happened_on=date(2026, 12, 1), happened_at=time(9)).slot
    assert summer is not None
    assert winter is not None
    assert (summer.starts.hour, winter.starts.hour) == (8, 9)
    assert isinstance(summer.ends, datetime)
