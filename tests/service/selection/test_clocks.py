"""What is due of those managed becomes the work of whoever leads, and of a coordinator where nobody does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast
from tests.factories import make_fact, make_person
from trellis.rules.vocabulary import AlertKind, LeadKind, Stage
from trellis.service.access.actor import acting
from trellis.service.people.models import Alert, Person
from trellis.service.selection.clocks import CLOCKS
from trellis.service.selection.models import CohortMembership, Lead
from trellis.service.work.clocks import Due

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def managed(cast: Cast, name: str, days: int, *, led: bool) -> Person:
    """Somebody managed for a year whose alert is to be reviewed in so many days."""
    person = make_person(cast, name, stage=Stage.MANAGED)
    since, review = TODAY - timedelta(days=365), TODAY + timedelta(days=days)
    make_fact(CohortMembership, person, cast.police, cohort=cast.fixed, starts=since)
    make_fact(
        Alert, person, cast.police, kind=AlertKind.WEAPONS, reason="Carries a knife", starts=since, review_on=review
    )
    if led:
        for kind, officer in ((LeadKind.PROBATION, cast.probation_om), (LeadKind.POLICE, cast.police_om)):
            make_fact(Lead, person, cast.police, kind=kind, officer=officer, starts=since)
    return person


def found(cast: Cast, today: date = TODAY) -> list[Due]:
    with acting("clocks"):
        return [due for clock in CLOCKS for due in clock.due(cast.scheme, today)]


def test_reviews_are_the_first_leads_and_nobodys_case_is_the_coordinators(cast: Cast) -> None:
    led, alone, later = managed(cast, "Led", -2, led=True), managed(cast, "Alone", 7, led=False), managed(
        cast, "Later", 8, led=True
    )  # fmt: skip
    kinds = [(due.kind.value, due.person_id, due.user_id, due.due_on) for due in found(cast)]
    week = TODAY + timedelta(days=7)
    assert sorted(kinds, key=str) == sorted(
        [
            ("alert", led.pk, cast.police_om.pk, TODAY - timedelta(days=2)),
            ("alert", alone.pk, None, week),
            ("allocation", alone.pk, None, TODAY - timedelta(days=360)),
        ],
        key=str,
    )
    assert {due.person_id for due in found(cast, TODAY + timedelta(days=1))} == {led.pk, alone.pk, later.pk}
    for due in found(cast):
        assert "knife" not in due.reason
        assert "Led" not in due.reason


def test_the_clocks_take_as_many_queries_for_one_as_for_many(cast: Cast) -> None:
    counts = []
    for number in (1, 12):
        for extra in range(number):
            managed(cast, f"Person {number} {extra}", -1, led=bool(extra % 2))
        with CaptureQueriesContext(connection) as queries:
            found(cast)
        counts.append(len(queries))
    assert counts[0] == counts[1]
