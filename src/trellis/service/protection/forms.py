"""What the pages of who may see whom ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from trellis.rules.need_to_know import review_by
from trellis.rules.protecting import MOST_DAYS_ASKED
from trellis.rules.reasons import ReasonKind
from trellis.rules.vocabulary import Compartment, LimitKind, LimitReason
from trellis.service.access.models import Posting, User
from trellis.service.access.reasons import reason_definition
from trellis.service.people.models import Person
from trellis.service.schemes.models import Team
from trellis.service.ui.fields import (
    CheckboxesField,
    ChoiceField,
    DateField,
    RadioField,
    TextField,
    TimeField,
    YesNoField,
)
from trellis.service.ui.filters import date
from trellis.service.ui.forms import Form

LONGEST = 1000
SMALL = "govuk-checkboxes--small"
HINTS = {
    LimitKind.EXCLUSION.value: "For a conflict of interest: those you name lose access, and are not told why",
    LimitKind.RESTRICTION.value: "Others in the scheme may learn that a record is held, and ask for it",
    LimitKind.STEALTH.value: "For everybody else the record does not exist. Emergency access does not open it",
}
OPENED = {
    Compartment.CORE.value: "Who the person is, what they did and how they are managed",
    Compartment.VICTIM_SAFETY.value: "Never opened in an emergency",
}


class NamesForm(Form):
    """Whom a restriction is to name, and why that changes."""

    users = CheckboxesField(label="People to name", required=False)
    teams = CheckboxesField(label="Teams to name", required=False)
    reason = TextField(
        label="Why do the names change?", max_length=LONGEST, help_text="Whoever agrees to the change reads this"
    )

    def __init__(self, *args: Any, users: Iterable[User], teams: Iterable[Team], **kwargs: Any) -> None:
        """Offer these people and teams."""
        super().__init__(*args, **kwargs)
        self.by_key: dict[str, Any] = {}
        for name, found in (("users", list(users)), ("teams", list(teams))):
            _offer(self, name, [(str(one.pk), str(one)) for one in found])
            self.fields[name].widget.attrs["class"] = SMALL
            self.by_key |= {f"{name}/{one.pk}": one for one in found}

    def asked(self) -> dict[str, Any]:
        """What to ask for, of a valid form."""
        said = self.cleaned_data
        return said | {name: [self.by_key[f"{name}/{key}"] for key in said[name]] for name in ("users", "teams")}


class RestrictForm(NamesForm):
    """A new restriction on one record."""

    kind = RadioField(label="How is the record restricted?", choices=LimitKind.choices(), hints=HINTS)
    reason_code = RadioField(label="Why?", choices=LimitReason.choices())
    reason = TextField(
        label="Say why in words", max_length=LONGEST, help_text="Whoever approves and reviews it reads this"
    )
    review_on = DateField(label="Review by", error_messages={"required": "Enter the date by which it is reviewed"})
    field_order = ("kind", "reason_code", "reason", "users", "teams", "review_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say by when it is reviewed at the latest."""
        super().__init__(*args, **kwargs)
        last = date(review_by(timezone.localdate()))
        self["review_on"].help_text = f"Six months ahead at most: {last}. Past it the restriction stays in force"

    def asked(self) -> dict[str, Any]:
        """What to set, of a valid form."""
        said = super().asked()
        return said | {"kind": LimitKind(said["kind"]), "reason_code": LimitReason(said["reason_code"])}


class LimitReviewForm(Form):
    """A restriction looked at again."""

    review_on = DateField(label="Next review by", error_messages={"required": "Enter the date of the next review"})
    note = TextField(label="Why does it still stand?", max_length=LONGEST)


class LiftForm(Form):
    """Asking that a restriction be lifted."""

    reason = TextField(label="Why can it be lifted?", max_length=LONGEST)


