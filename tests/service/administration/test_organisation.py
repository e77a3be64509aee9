"""Agencies, teams and areas are data: added on a page, used at once, in the trail."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.service.administration.office import read, role_form, send, text_of
from trellis.rules.vocabulary import AgencyKind
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.audit.models import ChangeEvent
from trellis.service.schemes.actions import set_up_scheme
from trellis.service.schemes.models import Agency, Area, Scheme, Team

pytestmark = pytest.mark.django_db
AGENCY = {"name": "Lanternlight Trust", "kind": "voluntary"}


def add(cast: Cast, page: str, data: dict[str, object], user: User | None = None) -> str:
    return text_of(send(cast, user or cast.administrator, page, data))


def area_form(cast: Cast, **changes: object) -> dict[str, object]:
    values = {"name": "Harbour", "boundary": "district", "parent": str(cast.force.pk), "code": "HB", "covers": []}
    return values | changes


@pytest.mark.requirement("GOV-17")
def test_an_agency_and_its_team_are_added_and_offered_at_once(cast: Cast) -> None:
    add(cast, "add_agency", AGENCY)
    agency = Agency.objects.get(name="Lanternlight Trust")
    page = add(cast, "add_team", {"name": "Night shift", "agency": str(agency.pk), "area": str(cast.north.pk)})
    assert "Night shift (North)" in page
    team = Team.objects.get(name="Night shift")
    assert (team.agency, team.scheme, team.area) == (agency, cast.scheme, cast.north)
    invitation = text_of(read(cast, cast.administrator, "invite"))
    assert "Lanternlight Trust" in invitation
    assert "Night shift, Lanternlight Trust" in invitation
    form = role_form(cast, agency=str(agency.pk), team=str(team.pk), role="partner_worker")
    assert "The role is asked for" in text_of(send(cast, cast.administrator, "role", form, cast.analyst.pk))


@pytest.mark.parametrize("kind", AgencyKind)
@pytest.mark.requirement("GOV-17")
def test_every_kind_of_partner_can_be_added(cast: Cast, kind: AgencyKind) -> None:
    add(cast, "add_agency", {"name": "One more", "kind": kind.value})
    assert Agency.objects.get(slug="one-more").kind == kind


def test_what_is_added_is_in_the_trail_by_name(cast: Cast) -> None:
    add(cast, "add_agency", AGENCY)
    add(cast, "add_area", area_form(cast))
    with acting(cast.auditor):
        events = ChangeEvent.objects.filter(actor_id=cast.administrator.pk, action="insert")
        assert {event.table for event in events} >= {"schemes_agency", "schemes_area"}


@pytest.mark.requirement("GOV-03")
def test_police_and_probation_boundaries_stand_side_by_side_as_the_definition_has_them(cast: Cast) -> None:
    with acting("setup"):
        scheme = set_up_scheme(key="fable")
        Scheme.objects.filter(pk=cast.scheme.pk).update(area=scheme.area)
    page = text_of(read(cast, cast.administrator, "areas"))
    police, probation = page.split('<section aria-label="Policing district">')[1].split(
        '<section aria-label="Probation delivery unit">'
    )
    assert "<strong>Little Fabling</strong> (LF)" in police
    assert "Part of Fable West" in police
    assert "<strong>Fable West</strong>" in probation
    assert "Spans Little Fabling, Thimbleford" in probation


@pytest.mark.requirement("GOV-03")
def test_areas_form_a_tree_and_one_unit_may_span_districts(cast: Cast) -> None:
    add(cast, "add_area", area_form(cast, parent=str(cast.north.pk)))
    harbour = Area.objects.get(name="Harbour")
    assert harbour.path == f"{cast.north.path}{harbour.pk}/"
    add(cast, "add_area", area_form(cast, name="Coast unit", boundary="probation_unit", covers=[str(harbour.pk)]))
    assert Area.objects.get(name="Coast unit").covers == [harbour.pk]
    page = text_of(read(cast, cast.administrator, "areas"))
    assert "Spans Harbour" in page
    assert "Part of Coast unit" in page


def test_an_area_spans_areas_of_another_kind_alone(cast: Cast) -> None:
    page = add(cast, "add_area", area_form(cast, covers=[str(cast.north.pk)]))
    assert "A policing district spans areas of another kind" in page
    assert not Area.objects.filter(name="Harbour").exists()


@pytest.mark.parametrize(
    ("page", "data", "sentence"),
    [
        ("add_agency", {"name": "", "kind": "voluntary"}, "Enter the name of the agency"),
        ("add_agency", {"name": "Police", "kind": "police"}, "There is an agency of that name already"),
        ("add_agency", {"name": "???", "kind": "police"}, "has no letter or figure in it"),
        ("add_agency", {"name": "Circus", "kind": "circus"}, "Select the kind of agency"),
        ("add_team", {"name": "North", "agency": "0", "area": "0"}, "Select the agency"),
        ("add_area", {"name": "North", "boundary": "district", "parent": "0"}, "Inside which area?"),
    ],
)
def test_bad_answers_are_explained(cast: Cast, page: str, data: dict[str, object], sentence: str) -> None:
    counts = [model.objects.count() for model in (Agency, Team, Area)]
    assert sentence in add(cast, page, data)
    assert [model.objects.count() for model in (Agency, Team, Area)] == counts


@pytest.mark.parametrize("page", ["add_agency", "add_team", "add_area"])
@pytest.mark.parametrize("who", ["coordinator", "analyst", "stranger"])
def test_nobody_else_adds(cast: Cast, page: str, who: str) -> None:
    assert send(cast, getattr(cast, who), page, AGENCY).status_code == 403
    assert not Agency.objects.filter(name=AGENCY["name"]).exists()


def test_the_information_officer_looks_and_adds_nothing(cast: Cast) -> None:
    officer = cast.information_officer
    assert "Add an agency" not in text_of(read(cast, officer, "agencies"))
    assert send(cast, officer, "add_agency", AGENCY).status_code == 403
