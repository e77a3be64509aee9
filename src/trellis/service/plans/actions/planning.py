"""Making a plan, its goals and steps, and ending it. Nothing is overwritten: each change is a new row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.plans import GoalState, PlanEnd, StepState, check_step, check_words
from trellis.rules.plans import Step as Ordered
from trellis.rules.vocabulary import Compartment, Permission, Serves
from trellis.service.access.models import User
from trellis.service.access.permitted import acting_agency, check_permitted
from trellis.service.needs.queries.picked import picked_by, readable
from trellis.service.people.correcting import correct, end, take_turns
from trellis.service.people.models import Person
from trellis.service.people.sharing import check_reads
from trellis.service.plans.models import Objective, Plan, Step
from trellis.service.plans.queries.plan import current_steps, plan_of
from trellis.service.schemes.models import Agency


@transaction.atomic
def start_plan(*, person: Person, aim: str, review_on: date, mappa_plan: str, by: User) -> Plan:
    """Put a plan in force.

    Raises Refused while another is, for an agency that reads no plans, for an aim of too few words and a review in the
    past.
    """
    check_permitted(by, Permission.PLAN)
    check_reads(
        Plan,
        "Your sharing agreement does not list plans, so you cannot tell whether one is in force. Ask the coordinator to"
        " start it.",
    )
    take_turns(person.pk)
    today = timezone.localdate()
    if plan_of(person, today) is not None:
        raise Refused("A plan is in force already. Change it, or end it before you start another.")
    check_words(aim, "aim")
    _check_review(review_on)
    return Plan.objects.create(
        person=person, starts=today, aim=aim.strip(), review_on=review_on, mappa_plan=mappa_plan.strip(),
        agency_id=acting_agency(by), recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def change_plan(*, plan: Plan, aim: str, review_on: date, mappa_plan: str, by: User) -> Plan:
    """Change a plan's aim, review day or link. Raises Changed when somebody else has changed it since it was read."""
    check_permitted(by, Permission.PLAN)
    check_words(aim, "aim")
    _check_review(review_on)
    return correct(plan, recorded_by=by, aim=aim.strip(), review_on=review_on, mappa_plan=mappa_plan.strip())


@transaction.atomic
def end_plan(*, plan: Plan, why: PlanEnd, step_down: str, by: User) -> None:
    """End a plan today. Moving away from support needs to say what stays in place afterwards (PLN-09)."""
    check_permitted(by, Permission.PLAN)
    if why is PlanEnd.STEPPED_DOWN and not step_down.strip():
        raise Refused("Say what stays in place when the scheme’s support ends, and whom they can turn to.")
    end(plan, timezone.localdate(), recorded_by=by, ended_why=why, step_down=step_down.strip())


def _check_review(day: date) -> None:
    if day < timezone.localdate():
        raise Refused("A plan is reviewed today or later.")


@transaction.atomic
def set_goal(*, plan: Plan, goal: str, state: GoalState, pathway: str, note: str, by: User) -> Objective:
    """Add a goal. Its pathway decides who reads it."""
    check_permitted(by, Permission.PLAN)
    check_words(goal, "goal")
    compartment = _compartment_of(plan.person, pathway)
    return Objective.objects.create(
        person=plan.person, plan_key=plan.key, goal=goal.strip(), state=state, pathway=pathway, note=note.strip(),
        compartment=compartment, set_on=timezone.localdate(), agency_id=acting_agency(by), recorded_by=by,
    )  # fmt: skip


