"""What is planned around custody and release, from its dates alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.first_contact import ReleasePlan, ReleaseStep, contacts_around

PLAN = ReleasePlan(first_visit_days=28, plan_days=84, last_visit_days=14)
DAYS = st.dates(date(2028, 1, 1), date(2028, 12, 31))


@pytest.mark.requirement("REF-11")
def test_the_first_visit_follows_joining_and_the_rest_precede_release() -> None:
    found = contacts_around(
        PLAN, managed_since=date(2026, 2, 2), held_since=date(2026, 1, 5), release=date(2026, 8, 3),
        visits=[date(2026, 2, 20)],
    )  # fmt: skip
    assert [(one.step.value, one.by, one.made) for one in found] == [
        ("first_visit", date(2026, 3, 2), date(2026, 2, 20)),
        ("planning_visit", date(2026, 5, 11), None),
        ("last_visit", date(2026, 7, 20), None),
        ("gate", date(2026, 8, 3), None),
    ]
    assert found[0].why == "Joined on 2 February 2026, while in custody."
    assert found[1].is_overdue(date(2026, 5, 12))
    assert not found[0].is_overdue(date(2026, 5, 12))


def test_a_short_time_in_custody_leaves_the_first_visit_and_the_gate() -> None:
    found = contacts_around(PLAN, managed_since=date(2026, 1, 1), held_since=date(2026, 3, 2), release=date(2026, 3, 9))
    assert [(one.step.value, one.by) for one in found] == [
        ("first_visit", date(2026, 3, 8)), ("gate", date(2026, 3, 9)),
    ]  # fmt: skip
    remand = contacts_around(PLAN, managed_since=date(2026, 1, 1), held_since=date(2026, 3, 2), release=None)
    assert [one.step for one in remand] == [ReleaseStep.FIRST_VISIT]
    assert remand[0].why == "Taken into custody on 2 March 2026."


@given(DAYS, DAYS, st.none() | DAYS, st.lists(DAYS, max_size=5))
def test_steps_come_in_order_and_never_before_they_can(
    managed: date, held: date, release: date | None, visits: list[date]
) -> None:
    found = contacts_around(PLAN, managed_since=managed, held_since=held, release=release, visits=visits)
    days = [one.by for one in found]
    assert days == sorted(days)
    assert days[0] >= max(managed, held)
    if release is not None and release > max(managed, held):
        assert all(day <= release for day in days)
        assert days[0] < release
    made = [one.made for one in found if one.made]
    assert made == sorted(made)
    assert all(day >= max(managed, held) for day in made)
    assert all(one.made is None or one.step is not ReleaseStep.GATE for one in found)
    moved = contacts_around(
        PLAN, managed_since=managed + timedelta(366), held_since=held + timedelta(366),
        release=release + timedelta(366) if release else None, visits=[day + timedelta(366) for day in visits],
    )  # fmt: skip
    assert [one.by - timedelta(366) for one in moved] == days
