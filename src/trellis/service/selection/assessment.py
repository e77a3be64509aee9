"""What the predictor and the eligibility rules say of people, worked out from facts and without the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from trellis.predictors import ogrs3
from trellis.rules.criteria import Facts
from trellis.rules.dates import age_on
from trellis.rules.eligibility import EligibilityRule, Outcome, judge
from trellis.rules.offences import ProvenOffence
from trellis.rules.sanctions import CustodySpell, OgrsInputs, derive_ogrs_inputs
from trellis.rules.sanctions import ProvenOffence as SanctionedOffence
from trellis.rules.vocabulary import Band, DatePrecision, Finding, Sex
from trellis.service.record.queries import PersonFacts

# How prisons and feeds write a release on home detention curfew or another electronic tag.
TAGGED_RELEASES = ("HDC", "CURFEW", "TAG")


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody to assess. Sex and birth serve the national predictor and the rules' own criteria, nothing local."""

    id: int
    sex: Sex
    born: date | None
    birth_precision: DatePrecision
    facts: PersonFacts

    @property
    def exact_birth(self) -> date | None:
        """The date of birth, where the day is known."""
        return self.born if self.birth_precision == DatePrecision.DAY else None


@dataclass(frozen=True, slots=True)
class Predicted:
    """A predictor's percentages and band for somebody, or what keeps it from giving any."""

    values: Mapping[str, Any]
    derived: tuple[Mapping[str, str], ...]
    percent_1y: int | None = None
    percent_2y: int | None = None
    band: Band | None = None
    missing: tuple[str, ...] = ()

    @property
    def scored(self) -> bool:
        """Whether there is a score."""
        return self.band is not None


@dataclass(frozen=True, slots=True)
class Explained:
    """The terms of one score and the constants that they are added to, ready to be kept."""

    terms: list[dict[str, Any]]
    constants: dict[str, float]
    version: str


def predict_all(subjects: Sequence[Subject], *, as_at: date, parameters: str) -> list[Predicted]:
    """OGRS3 for everybody, in their order: one calculation over arrays for all whose inputs are known."""
    inputs = [_inputs(subject, as_at) for subject in subjects]
    values = [_values(subject, each) for subject, each in zip(subjects, inputs, strict=True)]
    missing = [_missing(subject, each) for subject, each in zip(subjects, inputs, strict=True)]
    ready = [place for place, sentences in enumerate(missing) if not sentences]
    scores = ogrs3.score({name: [values[place][name] for place in ready] for name in ogrs3.INPUTS}, parameters)
    row_of = {place: row for row, place in enumerate(ready)}
    return [
        _predicted(
            values[place],
            inputs[place],
            missing[place],
            scores=scores,
            row=row_of.get(place),
            parameters=parameters,
        )
        for place in range(len(subjects))
    ]


def explain(values: Mapping[str, Any], parameters: str) -> Explained:
    """The terms of a score, from the values that made it."""
    score = ogrs3.score_one(**_typed(values), parameters=parameters)
    return Explained(
        terms=[
            {"name": term.name, "value": term.value, "weight": term.weight, "source": term.source}
            for term in score.terms
        ],
        constants={"1": score.constant_1y, "2": score.constant_2y},
        version=score.version,
    )


def judge_all(subject: Subject, predicted: Predicted, scored_on: date | None, rules: Sequence[EligibilityRule],
              as_at: date) -> list[Outcome]:  # fmt: skip
    """What each rule says of somebody."""
    facts = _facts(subject, predicted, scored_on, as_at)
    return [judge(rule, facts) for rule in rules]


def held_up(outcome: Outcome) -> bool:
    """Whether something speaks for proposing somebody and nothing but missing information keeps them from it."""
    lacks_only_that = bool(outcome.missing) and set(outcome.short_of) <= set(outcome.missing)
    return not outcome.eligible and outcome.in_reach and lacks_only_that


