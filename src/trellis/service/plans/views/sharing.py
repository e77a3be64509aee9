"""Sharing a plan with the person, copies to print, contingencies and lapses."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.plans import Agreed, GoalState, StepState
from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.people.opening import person_or_refusal
from trellis.service.plans.actions.sharing import plan_contingency, record_lapse, share_plan
from trellis.service.plans.forms.sharing import ContingencyForm, LapseForm, ShareForm
from trellis.service.plans.models import Plan, PlanVersion
from trellis.service.plans.queries.plan import Goal, PlanView, tactics, view_of
from trellis.service.plans.views.plan import form_page, open_plan


@needs(Permission.PLAN)
def share(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Record what the person said of the plan as it stands."""
    plan = open_plan(request, plan_id)
    form = ShareForm(request.POST or None, initial={"shared_on": timezone.localdate()})
    if form.is_valid():
        said = form.cleaned_data
        try:
            version = share_plan(
                plan=plan, shared_on=said["shared_on"], agreed=Agreed(said["agreed"]),
                why=said["why_not"] or said["why_no_answer"] or "", comments=said["comments"],
                copy_given=said["copy_given"], by=signed_in(request).user,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Version {version.number} is recorded with what they said.")
            return redirect("plans:person", plan.person_id)
    return form_page(request, plan.person, form, "Record what they say of the plan", "Record it")


@needs(Permission.PLAN)
def contingency(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Plan for a risk between two days."""
    plan = open_plan(request, plan_id)
    form = ContingencyForm(request.POST or None)
    if form.is_valid():
        try:
            plan_contingency(plan=plan, by=signed_in(request).user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The contingency is in the plan.")
            return redirect("plans:person", plan.person_id)
    return form_page(request, plan.person, form, "Plan for a risk", "Add the contingency")


@needs(Permission.PLAN)
def lapse(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Record a lapse."""
    plan = open_plan(request, plan_id)
    form = LapseForm(request.POST or None, initial={"happened_on": timezone.localdate()})
    if form.is_valid():
        try:
            record_lapse(plan=plan, by=signed_in(request).user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The lapse is recorded. Goals and steps stay open: look at the plan again.")
            return redirect("plans:person", plan.person_id)
    return form_page(request, plan.person, form, "Record a lapse", "Record the lapse")


@needs(Permission.SEE_MANAGED_PEOPLE, Permission.SEE_KNOWN_PEOPLE)
def version(request: HttpRequest, version_id: int) -> HttpResponse:
    """Show a plan as it stood when a version of it was shared, with what the person said."""
    shared = get_object_or_404(PlanVersion.objects.select_related("agency", "recorded_by"), pk=version_id)
    person = person_or_refusal(request, shared.person_id)
    plan = get_object_or_404(Plan.objects.known_on(shared.recorded_at), person=person, key=shared.plan_key)
    context = {
        "title": "A version of the plan", "person": person, "shared": shared, "view": view_of(plan, shared.recorded_at),
        "tactics": tactics(), "back": reverse("plans:person", args=[person.pk]),
    }  # fmt: skip
    return render(request, "plans/version.html", context)


@needs(Permission.SEE_MANAGED_PEOPLE, Permission.SEE_KNOWN_PEOPLE)
def copy(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A copy in plain words for the person, to print."""
    return _copy(request, plan_id, "plans/copy.html", "Your plan")


@needs(Permission.SEE_MANAGED_PEOPLE, Permission.SEE_KNOWN_PEOPLE)
def easy_copy(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A copy in easy read for the person, to print."""
    return _copy(request, plan_id, "plans/easy_copy.html", "Your plan, in easy read")


def _copy(request: HttpRequest, plan_id: int, template: str, title: str) -> HttpResponse:
    plan = open_plan(request, plan_id)
    view = view_of(plan)
    context = {
        "title": title, "person": plan.person, "view": view, "goals": told_goals(view), "today": timezone.localdate(),
        "back": reverse("plans:person", args=[plan.person_id]),
    }  # fmt: skip
    return render(request, template, context)


def told_goals(view: PlanView) -> list[Goal]:
    """The present goals with those open steps that the person may be told of."""
    return [
        Goal(goal.row, [step for step in goal.steps if step.told and step.state == StepState.TO_DO])
        for goal in view.goals
        if goal.state is GoalState.NOW
    ]
