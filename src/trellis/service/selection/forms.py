"""What selection's forms ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone

from trellis.rules.vocabulary import LeadKind, PanelOutcome, ReferralSource
from trellis.service.access.models import Posting, User
from trellis.service.schemes.models import Area, Cohort, Scheme
from trellis.service.selection.queries.candidates import MISSING, PROPOSED, Asked, areas_within, cohorts_with_rules
from trellis.service.selection.queries.officers import Officer
from trellis.service.selection.queries.referrals import Suggestion
from trellis.service.ui.fields import ChoiceField, DateField, RadioField, TextField
from trellis.service.ui.forms import Form, SearchForm

NOBODY = "nobody"
SUPPORTS = {"yes": True, "no": False, "undecided": None}
SHOWN = [(PROPOSED, "Proposed by a rule"), (MISSING, "Missing information")]


class CandidateFilter(SearchForm):
    """Which candidates to list."""

    show = RadioField(label="Show", choices=SHOWN, required=False)
    cohort = forms.ModelChoiceField(label="Cohort", queryset=Cohort.objects.none(), required=False, empty_label="All")
    area = forms.ModelChoiceField(label="Area", queryset=Area.objects.none(), required=False, empty_label="All")

    def __init__(self, data: Any, *, scheme: Scheme) -> None:
        """Offer the scheme's own cohorts and areas."""
        super().__init__(
            {**{name: data.get(name, "") for name in ("cohort", "area")}, "show": data.get("show") or PROPOSED}
        )
        self.fields["cohort"].queryset = cohorts_with_rules(scheme)  # type: ignore[attr-defined]
        self.fields["area"].queryset = areas_within(scheme)  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """What was asked for; what cannot be understood is left out."""
        self.is_valid()
        known = self.cleaned_data
        return Asked(show=known.get("show") or PROPOSED, cohort=known.get("cohort"), area=known.get("area"))


class ReferralForm(Form):
    """Why somebody on record is referred."""

    source = ChoiceField(label="Where the referral comes from", choices=ReferralSource.choices())
    reason = TextField(
        label="Why you refer this person",
        max_length=4000,
        help_text="What you have seen or know, and what the scheme could do. Keep facts apart from opinion.",
    )
    cohort = forms.ModelChoiceField(
        label="Cohort you have in mind", queryset=Cohort.objects.none(), required=False, empty_label="Not sure"
    )

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        """Offer the scheme's cohorts."""
        super().__init__(*args, **kwargs)
        self.fields["cohort"].queryset = scheme.cohorts.all()  # type: ignore[attr-defined]


class PartnerReferralForm(ReferralForm):
    """A referral of somebody by name; nothing on record is shown."""

    name = forms.CharField(
        label="Full name", max_length=250, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
    birth = DateField(label="Date of birth", required=False, not_after_today=True)
    identifier = forms.CharField(
        label="A number you know them by",
        max_length=40,
        required=False,
        help_text="PNC, CRN, prison number or your own reference",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "govuk-input--width-20"}),
    )
    area = forms.ModelChoiceField(label="Area", queryset=Area.objects.none(), required=False, empty_label="Not known")

    field_order = ("name", "birth", "identifier", "area", "source", "reason", "cohort")

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        """Offer the scheme's areas."""
        super().__init__(*args, scheme=scheme, **kwargs)
        self.fields["area"].queryset = areas_within(scheme)  # type: ignore[attr-defined]


class MatchForm(Form):
    """Whom a referral means, or that nobody on record is meant."""

    person = RadioField(label="Who is it?", reveals={NOBODY: "closing"})
    closing = forms.CharField(
        label="What should the referrer know?",
        max_length=300,
        help_text="They read this. For example: we found nobody of that name and age; send another name or number.",
    )

    def __init__(self, *args: Any, found: Iterable[Suggestion], **kwargs: Any) -> None:
        """Offer the people found, and nobody."""
        super().__init__(*args, **kwargs)
        choices = [(str(one.person.pk), one.person.list_name) for one in found]
        field = self.fields["person"]
        assert isinstance(field, RadioField)
        field.choices = [*choices, (NOBODY, "None of these")]
        field.hints = {str(one.person.pk): _hint(one) for one in found}


def _hint(one: Suggestion) -> str:
    birth = {True: "Same date of birth.", False: "A different date of birth.", None: "Date of birth not compared."}
    matched = "; ".join(str(match) for match in one.hit.matches)
    return f"{birth[one.same_birth]} {one.person.get_stage_display()}. Matched: {matched}."


class WordsForm(SearchForm):
    """Other words to look for."""

    words = forms.CharField(
        label="Search for somebody else", required=False, help_text="A name, alias, number, address or postcode"
    )


