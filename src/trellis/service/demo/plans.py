"""Plans for a dozen people of the demonstration, all invented: some agreed, some with a lapse."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from trellis.rules.plans import Agreed, ClauseKind, GoalState, Kept, StepState
from trellis.rules.vocabulary import Serves, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.people.models import Person
from trellis.service.plans.actions.agreements import begin_agreement, log_compliance, sign_agreement
from trellis.service.plans.actions.planning import StepAnswers, add_step, set_goal, settle_step, start_plan
from trellis.service.plans.actions.sharing import plan_contingency, record_lapse, share_plan
from trellis.service.plans.models import Clause, Plan
from trellis.service.schemes.models import Agency, Scheme

PLANNED = 12
AIM = "A year without burglary, in a home of their own"


def plan_for_people(scheme: Scheme) -> None:
    """Write plans for the first people managed; whoever else is managed shows as without one."""
    coordinator = User.objects.get(username="idris.fernsby")
    agencies = {agency.slug: agency for agency in Agency.objects.all()}
    with acting(coordinator):
        people = list(Person.objects.filter(scheme=scheme, stage=Stage.MANAGED).order_by("id")[:PLANNED])
        for place, person in enumerate(people):
            plan = _plan(person, agencies, coordinator, place)
            if place % 4 == 2:
                _agree_behaviour(person, coordinator)
            if place % 4 == 3:
                _lapse(plan, coordinator)


def _plan(person: Person, agencies: dict[str, Agency], by: User, place: int) -> Plan:
    today = timezone.localdate()
    mappa = "With the MAPPA coordinator, Fable West" if place % 5 == 0 else ""
    plan = start_plan(person=person, aim=AIM, review_on=today + timedelta(days=7 * place), mappa_plan=mappa, by=by)
    home = set_goal(
        plan=plan, goal="A tenancy of their own by the spring", state=GoalState.NOW, pathway="accommodation", note="",
        by=by,
    )  # fmt: skip
    apply = add_step(
        objective=home, by=by,
        answers=StepAnswers("Apply for a flat with Hearthstone", Serves.CHANGE, today + timedelta(days=14),
            owner=agencies["fable-housing"], worker="Bram Copperwick", tactic="housing_support"),
    )  # fmt: skip
    add_step(
        objective=home, by=by,
        answers=StepAnswers("View the flat and bring proof of income", Serves.CHANGE, today + timedelta(days=28),
            by_person=True, after=apply.key),
    )  # fmt: skip
    clean = set_goal(
        plan=plan, goal="Three months without heroin", state=GoalState.NOW, pathway="substances", note="", by=by
    )
    tests = add_step(
        objective=clean, by=by,
        answers=StepAnswers("Take a drug test every week", Serves.BOTH, today + timedelta(days=7),
            owner=agencies["fable-probation"], worker="Posy Larkfield", tactic="drug_testing"),
    )  # fmt: skip
    add_step(
        objective=clean, by=by,
        answers=StepAnswers("Visit without notice on two evenings", Serves.CONTROL, today + timedelta(days=10),
            owner=agencies["fable-police"], worker="Wren Aldersmith", tactic="visits", told=False),
    )  # fmt: skip
    set_goal(plan=plan, goal="A place on a bricklaying course", state=GoalState.FUTURE, pathway="employment",
        note="Once the flat is settled.", by=by)  # fmt: skip
    if place % 3 == 0:
        settle_step(step=tests, state=StepState.DONE, outcome="Four weeks clean.", by=by)
    if place % 3 != 1:
        _share(plan, place, by)
    return plan


def _share(plan: Plan, place: int, by: User) -> None:
    agreed = Agreed.NO if place % 6 == 2 else Agreed.YES
    share_plan(
        plan=plan, shared_on=timezone.localdate(), agreed=agreed, by=by, copy_given=True,
        why="They want to stay with their brother first." if agreed is Agreed.NO else "",
        comments="It is the first time that anybody asked me what comes first.",
    )  # fmt: skip


def _agree_behaviour(person: Person, by: User) -> None:
    today = timezone.localdate()
    agreement = begin_agreement(
        person=person, template="release", title="", starts=today - timedelta(days=20), own_clauses=(), by=by
    )
    for who, by_person in ((str(person), True), ("Posy Larkfield", False)):
        sign_agreement(agreement=agreement, signed_by=who, by_person=by_person, signed_on=today, by=by)
    clauses = list(Clause.objects.current().filter(agreement_key=agreement.key, kind=ClauseKind.EXPECTATION))
    for days, kept, note in ((12, Kept.KEPT, ""), (3, Kept.BROKEN, "Missed Tuesday’s test and did not call.")):
        log_compliance(
            agreement=agreement,
            clause=clauses[1],
            happened_on=today - timedelta(days=days),
            kept=kept,
            note=note,
            by=by,
        )


def _lapse(plan: Plan, by: User) -> None:
    today = timezone.localdate()
    record_lapse(
        plan=plan, happened_on=today - timedelta(days=2), replan_by=today + timedelta(days=5),
        what="Used again after a row at home, and said so the next day.", by=by,
    )  # fmt: skip
    plan_contingency(
        plan=plan, risk="The bank holiday weekend with the family", starts=today, ends=today + timedelta(days=5),
        response="Call on Saturday morning; a bed is kept at Hearthstone until Tuesday.",
        worker="Bram Copperwick", by=by,
    )  # fmt: skip
