"""The one list of people managed: whose, filtered, sorted, counted, taken out; and no more than one may see."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast, prove_second_factor
from tests.factories import grant, make_fact, make_person
from trellis.rules.reasons import ReasonKind
from trellis.rules.tasks import TaskKind
from trellis.rules.vocabulary import Role, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Posting, User
from trellis.service.access.reasons import reason_definition
from trellis.service.casework.models import Appointment, Contact, SelectionExplained
from trellis.service.common.exports import read_back
from trellis.service.people.models import Person
from trellis.service.record.models import Custody, Priority
from trellis.service.selection.models import CohortMembership, Lead
from trellis.service.ui.filters import short_date
from trellis.service.work.actions import raise_task

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


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


@pytest.mark.parametrize(
    ("whose", "found"),
    [("mine", ["Quillfeather"]), ("team", ["Quillfeather", "Wethercott"]), ("area", ["Quillfeather", "Wethercott"]),
     ("all", ["Quillfeather", "Tallowfield", "Wethercott"]), ("nobodys", ["Quillfeather"])],
)  # fmt: skip
def test_mine_my_teams_my_areas_and_everybodys(cast: Cast, people: list[Person], whose: str, found: list[str]) -> None:
    with acting("setup"):
        colleague = User.objects.create(username="colleague", name="A Colleague", password="!")
        Posting.objects.create(
            user=colleague, agency=cast.police, team=cast.north_team, scheme=cast.scheme, starts=days(-99),
            role=Role.POLICE_OFFENDER_MANAGER,
        )  # fmt: skip
    make_fact(Lead, people[2], cast.police, kind="police", officer=colleague, starts=days(-9))
    for person in people[1:]:
        grant(cast, cast.police_om, person)
    assert names(cast, cast.police_om, whose=whose) == found
    assert names(cast, cast.police_om, whose="all", lead=colleague.pk, service="police") == ["Wethercott"]
    assert names(cast, cast.police_om, whose="all", lead=0) == ["Tallowfield"]
    # Whoever leads nobody and is in no team has everybody's alone.
    assert "My team" not in cast.client(cast.coordinator).get(reverse("caseload:people")).content.decode()


@pytest.mark.requirement("REF-09", "REF-10", "REF-14", "PLN-01")
def test_a_row_says_who_leads_what_is_due_and_what_is_missing(cast: Cast, people: list[Person]) -> None:
    first = people[0]
    make_fact(Lead, first, cast.police, kind="police", officer=cast.coordinator, starts=days(-99), ends=days(-60))
    make_fact(Appointment, first, cast.police, happened_on=days(3), happened_at="10:00", mode="home", worker="W")
    with acting(cast.coordinator):
        raise_task(by=cast.coordinator, kind=TaskKind.OTHER, reason="Ring the brother", due_on=TODAY, person=first,
                   user=cast.coordinator)  # fmt: skip
    page = cast.client(cast.coordinator).get(reverse("caseload:people"), {"area": cast.north.pk}).content.decode()
    row = page[page.index("Quillfeather") : page.index("Wethercott")]
    for text in (
        "Police Om",
        "Not seen yet",
        "No plan",
        "60 days",
    ):
        assert text in row, text
    assert short_date(days(3)) in row
    assert re.search(r'"Tasks"><div class="tr-cell">1<', row)
    for attention in ("not_told", "no_offer", "no_plan"):
        assert "Quillfeather" in names(cast, cast.coordinator, attention=attention), attention
    make_fact(
        SelectionExplained, first, cast.police, happened_on=days(-50), worker="W", how="At home", understood="yes"
    )
    assert "Quillfeather" not in names(cast, cast.coordinator, attention="not_told")
    assert "Quillfeather" in names(cast, cast.coordinator, attention="no_offer")


@pytest.mark.requirement("SEC-06")
def test_a_partner_is_not_told_that_there_is_nothing_where_it_is_hidden(cast: Cast, people: list[Person]) -> None:
    grant(cast, cast.housing_worker, people[0])
    page = cast.client(cast.housing_worker).get(reverse("caseload:people")).content.decode()
    assert "Quillfeather" in page
    for hidden in ("Priority review", "No plan", "Open tasks", "Assessment overdue", "Not told"):
        assert hidden not in page, hidden
    # Nor by the order: a column that is not shared sorts nothing.
    shown = cast.client(cast.housing_worker).get(reverse("caseload:people"), {"sort": "review"}).content.decode()
    assert (
        'aria-sort="ascending"><a class="govuk-link govuk-link--no-visited-state tr-sort" href="?sort=-name"' in shown
    )


def test_the_list_leaves_as_it_is_filtered_with_a_reason(cast: Cast, people: list[Person]) -> None:
    make_managed(cast, "=HYPERLINK(1)", "red")
    client, address = cast.client(cast.coordinator), reverse("caseload:export") + "?priority=red&sort=-name"
    assert "2 people" in client.get(address).content.decode()
    assert client.post(address, {}).status_code == 200
    answer = client.post(address, {"purpose": "", "reason": "The monthly meeting of team leaders"} | _purpose())
    assert answer["Content-Type"].startswith("text/csv")
    _, headings, rows = read_back(answer.content)
    assert headings[:2] == ["Name", "Date of birth"]
    assert [row[0] for row in rows] == ["Tallowfield, Osric", "=HYPERLINK(1), Osric"]
    assert b"'=HYPERLINK" in answer.content
    assert cast.client(cast.police_om).get(address).status_code == 403
    late = cast.client(cast.coordinator)
    prove_second_factor(late, cast.coordinator, seconds_ago=3600)
    assert late.get(address).status_code == 302


def _purpose() -> dict[str, str]:
    asked = reason_definition(ReasonKind.EXPORT)
    return {"purpose": asked.purposes[0].key} if asked.purposes else {}
