"""Asking for access, and the answer: by another, for days, in effect on the next request."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast, prove_second_factor
from tests.factories import make_person
from tests.service.protection.scene import go, limit, send
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Compartment, GrantBasis, LimitKind
from trellis.service.access.actor import acting
from trellis.service.access.models import AccessRequest, Grant, LimitName, Posting
from trellis.service.people.models import Person
from trellis.service.protection.actions.requests import answer_request, ask_for_access
from trellis.service.work.models import Notice

pytestmark = pytest.mark.django_db
WHY = "I am to supervise her from Monday"


@pytest.fixture
def person(cast: Cast) -> Person:
    return make_person(cast)


def ask(cast: Cast, person: Person, *compartments: Compartment, **more: Any) -> AccessRequest:
    asked: dict[str, Any] = {"compartments": compartments or (Compartment.CORE,), "reason": WHY, "days": 7} | more
    with acting(cast.police_om):
        return ask_for_access(by=cast.police_om, person_id=person.pk, **asked)


def status_of(cast: Cast, person: Person) -> int:
    return cast.client(cast.police_om).get(reverse("home:person", args=[person.pk])).status_code


@pytest.mark.requirement("SEC-06")
def test_a_request_that_is_granted_opens_the_record_on_the_next_request_and_until_its_end(
    cast: Cast, person: Person
) -> None:
    asked = {"compartments": ["core"], "reason": WHY, "days": "7"}
    assert send(cast, cast.police_om, "ask", person.pk, **asked)[0] == 302
    assert "Waiting" in go(cast, cast.police_om, "requests")[1]
    (request,) = requests_of(cast)
    assert WHY in go(cast, cast.coordinator, "answer_request", request.pk)[1]
    assert status_of(cast, person) == 403
    assert send(cast, cast.coordinator, "answer_request", request.pk, allowed="yes", answer="")[0] == 302
    assert status_of(cast, person) == 200
    with acting(cast.police_om):
        grant = Grant.objects.get(person_id=person.pk, basis=GrantBasis.REQUEST)
        assert (timezone.localdate(grant.ends_at) - timezone.localdate()).days == 7  # type: ignore[arg-type]
        assert [one.sentence for one in Notice.objects.filter(user=cast.police_om)] == [
            "Your request for access was allowed"
        ]
    with acting("setup"):
        Grant.objects.filter(pk=grant.pk).update(ends_at=timezone.now())
    assert status_of(cast, person) == 403


def requests_of(cast: Cast) -> list[AccessRequest]:
    with acting(cast.coordinator):
        return list(AccessRequest.objects.filter(asked_by=cast.police_om))


def test_whoever_answers_has_just_proved_who_they_are(cast: Cast, person: Person) -> None:
    request = ask(cast, person)
    client, address = cast.client(cast.coordinator), reverse("protection:answer_request", args=[request.pk])
    assert client.get(address).status_code == 200
    prove_second_factor(client, cast.coordinator, seconds_ago=600)
    response = client.post(address, {"allowed": "yes", "answer": ""})
    assert (response.status_code, reverse("account_step_up") in response.headers["Location"]) == (302, True)
    with acting(cast.coordinator):
        assert AccessRequest.objects.get(pk=request.pk).decided_at is None


def test_a_refusal_says_why_and_opens_nothing(cast: Cast, person: Person) -> None:
    request = ask(cast, person)
    status, html = send(cast, cast.information_officer, "answer_request", request.pk, allowed="no", answer="")
    assert (status, "Say why the request is refused" in html) == (200, True)
    words = "She is supervised by the east team"
    assert send(cast, cast.information_officer, "answer_request", request.pk, allowed="no", answer=words)[0] == 302
    html = go(cast, cast.police_om, "requests")[1]
    assert (words in html, ">Refused</strong>" in html, status_of(cast, person)) == (True, True, 403)


def test_on_a_restricted_record_they_are_named_until_then(cast: Cast, person: Person) -> None:
    made = limit(cast, person, cast.coordinator)
    request = ask(cast, person)
    with acting(cast.coordinator):
        answer_request(by=cast.coordinator, request=request, allowed=True, answer="")
        name = LimitName.objects.get(limit=made, user=cast.police_om)
    assert name.ends_at is not None
    with acting(cast.police_om):
        assert Person.objects.filter(pk=person.pk).exists()


def test_nobody_decides_their_own_nor_twice_nor_past_an_exclusion_nor_more_than_they_hold(
    cast: Cast, person: Person
) -> None:
    with acting(cast.coordinator):
        own = ask_for_access(
            by=cast.coordinator, person_id=person.pk, compartments=[Compartment.CORE], reason=WHY, days=7
        )
        with pytest.raises(Refused, match="Nobody decides their own"):
            answer_request(by=cast.coordinator, request=own, allowed=True, answer="")
    request = ask(cast, person, Compartment.CORE, Compartment.HEALTH)
    with acting(cast.information_officer), pytest.raises(Refused, match="does not open health"):
        answer_request(by=cast.information_officer, request=request, allowed=True, answer="")
    limit(cast, person, cast.police_om, kind=LimitKind.EXCLUSION)
    with acting(cast.coordinator), pytest.raises(Refused, match="closed to Police Om by name"):
        answer_request(by=cast.coordinator, request=request, allowed=True, answer="")
    with acting(cast.coordinator):
        answer_request(by=cast.coordinator, request=request, allowed=False, answer="Not while that stands")
        with pytest.raises(Refused, match="answered already"):
            answer_request(by=cast.coordinator, request=request, allowed=False, answer="Not while that stands")


def test_to_another_agency_nothing_is_opened_past_the_review_of_its_agreement(cast: Cast, person: Person) -> None:
    with acting(cast.probation_om):
        request = ask_for_access(
            by=cast.probation_om, person_id=person.pk, compartments=[Compartment.CORE], reason=WHY, days=7
        )
    with acting("setup"):
        cast.agreement.review_on = timezone.localdate().replace(year=2024, day=1)
        cast.agreement.save(update_fields=["review_on"])
    with acting(cast.coordinator), pytest.raises(Refused, match="was due for review"):
        answer_request(by=cast.coordinator, request=request, allowed=True, answer="")


def test_other_roles_may_neither_ask_nor_answer_and_a_stranger_learns_nothing(cast: Cast, person: Person) -> None:
    request = ask(cast, person)
    for user in (cast.analyst, cast.housing_worker, cast.stranger):
        assert go(cast, user, "ask", person.pk)[0] == 403
        assert go(cast, user, "requests")[0] == 403
        assert send(cast, user, "answer_request", request.pk, allowed="yes")[0] == 403
    assert send(cast, cast.police_om, "answer_request", request.pk, allowed="yes")[0] == 403
    assert go(cast, cast.police_om, "ask", 999_999_999)[0] == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"compartments": []}, "What do you need to see"),
        ({"reason": "work"}, "words that somebody else can decide on"),
        ({"days": "91"}, "Ask for 1 to 90 days"),
    ],
)
def test_bad_input_is_explained(cast: Cast, person: Person, fields: dict[str, Any], words: str) -> None:
    asked = {"compartments": ["core"], "reason": WHY, "days": "7"} | fields
    status, html = send(cast, cast.police_om, "ask", person.pk, **asked)
    assert (status, words.lower() in html.lower()) == (200, True), html
    ask(cast, person)
    assert (
        "asked for this record already"
        in send(cast, cast.police_om, "ask", person.pk, compartments=["core"], reason=WHY, days="7")[1]
    )


def test_one_who_is_kept_out_by_stealth_cannot_ask(cast: Cast, person: Person) -> None:
    limit(cast, person, cast.coordinator, kind=LimitKind.STEALTH)
    assert go(cast, cast.police_om, "ask", person.pk)[0] == 404
    with pytest.raises(Refused, match="no record here"):
        ask(cast, person)


def test_stealth_takes_a_request_off_its_askers_list_and_tells_them_of_no_answer(cast: Cast, person: Person) -> None:
    request = ask(cast, person)
    assert f"Record {person.pk}" in go(cast, cast.police_om, "requests")[1]
    limit(cast, person, cast.coordinator, kind=LimitKind.STEALTH)
    with acting(cast.coordinator):
        answer_request(by=cast.coordinator, request=request, allowed=False, answer="Not while that stands")
    assert f"Record {person.pk}" not in go(cast, cast.police_om, "requests")[1]
    with acting(cast.police_om):
        assert not Notice.objects.filter(user=cast.police_om).exists()


def test_nothing_is_opened_to_somebody_who_has_left(cast: Cast, person: Person) -> None:
    request = ask(cast, person)
    with acting("setup"):
        Posting.objects.filter(user=cast.police_om).update(ends=timezone.localdate())
    with acting(cast.coordinator), pytest.raises(Refused, match="does not work for"):
        answer_request(by=cast.coordinator, request=request, allowed=True, answer="")
