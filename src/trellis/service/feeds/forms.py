"""What the feeds' pages ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from trellis.rules.errors import Refused
from trellis.service.feeds.actions import check_size
from trellis.service.feeds.identity import NEW
from trellis.service.feeds.mapping import FeedMapping
from trellis.service.feeds.models import WaitingRow
from trellis.service.feeds.queries import Candidate, described, person_numbered
from trellis.service.people.models import Person
from trellis.service.ui.fields import ChoiceField, RadioField, TextField
from trellis.service.ui.forms import Form

OTHER = "other"


class LoadForm(Form):
    """A file, and which feed it is."""

    feed = ChoiceField(label="Feed", help_text="Whose extract it is. The feed says which columns the file has.")
    file = forms.FileField(
        label="File", help_text="The extract as the agency sent it, not opened and saved again.", allow_empty_file=True
    )

    def __init__(self, *args: Any, offered: Sequence[FeedMapping], **kwargs: Any) -> None:
        """Offer the feeds that the scheme's agencies send."""
        super().__init__(*args, **kwargs)
        self.fields["feed"].choices = [(one.key, one.name) for one in offered]  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        """Refuse a file too large to hold in a page."""
        file: UploadedFile = self.cleaned_data["file"]
        try:
            check_size(file.size or 0)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
        return file


class MendForm(Form):
    """A row's cells by column, each in a box. The boxes are numbered: a column's name may hold anything."""

    says_optional = False

    def __init__(self, *args: Any, row: WaitingRow, **kwargs: Any) -> None:
        """Start from the last mend, or from what was sent."""
        super().__init__(*args, **kwargs)
        self.columns = list(row.sent)
        for at, column in enumerate(self.columns):
            self.fields[f"cell_{at}"] = forms.CharField(
                label=column, required=False, strip=False, initial=row.latest.get(column, ""), max_length=2000
            )

    def cells(self) -> dict[str, str]:
        """The cells as typed, by column."""
        return {column: self.cleaned_data[f"cell_{at}"] for at, column in enumerate(self.columns)}


class DismissForm(Form):
    """Why a row is set aside."""

    reason = TextField(label="Why the row is set aside", max_length=1000)


class AnswerForm(Form):
    """Whom a row is about: one of those it might be, somebody new, or somebody else by a number."""

    who = RadioField(label="Whom is the row about?", reveals={OTHER: "number"})
    number = forms.CharField(
        label="One of the person’s numbers",
        help_text="A police national computer, prison, probation, force or other number on their record.",
        max_length=40,
    )

    def __init__(self, *args: Any, candidates: Sequence[Candidate], new: bool, **kwargs: Any) -> None:
        """Offer the candidates, and somebody new where a new person may be made of the row."""
        super().__init__(*args, **kwargs)
        self.people = {str(one.person.pk): one.person for one in candidates}
        choices = [(key, described(person)) for key, person in self.people.items()]
        choices += [(NEW, "Somebody who is not on the record yet")] if new else []
        self.fields["who"].choices = [*choices, (OTHER, "Somebody else on the record")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Find the person by the number, where one was typed."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("who") == OTHER and data.get("number"):
            try:
                self.people[OTHER] = person_numbered(data["number"])
            except Refused as refusal:
                self.add_error("number", str(refusal))
        return data

    def person(self) -> Person | None:
        """The person chosen; None for somebody new."""
        return self.people.get(self.cleaned_data["who"])
