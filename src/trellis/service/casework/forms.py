"""What a contact's form asks."""

from __future__ import annotations

from typing import Any

from django import forms

from trellis.rules.vocabulary import ContactMode, ContactOutcome
from trellis.service.schemes.models import Agency
from trellis.service.ui.fields import DateField, RadioField, TextField, TimeField
from trellis.service.ui.forms import Form

OUTCOME_HINTS = {
    ContactOutcome.ATTENDED_COMPLIED.value: "They were seen and took part. Only this counts as having been seen.",
    ContactOutcome.ATTENDED_DID_NOT_COMPLY.value: "They came, but refused or disrupted what was planned.",
    ContactOutcome.ACCEPTABLE_ABSENCE.value: "They were not seen, and gave a good reason.",
    ContactOutcome.UNACCEPTABLE_ABSENCE.value: "They were not seen, without a good reason.",
    ContactOutcome.EVIDENCE_PENDING.value: "They were not seen; you are waiting to hear why.",
    ContactOutcome.RESCHEDULED.value: "It was moved before it took place.",
    ContactOutcome.SENT_HOME.value: "They came and were sent away.",
}


class ContactForm(Form):
    """A contact that has happened."""

    happened_on = DateField(
        label="Date of the contact", not_after_today=True, help_text="For example, today or 27 3 2026"
    )
    happened_at = TimeField(label="Time", required=False)
    mode = RadioField(label="How were they contacted?", choices=ContactMode.choices())
    outcome = RadioField(label="How did it end?", choices=ContactOutcome.choices(), hints=OUTCOME_HINTS)
    worker = forms.CharField(
        label="Who made the contact",
        max_length=150,
        help_text="You, unless you record it for a colleague",
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-20"}),
    )
    agency = forms.ModelChoiceField(label="Whose contact it was", queryset=Agency.objects.all())
    notes = TextField(
        label="Notes",
        required=False,
        max_length=4000,
        help_text="What you saw and what was said. Keep facts apart from opinion.",
    )


class CorrectionForm(ContactForm):
    """A corrected contact, and what was wrong."""

    reason = forms.CharField(
        label="What was wrong before?",
        max_length=300,
        help_text="The earlier version is kept. A reader of both should understand.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Leave out the agency: a contact stays with the agency that made it."""
        super().__init__(*args, **kwargs)
        del self.fields["agency"]
