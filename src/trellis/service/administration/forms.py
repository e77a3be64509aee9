"""What the pages of administration ask."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone

from trellis.rules.vocabulary import AgencyKind, AreaKind, Role
from trellis.service.administration.queries.accounts import AccountState, Asked
from trellis.service.administration.queries.organisation import areas_within, local_units, teams_of
from trellis.service.schemes.models import Agency, Area, Scheme
from trellis.service.ui.fields import CheckboxesField, ChoiceField, DateField, RadioField, TextField, YesNoField
from trellis.service.ui.forms import Form, SearchForm

Choices = list[tuple[str, str]]
ANY: Choices = [("", "Any")]
CHOOSE: Choices = [("", "Choose one")]
WHOLE_SCHEME = "whole"
NO_TEAM = "none"
USERNAME = RegexValidator(
    r"^[A-Za-z0-9._-]{3,}$",
    "Use at least three letters, figures, full stops, hyphens or underscores, with no spaces",
)
REASON_HELP = "Who needs this and what for. Whoever approves reads it. Name nobody who is managed."


class AccountFilter(SearchForm):
    """Which accounts to list. Holds nothing about anybody, so it may stand in the address."""

    agency = ChoiceField(label="Agency", required=False)
    role = ChoiceField(label="Role", required=False, choices=ANY + Role.choices())
    state = ChoiceField(label="State", required=False, choices=ANY + AccountState.choices())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the agencies."""
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = ANY + _agencies()  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """What was asked; an answer that is not offered asks for nothing."""
        self.is_valid()
        return Asked(**{name: self.cleaned_data.get(name, "") for name in ("agency", "role", "state")})


class AccountSearch(SearchForm):
    """Whom to look for. Sent by POST, so that no name stands in an address."""

    q = forms.CharField(
        label="Name or username",
        max_length=100,
        min_length=2,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "type": "search"}),
        error_messages={
            "required": "Enter a name or a username, or part of one",
            "min_length": "Enter at least two letters of the name or the username",
        },
    )


