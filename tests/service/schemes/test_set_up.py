"""A scheme's definition becomes its organisation."""

from __future__ import annotations

import pytest

from trellis.rules.errors import Refused
from trellis.service.access.actor import acting
from trellis.service.schemes.actions import set_up_scheme
from trellis.service.schemes.models import Agency, Area, Team
from trellis.service.schemes.queries import areas_under

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("GOV-01", "GOV-03", "GOV-17", "COH-01", "COH-06")
def test_makes_areas_agencies_teams_and_cohorts_once() -> None:
    standing, teams = Agency.objects.count(), Team.objects.count()
    with acting("setup"):
        scheme = set_up_scheme(key="fable")
        again = set_up_scheme(key="fable")
    assert (again.pk, scheme.name, scheme.national_label) == (
        scheme.pk,
        "Fable IOM",
        "Integrated Offender Management",
    )
    made = (Agency.objects.count() - standing, scheme.cohorts.count(), Team.objects.count() - teams)
    assert made == (8, 3, 9)
    assert set(scheme.cohorts.values_list("name", "national_class", "cap")) == {
        ("Turnaround", "fixed", None),
        ("Stepping Stones", "flex", None),
        ("Safe Ground", "free", 40),
    }


def test_police_and_probation_boundaries_stand_side_by_side() -> None:
    with acting("setup"):
        scheme = set_up_scheme(key="fable")
    kinds = {area.boundary for area in areas_under(scheme.area)}
    assert len(kinds) == 3
    (little_fabling,) = Area.objects.filter(code="LF")
    assert little_fabling.path == f"{scheme.area.path}{little_fabling.pk}/"


def test_a_scheme_without_a_definition_is_refused() -> None:
    with acting("setup"), pytest.raises(Refused, match="no scheme nowhere"):
        set_up_scheme(key="nowhere")
