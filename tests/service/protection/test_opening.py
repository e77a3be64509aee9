"""What stands in place of a record that somebody may not open: the same whatever keeps it, and nothing for most."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from tests.service.protection.scene import answer, limit
from trellis.rules.vocabulary import Compartment, LimitKind, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.access.sign_in.drafts import draft_for
from trellis.service.audit.models import AccessEvent
from trellis.service.audit.queries import Asked, Days
from trellis.service.casework.models import Contact
from trellis.service.oversight.queries.readers import readers_of
from trellis.service.oversight.queries.trail import access_events
from trellis.service.people.models import Address, Alert, Identifier, Person
from trellis.service.protection.actions.emergencies import open_in_emergency
from trellis.service.protection.actions.notes import write_note
from trellis.service.sharing.models import Consent

pytestmark = pytest.mark.django_db
NOWHERE = 999_999_999
NUMBER = "2002/3186819R"
PAGES = ("home:person", "home:alerts", "priority:person", "casework:new")


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    make_fact(Identifier, person, cast.police, kind="PNC", value=NUMBER)
    make_fact(Address, person, cast.police, text="4 Nettle Row", postcode="ZZ1 1AA", starts=timezone.localdate())
    return person


def ask(cast: Cast, user: User, person_id: int, page: str = "home:person") -> tuple[int, str]:
    return answer(cast.client(user).get(reverse(page, args=[person_id])))


def find(cast: Cast, user: User, text: str) -> str:
    return answer(cast.client(user).post(reverse("home:search"), {"q": text}))[1]


def without_numbers(html: str, person_id: int) -> str:
    """A page without what differs between any two requests."""
    start = html.index("<h1")
    return html[start : html.index("</main>")].replace(f"/{person_id}/", "/N/")


@pytest.mark.requirement("SEC-06")
def test_the_refusal_is_the_same_whatever_keeps_the_record_from_its_reader(cast: Cast, person: Person) -> None:
    told = [ask(cast, cast.police_om, person.pk)]
    grant(cast, cast.police_om, person)
    limit(cast, person, cast.police_om, kind=LimitKind.EXCLUSION)
    told.append(ask(cast, cast.police_om, person.pk))
    other = make_person(cast, "Ravensmere")
    grant(cast, cast.police_om, other)
    limit(cast, other, cast.coordinator)
    status, html = ask(cast, cast.police_om, other.pk)
    told.append((status, html.replace(f"/{other.pk}/", f"/{person.pk}/")))
    assert [status for status, _ in told] == [403] * 3
    assert len({without_numbers(html, person.pk) for _, html in told}) == 1
    words = told[0][1]
    assert '<h1 class="govuk-heading-l">You may not open this record</h1>' in words
    assert "Ask for access" in words
    assert "Open it in an emergency" in words
    assert "Quillfeather" not in words


@pytest.mark.requirement("SEC-06")
@pytest.mark.parametrize("page", PAGES)
def test_somebody_from_a_partner_is_told_nothing_at_all(cast: Cast, person: Person, page: str) -> None:
    hidden = ask(cast, cast.housing_worker, person.pk, page)
    limit(cast, person, cast.coordinator)
    restricted = ask(cast, cast.housing_worker, person.pk, page)
    nobody = ask(cast, cast.housing_worker, NOWHERE, page)
    assert [status for status, _ in (hidden, restricted, nobody)] == [nobody[0]] * 3
    assert nobody[0] in {403, 404}
    assert len({without_numbers(html, 0) for _, html in (hidden, restricted, nobody)}) == 1


def test_stealth_hides_even_that_there_is_a_record(cast: Cast, person: Person) -> None:
    grant(cast, cast.police_om, person)
    limit(cast, person, cast.coordinator, kind=LimitKind.STEALTH)
    told, nobody = ask(cast, cast.police_om, person.pk), ask(cast, cast.police_om, NOWHERE)
    assert (told[0], nobody[0]) == (404, 404)
    assert without_numbers(told[1], 0) == without_numbers(nobody[1], 0)


def test_a_refusal_shows_nobody_and_is_found_by_whom_it_was_about(cast: Cast, person: Person) -> None:
    ask(cast, cast.police_om, person.pk)
    event = _latest(cast)
    assert (event.status, event.person_ids, event.detail["asked_for"]) == (403, [], person.pk)


@pytest.mark.requirement("SEC-01")
@pytest.mark.parametrize("page", ["emergency", "ask", "search"])
def test_whoever_is_told_that_a_record_is_held_is_found_by_whose_it_is(cast: Cast, person: Person, page: str) -> None:
    if page == "search":
        find(cast, cast.police_om, NUMBER)
    else:
        ask(cast, cast.police_om, person.pk, f"protection:{page}")
    with acting(cast.auditor):
        (event,) = access_events(Asked(person=person.pk))
    assert (event.actor_id, event.status, event.person_ids) == (cast.police_om.pk, 200, [])
    with acting(cast.coordinator):
        told = readers_of(person, Days(since=timezone.localdate()))
    (reader,) = told.readers
    assert (reader.user, len(reader.readings), reader.seen, reader.refused, reader.bases) == ("Police Om", 1, 0, 0, [])


def test_whoever_may_open_a_restricted_record_says_why_first_and_once(cast: Cast, person: Person) -> None:
    limit(cast, person, cast.coordinator)
    client, address = cast.client(cast.coordinator), reverse("home:person", args=[person.pk])
    status, html = answer(client.get(address))
    assert (status, "Why do you need to open this restricted record?" in html, "Quillfeather" in html) == (
        200,
        True,
        False,
    )
    assert client.post(address, {"reason_for": "restricted_record", "reason": ""}).status_code == 200
    said = {"reason_for": "restricted_record", "reason": "Preparing the review of Tuesday"}
    assert client.post(address, said).status_code == 302
    status, html = answer(client.get(address))
    assert "Quillfeather" in html
    assert ">Restricted</strong>" in html
    assert _latest(cast).detail["reason"] == "Preparing the review of Tuesday"


WHY = {"reason_for": "restricted_record", "reason": "Preparing the review of Tuesday"}
ASKED = "Why do you need to open this restricted record?"


def test_a_form_that_is_sent_after_the_answer_has_lapsed_is_asked_why_again_and_is_not_lost(
    cast: Cast, person: Person
) -> None:
    limit(cast, person, cast.coordinator)
    client, address = cast.client(cast.coordinator), reverse("home:alerts", args=[person.pk])
    client.post(address, WHY)
    assert ASKED not in answer(client.get(address))[1]
    session = client.session
    session["reasons"] = {key: [0, *said[1:]] for key, said in session["reasons"].items()}
    session.save()
    review_on = timezone.localdate() + timedelta(30)
    sent = {"kind": "weapons", "reason": "Carries a knife", "starts": "today", "review_on": f"{review_on:%d/%m/%Y}"}
    assert ASKED in answer(client.post(address, sent, headers={"referer": f"http://testserver{address}"}))[1]
    with acting(cast.coordinator):
        assert not Alert.objects.exists()
    assert client.post(address, WHY).headers["Location"] == address
    with acting(cast.coordinator):
        kept = draft_for(cast.coordinator, address)
    assert kept is not None
    assert kept["reason"] == ["Carries a knife"]
    assert client.post(address, sent).status_code == 302
    with acting(cast.coordinator):
        assert Alert.objects.get().reason == "Carries a knife"


def test_an_answer_leads_back_to_the_page_with_the_form(cast: Cast, person: Person) -> None:
    row = rows_of(cast, person)["protection:withdraw_note"]
    limit(cast, person, cast.police_om)
    client, address = cast.client(cast.police_om), reverse("protection:withdraw_note", args=[row])
    page = reverse("protection:notes", args=[person.pk])
    assert ASKED in answer(client.post(address, {}, headers={"referer": f"http://testserver{page}"}))[1]
    assert client.post(address, WHY).headers["Location"] == page


def rows_of(cast: Cast, person: Person) -> dict[str, int]:
    """A row of each kind that a page is addressed by, written by the officer, by the page's name."""
    today = timezone.localdate()
    grant(cast, cast.police_om, person, compartments=["core", "health"])
    with acting(cast.police_om):
        note = write_note(
            by=cast.police_om,
            person=person,
            compartment=Compartment.HEALTH,
            happened_on=today,
            text="Takes methadone daily",
        )
        contact = Contact.objects.create(
            person=person, agency=cast.police, recorded_by=cast.police_om, happened_on=today, mode="home",
            outcome="attended_complied", worker="Wren Hob", notes="Moved in",
        )  # fmt: skip
        consent = Consent.objects.create(
            person=person, agency=cast.police, recorded_by=cast.police_om, with_agency=cast.housing, given=True,
            purpose="Housing", how="In person", starts=today - timedelta(3),
        )  # fmt: skip
    alert = make_fact(
        Alert, person, cast.police, kind="weapons", reason="Carries a knife", starts=today,
        review_on=today + timedelta(30),
    )  # fmt: skip
    return {
        "protection:correct_note": note.pk,
        "protection:withdraw_note": note.pk,
        "casework:correct": contact.pk,
        "home:review_alert": alert.pk,
        "sharing:withdraw": consent.pk,
    }


