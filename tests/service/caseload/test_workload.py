"""A supervisor's counts: of whom they answer for, adding up, and each the length of the list that it leads to."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.vocabulary import Role, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Posting, User
from trellis.service.casework.models import Contact, Disengagement
from trellis.service.people.models import Person
from trellis.service.plans.models import Step
from trellis.service.record.models import Custody, Priority
from trellis.service.schemes.models import Agency
from trellis.service.selection.models import CohortMembership, Lead

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
ADDRESS = "/people/workload/"


def ago(days: int) -> Any:
    return TODAY - timedelta(days)


def managed(cast: Cast, name: str, colour: str = "", officer: User | None = None, **fields: Any) -> Person:
    person = make_person(cast, name, stage=Stage.MANAGED, **fields)
    make_fact(CohortMembership, person, cast.police, cohort=cast.fixed, starts=ago(100))
    if colour:
        make_fact(Priority, person, cast.police, colour=colour, reason="x", starts=ago(100), review_on=ago(1))
    if officer:
        make_fact(Lead, person, cast.police, kind="police", officer=officer, starts=ago(100))
    return person


@pytest.fixture
def sergeant(cast: Cast) -> User:
    """Supervises the north team, and leads nobody."""
    with acting("setup"):
        user = User.objects.create(username="sergeant", name="A Sergeant", password="!")
        Posting.objects.create(
            user=user, agency=cast.police, team=cast.north_team, scheme=cast.scheme, supervises=True,
            role=Role.POLICE_OFFENDER_MANAGER, starts=ago(900),
        )  # fmt: skip
    return user


@pytest.fixture
def cases(cast: Cast, sergeant: User) -> list[Person]:
    """Five cases: two of the north team's officer, one of a colleague elsewhere, two of nobody."""
    with acting("setup"):
        elsewhere = User.objects.create(username="elsewhere", name="Else Where", password="!")
        Posting.objects.create(
            user=elsewhere, agency=cast.police, scheme=cast.scheme, role=Role.POLICE_OFFENDER_MANAGER, starts=ago(900)
        )
    found = [
        managed(cast, "Redfern", "red", cast.police_om), managed(cast, "Greenaway", "green", cast.police_om),
        managed(cast, "Amberley", "amber", elsewhere), managed(cast, "Nonesuch"), managed(cast, "Bluett", "blue"),
    ]  # fmt: skip
    seen: dict[str, Any] = {"outcome": "attended_complied", "worker": "W"}
    make_fact(Contact, found[0], cast.police, happened_on=ago(1), mode="home", **seen)
    make_fact(Contact, found[1], cast.police, happened_on=ago(10), mode="office", **seen)
    make_fact(
        Contact, found[1], cast.police, happened_on=ago(2), mode="home", outcome="unacceptable_absence", worker="W"
    )
    make_fact(Custody, found[4], cast.police, kind="remand", starts=ago(5))
    for person in found[:2]:
        grant(cast, cast.police_om, person, agency=cast.police)
    return found


def page_of(cast: Cast, user: User, **query: Any) -> str:
    answer = cast.client(user).get(ADDRESS, query)
    assert answer.status_code == 200
    return answer.content.decode()


def table(page: str, caption: str) -> dict[str, list[tuple[int, str]]]:
    """The rows of a table by their heading: each count with the address that it leads to."""
    body = page[page.index(f">{caption}</caption>") :]
    found = {}
    for row in re.findall(r"<tr.*?</tr>", body[: body.index("</table>")], re.S)[1:]:
        heading = re.sub(r"<[^>]+>", "", row[row.index("<th") : row.index("</th>")]).strip()
        cells = re.findall(r'<div class="tr-cell">(?:<a class="govuk-link" href="([^"]+)">)?(\d+)(?:</a>)?</div>', row)
        found[heading] = [(int(count), html.unescape(address)) for address, count in cells]
    return found


def length_of(cast: Cast, user: User, address: str) -> int:
    page = cast.client(user).get(address).content.decode()
    return len(re.findall(r'<th scope="row" class="govuk-table__header"><a', page))


@pytest.mark.requirement("CAP-01", "INT-02")
def test_counts_add_up_and_lead_to_lists_of_that_length(cast: Cast, cases: list[Person]) -> None:
    page = page_of(cast, cast.coordinator)
    unseen = table(page, "Not seen within the standard’s time, by priority")
    carried = table(page, "Cases by police lead")
    # Red's seven days hold a home visit, green's fourteen an office contact; of the others nobody saw anyone.
    assert [count for count, _ in unseen["All"]] == [5, 3, 4, 4, 5, 5, 5, 5]
    for rows, total in ((unseen, "All"), (carried, "Everybody")):
        parts = [row for heading, row in rows.items() if heading != total]
        for column, (count, _) in enumerate(rows[total][:6]):
            assert sum(part[column][0] for part in parts) == count, column
    assert [count for count, _ in carried["Police Om"][:6]] == [1, 0, 1, 0, 0, 2]
    # Room for twenty people, and one red and one green case weighed.
    assert [count for count, _ in carried["Police Om"][6:8]] == [20, 4]
    assert re.search(r'data-label="Kept"><div class="tr-cell">\d+%<', page)
    assert [count for count, _ in carried["Nobody"][:6]] == [0, 0, 0, 1, 1, 2]
    links = [pair for row in [*unseen.values(), *carried.values()] for pair in row if pair[1]]
    assert len(links) > 20
    # Every seventh, by which each column is met: the rules prove it of all.
    for count, address in links[::7]:
        assert length_of(cast, cast.coordinator, address) == count, address
    assert "an example, not a published figure: Example weights of cases" in page


