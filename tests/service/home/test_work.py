"""Home shows each role its work: counts that are queues, each the length of the list it links to."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.vocabulary import ReferralSource, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Grant, User
from trellis.service.casework.models import Contact
from trellis.service.feeds.models import FeedFile, WaitingRow
from trellis.service.intelligence.actions import issue_briefing
from trellis.service.people.models import Person
from trellis.service.record.models import Custody, Priority
from trellis.service.selection.actions import refer
from trellis.service.selection.models import CohortMembership, Lead

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def days(count: int) -> date:
    return TODAY + timedelta(count)


def make_managed(cast: Cast, family_name: str, *, colour: str = "", led: bool = True, review: int = 30) -> Person:
    person = make_person(cast, family_name, stage=Stage.MANAGED)
    make_fact(CohortMembership, person, cast.police, cohort=cast.fixed, starts=days(-60))
    if led:
        make_fact(Lead, person, cast.police, kind="police", officer=cast.police_om, starts=days(-60))
        grant(cast, cast.police_om, person)
    if colour:
        make_fact(Priority, person, cast.police, colour=colour, reason="x", starts=days(-9), review_on=days(review))
    return person


@pytest.fixture
def cohort(cast: Cast) -> list[Person]:
    people = [
        make_managed(cast, "Quillfeather", colour="red"),
        make_managed(cast, "Tallowfield", colour="amber", review=-3),
        make_managed(cast, "Wethercott"),
        make_managed(cast, "Larkspur", led=False),
    ]
    make_fact(Custody, people[1], cast.police, kind="remand", starts=days(-5))
    make_fact(Contact, people[0], cast.probation, happened_on=days(-4), mode="home", outcome="attended_complied", worker="W")  # fmt: skip  # noqa: E501
    grant(cast, cast.housing_worker, people[0])
    return people


def home(cast: Cast, user: User) -> str:
    response = cast.client(user).get(reverse("home:work"))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def tiles(page: str) -> dict[str, tuple[int, str]]:
    found = re.findall(
        r'href="([^"]*)"><span class="tr-tile__count">(\d+)</span>\s*<span class="tr-tile__text">([^<]*)</span>', page
    )
    return {text: (int(count), unescape(address)) for address, count, text in found}


def length_of(cast: Cast, user: User, address: str) -> int:
    page = cast.client(user).get(address).content.decode()
    shown = re.search(r"of <strong>(\d+)</strong>", page)
    return int(shown.group(1)) if shown else 0


def test_an_officer_sees_the_people_they_lead_by_colour(cast: Cast, cohort: list[Person]) -> None:
    counts = {text: count for text, (count, _) in tiles(home(cast, cast.police_om)).items()}
    assert (counts["Red"], counts["Amber"], counts["Green"], counts["Priority not set"]) == (1, 1, 0, 1)
    assert (counts["Priority review overdue"], counts["In custody"]) == (1, 1)
    page = home(cast, cast.police_om)
    assert "Tallowfield, Osric" in page
    assert "4 days ago" in page
    assert "Overdue since" in page


@pytest.fixture
def extracts(cast: Cast) -> None:
    """Three files, of two of which rows wait: two faults and a question."""
    with acting("feeds") as actor:
        files = [
            FeedFile.objects.create(
                feed="fable-arrests", scheme=cast.scheme, name=f"{name}.csv", sha256=name, content=b"",
                received_by_id=actor.user_id, mapping_version="1",
            )
            for name in ("one", "two", "three")
        ]  # fmt: skip
        for number, (file, kind) in enumerate(((files[0], "fault"), (files[0], "fault"), (files[1], "identity"))):
            WaitingRow.objects.create(file=file, line=number + 2, kind=kind, sentence="Mend it.", cells={})


def test_whoever_mends_sees_what_waits(cast: Cast, extracts: None) -> None:
    found = tiles(home(cast, cast.coordinator))
    assert found["Files with rows waiting"][0] == 2
    assert found["Questions of who somebody is"][0] == 1
    assert "3 rows in all" in home(cast, cast.coordinator)
    assert "Files with rows waiting" not in home(cast, cast.police_om)


@pytest.mark.parametrize("who", ["coordinator", "police_om"])
def test_every_count_is_the_length_of_its_list(cast: Cast, cohort: list[Person], extracts: None, who: str) -> None:
    user: User = getattr(cast, who)
    with acting(cast.housing_worker):
        refer(by=cast.housing_worker, scheme=cast.scheme, source=ReferralSource.HOUSING, reason="Sleeps rough", name="Bo Wren")  # fmt: skip  # noqa: E501
    found = tiles(home(cast, user))
    assert len(found) >= 7
    for text, (count, address) in found.items():
        assert length_of(cast, user, address) == count, text


def test_the_coordinator_sees_what_is_not_in_order(cast: Cast, cohort: list[Person]) -> None:
    counts = {text: count for text, (count, _) in tiles(home(cast, cast.coordinator)).items()}
    assert counts["Everybody managed"] == 4
    assert counts["No lead officer"] == 1
    assert counts["Priority not set"] == 2
    assert counts["Priority review overdue"] == 1


def test_a_partner_sees_their_people_and_their_referrals(cast: Cast, cohort: list[Person]) -> None:
    with acting(cast.housing_worker):
        refer(by=cast.housing_worker, scheme=cast.scheme, source=ReferralSource.HOUSING, reason="Sleeps rough", name="Bo Wren")  # fmt: skip  # noqa: E501
    page = home(cast, cast.housing_worker)
    assert "Quillfeather, Osric" in page
    assert "Tallowfield" not in page
    assert "Bo Wren" in page
    assert "New" in page


def test_a_neighbourhood_officer_is_led_to_the_latest_briefing(cast: Cast, cohort: list[Person]) -> None:
    with acting(cast.coordinator):
        briefing = issue_briefing(scheme=cast.scheme, by=cast.coordinator)
    assert reverse("intelligence:briefing", args=[briefing.pk]) in home(cast, cast.neighbourhood)


def test_an_analyst_sees_counts_and_nobodys_name(cast: Cast, cohort: list[Person]) -> None:
    with acting("setup") as actor:
        Grant.objects.create(
            user=cast.analyst, scheme=cast.scheme, stages=["managed"], compartments=["core"], basis="unit",
            granted_by_id=actor.user_id,
        )  # fmt: skip
    page = home(cast, cast.analyst)
    assert "People managed, by priority" in page
    assert "The figures as a table" in page
    for person in cohort:
        assert person.family_name not in page


def test_an_auditor_and_an_administrator_see_nobody(cast: Cast, cohort: list[Person]) -> None:
    assert "Read who has seen, searched and changed what" in home(cast, cast.auditor)
    assert "you see nobody’s record" in home(cast, cast.administrator)
    for user in (cast.auditor, cast.administrator, cast.stranger):
        assert "Quillfeather" not in home(cast, user)


def test_somebody_without_a_role_is_told(cast: Cast) -> None:
    assert "You have no role in a scheme today" in home(cast, cast.stranger)


def test_home_wants_a_sign_in(cast: Cast, client: Any) -> None:
    response = client.get(reverse("home:work"))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_navigation_shows_what_a_role_may_open(cast: Cast) -> None:
    assert reverse("selection:candidates") in home(cast, cast.coordinator)
    page = home(cast, cast.auditor)
    assert reverse("oversight:trail") in page
    assert reverse("caseload:people") not in page


def test_home_costs_the_same_for_few_and_many(cast: Cast, cohort: list[Person]) -> None:
    client = cast.client(cast.police_om)
    client.get(reverse("home:work"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("home:work"))
    for number in range(40):
        make_managed(cast, f"Moss{number}", colour="green")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("home:work"))
    assert len(many) == len(few)
