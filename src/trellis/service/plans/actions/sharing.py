"""Sharing a plan with the person, planning for a risk, and a lapse."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.plans import Agreed, check_agreement, check_contingency, check_words
from trellis.rules.vocabulary import Permission
from trellis.service.access.models import User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.people.correcting import take_turns
from trellis.service.plans.models import Contingency, Lapse, Objective, Plan, PlanVersion


@transaction.atomic
def share_plan(
    *, plan: Plan, shared_on: date, agreed: Agreed, why: str, comments: str, copy_given: bool, by: User
) -> PlanVersion:
    """Record that the person was shown the plan as it now stands, and what they said: the plan's next version.

    Raises Refused for a plan without a goal, a day to come, and a no without why.
    """
    check_permitted(by, Permission.PLAN)
    take_turns(plan.person_id)
    if shared_on > timezone.localdate():
        raise Refused("Record it once the plan has been talked through: the day is today or earlier.")
    if not Objective.objects.current().filter(person_id=plan.person_id, plan_key=plan.key).exists():
        raise Refused("Set at least one goal before you share the plan.")
    check_agreement(agreed, why)
    last = PlanVersion.objects.current().filter(person_id=plan.person_id, plan_key=plan.key).order_by("-number").first()
    return PlanVersion.objects.create(
        person_id=plan.person_id, plan_key=plan.key, number=last.number + 1 if last else 1, happened_on=shared_on,
        agreed=agreed, why=why.strip(), comments=comments.strip(), copy_given=copy_given,
        agency_id=acting_agency(by), recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def plan_contingency(
    *, plan: Plan, risk: str, response: str, worker: str, starts: date, ends: date, by: User
) -> Contingency:
    """Say what is done if a risk comes about between two days. Raises Refused without a close."""
    check_permitted(by, Permission.PLAN)
    check_contingency(starts, ends)
    check_words(response, "response")
    return Contingency.objects.create(
        person_id=plan.person_id, plan_key=plan.key, risk=risk.strip(), response=response.strip(),
        worker=worker.strip(), starts=starts, ends=ends, agency_id=acting_agency(by), recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def record_lapse(*, plan: Plan, happened_on: date, what: str, replan_by: date, by: User) -> Lapse:
    """Record that something went wrong. The work goes on: no goal and no step is closed by it."""
    check_permitted(by, Permission.PLAN)
    today = timezone.localdate()
    if happened_on > today:
        raise Refused("A lapse has happened: its day is today or earlier.")
    if replan_by < today:
        raise Refused("Look at the plan again today or later.")
    return Lapse.objects.create(
        person_id=plan.person_id, plan_key=plan.key, happened_on=happened_on, what=what.strip(), replan_by=replan_by,
        agency_id=acting_agency(by), recorded_by=by,
    )  # fmt: skip
