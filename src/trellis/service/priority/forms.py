"""What is asked in order to propose a priority, to decide one, and to count the time in each."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms

from trellis.rules.priority import PriorityFacts
from trellis.rules.vocabulary import (
    Compartment,
    DecidedBy,
    Engagement,
    IntelligencePicture,
    PriorityColour,
    RestsOn,
)
from trellis.service.schemes.definitions import PriorityGridDefinition
from trellis.service.ui.fields import DateField, RadioField, TextField, YesNoField
from trellis.service.ui.forms import Form, SearchForm

DECIDES = (
    (DecidedBy.LEAD.value, "I decide, as the lead officer or on their behalf"),
    (DecidedBy.MEETING.value, "A meeting decided"),
)


class FactsForm(Form):
    """The facts that a priority is proposed from. Custody is not asked: the record says."""

    engagement = RadioField(label="How far does the person engage?", choices=Engagement.choices())
    intelligence = RadioField(label="What does intelligence say?", choices=IntelligencePicture.choices())
    at_large = YesNoField(label="Is the person unlawfully at large?")

    def facts(self, *, in_custody: bool) -> PriorityFacts:
        """The answers as the rules take them."""
        known = self.cleaned_data
        return PriorityFacts(
            Engagement(known["engagement"]), IntelligencePicture(known["intelligence"]), known["at_large"], in_custody
        )


class DecisionForm(FactsForm):
    """The facts, the colour that a named person or a meeting chooses, and why."""

    colour = RadioField(label="Which priority do you set?", choices=PriorityColour.choices())
    reason = TextField(
        label="Why",
        max_length=2000,
        help_text="What has changed, and what others should do differently.",
    )
    review_on = DateField(label="Review date", not_before_today=True)
    decided_by = RadioField(
        label="Who decides?",
        choices=DECIDES,
        reveals={DecidedBy.MEETING.value: ["meeting", "meeting_on"]},
    )
    meeting = forms.CharField(label="Which meeting?", max_length=150, help_text="For example, fortnightly panel")
    meeting_on = DateField(label="When did it meet?", not_after_today=True)

    def __init__(self, *args: Any, meanings: PriorityGridDefinition | None = None, **kwargs: Any) -> None:
        """Make the form; each colour's meaning in the scheme stands beside it."""
        super().__init__(*args, **kwargs)
        if meanings is not None:
            _explain(self, meanings)


class ProposalForm(Form):
    """What an agency proposes."""

    colour = RadioField(label="Which priority does your agency propose?", choices=PriorityColour.choices())
    rests_on = RadioField(label="What does it rest on?", choices=RestsOn.choices())
    happened_on = DateField(label="When was that?", not_after_today=True)
    reason = TextField(
        label="Why",
        max_length=2000,
        help_text="What you saw or were told, and what it means for the person’s priority.",
    )

    def __init__(
        self, *args: Any, meanings: PriorityGridDefinition, held: Collection[Compartment], **kwargs: Any
    ) -> None:
        """Make the form with the evidence that the writer may read."""
        super().__init__(*args, **kwargs)
        _explain(self, meanings)
        field: Any = self.fields["rests_on"]
        offered = [one for one in RestsOn if one.compartment in held]
        field.choices = [(one.value, one.label) for one in offered]
        field.hints = {
            one.value: f"Only those who may read {one.compartment.label.lower()} about the person will see the proposal"
            for one in offered
            if one.compartment is not Compartment.CORE
        }


class TakeBackForm(Form):
    """Asks nothing: the button is the answer."""


class WindowForm(SearchForm):
    """The days over which the time in each colour is counted."""

    starts = DateField(label="From")
    ends = DateField(label="To", not_after_today=True)


def decided(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers of a decision as the action takes them."""
    return answers | {
        "colour": PriorityColour(answers["colour"]),
        "engagement": Engagement(answers["engagement"]),
        "intelligence": IntelligencePicture(answers["intelligence"]),
        "decided_by": DecidedBy(answers["decided_by"]),
        "meeting": answers["meeting"] or "",
    }


def _explain(form: Form, meanings: PriorityGridDefinition) -> None:
    field: Any = form.fields["colour"]
    field.hints = {colour.value: meanings.colours[colour].means for colour in PriorityColour}
