"""The first contacts with somebody in custody, planned from the dates of custody and release (REF-11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from trellis.rules.dates import long_date
from trellis.rules.vocabulary import ContactKind, ContactMode, Word


class ReleaseStep(Word):
    """One of the contacts around custody and release."""

    FIRST_VISIT = "first_visit", "First visit in prison, by police and probation together"
    PLANNING_VISIT = "planning_visit", "Visit to plan the release"
    LAST_VISIT = "last_visit", "Last visit before release"
    GATE = "gate", "Meet at the prison gate"


HOW = {
    ReleaseStep.FIRST_VISIT: (ContactMode.PRISON, ContactKind.SUPERVISION),
    ReleaseStep.PLANNING_VISIT: (ContactMode.PRISON, ContactKind.SUPERVISION),
    ReleaseStep.LAST_VISIT: (ContactMode.PRISON, ContactKind.SUPERVISION),
    ReleaseStep.GATE: (ContactMode.OTHER, ContactKind.GATE_PICKUP),
}
"""How each step is made: where, and what kind of contact it is."""


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """A scheme's days: to the first visit, and how long before release to plan and to visit for the last time."""

    first_visit_days: int
    plan_days: int
    last_visit_days: int


@dataclass(frozen=True, slots=True)
class Planned:
    """One step with the day by which it is to happen, and why. `made`: on which day it was."""

    step: ReleaseStep
    by: date
    why: str
    made: date | None = None

    def is_overdue(self, today: date) -> bool:
        """Whether its day has passed without it."""
        return self.made is None and self.by < today


def contacts_around(
    plan: ReleasePlan, *, managed_since: date, held_since: date, release: date | None, visits: Iterable[date] = ()
) -> tuple[Planned, ...]:
    """What to plan for somebody held, in the order of its days.

    The first visit counts from custody or from joining, whichever came last, and never comes after the release; where
    that leaves no time for a later visit, it is left out. `visits`: the days of successful visits in custody. Without
    a day of release only the first visit can be planned.
    """
    begins = max(managed_since, held_since)
    steps = [(ReleaseStep.FIRST_VISIT, _first_by(plan, begins, release), _since(managed_since, held_since))]
    if release is not None:
        day = f"Release is expected on {long_date(release)}."
        for step, before in (
            (ReleaseStep.PLANNING_VISIT, plan.plan_days),
            (ReleaseStep.LAST_VISIT, plan.last_visit_days),
        ):
            by = release - timedelta(days=before)
            if by > steps[-1][1]:
                steps.append((step, by, day))
        steps.append((ReleaseStep.GATE, max(release, begins), day))
    left = sorted(day for day in visits if day >= begins)
    found = []
    for step, by, why in steps:
        made = left.pop(0) if left and step is not ReleaseStep.GATE else None
        found.append(Planned(step, by, why, made))
    return tuple(found)


def _first_by(plan: ReleasePlan, begins: date, release: date | None) -> date:
    by = begins + timedelta(days=plan.first_visit_days)
    return by if release is None else max(begins, min(by, release - timedelta(days=1)))


def _since(managed_since: date, held_since: date) -> str:
    if held_since >= managed_since:
        return f"Taken into custody on {long_date(held_since)}."
    return f"Joined on {long_date(managed_since)}, while in custody."
