"""Forms of a plan, its goals and its steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from trellis.rules.plans import GoalState, PlanEnd, StepState
from trellis.rules.vocabulary import Serves
from trellis.service.plans.actions.planning import StepAnswers
from trellis.service.plans.models import Step
from trellis.service.plans.queries.plan import tactics
from trellis.service.schemes.definitions.needs import PathwayDefinition
from trellis.service.schemes.models import Agency
from trellis.service.ui.fields import ChoiceField, DateField, RadioField, TextField, YesNoField
from trellis.service.ui.forms import Form

LONGEST = 4000
THE_PERSON = "person"


class PlanForm(Form):
    """What a plan is for."""

    aim = forms.CharField(
        label="What is the plan for?", max_length=300, help_text="For example, a year without burglary, in a home"
    )
    review_on = DateField(label="When is it reviewed?", not_before_today=True)
    mappa_plan = forms.CharField(
        label="Where is their MAPPA plan held?",
        max_length=200,
        required=False,
        help_text="Say where to find it. Do not copy what it says.",
    )


class EndForm(Form):
    """Why a plan ends."""

    why = RadioField(
        label="Why does the plan end?",
        choices=PlanEnd.choices(),
        reveals={PlanEnd.STEPPED_DOWN.value: "step_down"},
    )
    step_down = TextField(
        label="What stays in place?",
        max_length=LONGEST,
        help_text="Whom they can turn to, and what would bring the scheme back",
    )


class GoalForm(Form):
    """One goal."""

    goal = forms.CharField(
        label="What is the goal?",
        max_length=300,
        help_text="So that anybody can tell when it is reached. For example, a tenancy of their own by March",
    )
    state = RadioField(label="Where does it stand?", choices=GoalState.choices())
    pathway = ChoiceField(label="Which pathway is it on?", required=False)
    note = TextField(
        label="What should a reader know?",
        required=False,
        max_length=LONGEST,
        help_text="Why it waits, or how it ended",
    )

    def __init__(self, *args: Any, pathways: Iterable[PathwayDefinition], **kwargs: Any) -> None:
        """Make the form with the pathways that the writer reads."""
        super().__init__(*args, **kwargs)
        self.fields["pathway"].choices = [("", "None"), *((one.key, one.name) for one in pathways)]  # type: ignore[attr-defined]


class StepForm(Form):
    """One step."""

    what = forms.CharField(
        label="What is to be done?", max_length=300, help_text="For example, apply for a flat with Hearthstone"
    )
    serves = RadioField(
        label="Does it control or change?",
        choices=Serves.choices(),
        hints={
            Serves.CONTROL.value: "It limits what they can do, or finds out what they did",
            Serves.CHANGE.value: "It helps them to stop",
            Serves.BOTH.value: "One act may do both, such as a visit or a drug test",
        },
    )
    tactic = ChoiceField(label="By what means?", required=False)
    owner = ChoiceField(label="Who does it?")
    worker = forms.CharField(label="Who there?", max_length=150, required=False)
    due_on = DateField(label="By when?")
    after = ChoiceField(label="Which step must be done first?", required=False)
    told = YesNoField(
        label="May the person be told of it?", help_text="If not, it is left out of the copies that they are given"
    )

    def __init__(self, *args: Any, others: Iterable[Step], **kwargs: Any) -> None:
        """Make the form; `others` are the plan's other steps, one of which may come first."""
        super().__init__(*args, **kwargs)
        means = [("", "No tactic of the list"), *((one.key, one.name) for one in tactics().values())]
        owners = [(str(one.pk), one.name) for one in Agency.objects.order_by("name")]
        self.fields["tactic"].choices = means  # type: ignore[attr-defined]
        self.fields["owner"].choices = [("", "Choose"), (THE_PERSON, "The person"), *owners]  # type: ignore[attr-defined]
        self.fields["after"].choices = [("", "None"), *((str(one.key), one.what) for one in others)]  # type: ignore[attr-defined]


def step_answers(said: dict[str, Any]) -> StepAnswers:
    """A step form's answers as the act takes them."""
    by_person = said["owner"] == THE_PERSON
    return StepAnswers(
        what=said["what"], serves=Serves(said["serves"]), due_on=said["due_on"], by_person=by_person,
        owner=None if by_person else Agency.objects.get(pk=said["owner"]), worker=said["worker"],
        tactic=said["tactic"], after=UUID(said["after"]) if said["after"] else None, told=bool(said["told"]),
    )  # fmt: skip


class SettleForm(Form):
    """What has become of a step."""

    state = RadioField(label="What has become of it?", choices=StepState.choices())
    outcome = TextField(label="How did it go?", required=False, max_length=LONGEST)
