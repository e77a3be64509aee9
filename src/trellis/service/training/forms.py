"""What the pages of training ask."""

from __future__ import annotations

from typing import Any

from django import forms

from trellis.service.schemes.definitions.courses import CourseSetDefinition
from trellis.service.ui.fields import CheckboxesField, ChoiceField, DateField, TextField, YesNoField
from trellis.service.ui.forms import Form


class CompletionForm(Form):
    """One completed course. Whether somebody is competent is asked of whoever records it for them."""

    course = ChoiceField(label="Course", choices=[], error_messages={"required": "Choose the course"})
    completed_on = DateField(
        label="When was it completed?", not_after_today=True, error_messages={"required": "Enter the day of completion"}
    )
    evidence = forms.CharField(
        label="How do you know?",
        max_length=300,
        help_text="For example, “Certificate 4471” or “Taught by the partnership’s trainer, attendance list”",
        error_messages={"required": "Say how you know"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    ends = DateField(
        label="When does it end, if the certificate says so?",
        required=False,
        help_text="Otherwise it counts for as long as the scheme has set",
    )
    competent = YesNoField(
        label="Can they do the work, in your view?",
        required=False,
        help_text="Asked only of courses that judge it: attending is not enough for those",
    )

    def __init__(self, *args: Any, courses: CourseSetDefinition, own: bool, **kwargs: Any) -> None:
        """Offer the scheme's courses; nobody is asked to judge themselves."""
        super().__init__(*args, **kwargs)
        field = self.fields["course"]
        assert isinstance(field, ChoiceField)
        field.choices = [("", "Choose one"), *((one.key, one.name) for one in courses.courses)]
        if own:
            del self.fields["competent"]


class ConfirmForm(Form):
    """That a colleague completed a course, and whether they can do the work where the course judges it."""

    competent = YesNoField(
        label="Can they do the work, in your view?",
        error_messages={"required": "Say whether they can do the work"},
        help_text="If not yet, the course is confirmed and the work waits until you say that they can",
    )

    def __init__(self, *args: Any, judged: bool, **kwargs: Any) -> None:
        """Ask for a judgement only where the course does."""
        super().__init__(*args, **kwargs)
        if not judged:
            del self.fields["competent"]


class WithdrawForm(Form):
    """Why a record of a course is withdrawn."""

    why = forms.CharField(
        label="Why is it withdrawn?", max_length=300, error_messages={"required": "Say why it is withdrawn"}
    )


class NeedForm(Form):
    """What somebody says of their own training."""

    trained = YesNoField(
        label="Have you been trained for the work you do?", error_messages={"required": "Say whether you were trained"}
    )
    sufficient = YesNoField(
        label="Is your training enough for the work you do?",
        error_messages={"required": "Say whether it is enough"},
    )
    courses = CheckboxesField(label="Which courses would help you?", choices=[], required=False)
    wish = TextField(
        label="What else would help?",
        required=False,
        max_length=500,
        help_text="Your supervisor, scheme coordinators and administrators read this. Do not name anybody",
    )

    def __init__(self, *args: Any, courses: CourseSetDefinition, **kwargs: Any) -> None:
        """Offer the scheme's courses."""
        super().__init__(*args, **kwargs)
        field = self.fields["courses"]
        assert isinstance(field, CheckboxesField)
        field.choices = [(one.key, one.name) for one in courses.courses]
        field.hints = {one.key: one.about for one in courses.courses}