@pytest.mark.requirement("SEC-06")
@pytest.mark.parametrize(
    "page",
    [
        "protection:correct_note",
        "protection:withdraw_note",
        "casework:correct",
        "home:review_alert",
        "sharing:withdraw",
    ],
)
def test_a_page_addressed_by_a_row_asks_why_too_and_marks_an_emergency(cast: Cast, person: Person, page: str) -> None:
    row = rows_of(cast, person)[page]
    address = reverse(page, args=[row])
    limit(cast, person, cast.coordinator)
    assert ASKED in answer(cast.client(cast.coordinator).post(address, {}))[1]
    with acting(cast.police_om):
        open_in_emergency(by=cast.police_om, person_id=person.pk, reason="He says that he will kill himself tonight")
    assert ASKED not in answer(cast.client(cast.police_om).post(address, {}))[1]
    assert _latest(cast).detail["emergency"] is True


def test_an_open_record_asks_for_nothing(cast: Cast, person: Person) -> None:
    status, html = ask(cast, cast.coordinator, person.pk)
    assert (status, ">Restricted</strong>" in html, "Quillfeather" in html) == (200, False, True)


@pytest.mark.requirement("SEC-06")
def test_an_exact_number_tells_that_a_record_is_held_and_nothing_else(cast: Cast, person: Person) -> None:
    html = find(cast, cast.police_om, "02/3186819r")
    assert "A record is held under this number. You may not open it." in html
    assert "Quillfeather" not in html
    event = _latest(cast)
    assert (event.person_ids, event.detail["asked_for"], event.detail["found"]) == ([], person.pk, 0)


@pytest.mark.parametrize("text", ["Quillfeather", "Osric Quillfeather", "4 Nettle Row", "ZZ1 1AA", "2002/3186818R"])
def test_names_addresses_and_other_numbers_tell_nothing(cast: Cast, person: Person, text: str) -> None:
    assert "A record is held" not in find(cast, cast.police_om, text)


def test_others_and_whoever_stealth_keeps_out_are_told_nothing(cast: Cast, person: Person) -> None:
    for user in (cast.housing_worker, cast.neighbourhood, cast.analyst):
        assert "A record is held" not in find(cast, user, NUMBER)
    limit(cast, person, cast.coordinator, kind=LimitKind.STEALTH)
    assert "A record is held" not in find(cast, cast.police_om, NUMBER)
    assert "A record is held" not in find(cast, cast.coordinator, NUMBER)


def _latest(cast: Cast) -> Any:
    with acting(cast.auditor):
        return AccessEvent.objects.latest("at")