class EmergencyForm(Form):
    """The emergency for which a record is opened."""

    reason = TextField(label="What is the emergency?", max_length=LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask in the words that the installation has chosen."""
        super().__init__(*args, **kwargs)
        definition = reason_definition(ReasonKind.BREAK_GLASS)
        self["reason"].label, self["reason"].help_text = definition.name, definition.hint


class EmergencyReviewForm(Form):
    """What was found of one use of emergency access."""

    justified = YesNoField(label="Was it justified?")
    note = TextField(label="What you found", max_length=LONGEST)


class AskForm(Form):
    """What somebody asks to see, and why."""

    compartments = CheckboxesField(
        label="What do you need to see?", choices=Compartment.choices(), hints=OPENED, initial=[Compartment.CORE.value]
    )
    reason = TextField(label="What do you need it for?", max_length=LONGEST)
    days = forms.IntegerField(
        label="For how many days?",
        help_text=f"{MOST_DAYS_ASKED} at most",
        initial=14,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
    )


class AnswerForm(Form):
    """The answer to a request."""

    allowed = YesNoField(label="Open the record to them?")
    answer = TextField(
        label="What you say to them", max_length=LONGEST, required=False, help_text="Needed where you refuse"
    )


class CoverForm(Form):
    """Who stands in for whom, and when."""

    user = ChoiceField(label="Who is away?")
    covered_by = ChoiceField(label="Who covers for them?")
    starts = DateField(
        label="First day", not_before_today=True, error_messages={"required": "Enter the first day of the cover"}
    )
    last_day = DateField(
        label="Last day", not_before_today=True, error_messages={"required": "Enter the last day of the cover"}
    )
    reason = forms.CharField(label="Why is cover needed?", max_length=300)

    def __init__(self, *args: Any, workers: Sequence[User], **kwargs: Any) -> None:
        """Offer those who work in the scheme."""
        super().__init__(*args, **kwargs)
        self.workers = {str(one.pk): one for one in workers}
        for name in ("user", "covered_by"):
            _offer(self, name, [("", "Choose one"), *((key, str(one)) for key, one in self.workers.items())])

    def asked(self) -> dict[str, Any]:
        """What to arrange, of a valid form."""
        said = self.cleaned_data
        return said | {name: self.workers[said[name]] for name in ("user", "covered_by")}


class PanelForm(Form):
    """Whom a panel is about, who sits on it, and when it ends."""

    people = CheckboxesField(label="Who is the panel about?")
    members = CheckboxesField(label="Who sits on it?")
    day = DateField(
        label="Day of the panel", not_before_today=True, error_messages={"required": "Enter the day of the panel"}
    )
    ends = TimeField(label="When does it end?", error_messages={"required": "Enter the time at which the panel ends"})

    def __init__(self, *args: Any, people: Sequence[Person], members: Sequence[Posting], **kwargs: Any) -> None:
        """Offer those who wait for the panel, and those who work for other agencies."""
        super().__init__(*args, **kwargs)
        self.people_offered = {str(one.pk): one for one in people}
        self.members_offered = {str(one.pk): one for one in members}
        _offer(self, "people", [(key, one.list_name) for key, one in self.people_offered.items()])
        _offer(self, "members", [(key, f"{one.user}, {one.agency}") for key, one in self.members_offered.items()])
        for name in ("people", "members"):
            self.fields[name].widget.attrs["class"] = SMALL

    def asked(self) -> dict[str, Any]:
        """What to open, of a valid form."""
        said = self.cleaned_data
        ends_at = datetime.combine(said["day"], said["ends"], tzinfo=timezone.get_current_timezone())
        return {
            "people": [self.people_offered[key] for key in said["people"]],
            "members": [self.members_offered[key] for key in said["members"]],
            "ends_at": ends_at,
        }


class NoteCorrection(Form):
    """A sensitive note put right."""

    happened_on = DateField(
        label="Date", not_after_today=True, error_messages={"required": "Enter the date that the note is of"}
    )
    text = TextField(label="Note", max_length=4000)


class NoteForm(NoteCorrection):
    """A new sensitive note."""

    compartment = RadioField(label="What is it about?")
    field_order = ("compartment", "happened_on", "text")

    def __init__(self, *args: Any, offered: Iterable[Compartment], **kwargs: Any) -> None:
        """Offer the compartments that the writer holds for this person."""
        super().__init__(*args, **kwargs)
        _offer(self, "compartment", [(one.value, one.label) for one in offered])


def _offer(form: Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
