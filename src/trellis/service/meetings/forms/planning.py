"""Forms by which a meeting is planned, changed and closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from trellis.service.access.models import Posting
from trellis.service.meetings.actions.planning import Details
from trellis.service.meetings.queries.suggesting import Suggested
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency
from trellis.service.ui.fields import CheckboxesField, DateField, TimeField, YesNoField
from trellis.service.ui.forms import Form

SMALL = "govuk-checkboxes--small"
DETAILS = ("on", "at", "minutes", "place", "chair", "minute_taker")


class MeetingForm(Form):
    """When and where a meeting is, and who runs it."""

    on = DateField(label="Date", error_messages={"required": "Enter the date of the meeting"})
    at = TimeField(label="Time", error_messages={"required": "Enter the time at which the meeting begins"})
    minutes = forms.IntegerField(
        label="How many minutes does it take?",
        min_value=15,
        max_value=480,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}),
    )
    place = forms.CharField(label="Where?", max_length=200, required=False, help_text="A room, or how to join a call")
    chair = forms.CharField(label="Who chairs it?", max_length=150, required=False)
    minute_taker = forms.CharField(label="Who takes the minutes?", max_length=150, required=False)


def details_of(said: dict[str, Any]) -> Details:
    """A meeting form's answers as the act takes them."""
    return Details(**{name: said[name] for name in DETAILS})


class ExpectedForm(Form):
    """Which agencies are expected."""

    expected = CheckboxesField(
        label="Which agencies are expected?",
        error_messages={"required": "Choose at least one agency"},
        widget=forms.CheckboxSelectMultiple(attrs={"class": SMALL}),
    )
    why_not = forms.CharField(
        label="If a usual member is left out, why?",
        max_length=300,
        required=False,
        help_text="It is shown on the agenda and in the minutes",
    )

    def __init__(self, *args: Any, agencies: Iterable[Agency], usual: Iterable[Agency], **kwargs: Any) -> None:
        """Offer the scheme's agencies, and say which are usual."""
        super().__init__(*args, **kwargs)
        self.agencies = {str(one.pk): one for one in agencies}
        always = {str(one.pk) for one in usual}
        field = self.fields["expected"]
        assert isinstance(field, CheckboxesField)
        field.choices = [(key, f"{one}{' (usual)' if key in always else ''}") for key, one in self.agencies.items()]

    def chosen(self) -> list[Agency]:
        """The agencies chosen, of a valid form."""
        return [self.agencies[key] for key in self.cleaned_data["expected"]]


class PlanForm(ExpectedForm, MeetingForm):
    """Everything that a new meeting asks."""

    field_order = (*DETAILS, "expected", "why_not")


class CancelForm(Form):
    """Why a meeting is cancelled."""

    why = forms.CharField(label="Why is it cancelled?", max_length=300)


class GeneralItemForm(Form):
    """Something to talk about that is about nobody in particular."""

    title = forms.CharField(
        label="What is to be talked about?",
        max_length=200,
        help_text="Name nobody here: everybody who takes part in meetings reads it",
    )


class PeopleForm(Form):
    """Whom to put on an agenda, of those suggested."""

    people = CheckboxesField(
        label="Whom do you want to put on the agenda?",
        error_messages={"required": "Choose at least one person"},
        widget=forms.CheckboxSelectMultiple(attrs={"class": SMALL}),
    )

    def __init__(self, *args: Any, found: Sequence[tuple[Suggested, Person]], **kwargs: Any) -> None:
        """Offer those suggested, each with the reason."""
        super().__init__(*args, **kwargs)
        self.found = {str(one.person_id): one.why for one, _ in found}
        field = self.fields["people"]
        assert isinstance(field, CheckboxesField)
        field.choices = [(str(one.person_id), f"{person.list_name}: {one.why.label.lower()}") for one, person in found]


class InviteForm(Form):
    """Who is asked to come, and whether the records of those on the agenda are opened to them."""

    members = CheckboxesField(
        label="Whom do you want to invite?",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": SMALL}),
    )
    open_records = YesNoField(
        label="Open the core record of everybody on the agenda to those invited, until the meeting ends?",
        help_text="To those from other agencies, as far as their agency’s sharing agreement goes",
    )

    def __init__(self, *args: Any, postings: Iterable[Posting], may_open: bool, **kwargs: Any) -> None:
        """Offer those who work in the scheme; whoever may not open records is not asked."""
        super().__init__(*args, **kwargs)
        self.postings = {str(one.pk): one for one in postings}
        field = self.fields["members"]
        assert isinstance(field, CheckboxesField)
        field.choices = [(key, f"{one.user}, {one.agency}") for key, one in self.postings.items()]
        if not may_open:
            del self.fields["open_records"]

    def chosen(self) -> list[Posting]:
        """The postings chosen, of a valid form."""
        return [self.postings[key] for key in self.cleaned_data["members"]]


class ChooseMeetingForm(Form):
    """On which agenda to put somebody."""

    meeting = forms.ChoiceField(label="Which meeting?", choices=[])

    def __init__(self, *args: Any, meetings: Iterable[Any], **kwargs: Any) -> None:
        """Offer the meetings that are planned."""
        super().__init__(*args, **kwargs)
        self.meetings = {str(one.pk): one for one in meetings}
        field = self.fields["meeting"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, str(one)) for key, one in self.meetings.items()]