def _inputs(subject: Subject, as_at: date) -> OgrsInputs:
    offences = [
        SanctionedOffence(
            sanctioned_on=fact.happened_on,
            offence_on=fact.offence_on,
            ho_code=fact.ho_code,
            principal=fact.principal,
            taken_into_consideration=fact.finding == Finding.TAKEN_INTO_CONSIDERATION,
            disposal=fact.disposal,
        )
        for fact in subject.facts.disposals
        if fact.finding.is_proven
    ]
    custody = [CustodySpell(fact.starts, fact.ends, fact.expected_release) for fact in subject.facts.custody]
    return derive_ogrs_inputs(offences, custody, date_of_birth=subject.exact_birth, as_of=as_at)


def _values(subject: Subject, inputs: OgrsInputs) -> dict[str, Any]:
    """The seven inputs by the predictor's names, dates as ISO text, so that they can be kept and compared."""
    days = {
        "date_of_birth": inputs.date_of_birth,
        "conviction_date": inputs.conviction_date,
        "followup_date": inputs.followup_date,
    }
    return {
        "sex": subject.sex.value,
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "total_sanctions": inputs.total_sanctions,
        "age_at_first_sanction": inputs.age_at_first_sanction,
        "ho_code": inputs.ho_code,
    }


def _missing(subject: Subject, inputs: OgrsInputs) -> tuple[str, ...]:
    if inputs.total_sanctions is None:
        return inputs.missing
    sentences = list(inputs.missing)
    if subject.sex == Sex.UNKNOWN:
        sentences.insert(0, "No agency has recorded whether the person is male or female, and OGRS3 asks: record it.")
    if subject.born is not None and subject.exact_birth is None:
        sentences.insert(0, f"Only the {subject.birth_precision.label.lower()} of birth is known: record the day.")
    return tuple(sentences)


def _predicted(
    values: Mapping[str, Any],
    inputs: OgrsInputs,
    missing: tuple[str, ...],
    *,
    scores: ogrs3.Scores,
    row: int | None,
    parameters: str,
) -> Predicted:
    derived = tuple({"name": each.name, "value": each.value, "how": each.how} for each in inputs.derivations)
    if row is None:
        return Predicted(values, derived, missing=missing)
    if scores.faults[row]:
        refused = ogrs3.score_one(**_typed(values), parameters=parameters)
        return Predicted(values, derived, missing=tuple(error.sentence for error in refused.errors))
    return Predicted(
        values,
        derived,
        percent_1y=int(scores.pct_1y[row]),
        percent_2y=int(scores.pct_2y[row]),
        band=Band(ogrs3.BANDS[scores.band[row]]),
    )


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    days = ("date_of_birth", "conviction_date", "followup_date")
    return {**values, **{name: date.fromisoformat(values[name]) if values[name] else None for name in days}}


def _facts(subject: Subject, predicted: Predicted, scored_on: date | None, as_at: date) -> Facts:
    registrations = subject.facts.registrations_on(as_at)
    levels = [each.risk_of_harm for each in registrations if each.risk_of_harm]
    born = subject.exact_birth
    return Facts(
        as_at=as_at,
        age=age_on(born, as_at) if born and born <= as_at else None,
        sex=subject.sex,
        predictor=ogrs3.PREDICTOR,
        band=predicted.band,
        percent_in_two_years=predicted.percent_2y,
        scored_on=scored_on,
        why_no_score=" ".join(predicted.missing).rstrip(".") or "none is recorded",
        offences=tuple(
            ProvenOffence(fact.happened_on, fact.ho_code, fact.finding, fact.principal)
            for fact in subject.facts.disposals
            if fact.finding.is_proven
        ),
        risk_of_harm=max(levels, key=lambda level: level.rank) if levels else None,
        registrations=frozenset(each.code for each in registrations),
        tagged_release_on=_tagged_release(subject.facts, as_at),
    )


def _tagged_release(facts: PersonFacts, as_at: date) -> date | None:
    released = [
        spell.ends for spell in facts.custody if spell.ends and spell.ends <= as_at and _on_tag(spell.release_reason)
    ]
    return max(released, default=None)


def _on_tag(reason: str) -> bool:
    return bool(set(reason.upper().replace("-", " ").split()) & set(TAGGED_RELEASES))
