"""What the pages of documents ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from trellis.rules.documents import MOST_BYTES, DocumentKind
from trellis.rules.vocabulary import Compartment, Marking
from trellis.service.ui.fields import ChoiceField, RadioField
from trellis.service.ui.forms import Form

LONGEST = 300
HELP = f"PDF, PNG, JPEG, DOCX, XLSX, ODT or plain text, up to {MOST_BYTES // 1024 // 1024} MB, without macros"


class FileForm(Form):
    """A file to be kept. What it is is told from its content when it is kept."""

    file = forms.FileField(
        label="File",
        help_text=HELP,
        allow_empty_file=True,
        error_messages={"required": "Choose a file"},
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.odt,.txt"}),
    )

    def content(self) -> bytes:
        """What the file holds, of a valid form: one byte more than may be kept at most."""
        content: bytes = self.cleaned_data["file"].read(MOST_BYTES + 1)
        return content


class DocumentForm(FileForm):
    """A new document about a person."""

    kind = RadioField(
        label="What is it?", choices=DocumentKind.choices(), error_messages={"required": "Choose what it is"}
    )
    title = forms.CharField(
        label="Title",
        max_length=150,
        help_text="By which a colleague finds it, such as “Licence of 3 March, with the curfew”",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    marking = ChoiceField(label="Protective marking", choices=Marking.choices(), initial=Marking.OFFICIAL_SENSITIVE)
    compartment = ChoiceField(label="Who may see it", choices=[])

    field_order = ("kind", "title", "file", "marking", "compartment")

    def __init__(self, *args: Any, offered: Sequence[Compartment], **kwargs: Any) -> None:
        """Offer the compartments that the writer holds for the person; one alone is not asked for."""
        super().__init__(*args, **kwargs)
        field = self.fields["compartment"]
        assert isinstance(field, ChoiceField)
        words = {Compartment.CORE: "Everybody who may see the record"}
        field.choices = [(one.value, words.get(one, f"Only those who see {one.label.lower()}")) for one in offered]
        if len(offered) == 1:
            del self.fields["compartment"]

    def asked(self) -> dict[str, Any]:
        """What to keep, of a valid form."""
        said = self.cleaned_data
        return {
            "kind": DocumentKind(said["kind"]),
            "title": said["title"],
            "marking": Marking(said["marking"]),
            "compartment": Compartment(said.get("compartment", Compartment.CORE)),
            "content": self.content(),
        }


class VersionForm(FileForm):
    """The next version of a document."""

    note = forms.CharField(
        label="What has changed?", max_length=LONGEST, error_messages={"required": "Say what has changed"}
    )


class WithdrawForm(Form):
    """Why a document is withdrawn."""

    why = forms.CharField(
        label="Why is it withdrawn?", max_length=LONGEST, error_messages={"required": "Say why it is withdrawn"}
    )
