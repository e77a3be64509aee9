"""A briefing is the cohort as known when it was issued, and what changed since the last; each sees their own part."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import make_fact, make_person
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Grant, User
from trellis.service.casework.models import Contact
from trellis.service.intelligence.actions import issue_briefing
from trellis.service.intelligence.models import Briefing
from trellis.service.intelligence.queries import read
from trellis.service.people.models import Alert, Person
from trellis.service.record.models import Custody, Priority
from trellis.service.selection.models import CohortMembership, Lead

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def days(count: int) -> date:
    return TODAY + timedelta(count)


def make_managed(cast: Cast, family_name: str, colour: str = "", **fields: Any) -> Person:
    person = make_person(cast, family_name, stage=Stage.MANAGED, **fields)
    make_fact(CohortMembership, person, cast.police, cohort=cast.fixed, starts=days(-60))
    if colour:
        make_fact(
            Priority, person, cast.police, colour=colour, reason="Two arrests", starts=days(-9), review_on=days(-1)
        )
    return person


@pytest.fixture
def cohort(cast: Cast) -> list[Person]:
    people = [
        make_managed(cast, "Quillfeather", "green"),
        make_managed(cast, "Tallowfield", "red", area=cast.south),
        make_managed(cast, "Wethercott"),
    ]
    make_fact(Lead, people[1], cast.police, kind="police", officer=cast.police_om, starts=days(-60))
    make_fact(Alert, people[1], cast.police, kind="weapons", reason="A knife", starts=days(-9), review_on=days(-1))
    make_fact(Contact, people[1], cast.housing, happened_on=days(-3), mode="home", outcome="attended_complied", worker="W")  # fmt: skip  # noqa: E501
    make_fact(Custody, people[0], cast.police, kind="remand", prison="HMP Fabling", starts=days(-5))
    return people


def issued(cast: Cast) -> Briefing:
    with acting(cast.coordinator):
        return issue_briefing(scheme=cast.scheme, by=cast.coordinator)


def show(cast: Cast, user: User, briefing: Briefing, **query: Any) -> str:
    response = cast.client(user).get(reverse("intelligence:briefing", args=[briefing.pk]), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_shows_the_cohort_by_priority_with_why_and_since(cast: Cast, cohort: list[Person]) -> None:
    page = show(cast, cast.coordinator, issued(cast))
    assert page.index("Wethercott, Osric") < page.index("Tallowfield, Osric") < page.index("Quillfeather, Osric")
    for words in (
        "Two arrests. Red since", "Its review is overdue.", "Lead: Police Om (Fable police)", "Last seen 3 days ago",
        "Weapons: A knife (review overdue)", "On remand at HMP Fabling", "In custody", "Nobody has set a priority yet",
        "3 people whom you may see", "This is the first briefing",
    ):  # fmt: skip
        assert words in page, words


@pytest.mark.requirement("RAG-08")
def test_lists_what_changed_since_the_last_briefing(cast: Cast, cohort: list[Person]) -> None:
    green, red, unset = cohort
    issued(cast)
    with acting("feeds") as feeds:
        Priority.objects.filter(person=green).update(superseded_at=timezone.now())
        for ends, colour, starts in ((TODAY, "green", days(-9)), (None, "red", TODAY)):
            Priority.objects.create(
                person=green, agency=cast.police, recorded_by_id=feeds.user_id, colour=colour, reason="x",
                starts=starts, ends=ends,
            )  # fmt: skip
        Custody.objects.filter(person=green).update(superseded_at=timezone.now())
        Custody.objects.create(
            person=red, agency=cast.police, recorded_by_id=feeds.user_id, kind="recall", starts=TODAY
        )
        CohortMembership.objects.filter(person=unset).update(superseded_at=timezone.now())
    make_managed(cast, "Larkspur", "amber")
    second = issued(cast)
    with acting(cast.coordinator):
        told = read(second)
    news = {entry.person.family_name: entry.news for entry in told.changed}
    assert news == {
        "Larkspur": ["New in the cohort"],
        "Quillfeather": ["Priority was green", "Out of custody"],
        "Tallowfield": ["Taken into custody"],
    }
    assert told.left == [unset]
    page = show(cast, cast.coordinator, second)
    assert "Wethercott, Osric: left the cohort" in page
    assert [(one.person, one.was and one.was.colour, one.now.colour) for one in told.recoloured] == [
        (green, "green", "red")
    ]
    assert "Changes of priority, the latest first" in page


@pytest.mark.requirement("RAG-08")
def test_a_colour_that_was_changed_back_is_among_the_changes(cast: Cast, cohort: list[Person]) -> None:
    green = cohort[0]
    with acting("feeds"):
        Briefing.objects.create(
            scheme=cast.scheme, issued_by=User.objects.get(username="feeds"), issued_at=timezone.now() - timedelta(8)
        )
    with acting("feeds") as feeds:
        Priority.objects.filter(person=green).update(superseded_at=timezone.now())
        for starts, ends, colour in ((-9, -5, "green"), (-5, -2, "red"), (-2, None, "green")):
            Priority.objects.create(
                person=green, agency=cast.police, recorded_by_id=feeds.user_id, colour=colour, reason="x",
                starts=days(starts), ends=days(ends) if ends else None,
            )  # fmt: skip
    with acting(cast.coordinator):
        changed = [(one.was and one.was.colour, one.now.colour) for one in read(issued(cast)).recoloured]
    assert [pair for pair in changed if pair[0]] == [("red", "green"), ("green", "red")]


def test_a_later_correction_does_not_alter_it(cast: Cast, cohort: list[Person]) -> None:
    briefing = issued(cast)
    before = show(cast, cast.coordinator, briefing)
    with acting("feeds"):
        Priority.objects.update(superseded_at=timezone.now())
    make_managed(cast, "Larkspur", "amber")
    after = show(cast, cast.coordinator, briefing)
    assert "Larkspur" not in after
    assert after.count("Two arrests") == before.count("Two arrests") == 2


@pytest.mark.requirement("SEC-06")
def test_each_reader_sees_only_whom_they_may(cast: Cast, cohort: list[Person]) -> None:
    briefing = issued(cast)
    with acting("setup") as actor:
        Grant.objects.create(
            user=cast.neighbourhood, scheme=cast.scheme, stages=["managed"], area=cast.south, compartments=["core"],
            basis="unit", granted_by_id=actor.user_id,
        )  # fmt: skip
    page = show(cast, cast.neighbourhood, briefing)
    assert "1 person whom you may see" in page
    assert "Tallowfield" in page
    assert "Quillfeather" not in page
    assert "Nobody whom you may see" in show(cast, cast.housing_worker, briefing)
    assert cast.client(cast.auditor).get(reverse("intelligence:briefing", args=[briefing.pk])).status_code == 403
    assert cast.client(cast.stranger).get(reverse("intelligence:briefing", args=[briefing.pk])).status_code == 403


def test_one_area_alone(cast: Cast, cohort: list[Person]) -> None:
    page = show(cast, cast.coordinator, issued(cast), area=cast.north.pk)
    assert "Tallowfield" not in page
    assert "2 people whom you may see" in page
    assert "3 people" in show(cast, cast.coordinator, issued(cast), area="nowhere")


def test_is_issued_in_the_browser_with_its_marking(cast: Cast, cohort: list[Person]) -> None:
    address = reverse("intelligence:issue")
    response = cast.client(cast.police_om).post(address, {"note": "Operation Nettle starts", "marking": "OFFICIAL"})
    assert response.status_code == 302, response.content.decode()
    with acting(cast.police_om):
        briefing = Briefing.objects.get()
    assert (briefing.issued_by, briefing.scheme) == (cast.police_om, cast.scheme)
    page = show(cast, cast.coordinator, briefing)
    assert "Operation Nettle starts" in page
    assert "Protective marking: </span>OFFICIAL</span>" in page
    listed = cast.client(cast.neighbourhood).get(reverse("intelligence:briefings")).content.decode()
    assert f'href="/briefings/{briefing.pk}/"' in listed
    assert "Issue a briefing" not in listed


def test_only_some_roles_issue(cast: Cast) -> None:
    for user in (cast.probation_om, cast.housing_worker, cast.neighbourhood, cast.analyst, cast.auditor, cast.stranger):
        assert cast.client(user).post(reverse("intelligence:issue"), {"marking": "OFFICIAL"}).status_code == 403
    with acting(cast.coordinator):
        assert not Briefing.objects.exists()


def test_a_marking_must_be_one(cast: Cast) -> None:
    page = cast.client(cast.coordinator).post(reverse("intelligence:issue"), {"marking": "SECRET"}).content.decode()
    assert "Select the protective marking" in page


QUERIES = 33


def test_few_and_many_cost_the_same(cast: Cast, cohort: list[Person], django_assert_num_queries: Any) -> None:
    issued(cast)
    briefing = issued(cast)
    client, address = cast.client(cast.coordinator), reverse("intelligence:briefing", args=[briefing.pk])
    client.get(address)
    with django_assert_num_queries(QUERIES):
        client.get(address)
    for number in range(100):
        make_managed(cast, f"Moss{number:03}", "green")
    briefing = issued(cast)
    with django_assert_num_queries(QUERIES):
        page = client.get(reverse("intelligence:briefing", args=[briefing.pk])).content.decode()
    assert "103 people whom you may see" in page
