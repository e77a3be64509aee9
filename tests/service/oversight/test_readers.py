"""Who has seen a record is told to those entitled, of people they see themselves, and of nobody else in the event."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_person
from trellis.rules.access import PERMISSIONS
from trellis.rules.vocabulary import Permission, Role, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.audit.models import AccessEvent
from trellis.service.audit.queries import Days
from trellis.service.oversight.queries.readers import readers_of
from trellis.service.people.models import Person

pytestmark = pytest.mark.django_db
PURPOSE = {"reason_for": "readers", "purpose": "lawfulness"}


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person)
    return person


def browser(cast: Cast, user: User, person: Person) -> Client:
    client = cast.client(user)
    client.post(reverse("oversight:readers", args=[person.pk]), PURPOSE)
    return client


def read(cast: Cast, user: User, person: Person, **query: Any) -> str:
    response = browser(cast, user, person).get(reverse("oversight:readers", args=[person.pk]), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def rows(page: str, table: int = -1) -> list[str]:
    """The rows of the page's last table, which tells events one by one."""
    return page.split("<tbody")[table].split("</tbody", maxsplit=1)[0].split("<tr")[1:]


def see(cast: Cast, user: User, *people: Person, **fields: Any) -> None:
    values = {"agency_id": cast.police.pk, "request_id": "r", "method": "GET", "page": "caseload:people", "status": 200}
    with acting(user):
        AccessEvent.objects.create(
            actor_id=user.pk, person_ids=sorted(person.pk for person in people), **(values | fields)
        )


@pytest.mark.requirement("SEC-02")
def test_it_tells_who_when_for_which_agency_on_which_page_and_on_what_basis(cast: Cast, person: Person) -> None:
    cast.client(cast.police_om).get(reverse("home:person", args=[person.pk]))
    cast.client(cast.probation_om).get(reverse("home:person", args=[person.pk]))
    page = read(cast, cast.coordinator, person)
    seen = next(row for row in rows(page) if "Police Om" in row)
    refused = next(row for row in rows(page) if "Probation Om" in row)
    assert "A person’s page" in seen
    assert "Fable police" in seen
    assert "Allocated" in seen
    assert "Refused" in refused
    assert "Allocated" not in refused


def test_it_tells_reasons_and_emergencies(cast: Cast, person: Person) -> None:
    see(cast, cast.neighbourhood, person, detail={"reason_for": "break_glass", "reason": "A threat to his life today"})
    page = read(cast, cast.coordinator, person)
    assert "A threat to his life today" in page
    by_reader = next(row for row in rows(page, 2) if "Neighbourhood" in row)
    assert "Yes" in by_reader


@pytest.mark.requirement("SEC-06")
def test_whoever_else_was_on_the_page_stays_unknown(cast: Cast, person: Person) -> None:
    """Not their names, nor their numbers, nor what a search or an export of many found."""
    others = [make_person(cast, "Wethercott", area=None) for _ in range(2)]
    see(cast, cast.coordinator, person, *others, detail={"found": 3, "search": True, "names": "Wethercott"})
    with acting(cast.coordinator):
        told = readers_of(person, Days())
    event = told.readings[0]
    assert (event.others, event.detail) == (2, {})
    page = read(cast, cast.coordinator, person)
    assert "among 3 people" in page
    assert "Wethercott" not in page
    assert all(f">{other.pk}<" not in page for other in others)
    assert told.readings[0].event_id
    with acting(cast.coordinator):
        assert not AccessEvent.objects.exclude(actor_id=cast.coordinator.pk).exists()


@pytest.mark.requirement("SEC-06")
def test_the_database_tells_only_those_entitled_of_people_they_see(cast: Cast, person: Person) -> None:
    hidden = make_person(cast, "Wethercott", stage=Stage.MANAGED)
    see(cast, cast.police_om, person, hidden)
    told = {}
    for name in ("coordinator", "police_om", "analyst", "auditor", "administrator", "stranger", "neighbourhood"):
        with acting(getattr(cast, name)):
            told[name] = len(readers_of(person, Days()).readings)
    assert told == {name: int(name == "coordinator") for name in told}
    with acting(cast.probation_om):
        assert readers_of(hidden, Days()).readings == []


def test_a_coordinator_reads_nothing_of_somebody_hidden_from_them(cast: Cast, person: Person) -> None:
    with acting("setup"):
        cast.coordinator.grants.update(ends_at=timezone.now())
    see(cast, cast.police_om, person)
    with acting(cast.coordinator):
        assert readers_of(person, Days()).readings == []
    assert cast.client(cast.coordinator).get(reverse("oversight:readers", args=[person.pk])).status_code == 403


def test_the_words_of_who_may_know_are_the_rules(cast: Cast) -> None:
    held = {role for role, permissions in PERMISSIONS.items() if Permission.SEE_READERS in permissions}
    assert held == {Role.COORDINATOR, Role.INFORMATION_OFFICER}


@pytest.mark.parametrize("name", ["police_om", "analyst", "auditor", "administrator", "stranger"])
def test_others_are_refused(cast: Cast, person: Person, name: str) -> None:
    for page in ("readers", "export_readers"):
        address = reverse(f"oversight:{page}", args=[person.pk])
        assert cast.client(getattr(cast, name)).get(address).status_code == 403


def test_a_purpose_is_asked_first_for_each_record(cast: Cast, person: Person) -> None:
    other = make_person(cast, "Wethercott", stage=Stage.MANAGED)
    client = browser(cast, cast.coordinator, person)
    assert "Why do you need" not in client.get(reverse("oversight:readers", args=[person.pk])).content.decode()
    assert "Why do you need" in client.get(reverse("oversight:readers", args=[other.pk])).content.decode()
    client.get(reverse("oversight:readers", args=[person.pk]))
    with acting(cast.coordinator):
        event = AccessEvent.objects.latest("at")
    assert (event.page, event.detail["purpose"], event.person_ids) == ("oversight:readers", "lawfulness", [person.pk])


@pytest.mark.parametrize("query", [{"since": "31/2/2026"}, {"since": "soon"}])
def test_a_bad_date_is_explained(cast: Cast, person: Person, query: dict[str, str]) -> None:
    assert "govuk-error-message" in read(cast, cast.coordinator, person, **query)


def test_days_without_a_reader_say_so(cast: Cast, person: Person) -> None:
    assert "Nobody, in these days" in read(cast, cast.coordinator, person, since="1/1/2020", until="1/2/2020")


def test_weeks_count_what_was_shown_and_not_what_was_refused(cast: Cast, person: Person) -> None:
    today = timezone.now()
    for days, status in ((0, 200), (0, 404), (8, 200), (8, 200), (30, 200)):
        see(cast, cast.police_om, person, at=today - timedelta(days), status=status)
    with acting(cast.coordinator):
        weeks = readers_of(person, asked := Days(since=(today - timedelta(35)).date())).weeks(asked)
    assert sum(count for _, count in weeks) == 4
    assert [day.weekday() for day, _ in weeks] == [0] * len(weeks)
    assert len(weeks) == 6


def test_more_than_can_be_told_is_said(cast: Cast, person: Person) -> None:
    for _ in range(4):
        see(cast, cast.police_om, person)
    with acting(cast.coordinator):
        told = readers_of(person, Days(), most=3)
    assert (len(told.readings), told.more) == (3, True)


def test_few_and_many_cost_the_same(cast: Cast, person: Person) -> None:
    client, address = browser(cast, cast.coordinator, person), reverse("oversight:readers", args=[person.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(300):
        see(cast, (cast.police_om, cast.probation_om)[number % 2], person)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)
