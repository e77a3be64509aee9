"""What caseloads ask: which cases to list, why a file is needed, and to whom cases are handed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from trellis.rules.caseload import ANY_WAY, NO_COLOUR, NOBODY, Asked, Attention, Where
from trellis.rules.errors import Refused
from trellis.rules.reasons import ReasonKind
from trellis.rules.vocabulary import AreaKind, ContactMode, LeadKind, PriorityColour
from trellis.service.access.models import User
from trellis.service.access.reasons import AsksReason
from trellis.service.caseload.actions.reallocating import Handing, Tasks
from trellis.service.caseload.queries.sight import Sight
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency, Area, Scheme
from trellis.service.selection.queries.officers import Officer
from trellis.service.ui.fields import CheckboxesField, ChoiceField, RadioField, TextField
from trellis.service.ui.forms import Form, SearchForm

LEADS, NOTE = "leads_", "note_"
Choices = list[tuple[str, str]]
COLOURS = (*PriorityColour.choices(), (NO_COLOUR, "Not set"))
UNSEEN = [
    ("", "Any"),
    (ANY_WAY, "Nobody, in any way"),
    *((way.value, f"No {way.label.lower()}") for way in ContactMode),
]
# What is offered only to whoever reads it of everybody.
SHOWN_WITH: Mapping[Attention, str] = {
    Attention.REVIEW: "reviews",
    Attention.NO_PLAN: "plans",
    Attention.PLAN: "plans",
    Attention.ASSESSMENT: "assessments",
    Attention.TASKS: "tasks",
    Attention.DISENGAGING: "telling",
    Attention.NOT_TOLD: "telling",
    Attention.NO_OFFER: "telling",
}


class CaseloadFilter(SearchForm):
    """Which of the people managed to list. What it cannot understand it leaves out."""

    priority = CheckboxesField(label="Priority", choices=COLOURS, required=False)
    attention = CheckboxesField(label="Needs attention", required=False)
    area = CheckboxesField(label="Area", required=False)
    cohort = CheckboxesField(label="Cohort", required=False)
    where = ChoiceField(label="Where", choices=[("", "Anywhere"), *Where.choices()], required=False)
    lead = ChoiceField(label="Lead officer", required=False)
    service = ChoiceField(label="Leading as", choices=[("", "Any lead"), *LeadKind.choices()], required=False)
    agency = ChoiceField(label="Agency of a lead", required=False)
    sort = ChoiceField(label="Sort by", required=False)
    unseen = ChoiceField(label="Not seen in the standard’s time", choices=UNSEEN, required=False)

    def __init__(
        self, *args: Any, scheme: Scheme | None, sight: Sight, sorts: Choices, officers: Mapping[int, str],
        agencies: Iterable[Agency], **kwargs: Any,
    ) -> None:  # fmt: skip
        """Offer the scheme's areas and cohorts, and the officers and agencies that lead."""
        super().__init__(*args, **kwargs)
        areas, cohorts = [], []
        if scheme is not None:
            within = Area.objects.filter(path__startswith=scheme.area.path, boundary=AreaKind.DISTRICT)
            areas = [(str(area.pk), area.name) for area in within]
            cohorts = [(str(cohort.pk), cohort.name) for cohort in scheme.cohorts.all()]
        leads = [(str(number), name) for number, name in sorted(officers.items(), key=lambda pair: pair[1])]
        attention = [(one.value, one.label) for one in Attention if getattr(sight, SHOWN_WITH.get(one, ""), True)]
        given = self.data.get("sort", "")
        # A heading sorts the other way round too, which the choices need not offer.
        ways = {name.removeprefix("-") for name, _ in sorts}
        self.order = given if given.removeprefix("-") in ways else sorts[0][0]
        offered = [("", sorts[0][1]), *sorts[1:]]
        if self.order not in dict(sorts):
            offered.append((self.order, "As the heading chosen"))
        self._offer("sort", offered)
        self._offer("area", areas)
        self._offer("cohort", cohorts)
        self._offer("attention", attention)
        self._offer("lead", [("", "Anybody"), (str(NOBODY), "Nobody"), *leads])
        self._offer("agency", [("", "Any"), *((str(one.pk), one.name) for one in agencies)])
        if not sight.custody:
            del self.fields["where"]
        for name in ("priority", "attention", "area", "cohort"):
            self.fields[name].widget.attrs["class"] = "govuk-checkboxes--small"

    def _offer(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, CheckboxesField | ChoiceField)
        field.choices = choices

    def asked(self, within: Sequence[int] | None, ground: Sequence[int]) -> Asked:
        """What was asked for, of the officers and areas that the tab stands for."""
        self.is_valid()
        answers = self.cleaned_data
        return Asked(
            within=within,
            ground=ground,
            areas=[int(number) for number in answers.get("area", ())],
            colours=answers.get("priority", ()),
            cohorts=[int(number) for number in answers.get("cohort", ())],
            where=answers.get("where", ""),
            attention=tuple(answers.get("attention", ())),
            lead=_number(answers.get("lead")),
            service=LeadKind(answers["service"]) if answers.get("service") else None,
            agency=_number(answers.get("agency")),
            unseen=answers.get("unseen", ""),
        )


class ExportForm(AsksReason, Form):
    """Why the file is needed."""

    reason_kind = ReasonKind.EXPORT


def _number(text: str | None) -> int | None:
    return int(text) if text else None


class HandingForm(Form):
    """To whom chosen cases go, why, and a note for each. Which lead each had when the page was drawn travels along."""

    officer = ChoiceField(label="Who leads from now on?")
    reason = TextField(label="Why?", help_text="It stands in each person’s history", max_length=1000)
    tasks = RadioField(
        label="What becomes of the former lead’s open tasks?",
        choices=[(Tasks.MOVE.value, "They move with the case"), (Tasks.STAY.value, "They stay with the former lead")],
        hints={Tasks.STAY.value: "Only where the former lead still sees the person"},
        initial=Tasks.MOVE.value,
    )

    def __init__(self, *args: Any, officers: Sequence[Officer], standing: Mapping[int, frozenset[int]], **kwargs: Any):
        """Offer the officers with their load; `standing`: the ids of the leads in force by person."""
        super().__init__(*args, **kwargs)
        self.users = {str(officer.user.pk): officer.user for officer in officers}
        field = self.fields["officer"]
        assert isinstance(field, ChoiceField)
        field.choices = [("", "Choose"), *((str(one.user.pk), one.label) for one in officers)]
        for person, leads in standing.items():
            mark = ",".join(map(str, sorted(leads)))
            self.fields[f"{LEADS}{person}"] = forms.CharField(widget=forms.HiddenInput, required=False, initial=mark)
            self.fields[f"{NOTE}{person}"] = TextField(label="Handover note", max_length=4000, required=False)

    def clean_officer(self) -> User:
        """The officer chosen."""
        return self.users[self.cleaned_data["officer"]]

    def handing(self, person: Person) -> Handing:
        """What was said of one person. Raises Refused where the page was altered."""
        marks = self.cleaned_data[f"{LEADS}{person.pk}"].split(",")
        if not all(mark.isascii() and mark.isdigit() for mark in marks if mark):
            raise Refused("This page cannot be matched to the record any more. Open it again from the list.")
        leads = frozenset(int(mark) for mark in marks if mark)
        return Handing(person, leads, self.cleaned_data[f"{NOTE}{person.pk}"])
