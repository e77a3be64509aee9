"""What the forms about telling, offering, testing and disengagement ask."""

from __future__ import annotations

from django import forms

from trellis.rules.note_formats import LONGEST_REFERENCE
from trellis.rules.vocabulary import (
    DisengagementResponse,
    DrugTestBasis,
    DrugTestResult,
    OfferAnswer,
    OtherSystem,
    Understanding,
)
from trellis.service.schemes.models import Agency
from trellis.service.ui.fields import DateField, RadioField, TextField, YesNoField
from trellis.service.ui.forms import Form, SearchForm

MOST_WORDS = 4000


def _worker(label: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class ExplanationForm(Form):
    """That somebody was told why they were selected."""

    happened_on = DateField(label="On which day were they told?", not_after_today=True)
    worker = _worker("Who told them")
    how = forms.CharField(
        label="How?", max_length=300, help_text="For example, face to face at the prison with the leaflet"
    )
    understood = RadioField(label="Did they understand?", choices=Understanding.choices())
    notes = TextField(label="What they said", required=False, max_length=MOST_WORDS)


class OfferForm(Form):
    """What help was offered, and what they answered."""

    happened_on = DateField(label="On which day?", not_after_today=True)
    worker = _worker("Who made the offer")
    offered = TextField(label="What was offered?", max_length=MOST_WORDS)
    answer = RadioField(
        label="What did they answer?",
        choices=OfferAnswer.choices(),
        reveals={OfferAnswer.REFUSED.value: "refused_because", OfferAnswer.PARTLY.value: "partly_because"},
    )
    refused_because = TextField(label="Why, in their own words", max_length=MOST_WORDS)
    partly_because = TextField(label="What not, and why, in their own words", max_length=MOST_WORDS)
    consequences_explained = YesNoField(
        label="Were the consequences of refusing, and of offending, explained?", reveals={"yes": "consequences"}
    )
    consequences = TextField(label="What was explained?", required=False, max_length=MOST_WORDS)


class DisengagementForm(Form):
    """What is done about somebody who has stopped engaging."""

    happened_on = DateField(label="When did you decide?", not_after_today=True)
    signs = TextField(label="What shows that they have stopped engaging?", max_length=MOST_WORDS)
    response = RadioField(
        label="What do you do?",
        choices=DisengagementResponse.choices(),
        hints={
            DisengagementResponse.NONE.value: "Contact goes on as it is, and help stays on offer.",
            DisengagementResponse.REMOVAL.value: "The panel decides. Nobody is removed by this alone.",
            DisengagementResponse.WATCHING.value: "Neighbourhood policing is asked to look out for them.",
            DisengagementResponse.WITHDRAWAL.value: "Voluntary help stops; what an order requires goes on.",
        },
    )
    reason = TextField(label="Why this response?", max_length=MOST_WORDS)
    review_on = DateField(label="When is it looked at again?", not_before_today=True)


class DrugTestForm(Form):
    """A drug test and its result."""

    happened_on = DateField(label="Date of the test", not_after_today=True)
    basis = RadioField(label="On what footing?", choices=DrugTestBasis.choices())
    tested_for = forms.CharField(
        label="What was tested for?", max_length=200, help_text="For example, opiates, cocaine"
    )
    result = RadioField(
        label="What was the result?", choices=DrugTestResult.choices(),
        reveals={DrugTestResult.POSITIVE.value: "positive_for"},
    )  # fmt: skip
    positive_for = forms.CharField(label="Positive for what?", max_length=200)
    worker = _worker("Who took the test")
    notes = TextField(label="Notes", required=False, max_length=MOST_WORDS)


class ShareNoteForm(Form):
    """What was told to a partner in passing."""

    recipient = forms.ModelChoiceField(label="Which agency did you tell?", queryset=Agency.objects.all())
    who = forms.CharField(label="Whom there?", max_length=100, required=False, help_text="Their name or their desk")
    what = TextField(label="What did you tell them?", max_length=1000)
    purpose = forms.CharField(label="What do they need it for?", max_length=300)


class TickForm(Form):
    """Under which reference a contact stands in another system."""

    system = forms.ChoiceField(choices=OtherSystem.choices(), widget=forms.HiddenInput)
    reference = forms.CharField(
        label="Reference there", max_length=LONGEST_REFERENCE,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip


class WindowForm(SearchForm):
    """The window of a report."""

    first = DateField(label="From", required=False)
    last = DateField(label="To", required=False)
