"""The trail is read by auditors, and by anybody about themselves; reading it leaves an event."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tests.factories import grant, make_person
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.audit.models import AccessEvent
from trellis.service.people.models import Person

pytestmark = pytest.mark.django_db
PURPOSE = {"reason_for": "trail", "purpose": "self_monitoring"}
TABS = ("changes", "sign_ins", "exports", "emergencies")


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person)
    cast.client(cast.police_om).get(reverse("home:person", args=[person.pk]))
    cast.client(cast.probation_om).get(reverse("home:person", args=[person.pk]))
    return person


def browser(cast: Cast, user: User) -> Client:
    """A browser whose user has said for which purpose they read the trail, where that is asked."""
    client = cast.client(user)
    client.post(reverse("oversight:trail"), PURPOSE)
    return client


def read(cast: Cast, user: User, name: str = "trail", **query: Any) -> str:
    response = browser(cast, user).get(reverse(f"oversight:{name}"), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def rows(page: str) -> list[str]:
    return page.split("<tbody")[1].split("<tr")[1:] if "<tbody" in page else []


def test_an_auditor_reads_who_saw_whom(cast: Cast, person: Person) -> None:
    page = read(cast, cast.auditor, page_name="home:person")
    found = rows(page)
    assert len(found) == 2
    assert "Probation Om" in found[0]
    assert "Refused" in found[0]
    assert "Police Om" in found[1]
    assert f">{person.pk}<" in found[1]
    assert "Quillfeather" not in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"refused": "on"}, 1),
        ({"who": "police"}, 1),
        ({"person": "person"}, 2),
        ({"person": "0"}, 2),
        ({"since": "1/1/2020", "until": "1/2/2020"}, 0),
        ({"since": "once"}, 2),
    ],
)
def test_filters(cast: Cast, person: Person, query: dict[str, str], count: int) -> None:
    stands_for = {"police": str(cast.police_om.pk), "person": str(person.pk)}
    asked = {name: stands_for.get(value, value) for name, value in query.items()}
    assert len(rows(read(cast, cast.auditor, page_name="home:person", **asked))) == count


def test_others_read_their_own(cast: Cast, person: Person) -> None:
    page = read(cast, cast.police_om)
    assert "What you have done in Trellis" in page
    assert "Probation Om" not in page
    assert "A person’s page" in page
    assert rows(read(cast, cast.stranger, page_name="home:person")) == []
    assert 'name="who"' not in page


def test_reading_the_trail_is_in_the_trail(cast: Cast, person: Person) -> None:
    read(cast, cast.auditor)
    with acting(cast.auditor):
        assert AccessEvent.objects.filter(page="oversight:trail", method="GET", actor_id=cast.auditor.pk).count() == 1


def test_a_bad_date_is_explained(cast: Cast, person: Person) -> None:
    assert "“31/2/2026” has the day 31" in read(cast, cast.auditor, since="31/2/2026")


def make_events(cast: Cast, count: int, **fields: Any) -> list[AccessEvent]:
    values = {"agency_id": cast.police.pk, "request_id": "r", "method": "GET", "page": "home:work", "status": 200}
    with acting(cast.police_om):
        return [AccessEvent.objects.create(actor_id=cast.police_om.pk, **(values | fields)) for _ in range(count)]


@pytest.mark.parametrize("name", ["trail", *TABS])
def test_few_and_many_cost_the_same(cast: Cast, person: Person, name: str) -> None:
    client = browser(cast, cast.auditor)
    make_events(cast, 1, detail={"export": "test", "emergency": 1}, status=403)
    client.get(reverse(f"oversight:{name}"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(f"oversight:{name}"))
    make_events(cast, 300, detail={"export": "test", "emergency": 1}, status=403)
    for _ in range(60):
        make_person(cast)
    with CaptureQueriesContext(connection) as many:
        page = client.get(reverse(f"oversight:{name}")).content.decode()
    assert len(many) == len(few)
    assert len(rows(page)) == 50
    assert "the latest <strong>50</strong> are shown" in page


def test_pages_follow_the_last_event_however_many_come_meanwhile(cast: Cast, person: Person) -> None:
    """A page of numbers would show events twice that newer ones push down."""
    make_events(cast, 120)
    client, address, seen = browser(cast, cast.auditor), f"{reverse('oversight:trail')}?page_name=home:work", []
    while address:
        page = client.get(address).content.decode()
        seen += [row.split("near=")[1].split('"')[0] for row in rows(page)]
        make_events(cast, 3)
        older = [link for link in page.split('href="') if 'rel="next"' in link.split(">")[0]]
        address = html.unescape(f"{reverse('oversight:trail')}{older[0].split(chr(34))[0]}") if older else ""
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize(
    "after", ["x", "2026-01-01", "2026-01-01T00:00:00+00:00~", "2026-01-01T00:00:00Z~notakey", "~"]
)
def test_an_address_that_somebody_made_up_is_no_fault(cast: Cast, person: Person, after: str) -> None:
    for name in ("trail", "changes"):
        assert "Filter the trail" in read(cast, cast.auditor, name, after=after)


def test_nothing_is_shown_before_a_purpose_is_chosen_and_each_page_keeps_it(cast: Cast, person: Person) -> None:
    client = cast.client(cast.auditor)
    for name in ("trail", *TABS):
        page = client.get(reverse(f"oversight:{name}")).content.decode()
        assert "Why are you reading the trail?" in page
        assert rows(page) == []
    refused = client.post(reverse("oversight:trail"), PURPOSE | {"purpose": "curiosity"}).content.decode()
    assert "choose one of the answers shown" in refused
    assert client.post(reverse("oversight:changes"), PURPOSE).status_code == 302
    client.get(reverse("oversight:exports"))
    with acting(cast.auditor):
        event = AccessEvent.objects.filter(page="oversight:exports").latest("at")
    assert event.detail == {"reason_for": "trail", "purpose": "self_monitoring"}
    assert "To monitor ourselves" in client.get(reverse("oversight:trail")).content.decode()


@pytest.mark.parametrize("name", TABS)
def test_only_an_auditor_reads_about_others(cast: Cast, person: Person, name: str) -> None:
    for user in (cast.coordinator, cast.police_om, cast.analyst, cast.administrator, cast.stranger):
        assert cast.client(user).get(reverse(f"oversight:{name}")).status_code == 403


def test_changes_say_who_and_which_columns_and_never_what_they_held(cast: Cast, person: Person) -> None:
    with acting(cast.police_om):
        Person.objects.filter(pk=person.pk).update(family_name="Thistlewaite")
    page = read(cast, cast.auditor, "changes", person=person.pk)
    changed, *_, added = rows(page)
    assert "Changed person" in changed
    assert "family name" in changed
    assert "Police Om" in changed
    assert "Added person" in added
    assert "Quillfeather" not in page
    assert "Thistlewaite" not in page


@pytest.mark.parametrize(
    ("name", "fields", "found"),
    [
        ("sign_ins", {"page": "account_login"}, 1),
        ("sign_ins", {"detail": {"kind": "signed in"}}, 1),
        ("sign_ins", {"detail": {"second_factor": "refused"}}, 1),
        ("sign_ins", {"status": 403}, 1),
        ("sign_ins", {}, 0),
        ("exports", {"detail": {"export": "the trail", "rows": 5}}, 1),
        ("exports", {}, 0),
        ("emergencies", {"detail": {"reason_for": "break_glass", "reason": "He may be in danger"}}, 1),
        ("emergencies", {}, 0),
    ],
)
def test_each_kind_has_its_page(cast: Cast, name: str, fields: dict[str, Any], found: int) -> None:
    make_events(cast, 1, **fields)
    page = read(cast, cast.auditor, name, who=cast.police_om.pk)
    assert len(rows(page)) == found


def test_an_empty_kind_says_what_would_fill_it(cast: Cast) -> None:
    assert "Nothing was taken out in these days" in read(cast, cast.auditor, "exports")
    assert "No emergency in these days" in read(cast, cast.auditor, "emergencies")


def test_no_request_is_asked_for_and_none_is_there(cast: Cast) -> None:
    client = browser(cast, cast.auditor)
    assert client.get(reverse("oversight:request")).status_code == 302
    assert client.get(reverse("oversight:request"), {"id": "none"}).status_code == 404


def test_one_request_is_shown_whole(cast: Cast, person: Person) -> None:
    with acting(cast.police_om, request_id="a1b2"):
        Person.objects.filter(pk=person.pk).update(family_name="Thistlewaite")
        AccessEvent.objects.create(
            actor_id=cast.police_om.pk, request_id="a1b2", method="POST", page="home:edit_person", status=302,
            person_ids=[person.pk],
        )  # fmt: skip
    address = f"{reverse('oversight:request')}?id=a1b2"
    page = browser(cast, cast.auditor).get(address).content.decode()
    assert page.count("<tbody") == 2
    assert "Edit a person’s details" in page
    assert "family name" in page
    assert "Thistlewaite" not in page
    own = cast.client(cast.police_om).get(address).content.decode()
    assert "Edit a person’s details" in own
    assert "Changes are for an auditor" in own
    assert cast.client(cast.coordinator).get(address).status_code == 404
    assert browser(cast, cast.auditor).get(f"{address}&near=2020-01-01T00:00:00Z").status_code == 404
