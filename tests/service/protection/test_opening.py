"""What stands in place of a record that somebody may not open: the same whatever keeps it, and nothing for most."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from tests.service.protection.scene import answer, limit
from trellis.rules.vocabulary import LimitKind, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.audit.models import AccessEvent
from trellis.service.people.models import Address, Identifier, Person

pytestmark = pytest.mark.django_db
NOWHERE = 999_999_999
NUMBER = "2002/3186819R"
PAGES = ("home:person", "home:alerts", "priority:set", "casework:new")


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


def test_an_open_record_asks_for_nothing(cast: Cast, person: Person) -> None:
    status, html = ask(cast, cast.coordinator, person.pk)
    assert (status, ">Restricted</strong>" in html, "Quillfeather" in html) == (200, False, True)


@pytest.mark.requirement("SEC-06")
def test_an_exact_number_tells_that_a_record_is_held_and_nothing_else(cast: Cast, person: Person) -> None:
    html = find(cast, cast.police_om, "02/3186819r")
    assert "A record is held under this number. You may not open it." in html
    assert "Quillfeather" not in html
    event = _latest(cast)
    assert (event.person_ids, event.detail["told_of"], event.detail["found"]) == ([], person.pk, 0)


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
