"""What leaves: with a reason, a second factor just proved, a line in the trail; marked; and no formula in any cell."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, prove_second_factor
from tests.exported import formulas_in
from tests.factories import grant, make_fact, make_person
from trellis.rules.vocabulary import Stage
from trellis.service.access import exporting
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.audit.models import AccessEvent
from trellis.service.common.exports import read_back
from trellis.service.people.models import Alert, Person, PersonName, ProtectedCharacteristics
from trellis.service.record.models import Arrest

pytestmark = pytest.mark.django_db
REASON = {"reason": "For the inspection of the tenth of the month"}
FILES, PAGE = REASON | {"how": "files"}, REASON | {"how": "page"}
ATTACK = '=HYPERLINK("http://example.com";"Quill")'
TABS = ("seen", "changes", "sign_ins", "exports", "emergencies")


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, ATTACK, stage=Stage.MANAGED)
    make_fact(PersonName, person, cast.police, family_name="\t+SUM(A1)")
    make_fact(Arrest, person, cast.police, happened_on="2026-01-05", outcome="@Charged")
    return person


def auditor(cast: Cast) -> Client:
    client = cast.client(cast.auditor)
    client.post(reverse("oversight:trail"), {"reason_for": "trail", "purpose": "integrity"})
    return client


def taken_out(cast: Cast, person: Person) -> dict[str, tuple[User, Any]]:
    """Every export of this app, done: by its name, who did it and the response."""
    coordinator, about = cast.client(cast.coordinator), [person.pk]
    found = {
        "inspection": (cast.coordinator, coordinator.post(reverse("oversight:inspection", args=about), FILES)),
        "readers": (cast.coordinator, coordinator.post(reverse("oversight:export_readers", args=about), REASON)),
    }
    client = auditor(cast)
    for tab in TABS:
        address = f"{reverse('oversight:export_trail')}?kind={tab}"
        found[tab] = (cast.auditor, client.post(address, REASON))
    return found


def tables(response: HttpResponse) -> dict[str, tuple[str, list[str], list[list[str]]]]:
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        return {name.split("_")[1].removesuffix(".csv"): read_back(archive.read(name)) for name in archive.namelist()}


@pytest.mark.requirement("SEC-04")
def test_every_file_is_marked_holds_no_formula_and_names_nobody(cast: Cast, person: Person) -> None:
    for name, (_, response) in taken_out(cast, person).items():
        assert response.status_code == 200, name
        disposition = response["Content-Disposition"]
        pattern = r'attachment; filename="official-sensitive_[a-z-]+_\d{4}-\d\d-\d\d_[0-9a-f]{12}\.(csv|zip)"'
        assert re.fullmatch(pattern, disposition), disposition
        assert formulas_in(response.content) == [], name
        assert response["Cache-Control"] == "no-store"


def test_every_export_is_in_the_trail_with_its_reason_rows_and_people(cast: Cast, person: Person) -> None:
    for name, (user, response) in taken_out(cast, person).items():
        reference = response["Content-Disposition"].split("_")[-1].split(".")[0]
        with acting(user):
            event = AccessEvent.objects.get(request_id__startswith=reference)
        assert event.detail["reason"] == REASON["reason"], name
        assert event.detail["rows"] > 0 or name in {"sign_ins", "emergencies"}, name
        assert event.detail["file"] in response["Content-Disposition"]
        assert person.pk in event.person_ids or name in {"sign_ins", "exports", "emergencies"}, name


@pytest.mark.requirement("SEC-08")
def test_an_inspection_holds_each_fact_with_its_agency_its_dates_and_who_recorded_it(
    cast: Cast, person: Person
) -> None:
    old = make_fact(
        Alert, person, cast.probation, kind="violence", reason="Knife", review_on="2026-09-01", starts="2026-01-01"
    )
    with acting("feeds"):
        Alert.objects.filter(pk=old.pk).update(superseded_at="2026-02-01T00:00:00Z")
    response = cast.client(cast.coordinator).post(reverse("oversight:inspection", args=[person.pk]), FILES)
    found = tables(response)
    marking, headings, (row,) = found["alerts"]
    told = dict(zip(headings, row, strict=True))
    assert marking == "OFFICIAL-SENSITIVE"
    assert told["Source agency"] == "Fable probation"
    assert told["Recorded by"] == "Feeds"
    assert told["Reason"] == "Knife"
    assert told["Superseded"].startswith("2026-02-01")
    assert found["person"][2][0][1:3] == [ATTACK, "Osric"]
    assert {"person-names", "arrests"} <= set(found)


def test_protected_characteristics_stay(cast: Cast, person: Person) -> None:
    with acting("setup"):
        ProtectedCharacteristics.objects.create(person=person, religion="Zoroastrian")
    client = cast.client(cast.coordinator)
    response = client.post(reverse("oversight:inspection", args=[person.pk]), FILES)
    assert "Zoroastrian" not in str(tables(response))
    assert "Sex" not in tables(response)["person"][1]
    assert "Zoroastrian" not in client.post(reverse("oversight:inspection", args=[person.pk]), PAGE).content.decode()


@pytest.mark.requirement("SEC-08")
def test_the_page_to_print_is_marked_and_says_who_why_and_where_its_line_is(cast: Cast, person: Person) -> None:
    response = cast.client(cast.coordinator).post(reverse("oversight:inspection", args=[person.pk]), PAGE)
    page = response.content.decode()
    assert "Coordinator" in page
    assert REASON["reason"] in page
    assert page.count("OFFICIAL-SENSITIVE") >= 2
    assert "@Charged" in page
    with acting(cast.coordinator):
        event = AccessEvent.objects.latest("at")
    assert event.request_id in page
    assert event.detail["export"] == "record for inspection"


def test_an_analyst_takes_out_whom_they_see_and_an_auditor_nobody(cast: Cast, person: Person) -> None:
    address = reverse("oversight:inspection", args=[person.pk])
    assert cast.client(cast.analyst).get(address).status_code == 404
    grant(cast, cast.analyst, person)
    assert cast.client(cast.analyst).post(address, FILES).status_code == 200
    assert cast.client(cast.auditor).post(address, FILES).status_code == 404


@pytest.mark.parametrize("name", ["police_om", "housing_worker", "administrator", "stranger"])
def test_others_take_out_nothing(cast: Cast, person: Person, name: str) -> None:
    grant(cast, getattr(cast, name), person)
    for address in (
        reverse("oversight:inspection", args=[person.pk]),
        reverse("oversight:export_readers", args=[person.pk]),
        reverse("oversight:export_trail"),
    ):
        assert cast.client(getattr(cast, name)).post(address, FILES).status_code == 403


@pytest.mark.parametrize("answer", [{}, {"reason": "because"}, {"reason": " "}])
def test_without_a_reason_nothing_leaves(cast: Cast, person: Person, answer: dict[str, str]) -> None:
    client = cast.client(cast.coordinator)
    for name in ("inspection", "export_readers"):
        response = client.post(reverse(f"oversight:{name}", args=[person.pk]), answer | {"how": "files"})
        assert response.status_code == 200
        assert "Content-Disposition" not in response
        assert "govuk-error-summary" in response.content.decode()


def test_without_a_fresh_second_factor_nothing_leaves(cast: Cast, person: Person) -> None:
    for user, address in (
        (cast.coordinator, reverse("oversight:inspection", args=[person.pk])),
        (cast.coordinator, reverse("oversight:export_readers", args=[person.pk])),
        (cast.auditor, reverse("oversight:export_trail")),
    ):
        client = cast.client(user)
        prove_second_factor(client, user, seconds_ago=301)
        for response in (client.get(address), client.post(address, FILES)):
            assert response.status_code == 302
            assert response.url.startswith(reverse("account_step_up"))


def test_more_events_than_a_file_holds_are_refused(cast: Cast, person: Person, monkeypatch: Any) -> None:
    monkeypatch.setattr("trellis.service.oversight.views.exports.MOST_ROWS", 2)
    assert exporting.MOST_ROWS > 2
    for _ in range(3):
        cast.client(cast.police_om).get(reverse("home:work"))
    response = auditor(cast).post(reverse("oversight:export_trail"), REASON)
    assert "Go back and ask for fewer days" in response.content.decode()


def test_the_trail_leaves_as_it_was_filtered_after_its_purpose(cast: Cast, person: Person) -> None:
    cast.client(cast.police_om).get(reverse("home:work"))
    address = f"{reverse('oversight:export_trail')}?kind=seen&who={cast.police_om.pk}"
    assert "Why are you reading the trail?" in cast.client(cast.auditor).get(address).content.decode()
    _, headings, rows = read_back(auditor(cast).post(address, REASON).content)
    assert {row[headings.index("Who")] for row in rows} == {"Police Om"}
    assert {row[headings.index("User name")] for row in rows} == {"police_om"}