class PostingForm(Form):
    """A role: where, for how much of the scheme, and from when until when."""

    agency = ChoiceField(label="Agency")
    role = ChoiceField(label="Role", choices=CHOOSE + Role.choices())
    team = ChoiceField(label="Team", help_text="A team of that agency. What the team may see, they will see.")
    area = ChoiceField(
        label="Local unit",
        help_text="Limits a role that sees the whole scheme to one unit. Other roles see people one by one.",
    )
    supervises = YesNoField(
        label="Do they supervise the team?", hints={"yes": "They see whom the officers of the team work with"}
    )
    starts = DateField(label="First day", not_before_today=True)
    last_day = DateField(
        label="Last day",
        required=False,
        not_before_today=True,
        help_text="Leave empty where no end is agreed. For example, 27 3 2027",
    )
    reason = TextField(label="Reason", max_length=1000, help_text=REASON_HELP)

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        """Offer the scheme's agencies, teams and local units."""
        super().__init__(*args, **kwargs)
        self.teams = {str(team.pk): team for team in teams_of(scheme)}
        self.areas = {str(area.pk): area for area in local_units(scheme)}
        self.agencies = {str(agency.pk): agency for agency in Agency.objects.all()}
        teams = [(key, f"{team.name}, {team.agency}") for key, team in self.teams.items()]
        areas = [(key, f"{area.name} ({area.get_boundary_display()})") for key, area in self.areas.items()]
        self._offer("agency", CHOOSE + [(key, agency.name) for key, agency in self.agencies.items()])
        self._offer("team", [*CHOOSE, (NO_TEAM, "No team"), *teams])
        self._offer("area", [*CHOOSE, (WHOLE_SCHEME, "The whole scheme"), *areas])
        self.fields["starts"].initial = timezone.localdate()

    def posting(self) -> dict[str, Any]:
        """The role asked for, as the actions take it."""
        data = self.cleaned_data
        last_day: date | None = data["last_day"]
        return {
            "agency": self.agencies[data["agency"]],
            "role": Role(data["role"]),
            "team": self.teams.get(data["team"]),
            "area": self.areas.get(data["area"]),
            "supervises": bool(data["supervises"]),
            "starts": data["starts"],
            "ends": last_day + timedelta(days=1) if last_day else None,
            "reason": data["reason"],
        }

    def clean(self) -> dict[str, Any]:
        """Refuse to supervise no team."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("supervises") and data.get("team") == NO_TEAM:
            self.add_error("team", "Choose the team that they supervise")
        return data

    def _offer(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class InviteForm(PostingForm):
    """Somebody new: who they are, and their first role."""

    name = forms.CharField(label="Full name", max_length=200)
    email = forms.EmailField(
        label="Work email address", help_text="Where the link for signing in the first time goes", max_length=254
    )
    username = forms.CharField(
        label="Username",
        help_text="For signing in. For example, a.surname",
        max_length=150,
        validators=[USERNAME],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("name", "email", "username")


class DecideForm(Form):
    """Approve or refuse, with the reason where it is refused."""

    APPROVE, REFUSE = "approve", "refuse"
    decision = RadioField(
        label="Your decision", choices=[(APPROVE, "Approve"), (REFUSE, "Refuse")], reveals={REFUSE: "why"}
    )
    why = TextField(label="Say why you refuse", max_length=1000)


class ReasonForm(Form):
    """Why something is done to an account."""

    reason = TextField(label="Reason", max_length=1000, help_text="Name nobody who is managed.")


class EndForm(Form):
    """When a role ends."""

    NOW, LATER = "now", "later"
    when = RadioField(
        label="When does the role end?",
        choices=[(NOW, "Now"), (LATER, "At the end of a later day")],
        hints={NOW: "From their next page on they no longer hold it"},
        reveals={LATER: "last_day"},
    )
    last_day = DateField(label="Last day", not_before_today=True)

    def ends(self) -> date | None:
        """The first day without the role; none is now."""
        last_day: date | None = self.cleaned_data["last_day"]
        return last_day + timedelta(days=1) if last_day else None


class ReviewForm(Form):
    """What is to become of an account that nobody has used."""

    KEEP, DISABLE = "keep", "disable"
    decision = RadioField(
        label="Is the account still needed?",
        choices=[(KEEP, "Still needed until a day"), (DISABLE, "Disable it")],
        hints={DISABLE: "It closes at once. Two people can open it again."},
        reveals={KEEP: "until"},
    )
    until = DateField(
        label="Needed until",
        not_before_today=True,
        error_messages={"required": "Enter the day until which the account is needed"},
    )
    reason = TextField(label="Reason", max_length=1000, help_text="Why they did not sign in, or why they will not.")


class AgencyForm(Form):
    """A new agency."""

    name = forms.CharField(label="Name of the agency", max_length=200)
    kind = ChoiceField(label="Kind of agency", choices=CHOOSE + AgencyKind.choices())


class TeamForm(Form):
    """A new team."""

    name = forms.CharField(label="Name of the team", max_length=200)
    agency = ChoiceField(label="Agency")
    area = ChoiceField(label="Area that it works")

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        """Offer every agency, and the scheme's areas."""
        super().__init__(*args, **kwargs)
        self.agencies = {str(agency.pk): agency for agency in Agency.objects.all()}
        self.areas = {str(area.pk): area for area in areas_within(scheme)}
        self.fields["agency"].choices = CHOOSE + [(k, one.name) for k, one in self.agencies.items()]  # type: ignore[attr-defined]
        self.fields["area"].choices = CHOOSE + _area_choices(self.areas)  # type: ignore[attr-defined]

    def team(self) -> dict[str, Any]:
        """The team as the action takes it."""
        data = self.cleaned_data
        return {"name": data["name"], "agency": self.agencies[data["agency"]], "area": self.areas[data["area"]]}


class AreaForm(Form):
    """A new area."""

    name = forms.CharField(label="Name of the area", max_length=200)
    boundary = ChoiceField(label="Kind of boundary", choices=CHOOSE + AreaKind.choices())
    parent = ChoiceField(label="Inside which area?")
    covers = CheckboxesField(
        label="Areas of another kind that it spans",
        required=False,
        help_text="A probation unit spans police districts: somebody limited to the unit sees the people of those.",
    )
    code = forms.CharField(
        label="Code",
        required=False,
        max_length=20,
        help_text="What agencies’ extracts call it",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
    )

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        """Offer the scheme's areas."""
        super().__init__(*args, **kwargs)
        self.areas = {str(area.pk): area for area in areas_within(scheme)}
        self.fields["parent"].choices = CHOOSE + _area_choices(self.areas)  # type: ignore[attr-defined]
        inner = {key: area for key, area in self.areas.items() if area.pk != scheme.area_id}
        self.fields["covers"].choices = _area_choices(inner)  # type: ignore[attr-defined]

    def area(self) -> dict[str, Any]:
        """The area as the action takes it."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "code": data["code"],
            "boundary": AreaKind(data["boundary"]),
            "parent": self.areas[data["parent"]],
            "covers": [self.areas[key] for key in data["covers"]],
        }


class AgencyChoice(Form):
    """Which agency to act for."""

    agency = RadioField(
        label="Which agency do you act for now?",
        error_messages={"invalid_choice": "You have no role at that agency today. Choose one of those shown"},
    )

    def __init__(self, *args: Any, offered: Choices, **kwargs: Any) -> None:
        """Offer the agencies at which somebody has a role today."""
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = offered  # type: ignore[attr-defined]


def _agencies() -> Choices:
    return [(str(agency.pk), agency.name) for agency in Agency.objects.all()]


def _area_choices(areas: dict[str, Area]) -> Choices:
    return [(key, f"{area.name} ({area.get_boundary_display()})") for key, area in areas.items()]
