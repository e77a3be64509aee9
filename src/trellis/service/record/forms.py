"""What is asked in order to set a priority."""

from __future__ import annotations

from typing import Any

from trellis.rules.priority import PriorityFacts
from trellis.rules.vocabulary import Engagement, IntelligencePicture, PriorityColour
from trellis.service.ui.fields import DateField, RadioField, TextField, YesNoField
from trellis.service.ui.forms import Form


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


class PriorityForm(FactsForm):
    """The facts, and the colour that a named person chooses."""

    colour = RadioField(label="Which priority do you set?", choices=PriorityColour.choices())
    reason = TextField(
        label="Why",
        max_length=2000,
        help_text="What has changed, and what others should do differently.",
    )
    review_on = DateField(label="Review date", not_before_today=True)


def as_words(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers of the whole form as the action takes them."""
    return answers | {
        "colour": PriorityColour(answers["colour"]),
        "engagement": Engagement(answers["engagement"]),
        "intelligence": IntelligencePicture(answers["intelligence"]),
    }
