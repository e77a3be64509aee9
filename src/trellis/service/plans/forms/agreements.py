"""Forms of behaviour agreements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from trellis.rules.plans import ClauseKind, Kept, PausesOn
from trellis.service.plans.models import Clause
from trellis.service.schemes.queries import definitions
from trellis.service.ui.fields import CheckboxesField, ChoiceField, DateField, RadioField, TextField
from trellis.service.ui.forms import Form

_PAUSING = {ClauseKind.INCENTIVE: ("pauses_on",)}
BY = (("person", "The person"), ("worker", "A worker"))


def _words(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=300,
        help_text="In the person’s own voice",
        error_messages={"required": "Write the new clause"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AgreementForm(Form):
    """What an agreement begins with."""

    template = RadioField(label="Which template?")
    title = forms.CharField(
        label="What is it called?", max_length=150, required=False, help_text="As the template, if blank"
    )
    starts = DateField(label="From when?")
    own_clauses = TextField(
        label="What else will they do?",
        required=False,
        max_length=2000,
        help_text="One expectation a line, in the person’s own voice. For example, I stay away from Mill Street",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the templates that are defined, with their clauses."""
        super().__init__(*args, **kwargs)
        known = definitions().agreement_templates.values()
        self.fields["template"].choices = [(one.key, one.name) for one in known]  # type: ignore[attr-defined]
        self.fields["template"].hints = {  # type: ignore[attr-defined]
            one.key: " ".join(clause.text for clause in one.clauses) for one in known
        }


class SignatureForm(Form):
    """Who signed, and when."""

    who = RadioField(label="Who signed?", choices=BY)
    signed_by = forms.CharField(label="Name as signed", max_length=150)
    signed_on = DateField(label="When?", not_after_today=True)


class ComplianceForm(Form):
    """How a clause was kept."""

    clause = ChoiceField(label="Which clause?")
    happened_on = DateField(label="When?", not_after_today=True)
    kept = RadioField(label="Was it kept?", choices=Kept.choices())
    note = TextField(label="What happened?", required=False, max_length=2000)

    def __init__(self, *args: Any, clauses: Iterable[Clause], **kwargs: Any) -> None:
        """Make the form over an agreement's expectations."""
        super().__init__(*args, **kwargs)
        self.fields["clause"].choices = [("", "Choose"), *((str(one.key), one.text) for one in clauses)]  # type: ignore[attr-defined]


class ClausesForm(Form):
    """Which clauses no longer hold, and what is agreed besides."""

    ending = CheckboxesField(label="Which clauses no longer hold?", choices=[], required=False)
    kind = RadioField(
        label="What is agreed besides?",
        required=False,
        choices=[(kind.value, kind.label) for kind in ClauseKind],
        reveals={kind.value: [f"{kind.value}_text", *_PAUSING.get(kind, ())] for kind in ClauseKind},
        help_text="To reword a clause, end it and write it anew",
    )
    expectation_text = _words("I will …")
    incentive_text = _words("I gain …")
    pauses_on = CheckboxesField(label="When does it pause?", choices=PausesOn.choices(), required=False)
    consequence_text = _words("What follows")
    why = forms.CharField(
        label="Why does it change?", max_length=300, error_messages={"required": "Say why what is agreed changes"}
    )

    def __init__(self, *args: Any, clauses: Iterable[Clause], **kwargs: Any) -> None:
        """Make the form over the clauses that stand."""
        super().__init__(*args, **kwargs)
        self._clauses = {str(one.key): one for one in clauses}
        field = self.fields["ending"]
        assert isinstance(field, CheckboxesField)
        field.choices = [(key, one.text) for key, one in self._clauses.items()]
        field.hints = {key: ClauseKind(one.kind).label for key, one in self._clauses.items()}

    def change(self) -> dict[str, Any]:
        """What changes, of a valid form, as the action takes it."""
        said = self.cleaned_data
        kind = ClauseKind(said["kind"]) if said["kind"] else None
        return {
            "ending": [self._clauses[key] for key in said["ending"]],
            "kind": kind,
            "text": said[f"{kind}_text"] if kind else "",
            "pauses_on": [PausesOn(one) for one in said["pauses_on"] or ()],
            "why": said["why"],
        }


class EndAgreementForm(Form):
    """Why an agreement ends."""

    why = forms.CharField(label="Why does the agreement end?", max_length=300)
