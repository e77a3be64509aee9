"""Two times: what was true on a day, and what was known at a moment."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from tests.factories import make_fact, make_person
from trellis.service.access.actor import acting
from trellis.service.people.models import Address, Alert
from trellis.service.record.models import Arrest, Custody, Priority, Supervision
from trellis.service.selection.models import CohortMembership

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


def moment(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=LONDON)


@pytest.fixture
def corrected(cast: Cast) -> None:
    """Custody learned on 5 March as from 1 March, open; on 20 March it is learned that it ended on 10 March."""
    person = make_person(cast)
    common = {"kind": "remand", "starts": date(2026, 3, 1)}
    make_fact(
        Custody, person, cast.police, **common, recorded_at=moment(3, 5), superseded_at=moment(3, 20)
    )  # fmt: skip
    make_fact(Custody, person, cast.police, **common, ends=date(2026, 3, 10), recorded_at=moment(3, 20))


@pytest.mark.requirement("COH-05")
@pytest.mark.parametrize(
    ("true_on", "known_at", "held"),
    [
        (date(2026, 3, 2), moment(3, 4), 0),
        (date(2026, 3, 2), moment(3, 6), 1),
        (date(2026, 3, 15), moment(3, 6), 1),
        (date(2026, 3, 15), moment(3, 21), 0),
        (date(2026, 3, 9), moment(3, 21), 1),
        (date(2026, 3, 10), moment(3, 21), 0),
        (date(2026, 2, 28), moment(3, 21), 0),
    ],
)
def test_as_at_and_known_on_are_one_query(
    corrected: None,
    true_on: date,
    known_at: datetime,
    held: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with acting("feeds"), django_assert_num_queries(1):
        assert len(Custody.objects.as_at(true_on).known_on(known_at)) == held


def test_current_is_what_is_believed_now(corrected: None) -> None:
    with acting("feeds"):
        assert [spell.ends for spell in Custody.objects.current()] == [date(2026, 3, 10)]


def test_events_are_as_at_once_they_have_happened(cast: Cast) -> None:
    person = make_person(cast)
    make_fact(Arrest, person, cast.police, happened_on=date(2026, 3, 1))
    with acting("feeds"):
        assert Arrest.objects.as_at(date(2026, 2, 28)).count() == 0
        assert Arrest.objects.as_at(date(2026, 3, 1)).count() == 1


@pytest.mark.requirement("RAG-11", "COH-14")
@pytest.mark.parametrize("model", [Custody, Priority, CohortMembership])
def test_spells_that_cannot_be_two_at_once_do_not_overlap(cast: Cast, model: type) -> None:
    person = make_person(cast)
    fields = {
        Custody: {"kind": "remand"},
        Priority: {"colour": "red", "reason": "a reason"},
        CohortMembership: {"cohort": cast.fixed},
    }[model]
    make_fact(model, person, cast.police, **fields, starts=date(2026, 1, 1), ends=date(2026, 2, 1))
    make_fact(model, person, cast.police, **fields, starts=date(2026, 2, 1))
    with pytest.raises(IntegrityError, match="never_overlaps"), transaction.atomic():
        make_fact(model, person, cast.police, **fields, starts=date(2026, 6, 1), ends=date(2026, 7, 1))
    make_fact(model, make_person(cast, "Another"), cast.police, **fields, starts=date(2026, 6, 1))


@pytest.mark.requirement("CUS-03")
def test_spells_that_may_be_two_at_once_may_overlap(cast: Cast) -> None:
    person = make_person(cast)
    for kind in ("licence", "community_order"):
        make_fact(Supervision, person, cast.probation, kind=kind, starts=date(2026, 1, 1))
    with acting("feeds"):
        assert Supervision.objects.as_at(date(2026, 6, 1)).count() == 2


def test_a_spell_ends_after_it_starts(cast: Cast) -> None:
    person = make_person(cast)
    with pytest.raises(IntegrityError, match="ends_after_start"), transaction.atomic():
        make_fact(Address, person, cast.police, text="1 Sample Row", starts=date(2026, 2, 1), ends=date(2026, 2, 1))


def test_an_alert_stays_in_force_past_its_review(cast: Cast) -> None:
    person = make_person(cast)
    make_fact(
        Alert, person, cast.police, kind="weapons", reason="Carries a knife", starts=date(2025, 1, 1),
        review_on=date(2025, 7, 1),
    )  # fmt: skip
    with acting("feeds"):
        (alert,) = Alert.objects.current().as_at(date(2026, 6, 1))
    assert alert.is_overdue
