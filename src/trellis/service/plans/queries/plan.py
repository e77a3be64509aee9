"""A plan with its goals and steps, as it stands or as it stood when a version of it was shared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from trellis.rules.plans import Balance, GoalState, StepState, balance, in_order
from trellis.rules.plans import Step as Ordered
from trellis.rules.vocabulary import Serves
from trellis.service.people.history import HistoryQuerySet
from trellis.service.people.models import Person
from trellis.service.plans.models import Contingency, Lapse, Objective, Plan, PlanVersion, Step
from trellis.service.schemes.definitions.plans import TacticDefinition
from trellis.service.schemes.queries import definitions


@dataclass(frozen=True, slots=True)
class Goal:
    """One objective and its steps, in the order to be worked."""

    row: Objective
    steps: list[Step] = field(default_factory=list)

    @property
    def state(self) -> GoalState:
        """Where it stands."""
        return GoalState(self.row.state)


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan as a page shows it."""

    plan: Plan
    goals: list[Goal]
    versions: list[PlanVersion]
    contingencies: list[Contingency]
    lapses: list[Lapse]
    # Something has been changed since the last version was shared with the person.
    changed: bool

    @property
    def steps(self) -> list[Step]:
        """Every step of every goal."""
        return [step for goal in self.goals for step in goal.steps]

    @property
    def balance(self) -> Balance:
        """How the open steps of present goals balance control and change."""
        return balance(
            Serves(step.serves)
            for goal in self.goals
            if goal.state is GoalState.NOW
            for step in goal.steps
            if step.state == StepState.TO_DO
        )

    @property
    def by_state(self) -> list[tuple[GoalState, list[Goal]]]:
        """The goals by where they stand, leaving out states that none has."""
        found = [(state, [goal for goal in self.goals if goal.state is state]) for state in GoalState]
        return [(state, goals) for state, goals in found if goals]

    @property
    def replan(self) -> Lapse | None:
        """The lapse since which no version has been shared: it asks for a new look at the plan."""
        last = self.versions[0].recorded_at if self.versions else None
        waiting = [one for one in self.lapses if last is None or one.recorded_at > last]
        return waiting[0] if waiting else None

    def step_named(self, key: UUID | None) -> Step | None:
        """The step with this key, as far as the reader may see it."""
        return next((step for step in self.steps if step.key == key), None)


def plan_of(person: Person, today: date | None = None) -> Plan | None:
    """The plan in force for a person, or None."""
    rows = Plan.objects.current().as_at(today or timezone.localdate()).filter(person=person)
    found: Plan | None = rows.select_related("person__scheme", "agency", "recorded_by").first()
    return found


def newest(plan: Plan) -> Plan:
    """The row that stands today for a plan. Raises Plan.DoesNotExist once it is withdrawn."""
    rows = Plan.objects.current().select_related("person__scheme", "agency", "recorded_by")
    found: Plan = rows.get(person_id=plan.person_id, key=plan.key)
    return found


def view_of(plan: Plan, moment: datetime | None = None) -> PlanView:
    """The plan with everything in it, as it stands or as it was known at a moment: five queries."""

    def rows(model: Any) -> Any:
        found: HistoryQuerySet = model.objects.filter(person_id=plan.person_id, plan_key=plan.key)
        return (found.known_on(moment) if moment else found.current()).select_related("agency", "recorded_by")

    steps = list(rows(Step).select_related("owner"))
    goals = goals_of(rows(Objective), steps)
    versions = list(rows(PlanVersion).order_by("-number"))
    latest = versions[0].recorded_at if versions else None
    written = [one.recorded_at for goal in goals for one in (goal.row, *goal.steps)]
    return PlanView(
        plan=plan,
        goals=goals,
        versions=versions,
        contingencies=list(rows(Contingency).order_by("starts", "id")),
        lapses=list(rows(Lapse).order_by("-recorded_at", "-id")),
        changed=latest is None or any(one > latest for one in written),
    )


def goals_of(objectives: Iterable[Objective], steps: Iterable[Step]) -> list[Goal]:
    """Objectives with their steps, each goal's in the order to be worked."""
    by_goal: dict[UUID, list[Step]] = defaultdict(list)
    for step in steps:
        by_goal[step.objective_key].append(step)
    made = []
    for row in objectives:
        found = {step.key: step for step in by_goal[row.key]}
        order = in_order(Ordered(step.key, step.due_on, step.after) for step in found.values())
        made.append(Goal(row, [found[key] for key in order]))
    return made


def current_steps(plan: Plan) -> list[Step]:
    """The steps of a plan, as far as the reader may see them."""
    return list(Step.objects.current().filter(person_id=plan.person_id, plan_key=plan.key).select_related("owner"))


def tactics() -> dict[str, TacticDefinition]:
    """Every tactic that a step may name, by key."""
    return {one.key: one for found in definitions().tactics.values() for one in found.tactics}
