"""What the pages of tasks and of notices ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from trellis.rules.notices import NoticeKind, Way, usual_way, ways_of
from trellis.rules.tasks import LONGEST_REASON, Repeat, TaskKind
from trellis.rules.vocabulary import Role
from trellis.service.access.models import Posting, User
from trellis.service.schemes.models import Agency
from trellis.service.ui.fields import ChoiceField, DateField, RadioField
from trellis.service.ui.forms import Form

WIDE = "govuk-!-width-two-thirds"
# What somebody types in by hand; the others come with what they are about.
KINDS_GIVEN = [
    *(TaskKind.OTHER, TaskKind.CONTACT, TaskKind.APPOINTMENT, TaskKind.PLAN, TaskKind.NEIGHBOURHOOD_REVIEW),
    *(TaskKind.ASSESSMENT, TaskKind.AGREEMENT, TaskKind.SHARED_ITEM, TaskKind.DOCUMENT, TaskKind.RELEASE),
    *(TaskKind.INFORM, TaskKind.TRAINING),
]
ME, COLLEAGUE, ROLE, NAMED = "me", "colleague", "role", "named"


class AssigneeForm(Form):
    """Whose work it is: the reader's own, a colleague's, a role's, or somebody's who has no account."""

    whose = RadioField(
        label="Who is to do it?",
        error_messages={"required": "Choose who is to do it"},
        choices=[
            (ME, "I will"),
            (COLLEAGUE, "A colleague"),
            (ROLE, "Whoever holds a role"),
            (NAMED, "Somebody without an account"),
        ],
        reveals={COLLEAGUE: "colleague", ROLE: "role", NAMED: "named"},
    )
    colleague = ChoiceField(label="Colleague", choices=[])
    role = ChoiceField(label="Role", choices=[])
    named = forms.CharField(
        label="Their name, and where they work",
        max_length=150,
        help_text="They are not told by Trellis: tell them, and mark it as done when you know",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, by: User, postings: Iterable[Posting], **kwargs: Any) -> None:
        """Offer those who work in the scheme, and their roles with and without an agency."""
        super().__init__(*args, **kwargs)
        self.by = by
        found = list(postings)
        self._users = {str(posting.user_id): posting.user for posting in found if posting.user_id != by.pk}
        self._agencies = {str(posting.agency_id): posting.agency for posting in found}
        colleagues = {posting.user_id: f"{posting.user}, {posting.agency}" for posting in reversed(found)}
        _offer(self, "colleague", [(key, colleagues[user.pk]) for key, user in self._users.items()])
        _offer(self, "role", _roles(found))

    def assignee(self) -> dict[str, Any]:
        """Whose work it is, of a valid form, as the actions take it."""
        said = self.cleaned_data
        if said["whose"] == ROLE:
            role, _, agency = said["role"].partition("/")
            return {"role": Role(role), "agency": self._agencies.get(agency)}
        if said["whose"] == NAMED:
            return {"named": said["named"]}
        return {"user": self.by if said["whose"] == ME else self._users[said["colleague"]]}


class TaskForm(AssigneeForm):
    """A task that somebody gives."""

    kind = ChoiceField(
        label="What is it about?",
        choices=[(kind.value, kind.label) for kind in KINDS_GIVEN],
        error_messages={"required": "Choose what it is about"},
    )
    reason = forms.CharField(
        label="What is to be done?",
        error_messages={"required": "Say what is to be done"},
        max_length=LONGEST_REASON,
        help_text="In a sentence, without a name. For example, “Ask the landlord for a letter about the arrears”",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    due_on = DateField(
        label="By when?",
        not_before_today=True,
        help_text="For example, tomorrow or 27 3 2027",
        error_messages={"required": "Enter the day by which it is due"},
    )
    repeats = ChoiceField(label="How often?", choices=Repeat.choices(), required=False)

    field_order = ("reason", "due_on", "kind", "whose", "colleague", "role", "named", "repeats")

    def __init__(self, *args: Any, kind: TaskKind | None = None, **kwargs: Any) -> None:
        """Ask for the kind unless the page says it."""
        super().__init__(*args, **kwargs)
        if kind is not None:
            del self.fields["kind"]


class SnoozeForm(Form):
    """Until when a task waits, and why."""

    until = DateField(label="Snooze until", not_before_today=True)
    reason = forms.CharField(
        label="Why can it wait?", max_length=LONGEST_REASON, error_messages={"required": "Say why it can wait"}
    )


class DoneForm(Form):
    """How a task went, where there is anything to say."""

    why = forms.CharField(label="How did it go?", required=False, max_length=LONGEST_REASON)


class WithdrawForm(Form):
    """Why a task is not to be done after all."""

    why = forms.CharField(
        label="Why is it not to be done?",
        max_length=LONGEST_REASON,
        error_messages={"required": "Say why it is not to be done"},
    )


class ChoicesForm(Form):
    """How the reader wants to be told of each kind of thing."""

    def __init__(self, *args: Any, ways: dict[NoticeKind, Way], **kwargs: Any) -> None:
        """Ask of each kind, as it stands."""
        super().__init__(*args, **kwargs)
        for kind, way in ways.items():
            usual = f"Unless you choose: {usual_way(kind).label[0].lower()}{usual_way(kind).label[1:]}"
            self.fields[kind.value] = ChoiceField(
                label=kind.label,
                choices=[(one.value, one.label) for one in ways_of(kind)],
                initial=way.value,
                help_text=usual if way is not usual_way(kind) else "",
            )

    def chosen(self) -> dict[NoticeKind, Way]:
        """What was chosen, of a valid form."""
        return {NoticeKind(kind): Way(way) for kind, way in self.cleaned_data.items()}


def _offer(form: Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, ChoiceField)
    field.choices = [("", "Choose one"), *choices]


def _roles(postings: list[Posting]) -> list[tuple[str, str]]:
    """Each role that somebody holds, at any agency and at each where there are several."""
    held: dict[str, dict[int, Agency]] = {}
    for posting in postings:
        held.setdefault(posting.role, {})[posting.agency_id] = posting.agency
    choices = []
    for role in Role:
        agencies = held.get(role, {})
        if len(agencies) > 1:
            choices.append((f"{role}/", f"{role.label}, any agency"))
        choices += [(f"{role}/{key}", f"{role.label}, {agency}") for key, agency in agencies.items()]
    return choices
