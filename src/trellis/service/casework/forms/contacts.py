"""What the forms of contacts and appointments ask."""

from __future__ import annotations

from typing import Any

from django import forms

from trellis.rules.contacts import LONGEST_MINUTES
from trellis.rules.vocabulary import (
    ContactKind,
    ContactMode,
    ContactOutcome,
    Engagement,
    MovedBy,
    Permission,
    Serves,
    VisitPurpose,
)
from trellis.service.access.models import User
from trellis.service.access.queries import officers_with
from trellis.service.casework.actions import ForWhat
from trellis.service.casework.models.contacts import USUAL_MINUTES
from trellis.service.common.register import roles_with
from trellis.service.schemes.models import Agency, Scheme
from trellis.service.ui.fields import CheckboxesField, DateField, RadioField, TextField, TimeField
from trellis.service.ui.forms import Form

# A visit is told in full by whoever dictates it.
LONGEST_NOTES = 12_000
OUTCOME_HINTS = {
    ContactOutcome.ATTENDED_COMPLIED.value: "They were seen and took part. Only this counts as having been seen.",
    ContactOutcome.ATTENDED_DID_NOT_COMPLY.value: "They came, but refused or disrupted what was planned.",
    ContactOutcome.ACCEPTABLE_ABSENCE.value: "They were not seen, and gave a good reason.",
    ContactOutcome.UNACCEPTABLE_ABSENCE.value: "They were not seen, without a good reason.",
    ContactOutcome.EVIDENCE_PENDING.value: "They were not seen; you are waiting to hear why.",
    ContactOutcome.RESCHEDULED.value: "It was moved before it took place.",
    ContactOutcome.SENT_HOME_BEHAVIOUR.value: "They came and were sent away for what they did.",
    ContactOutcome.SENT_HOME_SERVICE.value: "They came, and could not be seen through no fault of theirs.",
}
# Without a reason it is only what older records say.
OUTCOMES = [choice for choice in ContactOutcome.choices() if choice[0] != ContactOutcome.SENT_HOME]
RATINGS = [choice for choice in Engagement.choices() if choice[0] != Engagement.NOT_KNOWN]
SERVES_HINTS = {
    Serves.CONTROL.value: "Watching, testing, enforcing",
    Serves.CHANGE.value: "Help, treatment, building a life",
}


FOR_WHAT = ("kind", "purposes", "serves", "joint", "place")


def _worker(label: str, help_text: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-20"})
    return forms.CharField(label=label, max_length=150, help_text=help_text, widget=widget)


def _kind(label: str, *left_out: ContactKind) -> RadioField:
    return RadioField(
        label=label,
        required=False,
        choices=[choice for choice in ContactKind.choices() if choice[0] not in left_out],
        hints={ContactKind.VIGILANCE.value: "Unannounced, at any hour: evenings and weekends too"},
        reveals={ContactKind.VIGILANCE.value: "purposes"},
        help_text="Leave empty for simply seeing them",
    )


def taken_from(answers: dict[str, Any], minutes: int | None = None) -> ForWhat:
    """What somebody is seen for, taken out of a valid form's answers: a pop for each of them."""
    taken = {name: answers.pop(name) for name in FOR_WHAT}
    return ForWhat(
        kind=ContactKind(taken["kind"]) if taken["kind"] else None,
        purposes=[VisitPurpose(one) for one in taken["purposes"] or ()],
        serves=Serves(taken["serves"]) if taken["serves"] else None,
        joint=list(Agency.objects.filter(pk__in=taken["joint"] or ())),
        place=taken["place"],
        minutes=minutes,
    )


class ForWhatForm(Form):
    """What somebody is seen for, where and with whom."""

    kind = _kind("What was it for?")
    purposes = CheckboxesField(label="Purposes of the visit", choices=VisitPurpose.choices())
    serves = RadioField(
        label="Does it serve control, change or both?", required=False, choices=Serves.choices(), hints=SERVES_HINTS
    )
    joint = CheckboxesField(label="Other agencies that took part", required=False)
    place = forms.CharField(label="Where?", required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """List the agencies that may take part."""
        super().__init__(*args, **kwargs)
        if "joint" in self.fields:
            self.fields["joint"].choices = [(str(one.pk), one.name) for one in Agency.objects.all()]  # type: ignore[attr-defined]

    def for_what(self, minutes: int | None = None) -> ForWhat:
        """The answers as the actions want them; each is taken out of the form's."""
        return taken_from(self.cleaned_data, minutes)


class ContactForm(ForWhatForm):
    """A contact that has happened."""

    happened_on = DateField(
        label="Date of the contact", not_after_today=True, help_text="For example, today or 27 3 2026"
    )
    happened_at = TimeField(label="Time", required=False)
    mode = RadioField(label="How were they contacted?", choices=ContactMode.choices())
    outcome = RadioField(label="How did it end?", choices=OUTCOMES, hints=OUTCOME_HINTS)
    engagement = RadioField(label="How did they engage?", required=False, choices=RATINGS)
    notes = TextField(
        label="Notes",
        required=False,
        max_length=LONGEST_NOTES,
        help_text="What you saw and what was said. Keep facts apart from opinion. You can dictate; what you type is"
        " kept as a draft.",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "true", "autocapitalize": "sentences"}),
    )
    worker = _worker("Who made the contact", "You, unless you record it for a colleague")
    agency = forms.ModelChoiceField(label="Whose contact it was", queryset=Agency.objects.all())

    field_order = ("happened_on", "happened_at", "mode", "outcome", "engagement", "notes")
    # Seldom changed, and drawn under a summary of its own.
    MORE = ("kind", "serves", "joint", "place", "worker", "agency")