@transaction.atomic
def change_goal(*, objective: Objective, goal: str, state: GoalState, pathway: str, note: str, by: User) -> Objective:
    """Change a goal, or where it stands. Raises Changed when somebody else has changed it since it was read.

    Its steps move with it to the compartment of its pathway. Raises Refused to remove a goal without a word why.
    """
    check_permitted(by, Permission.PLAN)
    check_words(goal, "goal")
    if state is GoalState.REMOVED and not note.strip():
        raise Refused("Say why the goal is removed.")
    # A pathway that the set no longer has keeps its readers.
    kept = Compartment(objective.compartment)
    compartment = kept if pathway == objective.pathway else _compartment_of(objective.person, pathway)
    if compartment != objective.compartment:
        for step in Step.objects.current().filter(person_id=objective.person_id, objective_key=objective.key):
            correct(step, recorded_by=by, compartment=compartment)
    return correct(
        objective, recorded_by=by, goal=goal.strip(), state=state, pathway=pathway, note=note.strip(),
        compartment=compartment,
    )  # fmt: skip


def _compartment_of(person: Person, pathway: str) -> Compartment:
    """Who reads a goal on a pathway. Raises Refused for a pathway whose compartment the writer does not hold."""
    if not pathway:
        return Compartment.CORE
    found = picked_by(person.scheme).pathway_set.pathway(pathway)
    if found is None:
        raise Refused("Choose one of the pathways by which your scheme assesses.")
    if found.compartment not in readable(person):
        raise Refused("A goal on that pathway is written by those whose work needs to know of it.")
    return found.compartment


@dataclass(frozen=True, slots=True)
class StepAnswers:
    """What somebody says of a step. Without `owner` and with `by_person`, the person does it."""

    what: str
    serves: Serves
    due_on: date
    owner: Agency | None = None
    by_person: bool = False
    worker: str = ""
    tactic: str = ""
    after: UUID | None = None
    told: bool = True


@transaction.atomic
def add_step(*, objective: Objective, answers: StepAnswers, by: User) -> Step:
    """Add a step to a goal. Raises Refused as `rules.plans.check_step` does."""
    check_permitted(by, Permission.PLAN)
    plan = _plan_of(objective.person, objective.plan_key)
    step = Step(
        person=objective.person, plan_key=plan.key, objective_key=objective.key, compartment=objective.compartment,
        agency_id=acting_agency(by), recorded_by=by,
    )  # fmt: skip
    _check(step.key, answers, plan)
    for name, value in _values(answers).items():
        setattr(step, name, value)
    step.save(force_insert=True)
    return step


@transaction.atomic
def change_step(*, step: Step, answers: StepAnswers, by: User) -> Step:
    """Change a step. Raises Changed when somebody else has changed it since it was read."""
    check_permitted(by, Permission.PLAN)
    _check(step.key, answers, _plan_of(step.person, step.plan_key))
    return correct(step, recorded_by=by, **_values(answers))


@transaction.atomic
def settle_step(*, step: Step, state: StepState, outcome: str, by: User) -> Step:
    """Say what has become of a step. What will not be done needs a word why."""
    check_permitted(by, Permission.PLAN)
    if state is StepState.DROPPED and not outcome.strip():
        raise Refused("Say why it will not be done.")
    settled = None if state is StepState.TO_DO else timezone.localdate()
    return correct(step, recorded_by=by, state=state, outcome=outcome.strip(), settled_on=settled)


def _plan_of(person: Person, key: UUID) -> Plan:
    plan: Plan | None = Plan.objects.current().filter(person=person, key=key).first()
    if plan is None or (plan.ends is not None and plan.ends <= timezone.localdate()):
        raise Refused("This plan has ended. Start another to plan further.")
    return plan


def _check(key: UUID, answers: StepAnswers, plan: Plan) -> None:
    check_words(answers.what, "step")
    others = [Ordered(one.key, one.due_on, one.after) for one in current_steps(plan)]
    owned = answers.owner is not None or answers.by_person
    check_step(Ordered(key, answers.due_on, answers.after), others, owned=owned, starts=plan.starts)


def _values(answers: StepAnswers) -> dict[str, object]:
    return {
        "what": answers.what.strip(), "serves": answers.serves, "due_on": answers.due_on,
        "owner": None if answers.by_person else answers.owner, "worker": answers.worker.strip(),
        "tactic": answers.tactic, "after": answers.after, "told": answers.told,
    }  # fmt: skip