class AskForm(Form):
    """Whom to ask for their agency's view."""

    user = ChoiceField(label="Who should be asked?")
    with_record = forms.BooleanField(
        label="Also open the person’s record to them for two weeks",
        required=False,
        help_text="Without this they see the name and the referral alone, which is enough for most views.",
    )

    def __init__(self, *args: Any, postings: Sequence[Posting], **kwargs: Any) -> None:
        """Offer everybody who may give a view."""
        super().__init__(*args, **kwargs)
        self.users: dict[str, User] = {str(posting.user_id): posting.user for posting in postings}
        field = self.fields["user"]
        assert isinstance(field, ChoiceField)
        field.choices = [(str(posting.user_id), f"{posting.agency}: {posting.user}") for posting in postings]

    def clean_user(self) -> User:
        """The user chosen."""
        return self.users[self.cleaned_data["user"]]


class ViewForm(Form):
    """An agency's view of a referral."""

    supports = RadioField(
        label="Does your agency support adoption?",
        choices=[("yes", "Yes"), ("no", "No"), ("undecided", "Undecided")],
    )
    text = TextField(
        label="Your agency’s view",
        max_length=4000,
        help_text="What you know that bears on it. The panel reads this beside the other agencies’ views.",
    )

    def clean_supports(self) -> bool | None:
        """Yes, no or undecided as True, False or None."""
        return SUPPORTS[self.cleaned_data["supports"]]


class DecisionForm(Form):
    """What the panel decided. Adoption names the cohort and the leads with it."""

    outcome = RadioField(
        label="What did the panel decide?",
        choices=PanelOutcome.choices(),
        hints={
            PanelOutcome.LIGHT_TOUCH.value: "The decision is kept and the person is not managed.",
            PanelOutcome.DEFER.value: "The referral stays open until the panel looks again.",
        },
        reveals={
            PanelOutcome.ADOPT.value: ["cohort", "police_lead", "probation_lead", "case_lead", "lead_reason"],
            PanelOutcome.DEFER.value: "review_on",
        },
    )
    cohort = forms.ModelChoiceField(label="Cohort", queryset=Cohort.objects.none())
    police_lead = ChoiceField(label="Police lead")
    probation_lead = ChoiceField(label="Probation lead")
    case_lead = ChoiceField(
        label="Case manager from another agency",
        help_text="Somebody outside the team. They see the case as far as their agency’s agreement goes",
    )
    lead_reason = forms.CharField(
        label="Why these officers", max_length=300, required=False, help_text="Needed where one is over capacity"
    )
    review_on = DateField(label="When will the panel look again?", not_before_today=True)
    rationale = TextField(
        label="The panel’s reasons",
        max_length=8000,
        help_text="Write them so that the decision can be defended to somebody who was not there.",
    )
    present = TextField(
        label="Who was present", max_length=4000, help_text="One person a line: name, agency. Some may have no account."
    )
    decided_on = DateField(label="Date of the decision", not_after_today=True)

    def __init__(
        self,
        *args: Any,
        scheme: Scheme,
        officers: Mapping[LeadKind, Sequence[Officer]],
        needed: Iterable[LeadKind],
        **kwargs: Any,
    ) -> None:
        """Offer the scheme's cohorts and officers; a lead that supervision asks for is required."""
        kwargs.setdefault("initial", {"decided_on": timezone.localdate()})
        super().__init__(*args, **kwargs)
        self.fields["cohort"].queryset = scheme.cohorts.all()  # type: ignore[attr-defined]
        self.officers: dict[str, User] = {}
        for kind in LeadKind:
            field = self.fields[f"{kind.value}_lead"]
            assert isinstance(field, ChoiceField)
            field.choices = [(str(one.user.pk), one.label) for one in officers[kind]]
            field.required = kind in set(needed)
            self.officers |= {str(one.user.pk): one.user for one in officers[kind]}

    def leads(self) -> dict[LeadKind, User]:
        """The officers chosen, by service."""
        chosen = {kind: self.cleaned_data.get(f"{kind.value}_lead") for kind in LeadKind}
        return {kind: self.officers[key] for kind, key in chosen.items() if key}

    def decision(self) -> dict[str, Any]:
        """The answers as the action takes them."""
        known = self.cleaned_data
        return {
            "outcome": PanelOutcome(known["outcome"]),
            "cohort": known.get("cohort"),
            "review_on": known.get("review_on"),
            "rationale": known["rationale"],
            "present": known["present"].splitlines(),
            "decided_on": known["decided_on"],
            "leads": self.leads(),
            "lead_reason": known.get("lead_reason") or "",
        }


class LeadForm(Form):
    """Another officer, and why."""

    officer = RadioField(label="New lead")
    reason = forms.CharField(label="Why the lead changes", max_length=300)

    def __init__(self, *args: Any, officers: Sequence[Officer], **kwargs: Any) -> None:
        """Offer the officers who may lead."""
        super().__init__(*args, **kwargs)
        self.users: dict[str, User] = {str(one.user.pk): one.user for one in officers}
        field = self.fields["officer"]
        assert isinstance(field, RadioField)
        field.choices = [(str(one.user.pk), one.label) for one in officers]

    def clean_officer(self) -> User:
        """The officer chosen."""
        return self.users[self.cleaned_data["officer"]]


class LeaveForm(Form):
    """Why management ends."""

    reason = forms.CharField(
        label="Why management ends", max_length=200, help_text="For example: no offence for two years; moved away."
    )
