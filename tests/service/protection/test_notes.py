"""Sensitive notes: read and written by those who hold their compartment for this person."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_person
from tests.service.protection.scene import answer, go, send
from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.vocabulary import Compartment, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.people.models import Person, SensitiveNote
from trellis.service.protection.actions.notes import correct_note, withdraw_note, write_note

pytestmark = pytest.mark.django_db
TEXT = "Takes methadone every morning at the chemist"


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person, compartments=["core", "health"])
    grant(cast, cast.probation_om, person)
    return person


@pytest.fixture
def note(cast: Cast, person: Person) -> SensitiveNote:
    return write(cast.police_om, person)


def write(user: User, person: Person, compartment: Compartment = Compartment.HEALTH, text: str = TEXT) -> SensitiveNote:
    with acting(user):
        return write_note(by=user, person=person, compartment=compartment, happened_on=timezone.localdate(), text=text)


def asked(**fields: Any) -> dict[str, Any]:
    return {"compartment": "health", "happened_on": "today", "text": TEXT} | fields


@pytest.mark.requirement("SEC-06")
def test_a_note_is_read_by_those_alone_who_hold_its_compartment(cast: Cast, person: Person) -> None:
    assert send(cast, cast.police_om, "notes", person.pk, **asked())[0] == 302
    address = reverse("home:person", args=[person.pk])
    for user, shown in ((cast.police_om, True), (cast.coordinator, True), (cast.probation_om, False)):
        status, html = answer(cast.client(user).get(address))
        assert (status, TEXT in html, ">Health</strong>" in html) == (200, shown, shown)
        assert (TEXT in go(cast, user, "notes", person.pk)[1]) is shown


def test_only_what_one_holds_is_offered(cast: Cast, person: Person) -> None:
    html = go(cast, cast.police_om, "notes", person.pk)[1]
    assert ('value="health"' in html, 'value="victim_safety"' in html) == (True, False)
    assert "covers the core record alone" in go(cast, cast.probation_om, "notes", person.pk)[1]
    with pytest.raises(Refused, match="may not read or write notes of that kind"):
        write(cast.police_om, person, Compartment.VICTIM_SAFETY)


def test_readers_and_strangers_are_refused(cast: Cast, person: Person, note: SensitiveNote) -> None:
    for user in (cast.analyst, cast.stranger, cast.information_officer):
        assert send(cast, user, "notes", person.pk, **asked())[0] == 403
        assert go(cast, user, "correct_note", note.pk)[0] == 403
    assert go(cast, cast.housing_worker, "notes", person.pk)[0] == 404
    assert go(cast, cast.probation_om, "correct_note", note.pk)[0] == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": "Ill"}, "a sentence that a colleague can act on"),
        ({"compartment": "staff"}, "What is it about"),
        ({"happened_on": "1/1/2040"}, "problem"),
    ],
)
def test_bad_input_is_explained(cast: Cast, person: Person, fields: dict[str, Any], words: str) -> None:
    status, html = send(cast, cast.police_om, "notes", person.pk, **asked(**fields))
    assert (status, words.lower() in html.lower()) == (200, True)


def test_a_note_is_corrected_and_withdrawn_and_the_earlier_stays(
    cast: Cast, person: Person, note: SensitiveNote
) -> None:
    with acting(cast.police_om):
        again = correct_note(by=cast.police_om, note=note, happened_on=note.happened_on, text=f"{TEXT} at nine")
        with pytest.raises(Changed):
            correct_note(by=cast.police_om, note=note, happened_on=note.happened_on, text="Something else entirely")
    assert f"{TEXT} at nine" in go(cast, cast.police_om, "notes", person.pk)[1]
    assert send(cast, cast.police_om, "withdraw_note", again.pk)[0] == 302
    assert TEXT not in go(cast, cast.police_om, "notes", person.pk)[1]
    with acting(cast.police_om):
        assert SensitiveNote.objects.filter(person=person).count() == 2
        with pytest.raises(Changed):
            withdraw_note(by=cast.police_om, note=again)


def test_the_page_corrects_and_another_agencys_note_is_theirs(cast: Cast, person: Person, note: SensitiveNote) -> None:
    client, address = cast.client(cast.police_om), reverse("protection:correct_note", args=[note.pk])
    page = client.get(address).content.decode()
    drawn_from = page.partition('name="drawn_from" value="')[2].partition('"')[0]
    sent = client.post(address, {"drawn_from": drawn_from, "happened_on": "today", "text": f"{TEXT} at nine"})
    assert sent.status_code == 302
    assert f"{TEXT} at nine" in go(cast, cast.police_om, "notes", person.pk)[1]
    with acting("setup"):
        cast.probation_om.grants.update(ends_at=timezone.now())
    grant(cast, cast.probation_om, person, compartments=["core", "health"])
    with acting(cast.probation_om):
        latest = SensitiveNote.objects.current().get(person=person)
    assert go(cast, cast.probation_om, "correct_note", latest.pk)[0] == 403
