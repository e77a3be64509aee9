"""Managed people whose plan is missing, or overdue for its review or for a new look after a lapse."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Min

from trellis.rules.dates import long_date
from trellis.service.access.models import User
from trellis.service.casework.queries.lists import managed_people
from trellis.service.plans.models import Lapse, Plan, PlanVersion
from trellis.service.schemes.models import Scheme
from trellis.service.selection.models import CohortMembership

MISSING, REPLAN, REVIEW = "missing", "replan", "review"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is wrong with a person's plan, since or by when, and of which row."""

    what: str
    on: date
    row: int

    @property
    def sentence(self) -> str:
        """What is to be done, in a sentence."""
        if self.what == MISSING:
            return "There is no current plan: write one."
        if self.what == REPLAN:
            return f"Look at the plan again after a lapse, by {long_date(self.on)}."
        return f"Review the plan by {long_date(self.on)}."


def standings_of(
    scheme: Scheme, today: date, led_by: User | None = None, among: Collection[int] | None = None
) -> list[tuple[int, Standing]]:
    """For each managed person, or each whom one officer leads, what their plan waits for next: five queries.

    `among`: of these people alone, by number.
    """
    people = managed_people(scheme, led_by)
    people = people if among is None else people.filter(pk__in=among)
    managed = list(people.values_list("pk", flat=True))
    plans = {
        person: (row, key, review)
        for person, row, key, review in Plan.objects.current()
        .as_at(today)
        .filter(person__in=managed)
        .values_list("person_id", "pk", "key", "review_on")
    }
    shared = dict(_latest(PlanVersion, plans))
    lapses = {
        key: (row, by)
        for key, row, by, recorded in Lapse.objects.current()
        .filter(plan_key__in=[key for _, key, _ in plans.values()])
        .order_by("recorded_at", "id")
        .values_list("plan_key", "pk", "replan_by", "recorded_at")
        if key not in shared or recorded > shared[key]
    }
    memberships = CohortMembership.objects.current().as_at(today).filter(person__in=managed).order_by()
    joined = dict(memberships.values("person_id").annotate(day=Min("starts")).values_list("person_id", "day"))
    found: list[tuple[int, Standing]] = []
    for person in managed:
        if person not in plans:
            found.append((person, Standing(MISSING, joined.get(person, today), person)))
            continue
        row, key, review = plans[person]
        if key in lapses:
            found.append((person, Standing(REPLAN, lapses[key][1], lapses[key][0])))
        else:
            found.append((person, Standing(REVIEW, review, row)))
    return found


def _latest(model: Any, plans: dict[int, tuple[int, Any, date]]) -> Any:
    rows = model.objects.current().filter(plan_key__in=[key for _, key, _ in plans.values()]).order_by()
    return rows.values("plan_key").annotate(at=Max("recorded_at")).values_list("plan_key", "at")


def exceptions_of(scheme: Scheme, today: date, led_by: User | None = None) -> list[tuple[int, Standing]]:
    """Who has no plan, waits for a new look, or is past the review day: those without a plan first."""
    order = (MISSING, REPLAN, REVIEW)
    wrong = [(one, at) for one, at in standings_of(scheme, today, led_by) if at.what != REVIEW or at.on < today]
    return sorted(wrong, key=lambda pair: (order.index(pair[1].what), pair[1].on, pair[0]))
