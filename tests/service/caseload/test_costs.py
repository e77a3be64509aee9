"""Lists of everybody managed cost as many queries for five hundred cases as for three."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting
from trellis.service.casework.models import Contact
from trellis.service.people.models import Person
from trellis.service.record.models import Priority
from trellis.service.selection.models import CohortMembership, Lead

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LISTS = (
    "/people/?whose=all&sort=contact",
    "/people/?whose=all&attention=no_plan&priority=red",
    "/people/workload/?whose=all",
    "/people/reallocate/?whose=all",
    "/needs/?whose=all",
    "/needs/?whose=all&show=overdue",
    "/plans/?whose=all",
    "/",
)


def make_cases(cast: Cast, number: int, name: str) -> None:
    """So many cases, each with a lead, a colour, a cohort and a contact."""
    since = TODAY - timedelta(90)
    with acting("feeds") as actor:
        people = Person.objects.bulk_create(
            Person(family_name=f"{name}{place:03}", given_names="Osric", scheme=cast.scheme, area=cast.north,
                   stage=Stage.MANAGED)
            for place in range(number)
        )  # fmt: skip
        for model, values in (
            (CohortMembership, {"cohort": cast.fixed, "starts": since}),
            (Lead, {"kind": "police", "officer": cast.police_om, "starts": since}),
            (Priority, {"colour": "red", "reason": "x", "starts": since, "review_on": TODAY}),
            (Contact, {"happened_on": TODAY - timedelta(9), "mode": "home", "outcome": "attended_complied",
                       "worker": "W"}),
        ):  # fmt: skip
            model.objects.bulk_create(
                model(person=person, agency=cast.police, recorded_by_id=actor.user_id, **values) for person in people
            )


def costs(client: Client) -> dict[str, int]:
    found = {}
    for address in LISTS:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200, address
        found[address] = len(asked)
    return found


@pytest.mark.parametrize("many", [60, pytest.param(500, marks=pytest.mark.prove)])
def test_many_cases_cost_as_much_as_three(cast: Cast, many: int) -> None:
    client = cast.client(cast.coordinator)
    make_cases(cast, 3, "Few")
    client.get("/")
    few = costs(client)
    make_cases(cast, many - 3, "Many")
    assert costs(client) == few
    assert f"of <strong>{many}</strong> people" in client.get(LISTS[0]).content.decode()
    assert max(few.values()) <= 60, few
