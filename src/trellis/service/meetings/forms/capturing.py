"""Forms of what is said at a meeting, before it and of who came: few fields, one line each, for the keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from trellis.rules.tasks import LONGEST_REASON
from trellis.rules.vocabulary import Came, Compartment, Role
from trellis.service.access.models import Posting
from trellis.service.meetings.actions.attending import Presence
from trellis.service.meetings.actions.minutes import Said
from trellis.service.meetings.queries.attendance import Member
from trellis.service.ui.fields import ChoiceField, DateField, TextField
from trellis.service.ui.forms import Form

LONGEST = 4000
PLAIN = {"autocomplete": "off"}


class CaptureForm(Form):
    """A decision, a note and an action with its owner and day; at least one of the three."""

    says_optional = False

    decision = forms.CharField(
        label="Decision",
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs=PLAIN | {"autofocus": True}),
    )  # fmt: skip
    note = TextField(label="Note", required=False, max_length=LONGEST)
    action = forms.CharField(
        label="Action",
        required=False,
        max_length=LONGEST_REASON,
        help_text="Without a name. For example, “Ask the landlord for a letter”",
        widget=forms.TextInput(attrs=PLAIN),
    )
    owner = ChoiceField(label="Whose action?", required=False)
    named = forms.CharField(
        label="Or somebody without an account",
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs=PLAIN),
    )
    due_on = DateField(label="Due", required=False, not_before_today=True, help_text="For example, 27 3 2027")
    compartment = ChoiceField(label="Who may read it?", required=False)

    def __init__(
        self, *args: Any, postings: Iterable[Posting], compartments: Sequence[Compartment] = (), **kwargs: Any
    ) -> None:
        """Offer those who work in the scheme and their roles, and the compartments that the writer holds."""
        super().__init__(*args, **kwargs)
        found = list(postings)
        self._users = {f"user/{one.user_id}": one.user for one in found}
        self._roles = {f"role/{one.role}/{one.agency_id}": (Role(one.role), one.agency) for one in found}
        people = {f"user/{one.user_id}": f"{one.user}, {one.agency}" for one in reversed(found)}
        roles = [(key, f"Any {role.label.lower()}, {agency}") for key, (role, agency) in self._roles.items()]
        _offer(self, "owner", [("", "Nobody yet"), *((key, people[key]) for key in self._users), *roles])
        closed = [one for one in compartments if one is not Compartment.CORE]
        if closed:
            everybody = (Compartment.CORE.value, "Everybody who sees them")
            _offer(self, "compartment", [everybody, *((one.value, f"{one.label} only") for one in closed)])
        else:
            del self.fields["compartment"]

    def clean(self) -> dict[str, Any]:
        """Refuse two owners."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("owner") and said.get("named"):
            self.add_error("named", "Choose an owner from the list, or name somebody without an account: not both")
        return said

    def said(self) -> Said:
        """What was said, of a valid form."""
        given = self.cleaned_data
        return Said(
            decision=given["decision"], note=given["note"], action=given["action"], owner=self._owner(),
            due_on=given["due_on"], compartment=Compartment(given.get("compartment") or Compartment.CORE),
        )  # fmt: skip

    def _owner(self) -> dict[str, Any]:
        chosen = self.cleaned_data["owner"]
        if self.cleaned_data["named"]:
            return {"named": self.cleaned_data["named"]}
        if chosen in self._users:
            return {"user": self._users[chosen]}
        if chosen in self._roles:
            role, agency = self._roles[chosen]
            return {"role": role, "agency": agency}
        return {}


class UpdateForm(Form):
    """What an agency has to say of somebody before a meeting."""

    text = TextField(
        label="What should the meeting know?",
        max_length=LONGEST,
        error_messages={"required": "Write what the meeting should know"},
    )
    compartment = ChoiceField(label="Who may read it?", required=False)

    def __init__(self, *args: Any, compartments: Sequence[Compartment], **kwargs: Any) -> None:
        """Offer the compartments that the writer holds."""
        super().__init__(*args, **kwargs)
        closed = [one for one in compartments if one is not Compartment.CORE]
        everybody = (Compartment.CORE.value, "Everybody who sees them")
        _offer(self, "compartment", [everybody, *((one.value, f"{one.label} only") for one in closed)])
        if not closed:
            del self.fields["compartment"]


class CorrectionForm(Form):
    """A line of the minutes put right."""

    text = TextField(label="What was decided or said?", max_length=LONGEST)
    why = forms.CharField(label="Why is it corrected?", max_length=300)


class AttendanceForm(Form):
    """Of every agency whether it came; who, and why not."""

    says_optional = False

    def __init__(self, *args: Any, members: Iterable[Member], **kwargs: Any) -> None:
        """Ask of each agency, as it stands."""
        super().__init__(*args, **kwargs)
        self.members = list(members)
        for one in self.members:
            key, name = one.agency.pk, one.agency.name
            self.fields[f"came_{key}"] = ChoiceField(
                label=name, required=False, choices=[("", "Not recorded"), *Came.choices()]
            )
            self.fields[f"who_{key}"] = forms.CharField(
                label=f"Who came for {name}?", required=False, max_length=200, widget=forms.TextInput(attrs=PLAIN)
            )
            self.fields[f"reason_{key}"] = forms.CharField(
                label=f"Why could {name} not come?", required=False, max_length=300
            )


def attendance_values(members: Iterable[Member]) -> dict[str, str]:
    """What stands of each agency, by the names of the form's fields."""
    values = {}
    for one in members:
        key, latest = one.agency.pk, one.latest
        values[f"came_{key}"] = latest.came if latest else ""
        values[f"who_{key}"] = latest.who if latest else ""
        values[f"reason_{key}"] = latest.reason if latest else ""
    return values


def presences(said: dict[str, Any], members: Iterable[Member]) -> dict[int, Presence]:
    """What was said of each agency of which something was, by its id."""
    return {
        one.agency.pk: Presence(
            Came(said[f"came_{one.agency.pk}"]), said[f"who_{one.agency.pk}"], said[f"reason_{one.agency.pk}"]
        )
        for one in members
        if said[f"came_{one.agency.pk}"]
    }


def _offer(form: Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, ChoiceField)
    field.choices = choices
