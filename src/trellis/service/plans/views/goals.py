"""Goals and steps of a plan."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.plans import GoalState, StepState
from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.needs.queries.picked import picked_by, readable
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.people.standing import row_now, standing_of
from trellis.service.plans.actions.planning import add_step, change_goal, change_step, set_goal, settle_step
from trellis.service.plans.forms.planning import THE_PERSON, GoalForm, SettleForm, StepForm, step_answers
from trellis.service.plans.models import Objective, Plan, Step
from trellis.service.plans.queries.plan import current_steps
from trellis.service.plans.views.plan import form_page, open_plan, way_back
from trellis.service.schemes.definitions.needs import PathwayDefinition
from trellis.service.ui.editing import Editing, Standing

GOAL = ("goal", "state", "pathway", "note")


def _pathways(person: Person) -> list[PathwayDefinition]:
    return picked_by(person.scheme).open_to(readable(person))


@needs(Permission.PLAN)
def new_goal(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Set a goal."""
    plan = open_plan(request, plan_id)
    form = GoalForm(request.POST or None, pathways=_pathways(plan.person), initial={"state": GoalState.NOW})
    if form.is_valid():
        said = form.cleaned_data | {"state": GoalState(form.cleaned_data["state"])}
        try:
            set_goal(plan=plan, by=signed_in(request).user, **said)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The goal is set. Add the steps towards it.")
            return redirect("plans:person", plan.person_id)
    return form_page(request, plan.person, form, "Set a goal", "Set the goal")


@needs(Permission.PLAN)
def goal(request: HttpRequest, objective_id: int) -> HttpResponse:
    """Change a goal, or where it stands."""
    objective = get_object_or_404(Objective.objects.select_related("person__scheme"), pk=objective_id)
    person_or_refusal(request, objective.person_id)
    by = signed_in(request).user
    make = partial(GoalForm, pathways=_pathways(objective.person))
    editing = Editing(request, make, record=f"plans.Objective {objective.key}", read=lambda: _goal_standing(objective))

    def act(row: int, said: dict[str, Any]) -> None:
        found = Objective.objects.select_related("person__scheme").get(pk=row)
        change_goal(objective=found, by=by, **said | {"state": GoalState(said["state"])})

    if editing.save(act):
        messages.success(request, "The goal is changed.")
        return redirect("plans:person", objective.person_id)
    context = {"title": "Change a goal", "heading": "Change a goal", "submit": "Save"}
    return editing.page(context | way_back(objective.person), "plans/form.html")


def _goal_standing(drawn: Objective) -> Standing:
    row = row_now(drawn)
    return standing_of(row, mark=row.pk, values={name: getattr(row, name) for name in GOAL})


@needs(Permission.PLAN)
def new_step(request: HttpRequest, objective_id: int) -> HttpResponse:
    """Add a step to a goal."""
    objective = get_object_or_404(Objective.objects.current().select_related("person__scheme"), pk=objective_id)
    person = person_or_refusal(request, objective.person_id)
    plan = get_object_or_404(Plan.objects.current(), person=person, key=objective.plan_key)
    form = StepForm(request.POST or None, others=current_steps(plan), initial={"told": True})
    if form.is_valid():
        try:
            add_step(objective=objective, answers=step_answers(form.cleaned_data), by=signed_in(request).user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The step is added.")
            return redirect("plans:person", person.pk)
    return form_page(request, person, form, "Add a step", "Add the step", lede=f"Towards the goal: {objective.goal}")


@needs(Permission.PLAN)
def step(request: HttpRequest, step_id: int) -> HttpResponse:
    """Change a step."""
    drawn = get_object_or_404(Step.objects.select_related("person__scheme"), pk=step_id)
    person = person_or_refusal(request, drawn.person_id)
    plan = get_object_or_404(Plan.objects.current(), person=person, key=drawn.plan_key)
    by = signed_in(request).user
    make = partial(StepForm, others=[one for one in current_steps(plan) if one.key != drawn.key])
    editing = Editing(request, make, record=f"plans.Step {drawn.key}", read=lambda: _step_standing(drawn))
    if editing.save(
        lambda row, said: change_step(
            step=Step.objects.select_related("person").get(pk=row), answers=step_answers(said), by=by
        )
    ):
        messages.success(request, "The step is changed.")
        return redirect("plans:person", person.pk)
    context = {"title": "Change a step", "heading": "Change a step", "submit": "Save"}
    return editing.page(context | way_back(person), "plans/form.html")


def _step_standing(drawn: Step) -> Standing:
    row = row_now(drawn)
    values = {name: getattr(row, name) for name in ("what", "serves", "tactic", "worker", "due_on", "told")}
    values["owner"] = str(row.owner_id) if row.owner_id else THE_PERSON
    values["after"] = str(row.after) if row.after else ""
    return standing_of(row, mark=row.pk, values=values)


@needs(Permission.PLAN)
def settle(request: HttpRequest, step_id: int) -> HttpResponse:
    """Say what has become of a step."""
    drawn = get_object_or_404(Step, pk=step_id)
    person = person_or_refusal(request, drawn.person_id)
    by = signed_in(request).user
    editing = Editing(request, SettleForm, record=f"plans.Step {drawn.key} settled", read=lambda: _settled(drawn))
    if editing.save(
        lambda row, said: settle_step(
            step=Step.objects.get(pk=row), state=StepState(said["state"]), outcome=said["outcome"], by=by
        )
    ):
        messages.success(request, f"Recorded on {timezone.localdate():%-d %B %Y}.")
        return redirect("plans:person", person.pk)
    heading = f"What has become of this step? {drawn.what}"
    context = {"title": "What has become of a step", "heading": heading, "submit": "Save"}
    return editing.page(context | way_back(person), "plans/form.html")


def _settled(drawn: Step) -> Standing:
    row = row_now(drawn)
    return standing_of(row, mark=row.pk, values={"state": row.state, "outcome": row.outcome})