class CorrectionForm(ContactForm):
    """A corrected contact, and what was wrong."""

    reason = forms.CharField(
        label="What was wrong before?",
        max_length=300,
        help_text="The earlier version is kept. A reader of both should understand.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Leave out the agency, since a contact stays with the one that made it."""
        super().__init__(*args, **kwargs)
        del self.fields["agency"]


class OutcomeChangeForm(Form):
    """How a contact ended after all."""

    outcome = RadioField(label="How did it end?", choices=OUTCOMES, hints=OUTCOME_HINTS)
    reason = forms.CharField(
        label="Why does it change?",
        max_length=300,
        help_text="For example, the hospital’s letter came. The earlier outcome is kept.",
    )


class AppointmentForm(ForWhatForm):
    """An appointment to come."""

    happened_on = DateField(label="Date", not_before_today=True, help_text="For example, tomorrow or 27 3 2026")
    happened_at = TimeField(label="Time")
    minutes = forms.IntegerField(
        label="How long, in minutes",
        min_value=1,
        max_value=LONGEST_MINUTES,
        initial=USUAL_MINUTES,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}),
    )
    mode = RadioField(label="How?", choices=ContactMode.choices())
    kind = _kind("What is it for?", ContactKind.UNPLANNED)
    joint = CheckboxesField(label="Other agencies that take part", required=False)
    worker = _worker("Who sees them", "You, unless you plan it for a colleague")
    with_user = forms.ModelChoiceField(label="In whose calendar", queryset=User.objects.none(), required=False)
    notes = TextField(label="What is planned", required=False, max_length=2000)
    despite_clash = forms.BooleanField(label="Plan it all the same", required=False, widget=forms.HiddenInput)

    field_order = ("happened_on", "happened_at", "minutes", "mode", "place", "worker", "with_user", "kind")

    def __init__(self, *args: Any, scheme: Scheme | None, agency: Agency | None, **kwargs: Any) -> None:
        """List the colleagues in whose calendars it may stand."""
        super().__init__(*args, **kwargs)
        joint: Any = self.fields["joint"]
        joint.choices = [choice for choice in joint.choices if agency is None or choice[0] != str(agency.pk)]
        colleagues = User.objects.none()
        if scheme is not None and agency is not None:
            roles = roles_with(Permission.RECORD_CONTACT)
            postings = officers_with(roles, scheme)
            numbers = {posting.user_id for posting in postings if posting.agency_id == agency.pk}
            colleagues = User.objects.filter(pk__in=numbers).order_by("name")
        self.fields["with_user"].queryset = colleagues  # type: ignore[attr-defined]

    def warn_of_clash(self, sentences: list[str]) -> None:
        """Show which appointments share the time, and a box to tick by which it is planned all the same."""
        self.fields["despite_clash"].widget = forms.CheckboxInput()
        for sentence in sentences:
            self.add_error("happened_at", sentence)


class MoveForm(Form):
    """Another time for an appointment."""

    happened_on = DateField(label="New date", not_before_today=True)
    happened_at = TimeField(label="New time")
    moved_by = RadioField(label="Who asked to move it?", choices=MovedBy.choices())
    reason = forms.CharField(label="Why?", max_length=300)


class CallOffForm(Form):
    """Why an appointment is called off."""

    moved_by = RadioField(label="Who called it off?", choices=MovedBy.choices())
    reason = forms.CharField(label="Why?", max_length=300)


class AppointmentOutcomeForm(Form):
    """How an appointment ended."""

    outcome = RadioField(
        label="How did it end?",
        choices=OUTCOMES,
        hints=OUTCOME_HINTS,
        reveals={ContactOutcome.RESCHEDULED.value: ["again_on", "again_at"]},
    )
    again_on = DateField(label="New date", not_before_today=True)
    again_at = TimeField(label="New time")
    engagement = RadioField(label="How did they engage?", required=False, choices=RATINGS)
    notes = TextField(
        label="Notes", required=False, max_length=LONGEST_NOTES, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="What you saw and what was said. Keep facts apart from opinion.",
    )  # fmt: skip
    worker = _worker("Who saw them, or waited for them", "You, unless you record it for a colleague")
