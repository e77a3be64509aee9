"""A person's plan: shown, started, changed, ended; and who has none."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.plans import PlanEnd
from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.views import needs
from trellis.service.casework.views.lists import LEADING, led_by
from trellis.service.people.models import Person
from trellis.service.people.opening import person_or_refusal
from trellis.service.people.standing import row_now, standing_of
from trellis.service.plans.actions.planning import change_plan, end_plan, start_plan
from trellis.service.plans.forms.planning import EndForm, PlanForm
from trellis.service.plans.models import Plan
from trellis.service.plans.queries.agreements import agreements_of
from trellis.service.plans.queries.exceptions import Standing as PlanStanding
from trellis.service.plans.queries.exceptions import exceptions_of
from trellis.service.plans.queries.plan import newest, plan_of, tactics, view_of
from trellis.service.ui.editing import Editing, Standing
from trellis.service.ui.forms import Form
from trellis.service.ui.views import Page, paginate

FIELDS = ("aim", "review_on", "mappa_plan")


@needs(Permission.SEE_MANAGED_PEOPLE, Permission.SEE_KNOWN_PEOPLE)
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a person's plan and their behaviour agreements."""
    somebody = person_or_refusal(request, person_id, Person.objects.select_related("scheme"))
    today = timezone.localdate()
    plan = plan_of(somebody, today)
    earlier = Plan.objects.current().filter(person=somebody, ends__lte=today).select_related("agency", "recorded_by")
    context = {
        "title": "Plan",
        "person": somebody,
        "back": reverse("home:person", args=[somebody.pk]),
        "may_write": signed_in(request).may(Permission.PLAN),
        "view": view_of(plan) if plan else None,
        "earlier": list(earlier),
        "agreements": agreements_of(somebody, today),
        "tactics": tactics(),
        "today": today,
    }
    return render(request, "plans/person.html", context)


@needs(Permission.SEE_MANAGED_PEOPLE)
def exceptions(request: HttpRequest) -> HttpResponse:
    """List managed people without a current plan, and those whose plan is overdue for review or for a new look."""
    signed, mine = signed_in(request), led_by(request)
    found = exceptions_of(signed.scheme, timezone.localdate(), mine) if signed.scheme else []
    page: Page[tuple[int, PlanStanding]] = paginate(request, found)
    named = Person.objects.in_bulk([one for one, _ in page.items])
    lines = [(named[one], standing) for one, standing in page.items if one in named]
    context = {
        "title": "Plans to look at", "page": page, "lines": lines,
        "mine": mine is not None, "may_choose": bool(signed.roles & LEADING),
    }  # fmt: skip
    return render(request, "plans/exceptions.html", context)


@needs(Permission.PLAN)
def start(request: HttpRequest, person_id: int) -> HttpResponse:
    """Put a plan in force."""
    somebody = person_or_refusal(request, person_id)
    form = PlanForm(request.POST or None)
    if form.is_valid():
        try:
            start_plan(person=somebody, by=signed_in(request).user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The plan is in force. Set its goals.")
            return redirect("plans:person", somebody.pk)
    return form_page(request, somebody, form, "Start a plan", "Start the plan")


def open_plan(request: HttpRequest, plan_id: int) -> Plan:
    """The plan that an address names, as it stands today, for somebody who may open the person."""
    drawn = get_object_or_404(Plan, pk=plan_id)
    person_or_refusal(request, drawn.person_id)
    return newest(drawn)


def form_page(
    request: HttpRequest, person: Person, form: Form, heading: str, submit: str, *, lede: str = ""
) -> HttpResponse:
    """A simple form about a person's plan. The heading titles the window too, so what is personal goes in `lede`."""
    context = {"title": heading, "heading": heading, "submit": submit, "form": form, "lede": lede}
    return render(request, "plans/form.html", context | way_back(person))


def way_back(person: Person) -> dict[str, str]:
    """Where a form about a plan leads back to."""
    back = reverse("plans:person", args=[person.pk])
    return {"caption": str(person), "cancel": back, "back": back}


@needs(Permission.PLAN)
def change(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Change a plan's aim, review day and link."""
    plan = open_plan(request, plan_id)
    by = signed_in(request).user
    editing = Editing(request, PlanForm, record=f"plans.Plan {plan.key}", read=lambda: _standing(plan))
    if editing.save(lambda row, said: change_plan(plan=Plan.objects.get(pk=row), by=by, **said)):
        messages.success(request, "The plan is changed.")
        return redirect("plans:person", plan.person_id)
    context = {"title": "Change the plan", "heading": "Change the plan", "submit": "Save"}
    return editing.page(context | way_back(plan.person), "plans/form.html")


def _standing(drawn: Plan) -> Standing:
    row = row_now(drawn)
    return standing_of(row, mark=row.pk, values={name: getattr(row, name) for name in FIELDS})


@needs(Permission.PLAN)
def end(request: HttpRequest, plan_id: int) -> HttpResponse:
    """End a plan, or step down from it."""
    plan = open_plan(request, plan_id)
    form = EndForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            end_plan(plan=plan, why=PlanEnd(said["why"]), step_down=said["step_down"] or "", by=signed_in(request).user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The plan has ended. What it held can still be read.")
            return redirect("plans:person", plan.person_id)
    return form_page(request, plan.person, form, "End the plan", "End the plan")
