"""A plan, its objectives and steps, the versions that the person was asked to agree, contingencies and lapses.

What belongs to one plan shares its key, not its row: a correction makes a new row and moves no other. A version is a
moment: objectives and steps as they were known then are what was agreed.
"""

from __future__ import annotations

import uuid

from django.db import models

from trellis.rules.plans import Agreed, GoalState, PlanEnd, StepState
from trellis.rules.vocabulary import Compartment, Permission, Serves
from trellis.service.common.register import of_person
from trellis.service.people.history import EVENT, SPELL, AboutPerson, Event, Spell, history_register, no_overlap
from trellis.service.people.models import IN_COMPARTMENT
from trellis.service.schemes.models import Agency

BY_COMPARTMENT = f"((compartment = '{Compartment.CORE}' AND {of_person()}) OR {IN_COMPARTMENT})"


class Plan(Spell):
    """Time for which a plan is in force. One at a time, for everybody who works with the person."""

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    aim = models.CharField(max_length=300)
    review_on = models.DateField()
    # Where a MAPPA plan is held that this one must not repeat (PLN-12).
    mappa_plan = models.CharField(max_length=200, blank=True)
    ended_why = models.CharField(max_length=20, choices=PlanEnd.choices(), blank=True)
    step_down = models.TextField(blank=True)

    register = history_register(
        Permission.PLAN,
        key=("key",),
        case=("aim", "review_on", "mappa_plan", "ended_why", "step_down", *SPELL),
    )
    timeline_label = "Plan"

    class Meta(Spell.Meta):
        constraints = [*Spell.Meta.constraints, no_overlap("plan_never_overlaps")]

    def __str__(self) -> str:
        return self.aim or "A plan is in force"


class Objective(AboutPerson):
    """One goal of a plan. It is read with its pathway's compartment, and so are its steps."""

    plan_key = models.UUIDField(editable=False)
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    goal = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=GoalState.choices(), default=GoalState.NOW)
    pathway = models.SlugField(blank=True)
    compartment = models.CharField(max_length=20, choices=Compartment.choices())
    # How it ended or why it waits.
    note = models.TextField(blank=True)
    # The first day of the goal, which keeps its place when it is corrected.
    set_on = models.DateField()

    register = history_register(
        Permission.PLAN,
        also=BY_COMPARTMENT,
        key=("plan_key", "key"),
        case=("goal", "state", "pathway", "compartment", "note", "set_on"),
    )

    class Meta(AboutPerson.Meta):
        ordering = ("set_on", "id")
        indexes = [models.Index(fields=("plan_key",), name="objective_plan")]

    def __str__(self) -> str:
        return self.goal


class Step(AboutPerson):
    """One dated, owned thing to do towards a goal, which controls, changes or does both."""

    plan_key = models.UUIDField(editable=False)
    objective_key = models.UUIDField(editable=False)
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    what = models.CharField(max_length=300)
    serves = models.CharField(max_length=10, choices=Serves.choices())
    tactic = models.SlugField(blank=True)
    # The agency that does it; none: the person does.
    owner = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    # Who there, as typed: a worker may have no account.
    worker = models.CharField(max_length=150, blank=True)
    due_on = models.DateField()
    # The key of the step that must be done first.
    after = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=StepState.choices(), default=StepState.TO_DO)
    settled_on = models.DateField(null=True)
    outcome = models.TextField(blank=True)
    # Whether it stands in the copies that the person is given.
    told = models.BooleanField(default=True)
    compartment = models.CharField(max_length=20, choices=Compartment.choices())

    register = history_register(
        Permission.PLAN,
        also=BY_COMPARTMENT,
        key=("plan_key", "objective_key", "key", "after", "owner"),
        case=(
            *("what", "serves", "tactic", "worker", "due_on", "state", "settled_on", "outcome", "told"),
            "compartment",
        ),
    )

    class Meta(AboutPerson.Meta):
        ordering = ("due_on", "id")
        indexes = [models.Index(fields=("plan_key",), name="step_plan")]

    def __str__(self) -> str:
        return self.what


class PlanVersion(Event):
    """A version of a plan as the person was asked to agree it, with what they said."""

    plan_key = models.UUIDField(editable=False)
    number = models.PositiveSmallIntegerField()
    agreed = models.CharField(max_length=20, choices=Agreed.choices())
    why = models.TextField(blank=True)
    comments = models.TextField(blank=True)
    # Whether they were given a copy to keep.
    copy_given = models.BooleanField(default=False)

    register = history_register(
        Permission.PLAN,
        key=("plan_key",),
        case=("number", "agreed", "why", "comments", "copy_given", *EVENT),
    )
    timeline_label = "Plan shared with the person"

    class Meta(Event.Meta):
        constraints = [
            *Event.Meta.constraints,
            models.UniqueConstraint(
                fields=("plan_key", "number"), condition=models.Q(superseded_at=None), name="planversion_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}. Agreed: {self.get_agreed_display().lower()}"


class Contingency(Spell):
    """What is done if a foreseen risk comes about in a stretch of days, such as a bank holiday (PLN-13)."""

    plan_key = models.UUIDField(editable=False)
    risk = models.CharField(max_length=300)
    response = models.TextField()
    worker = models.CharField(max_length=150)

    register = history_register(Permission.PLAN, key=("plan_key",), case=("risk", "response", "worker", *SPELL))
    timeline_label = "Contingency"

    class Meta(Spell.Meta):
        verbose_name_plural = "contingencies"

    def __str__(self) -> str:
        return self.risk


class Lapse(Event):
    """Something went wrong. It asks for a new look at the plan, and closes nothing in it (PLN-11)."""

    plan_key = models.UUIDField(editable=False)
    what = models.TextField()
    replan_by = models.DateField()

    register = history_register(Permission.PLAN, key=("plan_key",), case=("what", "replan_by", *EVENT))
    timeline_label = "Lapse"

    class Meta(Event.Meta):
        pass

    def __str__(self) -> str:
        return "The plan is to be looked at again"
