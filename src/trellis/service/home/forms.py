"""What home asks: which part of a timeline, whom to look for, alerts and a person's details."""

from __future__ import annotations

from typing import Any

from django import forms

from trellis.rules.vocabulary import AlertKind, DatePrecision, Sex
from trellis.service.home.queries.timeline import Contents
from trellis.service.ui.fields import CheckboxesField, ChoiceField, DateField, RadioField, TextField
from trellis.service.ui.forms import Form, SearchForm

Choices = list[tuple[str, str]]


class TimelineFilter(SearchForm):
    """Which kinds and agencies to show, and as known on which day. Holds no word about anybody."""

    kind = CheckboxesField(label="Kind", required=False)
    agency = CheckboxesField(label="Agency", required=False)
    known_on = DateField(
        label="As known on",
        help_text="Shows what was believed when that day ended",
        required=False,
        not_after_today=True,
    )

    def __init__(self, *args: Any, contents: Contents, **kwargs: Any) -> None:
        """Offer the kinds and agencies that the timeline holds."""
        super().__init__(*args, **kwargs)
        for name, choices in (("kind", contents.kinds), ("agency", contents.agencies)):
            field = self.fields[name]
            assert isinstance(field, CheckboxesField)
            field.choices = choices
            field.widget.attrs["class"] = "govuk-checkboxes--small"


class PersonSearch(SearchForm):
    """Whom to look for. Sent by POST, so that no name or number stands in an address or a log."""

    q = forms.CharField(
        label="Name, number, address or phone",
        max_length=200,
        help_text="For example, Osric Quill, 2002/3186819R, ZZ1 1AA or 07700 900123",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "type": "search"}),
        error_messages={"required": "Enter a name, a number, a postcode, an address or a phone number"},
    )


class AlertForm(Form):
    """A new safety alert."""

    kind = ChoiceField(label="What it warns of", choices=[("", "Choose one"), *AlertKind.choices()])
    reason = TextField(
        label="What a colleague must know",
        max_length=500,
        help_text="Say what happened, when, and what to do about it",
    )
    starts = DateField(
        label="In force from",
        not_after_today=True,
        error_messages={"required": "Enter the date from which the alert is in force"},
    )
    review_on = DateField(
        label="Review by",
        not_before_today=True,
        error_messages={"required": "Enter the date by which the alert is to be reviewed"},
        help_text="Past this day the alert stays in force, and shows as overdue",
    )


class AlertReview(Form):
    """An alert looked at again: it stays, or it ends."""

    verdict = RadioField(
        label="Does the alert still stand?",
        choices=[("keep", "Yes, keep it"), ("end", "No, end it")],
        reveals={"keep": ["reason", "review_on"], "end": ["ends", "why"]},
    )
    reason = TextField(label="What a colleague must know", max_length=500)
    review_on = DateField(label="Next review by", not_before_today=True)
    ends = DateField(label="No longer so from", not_after_today=True)
    why = TextField(label="Why it can end", max_length=300)


class PersonForm(Form):
    """A person's own details."""

    family_name = forms.CharField(label="Family name", max_length=100)
    given_names = forms.CharField(label="Given names", max_length=150, required=False)
    date_of_birth = DateField(label="Date of birth", required=False, not_after_today=True)
    birth_precision = RadioField(
        label="How much of the date is known?",
        choices=DatePrecision.choices(),
        hints={
            DatePrecision.MONTH.value: "Enter the 1st as the day",
            DatePrecision.YEAR.value: "Enter 1 January of the year",
        },
    )
    sex = RadioField(label="Sex, as an agency recorded it", choices=Sex.choices())
