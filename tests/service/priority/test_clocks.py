"""A review that is near is its lead's, one long overdue the coordinators' too; custody raises a question."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast
from tests.factories import make_fact, make_person
from trellis.rules.vocabulary import LeadKind, PriorityColour, Stage
from trellis.service.access.actor import acting
from trellis.service.people.models import Person
from trellis.service.priority.clocks import CLOCKS
from trellis.service.record.models import Custody, Priority
from trellis.service.selection.models import Lead
from trellis.service.work.clocks import Due

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


def managed(cast: Cast, name: str, review: int = 90, *, led: bool = True, **priority: Any) -> Person:
    person = make_person(cast, name, stage=Stage.MANAGED)
    fields = {"colour": PriorityColour.AMBER, "proposed": "amber", "engagement": "some", "intelligence": "none"}
    make_fact(Priority, person, cast.police, reason="x", starts=days(-60), review_on=days(review), **fields | priority)
    if led:
        for kind, officer in ((LeadKind.PROBATION, cast.probation_om), (LeadKind.POLICE, cast.police_om)):
            make_fact(Lead, person, cast.police, kind=kind, officer=officer, starts=days(-60))
    return person


def found(cast: Cast) -> list[Due]:
    with acting("clocks"):
        return [due for clock in CLOCKS for due in clock.due(cast.scheme, TODAY)]


def in_short(cast: Cast) -> list[tuple[Any, ...]]:
    return sorted((due.person_id, due.user_id or 0, (due.due_on - TODAY).days) for due in found(cast))


def test_a_review_is_the_leads_and_escalates_to_the_coordinator(cast: Cast) -> None:
    late, alone, very = managed(cast, "Late", -3), managed(cast, "Alone", 7, led=False), managed(cast, "Very", -4)
    managed(cast, "Later", 8)
    police = cast.police_om.pk
    assert in_short(cast) == [(late.pk, police, -3), (alone.pk, 0, 7), (very.pk, 0, -1), (very.pk, police, -4)]
    assert not any("Late" in due.reason or "Very" in due.reason for due in found(cast))


@pytest.mark.requirement("RAG-04")
def test_custody_and_release_raise_a_question_and_a_departure_from_the_grid_does_not(cast: Cast) -> None:
    held = managed(cast, "Held")
    make_fact(Custody, held, cast.police, kind="remand", starts=days(-2), expected_release=days(40))
    chosen = managed(cast, "Chosen", proposed="blue")
    make_fact(Custody, chosen, cast.police, kind="remand", starts=days(-70))
    out = managed(cast, "Out", colour="blue", proposed="blue")
    make_fact(Custody, out, cast.police, kind="sentence", starts=days(-70), ends=days(-1), release_reason="Licence")
    managed(cast, "Free")
    dues = {due.person_id: due for due in found(cast)}
    assert dues.keys() == {held.pk, out.pk}
    assert (dues[held.pk].due_on, dues[held.pk].user_id) == (days(5), cast.police_om.pk)
    assert "Consider Blue" in dues[held.pk].reason
    assert "Release is expected on" in dues[held.pk].reason
    assert "Consider Amber: No longer in custody" in dues[out.pk].reason


@pytest.mark.requirement("RAG-01")
def test_unlawfully_at_large_raises_a_question_today(cast: Cast) -> None:
    fled = managed(cast, "Fled", colour="blue", proposed="blue")
    make_fact(Custody, fled, cast.police, kind="sentence", starts=days(-70), ends=TODAY, release_reason="Escaped")
    (due,) = found(cast)
    assert (due.person_id, due.due_on) == (fled.pk, TODAY)
    assert due.reason == "Consider Red: Unlawfully at large."


def test_the_clocks_take_as_many_queries_for_one_as_for_many(cast: Cast) -> None:
    counts = []
    for number in (1, 12):
        for extra in range(number):
            person = managed(cast, f"Person {number} {extra}", -9, led=bool(extra % 2))
            make_fact(Custody, person, cast.police, kind="remand", starts=days(-2))
        with CaptureQueriesContext(connection) as queries:
            found(cast)
        counts.append(len(queries))
    assert counts[0] == counts[1]
