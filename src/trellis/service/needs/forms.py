"""What the forms about needs ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from trellis.rules.needs import ConsultReason, Given, Motivation, OffenceLink, Progress, VulnerabilityKind
from trellis.rules.vocabulary import Compartment, RiskOfHarm
from trellis.service.needs.models import Reached
from trellis.service.needs.queries.picked import Picked
from trellis.service.needs.queries.standing import Arrived
from trellis.service.schemes.definitions.needs import PathwayDefinition
from trellis.service.ui.components import GovukBoundField
from trellis.service.ui.fields import ChoiceField, DateField, RadioField, TextField
from trellis.service.ui.forms import Form

LONGEST = 4000
PLACES = ("first", "second", "third")
NO_ANSWER = ("", "No answer")
# What is asked of each pathway.
ASKED = ("score", "own", "progress")


@dataclass(frozen=True, slots=True)
class Group:
    """One pathway's questions, or what a feed has answered in their place."""

    pathway: PathwayDefinition
    fields: list[GovukBoundField]
    arrived: Arrived | None = None


class ScoresForm(Form):
    """Scores by pathway: the worker's, the person's own, and progress where there was an assessment before."""

    # Every pathway may be left open, so that each need not say so.
    says_optional = False

    def __init__(
        self, *args: Any, picked: Picked, pathways: Collection[PathwayDefinition], reviewed: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.pathways = list(pathways)
        scale = [NO_ANSWER, *((str(value), f"{value} {words}") for value, words in picked.instrument.words.items())]
        own = [("", "Did not say"), *scale[1:]]
        for one in self.pathways:
            self.fields[f"score_{one.key}"] = _optional(ChoiceField, "Score", scale)
            self.fields[f"own_{one.key}"] = _optional(ChoiceField, "Their own view", own)
            if reviewed:
                progress = [("", "Not reviewed"), *Progress.choices()]
                self.fields[f"progress_{one.key}"] = _optional(ChoiceField, "Since last time", progress)

    def given(self) -> dict[str, Given]:
        """What was filled in, by pathway; a pathway left wholly blank is left out."""
        found = {one.key: given_from(self.cleaned_data, one.key) for one in self.pathways}
        return {key: one for key, one in found.items() if one != Given()}

    def groups(self, arrived: Mapping[str, Arrived]) -> list[Group]:
        """The questions pathway by pathway, as the page draws them."""
        return [
            Group(
                one,
                [self._bound(name) for asked in ASKED if (name := f"{asked}_{one.key}") in self.fields],
                arrived.get(one.key),
            )
            for one in self.pathways
        ]


def given_from(answers: Mapping[str, Any], key: str) -> Given:
    """One pathway's answers from a form's."""
    score, own, progress = (answers.get(f"{name}_{key}", "") for name in ("score", "own", "progress"))
    return Given(
        int(score) if score else None, int(own) if own else None, Progress(progress) if progress else None
    )  # fmt: skip


def _optional(kind: type[ChoiceField], label: str, choices: list[tuple[str, str]]) -> ChoiceField:
    return kind(label=label, choices=choices, required=False)


class AssessmentForm(ScoresForm):
    """A whole assessment. What arrived by feed is not asked again."""

    def __init__(
        self, *args: Any, picked: Picked, arrived: Mapping[str, Arrived], ask_risk: bool, **kwargs: Any
    ) -> None:
        """Make the form. `ask_risk`: nobody has registered the risk of serious harm."""
        super().__init__(*args, picked=picked, **kwargs)
        self.indicators = picked.instrument.indicators
        for key in arrived:
            self.fields.pop(f"score_{key}", None)
        ranked = [("", "None"), *((one.key, one.name) for one in self.pathways)]
        for place in PLACES:
            self.fields[f"rank_{place}"] = _optional(ChoiceField, f"{place.capitalize()} need", ranked)
        for indicator in self.indicators:
            self.fields[f"outcome_{indicator.key}"] = RadioField(
                label=indicator.question, choices=Reached.choices(), required=False
            )
        if ask_risk:
            risks = [("", "Not assessed"), *RiskOfHarm.choices()]
            self.fields["risk_of_harm"] = _optional(ChoiceField, "Risk of serious harm", risks)
        self.fields["assessed_on"] = DateField(
            label="When did you speak to them?", not_after_today=True, help_text="For example, today or 27 3 2026"
        )
        self.fields["assessor"] = forms.CharField(
            label="Who assessed them", max_length=150, help_text="You, unless you record it for a colleague"
        )

    @property
    def ranking(self) -> list[str | None]:
        """The pathways ranked first to third."""
        return [self.cleaned_data.get(f"rank_{place}") or None for place in PLACES]

    @property
    def reached(self) -> dict[str, Reached]:
        """The outcomes answered."""
        found = {one.key: self.cleaned_data.get(f"outcome_{one.key}") for one in self.indicators}
        return {key: Reached(value) for key, value in found.items() if value}

    @property
    def risk(self) -> RiskOfHarm | None:
        """The risk of serious harm, where it was asked and assessed."""
        value = self.cleaned_data.get("risk_of_harm")
        return RiskOfHarm(value) if value else None

    def named(self, prefix: str) -> list[GovukBoundField]:
        """The fields whose names begin so, as the page draws them together."""
        return [self._bound(name) for name in self.fields if name.startswith(prefix)]


class AmendForm(ScoresForm):
    """What is added to an assessment or corrected in it, and why."""

    reason = forms.CharField(
        label="What was wrong or missing?",
        max_length=300,
        help_text="The earlier answers are kept. A reader of both should understand.",
    )


class NeedForm(Form):
    """What lies behind a need."""

    own_words = TextField(
        label="What they say about it", required=False, max_length=LONGEST, help_text="In their own words"
    )
    motivation = RadioField(label="How ready are they to change it?", choices=Motivation.choices(), required=False)
    previous_attempts = TextField(
        label="What have they tried before?",
        required=False,
        max_length=LONGEST,
        help_text="What helped, even for a while, and what ended it",
    )
    obstacles = TextField(label="What gets in the way?", required=False, max_length=LONGEST)
    offence_link = RadioField(
        label="What offending is it linked to?",
        choices=OffenceLink.choices(),
        required=False,
        hints={
            OffenceLink.ACQUISITIVE.value: "For example, heroin or crack and burglary",
            OffenceLink.VIOLENCE.value: "For example, binge drinking and fights",
        },
    )

    def clean(self) -> dict[str, Any]:
        """Read the choices as the words that they are."""
        said = super().clean() or {}
        for name, word in (("motivation", Motivation), ("offence_link", OffenceLink)):
            said[name] = word(said[name]) if said.get(name) else None
        return said


class VulnerabilityForm(Form):
    """What makes somebody vulnerable. A kind is offered to whoever reads its compartment."""

    kind = RadioField(label="What makes them vulnerable?", choices=())
    told_by = forms.CharField(
        label="Who says so?", max_length=150, help_text="The person, a clinician, or another agency"
    )
    starts = DateField(label="Known since", not_after_today=True)
    detail = TextField(label="What should a worker know?", required=False, max_length=LONGEST)

    def __init__(self, *args: Any, compartments: Collection[Compartment], **kwargs: Any) -> None:
        """Make the form for somebody who holds these compartments."""
        super().__init__(*args, **kwargs)
        kinds = [one for one in VulnerabilityKind if one.compartment in compartments]
        self.fields["kind"].choices = [(one.value, one.label) for one in kinds]  # type: ignore[attr-defined]
        self.fields["kind"].hints = {  # type: ignore[attr-defined]
            one.value: f"Read with {one.compartment.label.lower()}"
            for one in kinds
            if one.compartment is not Compartment.CORE
        }


class ConsultForm(Form):
    """A psychologist's advice."""

    consulted_on = DateField(label="When were they consulted?", not_after_today=True)
    psychologist = forms.CharField(label="Who was consulted?", max_length=150)
    reason = RadioField(label="Why?", choices=ConsultReason.choices())
    question = TextField(label="What were they asked?", max_length=LONGEST)
    advice = TextField(label="What did they advise?", required=False, max_length=LONGEST)