@pytest.mark.requirement("SEC-06", "REF-09", "REF-10")
def test_a_supervisor_counts_their_team_alone(cast: Cast, cases: list[Person], sergeant: User) -> None:
    page = page_of(cast, sergeant)
    assert "2 cases" in page
    carried = table(page, "Cases by police lead")
    assert "Else Where" not in carried
    assert carried["Everybody"][5][0] == 2
    for text in ("Not told why selected", "No help offered", "No plan", "Contact overdue"):
        assert text in page, text
    # Whoever supervises begins with the team, in the list as in its counts.
    assert "2</strong> people" in cast.client(sergeant).get("/people/").content.decode()
    # What the supervisor may not see is in no count, whatever is asked.
    assert "2 cases" in page_of(cast, sergeant, whose="all")
    tile = r'tr-tile__count">(\d+)</span>\s*<span class="tr-tile__text">Not engaging, no response recorded'
    make_fact(
        Contact, cases[1], cast.police, happened_on=ago(1), mode="home", outcome="unacceptable_absence", worker="W"
    )
    assert re.findall(tile, page_of(cast, sergeant)) == ["2"]
    make_fact(Disengagement, cases[1], cast.police, happened_on=TODAY, signs="x", response="watching", reason="x",
              review_on=TODAY)  # fmt: skip
    assert re.findall(tile, page_of(cast, sergeant)) == ["1"]


def test_whoever_carries_more_than_their_time_is_for_is_marked(cast: Cast, cases: list[Person]) -> None:
    assert ">Over<" not in re.sub(r"\s", "", page_of(cast, cast.coordinator))
    cast.scheme.people_per_officer = 1
    with acting("setup"):
        cast.scheme.save(update_fields=["people_per_officer"])
    assert ">Over<" in re.sub(r"\s", "", page_of(cast, cast.coordinator))


@pytest.mark.requirement("REF-14")
def test_changes_of_manager_are_counted_and_averaged_by_team(cast: Cast, cases: list[Person], sergeant: User) -> None:
    lead = {"kind": "probation", "officer": cast.probation_om}
    make_fact(Lead, cases[0], cast.probation, **lead | {"officer": cast.coordinator}, starts=ago(100), ends=ago(49))
    make_fact(Lead, cases[0], cast.probation, **lead, starts=ago(50))
    grant(cast, cast.police_om, cases[0], agency=cast.police)
    page = page_of(cast, sergeant)
    rows = re.findall(r"North team</th>.*?</tr>", page, re.S)
    cells = re.findall(r'<div class="tr-cell">([^<]+)</div>', rows[0])
    # One change in two cases; the police lead stayed throughout both.
    assert cells == ["2", "0.5", "100%"]


@pytest.mark.requirement("INT-08")
def test_waits_for_treatment_run_from_the_plans_step_to_the_first_contact(cast: Cast, cases: list[Person]) -> None:
    with acting("setup"):
        recovery = Agency.objects.create(slug="recovery", name="Recovery", kind="drug_and_alcohol")
    for person, asked in ((cases[0], 30), (cases[1], 12)):
        with acting(cast.coordinator):
            Step.objects.create(
                person=person, agency=cast.police, recorded_by=cast.coordinator, plan_key=uuid4(),
                objective_key=uuid4(), what="Ask Recovery for a place", serves="change", tactic="treatment",
                owner=recovery, due_on=TODAY, compartment="health", recorded_at=timezone.now() - timedelta(asked),
            )  # fmt: skip
    for days, outcome in ((40, "attended_complied"), (25, "unacceptable_absence"), (21, "attended_complied")):
        make_fact(Contact, cases[0], recovery, happened_on=ago(days), mode="office", outcome=outcome, worker="W")
    page = page_of(cast, cast.coordinator)
    assert "1 person began within a year of being referred, after 9 days (the median)." in page
    assert "1 person waits, the longest for 12 days." in page


def test_who_answers_for_nobody_is_refused(cast: Cast, cases: list[Person]) -> None:
    for user in (cast.police_om, cast.housing_worker, cast.analyst, cast.auditor, cast.stranger):
        assert cast.client(user).get(ADDRESS).status_code == 403, user
    assert "Workload" not in cast.client(cast.police_om).get("/people/").content.decode()
    assert page_of(cast, cast.coordinator, service="chief", whose="nobody")
