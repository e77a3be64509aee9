"""OGRS3 for one person, every term of it a reason that a panel can check by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trellis.predictors.ogrs3.batch import Scores, score_columns
from trellis.predictors.ogrs3.columns import INPUTS, Columns, one_row
from trellis.predictors.ogrs3.faults import Fault
from trellis.predictors.ogrs3.offences import category, description
from trellis.predictors.ogrs3.parameters import BANDS, DEFAULT, PREDICTOR, VERSION, Parameters, parameter_set

_INPUT_WORDS = dict(
    zip(
        INPUTS,
        (
            "sex (M or F)",
            "date of birth",
            "date of the current conviction",
            "date at the start of follow-up",
            "total number of sanctions",
            "age at first sanction",
            "current offence code",
        ),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Term:
    """One part of the sum: what it is, the value used in words, its weight in log-odds and where the weight is from."""

    name: str
    value: str
    weight: float
    source: str


@dataclass(frozen=True, slots=True)
class ScoreError:
    """Why there is no score: the service's error type and a sentence."""

    type: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Score:
    """One person's OGRS3. Either the percentages, band and four terms are there, or `errors` says why not.

    The one-year probability is logistic(constant_1y + the sum of the terms), the two-year one likewise.
    """

    predictor: str
    version: str
    parameters: str
    source: str
    constant_1y: float
    constant_2y: float
    pct_1y: int | None = None
    pct_2y: int | None = None
    band: str | None = None
    terms: tuple[Term, ...] = ()
    errors: tuple[ScoreError, ...] = ()


def score_one(
    *,
    sex: str | None,
    date_of_birth: date | None,
    conviction_date: date | None,
    followup_date: date | None,
    total_sanctions: int | None,
    age_at_first_sanction: int | None,
    ho_code: str | None,
    parameters: str = DEFAULT,
) -> Score:
    """Score one person: sex M or F, ages in completed years, sanctions including the current one, code of five digits.

    Raises ValueError for an unknown parameter set; whatever is wrong with the inputs is in the result's `errors`.
    """
    chosen = parameter_set(parameters)
    rows = one_row(
        sex=sex,
        date_of_birth=date_of_birth,
        conviction_date=conviction_date,
        followup_date=followup_date,
        total_sanctions=total_sanctions,
        age_at_first_sanction=age_at_first_sanction,
        ho_code=ho_code,
    )
    scores = score_columns(rows, chosen)
    faults = Fault(int(scores.faults[0]))
    if faults:
        return _result(chosen, errors=tuple(_error(fault, rows, scores, ho_code or "") for fault in faults))
    return _result(
        chosen,
        pct_1y=int(scores.pct_1y[0]),
        pct_2y=int(scores.pct_2y[0]),
        band=BANDS[scores.band[0]],
        terms=_terms(rows, scores, chosen, ho_code or ""),
    )


def _result(
    parameters: Parameters,
    *,
    pct_1y: int | None = None,
    pct_2y: int | None = None,
    band: str | None = None,
    terms: tuple[Term, ...] = (),
    errors: tuple[ScoreError, ...] = (),
) -> Score:
    return Score(
        predictor=PREDICTOR,
        version=VERSION,
        parameters=parameters.name,
        source=parameters.source,
        constant_1y=parameters.one_year,
        constant_2y=parameters.two_year,
        pct_1y=pct_1y,
        pct_2y=pct_2y,
        band=band,
        terms=terms,
        errors=errors,
    )


def _terms(rows: Columns, scores: Scores, parameters: Parameters, ho_code: str) -> tuple[Term, ...]:
    sanctions = int(rows.sanctions[0])
    years = int(scores.age_at_conviction[0] - rows.first_age[0])
    sex = "female" if rows.female[0] else "male"
    limit = parameters.most_previous_sanctions
    counted = "" if limit is None or sanctions <= limit + 1 else f", counted as {limit + 1}"
    return (
        Term(
            "Age and sex",
            f"age {scores.age_at_followup[0]} at the start of follow-up, {sex}",
            float(scores.age_sex[0]),
            parameters.source,
        ),
        Term(
            "First or repeat sanction",
            "first sanction" if sanctions == 1 else f"repeat: {_count(sanctions, 'sanction')}",
            float(scores.status[0]),
            parameters.source,
        ),
        Term(
            "Rate of sanctions",
            f"{_count(sanctions, 'sanction')}{counted}, {_count(years, 'year')} from the first "
            f"(age {rows.first_age[0]}) to the current one (age {scores.age_at_conviction[0]})",
            float(scores.copas[0]),
            parameters.source,
        ),
        Term(
            "Current offence",
            f"{ho_code} {description(ho_code)}: {category(ho_code)}",
            float(scores.offence[0]),
            parameters.source,
        ),
    )


def _error(fault: Fault, rows: Columns, scores: Scores, ho_code: str) -> ScoreError:
    missing = [_INPUT_WORDS[name] for name, given in zip(INPUTS, rows.given[:, 0], strict=True) if not given]
    sentences = {
        Fault.MISSING: f"Not given: {', '.join(missing)}. Record what is missing and score again.",
        Fault.NO_SANCTIONS: (
            f"The total number of sanctions is {rows.sanctions[0]}; it counts the current one, so it is 1 or more."
        ),
        Fault.CODE_FORMAT: f"The offence code “{ho_code}” is not five digits: give class and subclass, such as 04510.",
        Fault.CONVICTED_BEFORE_BIRTH: (
            "The date of the current conviction is on or before the date of birth: correct whichever is wrong."
        ),
        Fault.FOLLOWED_BEFORE_BIRTH: (
            "The date at the start of follow-up is on or before the date of birth: correct whichever is wrong."
        ),
        Fault.CONVICTED_UNDER_TEN: (
            f"The age at the current conviction comes to {scores.age_at_conviction[0]}, below the age of criminal "
            "responsibility, 10: check both dates."
        ),
        Fault.FIRST_AFTER_CURRENT: (
            f"The age at first sanction ({rows.first_age[0]}) is above the age at the current conviction "
            f"({scores.age_at_conviction[0]}): check the history and the date of birth."
        ),
        Fault.NEED_EXACT: (
            f"The offence code {ho_code} covers offences of different kinds: give the code of the exact offence."
        ),
        Fault.CODE_UNKNOWN: f"OGRS3 has no weight for the offence code {ho_code}: check the code.",
        Fault.FOLLOWED_UNDER_TEN: (
            f"The age at the start of follow-up comes to {scores.age_at_followup[0]}, below 10: check both dates."
        ),
    }
    return ScoreError(fault.type, sentences[fault])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
