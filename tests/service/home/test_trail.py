"""The trail is read by auditors, and by anybody about themselves; reading it leaves an event."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.factories import grant, make_person
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.audit.models import AccessEvent
from trellis.service.people.models import Person

pytestmark = pytest.mark.django_db
QUERIES = 22


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person)
    cast.client(cast.police_om).get(reverse("home:person", args=[person.pk]))
    cast.client(cast.probation_om).get(reverse("home:person", args=[person.pk]))
    return person


def read(cast: Cast, user: User, **query: Any) -> str:
    response = cast.client(user).get(reverse("home:trail"), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def rows(page: str) -> list[str]:
    return page.split("<tbody")[1].split("<tr")[1:] if "<tbody" in page else []


def test_an_auditor_reads_who_saw_whom(cast: Cast, person: Person) -> None:
    page = read(cast, cast.auditor, page_name="home:person")
    found = rows(page)
    assert len(found) == 2
    assert "Probation Om" in found[0]
    assert "Nothing there to see" in found[0]
    assert "Police Om" in found[1]
    assert f">{person.pk}<" in found[1]
    assert "Quillfeather" not in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"refused": "on"}, 1),
        ({"who": "police"}, 1),
        ({"person": "person"}, 1),
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
        assert AccessEvent.objects.filter(page="home:trail", actor_id=cast.auditor.pk).count() == 1


def test_a_bad_date_is_explained(cast: Cast, person: Person) -> None:
    assert "“31/2/2026” has the day 31" in read(cast, cast.auditor, since="31/2/2026")


def test_few_and_many_cost_the_same(cast: Cast, person: Person, django_assert_num_queries: Any) -> None:
    client = cast.client(cast.auditor)
    client.get(reverse("home:trail"))
    with django_assert_num_queries(QUERIES):
        client.get(reverse("home:trail"))
    with acting(cast.police_om):
        for _ in range(300):
            AccessEvent.objects.create(
                actor_id=cast.police_om.pk,
                agency_id=cast.police.pk,
                request_id="r",
                method="GET",
                page="home:work",
                status=200,
            )
    with django_assert_num_queries(QUERIES):
        page = client.get(reverse("home:trail")).content.decode()
    assert "Showing <strong>1</strong> to <strong>50</strong>" in page
