"""What the forms of sharing ask."""

from __future__ import annotations

from typing import Any

from django import forms

from trellis.rules.need_to_know import WHOLE_RECORD
from trellis.rules.vocabulary import SharingAct, SharingBasis, SharingContent, SharingRegime
from trellis.service.schemes.models import Agency
from trellis.service.sharing.queries import sharable_kinds
from trellis.service.ui.fields import CheckboxesField, DateField, RadioField, TextField, YesNoField
from trellis.service.ui.forms import Form

NEW_NAME = forms.TextInput(attrs={"autocomplete": "off"})


class AgreementForm(Form):
    """A new agreement."""

    name = forms.CharField(label="Name of the agreement", max_length=200)
    purpose = TextField(label="Purpose", max_length=2000, help_text="What the parties share information for")
    powers = TextField(
        label="Powers", max_length=2000, help_text="The Acts and sections under which they share, one on each line"
    )
    starts = DateField(label="Starts on")
    review_on = DateField(
        label="Review on",
        help_text="At most 12 months ahead. Past this day nothing new is shared, until the agreement has been reviewed",
    )


class ChangeForm(AgreementForm):
    """A review of an agreement, or its end."""

    ends = DateField(
        label="Ends on", required=False, help_text="Leave empty while it lasts. From this day on nobody reads under it."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Leave out the start, which is history."""
        super().__init__(*args, **kwargs)
        del self.fields["starts"]


class PlaceForm(Form):
    """What one agency may read under an agreement."""

    regime = RadioField(label="Which law governs how this agency handles it?", choices=SharingRegime.choices())
    basis = forms.CharField(
        label="Lawful basis",
        required=False,
        max_length=300,
        help_text="As the agreement says, such as the Article or the section",
    )
    whole = YesNoField(
        label="Does this agency read the whole record?",
        help_text="Choose no for a partner who needs a part of it",
        reveals={"no": "kinds"},
    )
    kinds = CheckboxesField(label="What does it read?", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """List every kind of record, and under it the fields that may be shared alone."""
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, str]] = []
        for kind in sharable_kinds():
            choices.append((kind.label, kind.name))
            choices += [(name, f"{kind.name}: only {words}") for name, words in kind.fields]
        self.fields["kinds"].choices = choices  # type: ignore[attr-defined]
        self.fields["kinds"].required = False

    def shares(self) -> list[str]:
        """What was chosen, as an agreement lists it."""
        return [WHOLE_RECORD] if self.cleaned_data["whole"] else list(self.cleaned_data["kinds"] or [])


class NewPlaceForm(PlaceForm):
    """An agency that joins an agreement."""

    agency = forms.ModelChoiceField(label="Agency", queryset=Agency.objects.all())
    field_order = ["agency"]


class ConsentForm(Form):
    """What somebody answered when they were asked."""

    with_agency = forms.ModelChoiceField(label="Which agency may be told?", queryset=Agency.objects.all())
    was_given = YesNoField(label="Did they agree?")
    purpose = forms.CharField(label="What for?", max_length=300)
    how = forms.CharField(
        label="How were they asked?", max_length=300, help_text="For example, in person at the office, in writing"
    )
    starts = DateField(label="When did they answer?", not_after_today=True)


class WithdrawalForm(Form):
    """Consent that somebody takes back."""

    ends = DateField(label="From which day is it withdrawn?", not_after_today=True)


class ActForm(Form):
    """One act of sharing."""

    act = RadioField(
        label="What was done?",
        choices=SharingAct.choices(),
        hints={
            SharingAct.SHARE.value: "An agency of the partnership was told",
            SharingAct.DISCLOSURE.value: "Somebody else was told, such as a landlord or a family",
            SharingAct.REFUSAL.value: "Somebody asked, and was not told",
        },
        reveals={
            SharingAct.SHARE.value: "recipient",
            SharingAct.DISCLOSURE.value: "recipient_name",
            SharingAct.REFUSAL.value: "asker",
        },
    )
    recipient = forms.ModelChoiceField(label="Which agency?", queryset=Agency.objects.all())
    recipient_name = forms.CharField(label="Who was told?", max_length=200, widget=NEW_NAME)
    asker = forms.CharField(label="Who asked?", max_length=200, widget=NEW_NAME)
    what = TextField(
        label="What was shared, or asked for?", max_length=2000, help_text="What kind of thing, not its text"
    )
    contents = CheckboxesField(
        label="Does it hold any of these?",
        required=False,
        choices=[(one.value, f"{one.label[0].upper()}{one.label[1:]}") for one in SharingContent],
        help_text="Their sources limit who else may have them",
    )
    basis = RadioField(
        label="On what basis?",
        required=False,
        choices=SharingBasis.choices(),
        reveals={SharingBasis.POWER.value: "power"},
        help_text="Not asked of a refusal",
    )
    power = forms.CharField(label="Which power?", max_length=300, help_text="Its Act and section")
    reason = TextField(
        label="Why?",
        max_length=2000,
        help_text="Why it was necessary and no more than was needed, or why it was refused",
    )
    conditions = forms.CharField(
        label="Conditions", required=False, max_length=500, help_text="What whoever was told may not do with it"
    )
    happened_on = DateField(label="Date", not_after_today=True)
