"""Forms of behaviour agreements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from trellis.rules.plans import Kept
from trellis.service.plans.models import Clause
from trellis.service.schemes.queries import definitions
from trellis.service.ui.fields import ChoiceField, DateField, RadioField, TextField
from trellis.service.ui.forms import Form

BY = (("person", "The person"), ("worker", "A worker"))


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


class EndAgreementForm(Form):
    """Why an agreement ends."""

    why = forms.CharField(label="Why does the agreement end?", max_length=300)
