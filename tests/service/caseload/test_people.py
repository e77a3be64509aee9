"""The one list of people managed: whose, filtered, sorted, counted, taken out; and no more than one may see."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.vocabulary import Stage
from trellis.service.access.models import User
from trellis.service.casework.models import Contact
from trellis.service.people.models import Person
from trellis.service.record.models import Custody, Priority
from trellis.service.selection.models import CohortMembership, Lead

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
QUERIES = 27


def days(count: int) -> date:
    return TODAY + timedelta(count)


def make_managed(cast: Cast, family_name: str, colour: str = "", **fields: Any) -> Person:
    person = make_person(cast, family_name, stage=Stage.MANAGED, **fields)
    if colour:
        make_fact(Priority, person, cast.police, colour=colour, reason="x", starts=days(-9), review_on=days(30))
    return person


@pytest.fixture
def people(cast: Cast) -> list[Person]:
    first, second, third = (
        make_managed(cast, "Quillfeather", "green"),
        make_managed(cast, "Tallowfield", "red", area=cast.south),
        make_managed(cast, "Wethercott"),
    )
    make_fact(CohortMembership, first, cast.police, cohort=cast.fixed, starts=days(-60))
    make_fact(CohortMembership, second, cast.police, cohort=cast.flex, starts=days(-60))
    make_fact(Lead, first, cast.police, kind="police", officer=cast.police_om, starts=days(-60))
    make_fact(Custody, second, cast.police, kind="remand", starts=days(-5))
    make_fact(Contact, third, cast.police, happened_on=days(-2), mode="home", outcome="attended_complied", worker="W")
    make_person(cast, "Inkpenny")
    grant(cast, cast.police_om, first)
    return [first, second, third]


def names(cast: Cast, user: User, **query: Any) -> list[str]:
    response = cast.client(user).get(reverse("caseload:people"), query)
    assert response.status_code == 200
    return re.findall(r'href="/person/\d+/">(\w+), ', response.content.decode())


def test_lists_the_managed_alone_by_name(cast: Cast, people: list[Person]) -> None:
    assert names(cast, cast.coordinator) == ["Quillfeather", "Tallowfield", "Wethercott"]


@pytest.mark.requirement("SEC-06")
def test_lists_whom_its_reader_may_see(cast: Cast, people: list[Person]) -> None:
    assert names(cast, cast.police_om) == ["Quillfeather"]
    assert names(cast, cast.analyst) == []
    assert cast.client(cast.auditor).get(reverse("caseload:people")).status_code == 403
    assert cast.client(cast.stranger).get(reverse("caseload:people")).status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"priority": ["red", "green"]}, ["Quillfeather", "Tallowfield"]),
        ({"priority": ["none"]}, ["Wethercott"]),
        ({"attention": ["no_lead"]}, ["Tallowfield", "Wethercott"]),
        ({"where": "custody"}, ["Tallowfield"]),
        ({"where": "liberty"}, ["Quillfeather", "Wethercott"]),
        ({"where": "custody", "attention": ["review"]}, []),
        ({"priority": ["puce"]}, ["Quillfeather", "Tallowfield", "Wethercott"]),
        ({"sort": "priority"}, ["Wethercott", "Tallowfield", "Quillfeather"]),
        ({"sort": "-name"}, ["Wethercott", "Tallowfield", "Quillfeather"]),
        ({"sort": "seen"}, ["Wethercott", "Quillfeather", "Tallowfield"]),
        ({"sort": "shoe_size"}, ["Quillfeather", "Tallowfield", "Wethercott"]),
    ],
)
def test_filters_and_sorts(cast: Cast, people: list[Person], query: dict[str, Any], found: list[str]) -> None:
    assert names(cast, cast.coordinator, **query) == found


def test_filters_by_area_and_cohort(cast: Cast, people: list[Person]) -> None:
    assert names(cast, cast.coordinator, area=cast.south.pk) == ["Tallowfield"]
    assert names(cast, cast.coordinator, cohort=[cast.fixed.pk, cast.flex.pk]) == ["Quillfeather", "Tallowfield"]


def test_headings_sort_and_say_how(cast: Cast, people: list[Person]) -> None:
    page = cast.client(cast.coordinator).get(reverse("caseload:people"), {"sort": "priority"}).content.decode()
    assert (
        'aria-sort="ascending"><a class="govuk-link govuk-link--no-visited-state tr-sort" href="?sort=-priority"'
        in page
    )
    assert 'aria-sort="none"' in page


def test_few_and_many_cost_the_same(cast: Cast, people: list[Person], django_assert_num_queries: Any) -> None:
    client = cast.client(cast.coordinator)
    client.get(reverse("caseload:people"))
    with django_assert_num_queries(QUERIES):
        client.get(reverse("caseload:people"), {"sort": "priority"})
    for number in range(297):
        make_managed(cast, f"Moss{number:03}")
    with django_assert_num_queries(QUERIES):
        page = client.get(reverse("caseload:people"), {"sort": "priority"}).content.decode()
    assert "of <strong>300</strong> people" in page
