"""Which events to show, and why somebody takes them out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from trellis.rules.reasons import ReasonKind
from trellis.service.access.reasons import AsksReason
from trellis.service.audit.queries import Asked, AskedChanges
from trellis.service.ui.fields import ChoiceField, DateField, RadioField
from trellis.service.ui.forms import Form, SearchForm

Choices = Sequence[tuple[str, str]]
PAGE, FILES = "page", "files"


class TrailFilter(SearchForm):
    """Which events of the trail to show. People are numbers here: an address may not hold a name."""

    who = ChoiceField(label="Who", required=False)
    page_name = ChoiceField(label="Page", required=False)
    table = ChoiceField(label="Kind of record", required=False)
    person = forms.IntegerField(label="Person number", required=False, min_value=1)
    since = DateField(label="From", required=False, help_text="")
    until = DateField(label="To, that day included", required=False, help_text="")
    refused = forms.BooleanField(label="Only refusals", required=False)

    def __init__(self, *args: Any, users: Choices, pages: Choices = (), tables: Choices = (), **kwargs: Any) -> None:
        """Ask for what there is to choose from: users only of whoever reads about others, pages or kinds of record."""
        super().__init__(*args, **kwargs)
        for name, choices in (("who", users), ("page_name", pages), ("table", tables)):
            field = self.fields[name]
            assert isinstance(field, ChoiceField)
            field.choices = [("", "Any"), *choices]
            if not choices:
                del self.fields[name]
        if not pages:
            del self.fields["refused"]

    def asked(self) -> Asked:
        """The access events asked for, leaving out what could not be understood."""
        self.is_valid()
        answers = self.cleaned_data
        return Asked(
            actor=_number(answers.get("who")),
            page=answers.get("page_name") or "",
            person=answers.get("person"),
            refused=bool(answers.get("refused")),
            since=answers.get("since"),
            until=answers.get("until"),
        )

    def asked_changes(self) -> AskedChanges:
        """The change events asked for, in the same way."""
        self.is_valid()
        answers = self.cleaned_data
        return AskedChanges(
            actor=_number(answers.get("who")),
            table=answers.get("table") or "",
            person=answers.get("person"),
            since=answers.get("since"),
            until=answers.get("until"),
        )


class DaysFilter(SearchForm):
    """From which day to which."""

    since = DateField(label="From", required=False, help_text="")
    until = DateField(label="To, that day included", required=False, help_text="")


class ExportForm(AsksReason, Form):
    """Why the file is needed."""

    reason_kind = ReasonKind.EXPORT


class InspectionForm(ExportForm):
    """Why the whole record is needed, and in which form."""

    how = RadioField(
        label="How do you need it?",
        choices=[(PAGE, "A page to print"), (FILES, "Files that spreadsheets open")],
        hints={FILES: "One for each kind of information, together in a ZIP"},
        initial=PAGE,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text else None
