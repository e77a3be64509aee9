"""Contacts are recorded by those who make them, and corrected without losing what was said first."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.editing import hidden_in, opened, send
from tests.factories import grant, make_fact, make_person
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import ContactMode, ContactOutcome, Role, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Posting, User
from trellis.service.casework.actions import correct_contact, record_contact
from trellis.service.casework.models import Contact
from trellis.service.people.correcting import withdraw
from trellis.service.people.models import Person

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    for user in (cast.police_om, cast.housing_worker, cast.analyst):
        grant(cast, user, person)
    return person


def answers(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "happened_on": "yesterday", "happened_at": "3.15pm", "mode": "home", "outcome": "attended_complied",
        "worker": "Wren Hob", "agency": cast.housing.pk, "notes": "Moved in.",
    } | changes  # fmt: skip


def new(person: Person) -> str:
    return reverse("casework:new", args=[person.pk])


@pytest.mark.requirement("INT-04")
def test_a_home_visit_is_recorded_with_its_outcome(cast: Cast, person: Person) -> None:
    client = cast.client(cast.housing_worker)
    response = client.post(new(person), answers(cast))
    assert response.status_code == 302, response.content.decode()
    assert response.url == reverse("home:person", args=[person.pk])
    with acting(cast.housing_worker):
        contact = Contact.objects.get()
        assert (contact.happened_on, contact.happened_at) == (TODAY - timedelta(1), time(15, 15))
        assert (contact.mode, contact.outcome, contact.worker) == ("home", "attended_complied", "Wren Hob")
        assert (contact.agency, contact.recorded_by, contact.source) == (cast.housing, cast.housing_worker, "")


def test_the_form_starts_with_today_and_oneself(cast: Cast, person: Person) -> None:
    page = cast.client(cast.police_om).get(new(person)).content.decode()
    assert f'value="{TODAY.day}/{TODAY.month}/{TODAY.year}"' in page
    assert 'value="Police Om"' in page
    assert f'<option value="{cast.police.pk}" selected>' in page
    assert "Only this counts as having been seen." in page


def test_a_colleague_of_another_agency_may_be_named(cast: Cast, person: Person) -> None:
    cast.client(cast.police_om).post(new(person), answers(cast))
    with acting(cast.police_om):
        assert Contact.objects.get().agency == cast.housing


def test_a_reader_may_not_record(cast: Cast, person: Person) -> None:
    for user in (cast.analyst, cast.auditor):
        response = cast.client(user).post(new(person), answers(cast))
        assert response.status_code == 403
    assert "record a contact" in cast.client(cast.analyst).get(new(person)).content.decode()


def test_a_stranger_finds_nobody(cast: Cast, person: Person) -> None:
    assert cast.client(cast.probation_om).post(new(person), answers(cast)).status_code == 403
    assert cast.client(cast.stranger).get(new(person)).status_code == 403
    with acting(cast.police_om):
        assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("happened_on", "tomorrow", "Date of the contact must be today or in the past"),
        ("happened_on", "31/2/2026", "“31/2/2026” has the day 31, but February 2026 has days 1 to 28."),
        ("happened_at", "quarter past", "is not a time; write it like 9.30am or 14:00"),
        ("outcome", "", "Select an answer to “How did it end?”"),
        ("worker", " ", "Enter who made the contact"),
    ],
)
def test_a_bad_answer_is_explained(cast: Cast, person: Person, field: str, typed: str, sentence: str) -> None:
    response = cast.client(cast.police_om).post(new(person), answers(cast, **{field: typed}))
    page = response.content.decode()
    assert response.status_code == 200
    assert "There is a problem" in page
    assert sentence in page


def test_the_action_refuses_what_has_not_happened(cast: Cast, person: Person) -> None:
    with acting(cast.police_om), pytest.raises(Refused, match="has not come yet"):
        record_contact(
            person=person, happened_on=TODAY + timedelta(1), happened_at=None, mode=ContactMode.HOME,
            outcome=ContactOutcome.RESCHEDULED, worker="Wren", agency=cast.police, notes="", by=cast.police_om,
        )  # fmt: skip


def made(cast: Cast, person: Person, **changes: Any) -> Contact:
    values = {"happened_on": date(2026, 3, 1), "mode": "home", "outcome": "unacceptable_absence", "worker": "Wren Hob"}
    contact: Contact = make_fact(Contact, person, cast.police, **(values | changes))
    return contact


def corrected(cast: Cast, **changes: Any) -> dict[str, Any]:
    values = answers(cast, happened_on="1/3/2026", outcome="acceptable_absence", reason="Was in hospital") | changes
    values.pop("agency")
    return values


def test_a_correction_keeps_the_earlier_version(cast: Cast, person: Person) -> None:
    contact = made(cast, person)
    before = timezone.now()
    client = cast.client(cast.police_om)
    response = send(client, reverse("casework:correct", args=[contact.pk]), corrected(cast))
    assert response.status_code == 302, response.content.decode()
    with acting(cast.police_om):
        now, then = Contact.objects.current().get(), Contact.objects.known_on(before).get()
    assert (now.outcome, now.correction, now.recorded_by) == ("acceptable_absence", "Was in hospital", cast.police_om)
    assert (then.pk, then.outcome) == (contact.pk, "unacceptable_absence")
    page = client.get(reverse("home:person", args=[person.pk])).content.decode()
    assert "Corrected: Was in hospital" in page
    assert client.get(reverse("casework:correct", args=[contact.pk])).status_code == 403


def test_a_correction_says_why(cast: Cast, person: Person) -> None:
    contact = made(cast, person)
    address = reverse("casework:correct", args=[contact.pk])
    page = send(cast.client(cast.police_om), address, corrected(cast, reason=""))
    assert "Give an answer to “What was wrong before?”" in page.content.decode()
    with acting(cast.police_om), pytest.raises(Refused, match="Say what was wrong"):
        correct_contact(
            contact=contact, happened_on=contact.happened_on, happened_at=None, mode=ContactMode.HOME,
            outcome=ContactOutcome.SENT_HOME, worker="Wren", notes="", reason=" ", acting_for=cast.police,
            by=cast.police_om,
        )  # fmt: skip


def test_another_agencys_contact_and_a_feeds_are_not_ones_own_to_correct(cast: Cast, person: Person) -> None:
    contact = made(cast, person)
    response = cast.client(cast.housing_worker).get(reverse("casework:correct", args=[contact.pk]))
    assert response.status_code == 403
    assert "This contact is Fable police’s record. Ask them to correct it." in response.content.decode()
    sent = made(cast, person, source="fable-contacts", source_key="CO1")
    response = cast.client(cast.police_om).post(reverse("casework:correct", args=[sent.pk]), corrected(cast))
    assert response.status_code == 403
    assert cast.client(cast.probation_om).get(reverse("casework:correct", args=[contact.pk])).status_code == 404


def test_two_who_correct_at_once_lose_nothing(cast: Cast, person: Person) -> None:
    contact = made(cast, person, notes="No answer.")
    address = reverse("casework:correct", args=[contact.pk])
    with acting("setup"):
        colleague = User.objects.create(username="colleague", name="Wren Hob", password="!")
        Posting.objects.create(
            user=colleague, agency=cast.police, scheme=cast.scheme, role=Role.POLICE_OFFENDER_MANAGER,
            starts=date(2020, 1, 1),
        )  # fmt: skip
    grant(cast, colleague, person)
    officer, other = cast.client(cast.police_om), cast.client(colleague)
    drawn = opened(officer, address)
    assert send(other, address, corrected(cast, notes="Rang: in hospital.")).status_code == 302
    mine = corrected(cast, notes="A neighbour said hospital.", outcome="acceptable_absence", mode="phone")
    page = send(officer, address, mine, drawn).content.decode()
    assert "Changed by Wren Hob on" in page
    assert "When you began: No answer." in page
    again = officer.post(address, hidden_in(page) | {"keep_notes": "both"})
    assert again.status_code == 302, again.content.decode()
    with acting(cast.police_om):
        now = Contact.objects.current().get()
        assert Contact.objects.count() == 3
    assert now.notes == "Rang: in hospital.\n\nA neighbour said hospital."
    assert (now.mode, now.outcome) == ("phone", "acceptable_absence")


@pytest.mark.requirement("INT-07")
def test_what_a_visit_was_for_and_with_whom_is_corrected_and_merged(cast: Cast, person: Person) -> None:
    contact = made(
        cast, person, kind="vigilance", purposes=["support"], joint=[cast.housing.pk], minutes=45, place="Mill Street"
    )
    address = reverse("casework:correct", args=[contact.pk])
    officer, other = cast.client(cast.police_om), cast.client(cast.coordinator)
    drawn = opened(officer, address)
    for_what = {"kind": "vigilance", "place": "Mill Street", "serves": "both"}
    theirs = corrected(cast, **for_what, purposes=["support", "drug_test"], joint=[cast.housing.pk, cast.probation.pk])
    assert send(other, address, theirs).status_code == 302
    mine = corrected(cast, **for_what, purposes=["access"], joint=[cast.housing.pk])
    page = send(officer, address, mine, drawn).content.decode()
    assert "You changed different things, so both changes fit together." in page
    assert "Drug test, Help them reach a service" in page
    answers = hidden_in(page)
    assert officer.post(address, answers).status_code == 302
    with acting(cast.police_om):
        now = Contact.objects.current().get()
    assert now.purposes == ["access", "drug_test"]
    assert now.joint == sorted([cast.housing.pk, cast.probation.pk])
    assert (now.minutes, now.place, now.serves) == (45, "Mill Street", "both")
    page = send(officer, reverse("casework:correct", args=[now.pk]), mine | {"purposes": []}).content.decode()
    assert "Purposes of the visit" in page
    assert "There is a problem" in page


def test_what_was_withdrawn_meanwhile_cannot_be_corrected_and_the_words_stay(cast: Cast, person: Person) -> None:
    contact = made(cast, person)
    client, address = cast.client(cast.police_om), reverse("casework:correct", args=[contact.pk])
    drawn = opened(client, address)
    with acting("feeds"):
        withdraw(contact)
    page = send(client, address, corrected(cast, notes="Typed with care."), drawn).content.decode()
    assert "Somebody else withdrew this while you wrote" in page
    assert "Typed with care." in page
