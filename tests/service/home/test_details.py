"""A person's details are edited in place, and two who edit at once lose nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.editing import hidden_in, opened, send
from tests.factories import grant, make_person
from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import AgreementParty
from trellis.service.people.actions import edit_person
from trellis.service.people.models import Person
from trellis.service.people.queries import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    for user in (cast.police_om, cast.housing_worker, cast.analyst):
        grant(cast, user, person)
    return person


@pytest.fixture
def address(person: Person) -> str:
    return reverse("home:edit_person", args=[person.pk])


def answers(**changes: Any) -> dict[str, Any]:
    return {
        "family_name": "Quillfeather", "given_names": "Osric", "date_of_birth": "14 May 1995",
        "birth_precision": "day", "sex": "M",
    } | changes  # fmt: skip


def now(cast: Cast) -> Person:
    with acting(cast.coordinator):
        return Person.objects.get()


def test_an_officer_edits(cast: Cast, person: Person, address: str) -> None:
    changed = answers(given_names="Osric Alder", date_of_birth="1 May 1995", birth_precision="month")
    response = send(cast.client(cast.police_om), address, changed)
    assert response.status_code == 302, response.content.decode()
    with acting(cast.police_om):
        made = Person.objects.get()
        assert [hit.person for hit in search("alder").hits] == [made]
    assert (made.given_names, made.date_of_birth, made.birth_precision) == ("Osric Alder", date(1995, 5, 1), "month")
    assert made.version == 2


def test_changes_of_different_fields_fit_together(cast: Cast, person: Person, address: str) -> None:
    officer, coordinator = cast.client(cast.police_om), cast.client(cast.coordinator)
    drawn = opened(officer, address)
    assert send(coordinator, address, answers(family_name="Quill")).status_code == 302
    page = send(officer, address, answers(given_names="Osric Alder"), drawn).content.decode()
    assert "Changed by Coordinator on" in page
    assert "Quillfeather" in page
    assert now(cast).given_names == "Osric"
    assert officer.post(address, hidden_in(page)).status_code == 302
    assert (now(cast).family_name, now(cast).given_names, now(cast).version) == ("Quill", "Osric Alder", 3)


def both_change_the_name(cast: Cast, address: str) -> tuple[Any, str]:
    officer = cast.client(cast.police_om)
    drawn = opened(officer, address)
    send(cast.client(cast.coordinator), address, answers(family_name="Quill", sex="F"))
    page = send(officer, address, answers(family_name="Feather", given_names="Os"), drawn).content.decode()
    return officer, page


@pytest.mark.parametrize(("kept", "family_name"), [("yours", "Feather"), ("theirs", "Quill")])
def test_the_writer_chooses_where_both_changed(
    cast: Cast, person: Person, address: str, kept: str, family_name: str
) -> None:
    officer, page = both_change_the_name(cast, address)
    assert "When you began: Quillfeather" in page
    assert 'name="keep_family_name"' in page
    assert 'name="keep_given_names"' not in page
    assert now(cast).family_name == "Quill"
    assert officer.post(address, hidden_in(page) | {"keep_family_name": kept}).status_code == 302
    assert (now(cast).family_name, now(cast).given_names, now(cast).sex) == (family_name, "Os", "F")


def test_a_choice_left_open_is_asked_again_and_nothing_is_lost(cast: Cast, person: Person, address: str) -> None:
    officer, page = both_change_the_name(cast, address)
    again = officer.post(address, hidden_in(page)).content.decode()
    assert "Choose what to keep for “Family name”" in again
    assert hidden_in(again) == hidden_in(page)
    assert (now(cast).family_name, now(cast).version) == ("Quill", 2)


def test_a_third_change_while_choosing_is_merged_as_well(cast: Cast, person: Person, address: str) -> None:
    officer, page = both_change_the_name(cast, address)
    send(cast.client(cast.coordinator), address, answers(family_name="Quill", sex="F", given_names="Osbert"))
    page = officer.post(address, hidden_in(page) | {"keep_family_name": "yours"}).content.decode()
    assert "When you began: Osric" in page
    assert "keep_family_name" not in page
    assert officer.post(address, hidden_in(page) | {"keep_given_names": "theirs"}).status_code == 302
    assert (now(cast).family_name, now(cast).given_names, now(cast).version) == ("Feather", "Osbert", 4)


def test_the_same_change_and_a_change_of_what_is_not_on_the_form_disturb_nobody(
    cast: Cast, person: Person, address: str
) -> None:
    officer = cast.client(cast.police_om)
    drawn = opened(officer, address)
    with acting("feeds"):
        Person.objects.update(area=cast.south, version=2)
    assert send(officer, address, answers(given_names="Os"), drawn).status_code == 302
    assert (now(cast).given_names, now(cast).area_id, now(cast).version) == ("Os", cast.south.pk, 3)


@pytest.mark.parametrize("forged", ["", "x", '"{}":abc'])
def test_what_we_did_not_sign_is_not_merged(cast: Cast, person: Person, address: str, forged: str) -> None:
    page = send(cast.client(cast.police_om), address, answers(family_name="Typed"), {"drawn_from": forged})
    assert "cannot be matched to the record" in page.content.decode()
    assert "Typed" in page.content.decode()
    assert now(cast).family_name == "Quillfeather"


def test_a_page_of_one_record_does_not_serve_for_another(cast: Cast, person: Person, address: str) -> None:
    other = make_person(cast, "Marrowby", stage=Stage.MANAGED)
    drawn = opened(cast.client(cast.coordinator), reverse("home:edit_person", args=[other.pk]))
    page = send(cast.client(cast.police_om), address, answers(family_name="Typed"), drawn).content.decode()
    assert "cannot be matched to the record" in page


def test_partners_readers_and_strangers_may_not_edit(cast: Cast, person: Person, address: str) -> None:
    for user, status in (
        (cast.housing_worker, 403),
        (cast.analyst, 403),
        (cast.stranger, 403),
        (cast.probation_om, 403),
    ):
        assert cast.client(user).post(address, answers()).status_code == status


def test_bad_answers_are_explained(cast: Cast, person: Person, address: str) -> None:
    page = send(cast.client(cast.police_om), address, answers(family_name="", date_of_birth="tomorrow"))
    assert "Enter the family name" in page.content.decode()
    assert "Date of birth must be today or in the past" in page.content.decode()


def test_only_details_may_be_edited(cast: Cast, person: Person) -> None:
    with acting(cast.police_om), pytest.raises(Refused, match="cannot be edited here: stage"):
        edit_person(person=person, version=1, by=cast.police_om, stage=Stage.FORMER)


def test_an_edit_of_an_older_version_is_refused(cast: Cast, person: Person) -> None:
    with acting(cast.police_om):
        assert edit_person(person=person, version=1, by=cast.police_om, family_name="Quill") == 2
        with pytest.raises(Changed, match="Somebody changed this record"):
            edit_person(person=person, version=1, by=cast.police_om, family_name="Feather")


def share_with_police(*fields: str) -> None:
    with acting("setup"):
        AgreementParty.objects.filter(agency__slug="police").update(shares=list(fields))


def test_what_the_editor_does_not_read_is_not_on_the_form_and_stays(cast: Cast, person: Person, address: str) -> None:
    share_with_police("people.Person.date_of_birth")
    client = cast.client(cast.coordinator)
    page = client.get(address).content.decode()
    assert ('name="sex"' in page, 'name="given_names"' in page) == (False, True)
    assert send(client, address, answers(given_names="Alder", sex="U")).status_code == 302
    with acting("feeds"):
        made = Person.objects.get()
    assert (made.given_names, made.sex, made.date_of_birth) == ("Alder", "M", date(1995, 5, 14))


def test_how_much_of_a_birth_is_known_goes_with_the_birth(cast: Cast, person: Person, address: str) -> None:
    share_with_police("people.Person.sex")
    client = cast.client(cast.coordinator)
    page = client.get(address).content.decode()
    assert ("date_of_birth" in page, "birth_precision" in page, 'name="sex"' in page) == (False, False, True)
    assert send(client, address, answers(sex="F", birth_precision="year")).status_code == 302
    with acting("feeds"):
        made = Person.objects.get()
    assert (made.sex, made.birth_precision, made.date_of_birth) == ("F", "day", date(1995, 5, 14))


def test_a_change_of_what_is_not_shared_is_refused(cast: Cast, person: Person) -> None:
    share_with_police("people.Person.date_of_birth")
    with acting(cast.coordinator), pytest.raises(Refused, match="not shared with your agency: sex"):
        edit_person(person=Person.objects.get(), version=1, by=cast.coordinator, given_names="Os", sex="U")
    assert now(cast).given_names == "Osric"
