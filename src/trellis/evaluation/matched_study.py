"""One matched comparison from a table: score, match, balance and effects in one call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import polars as pl

from trellis.evaluation import balance, coarsened, design_matrix, effects, matching, propensity, subclassification
from trellis.evaluation.design_matrix import Design
from trellis.evaluation.matching.spec import BoolArray, FloatArray
from trellis.rules.errors import Refused

Distance = Literal["logit", "ps", "mahalanobis"]
Method = Literal["nearest", "subclass", "cem"]
DISTANCES: tuple[Distance, ...] = get_args(Distance)
METHODS: tuple[Method, ...] = get_args(Method)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a table: who was managed, what they must have in common, and how alike they must be.

    `near` are calipers on columns, in standard deviations. `outcome` may be left out: a match is judged by its balance
    before any outcome is looked at. With `exposure`, a column of time at risk, the outcome is a count.
    """

    treatment: str
    covariates: tuple[str, ...]
    method: Method = "nearest"
    distance: Distance = "logit"
    spec: matching.Spec = field(default_factory=matching.Spec)
    exact: tuple[str, ...] = ()
    near: tuple[tuple[str, float], ...] = ()
    subclasses: int = subclassification.SUBCLASSES
    outcome: str | None = None
    exposure: str | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """The comparison that answers a question. `score` is None where the distance is none."""

    question: Question
    score: propensity.Score | None
    match: matching.Match
    balance: balance.Balance
    effects: tuple[effects.Effect, ...]
    refusals: tuple[str, ...]


def compare(frame: pl.DataFrame, question: Question) -> Study:
    """Match the table's rows as asked, judge the balance, and estimate effects where an outcome is named.

    An effect that cannot be estimated stands in `refusals` as a sentence. Raises Refused when the table or the
    question cannot be used.
    """
    if not question.covariates:
        raise Refused("No covariates are named: give the columns on which the groups are to be alike.")
    treated = groups(frame, question.treatment)
    for name in (question.treatment, question.outcome):
        if name in question.covariates:
            raise Refused(f"Column {name} is named as a covariate too: a covariate must be known before and apart.")
    # Read before anything is matched, so that a name mistyped is told at once.
    outcome, exposure = (
        None if name is None else _numeric(frame, name) for name in (question.outcome, question.exposure)
    )
    design = design_matrix.model_matrix(frame, question.covariates)
    score, match = _matched(frame, treated, design, question)
    shown = dict.fromkeys((*question.covariates, *question.exact, *(name for name, _width in question.near)))
    everything = design_matrix.all_levels(frame, list(shown))
    alike = balance.table(everything.matrix, everything.names, treated, match.weights)
    found, refusals = ((), ()) if outcome is None else _effects(outcome, exposure, treated, design.matrix, match)
    return Study(question, score, match, alike, found, refusals)


def groups(frame: pl.DataFrame, treatment: str) -> BoolArray:
    """Who was managed. Raises Refused unless the column holds 0 and 1, or true and false, and both of them."""
    column = design_matrix.column(frame, treatment)
    if design_matrix.is_text(column):
        spelt = column.str.to_lowercase().replace_strict({"true": 1.0, "false": 0.0}, default=None)
        column = spelt.alias(treatment)
    values = design_matrix.numbers(column) if not column.is_null().all() else np.full(frame.height, np.nan)
    odd = np.flatnonzero(~np.isin(values, (0.0, 1.0)))
    if odd.size:
        raise Refused(
            f"Column {treatment}, row {odd[0] + 1}: the treatment must be 1 for people managed and 0 for others. "
            "Code it so."
        )
    return np.asarray(values == 1.0, dtype=bool)


def _matched(
    frame: pl.DataFrame, treated: BoolArray, design: Design, question: Question
) -> tuple[propensity.Score | None, matching.Match]:
    if question.method == "cem":
        names = list(dict.fromkeys((*question.covariates, *question.exact)))
        return None, coarsened.coarsened(frame, names, treated)
    score = None if question.distance == "mahalanobis" else propensity.fit(design.matrix, treated, design.names)
    if question.method == "subclass":
        if score is None:
            raise Refused("Subclasses need a score: choose the distance ps or logit.")
        return score, subclassification.subclassify(_on_scale(score, question), treated, question.subclasses)
    distance = matching.space(frame, question.covariates) if score is None else _on_scale(score, question)
    near = [_near(frame, name, width) for name, width in question.near]
    return score, matching.nearest(
        distance, treated, question.spec, exact=design_matrix.cells(frame, question.exact), near=near
    )


def _on_scale(score: propensity.Score, question: Question) -> FloatArray:
    return score.probability if question.distance == "ps" else score.linear


def _near(frame: pl.DataFrame, name: str, width: float) -> matching.Near:
    column = design_matrix.column(frame, name)
    if design_matrix.is_text(column):
        raise Refused(f"Column {name} is text and cannot have a caliper: match exactly on it instead.")
    return matching.Near(name, design_matrix.numbers(column), width, in_deviations=True)


def _effects(
    outcome: FloatArray,
    exposure: FloatArray | None,
    treated: BoolArray,
    covariates: FloatArray,
    match: matching.Match,
) -> tuple[tuple[effects.Effect, ...], tuple[str, ...]]:
    found, refusals = [], []
    for measure in _measures(outcome, exposure):
        for adjusted, columns in ((False, None), (True, covariates)):
            try:
                found.append(effects.estimate(outcome, treated, columns, match, measure, exposure=exposure))
            except Refused as refusal:
                kind = "adjusted" if adjusted else "unadjusted"
                refusals.append(f"No {kind} {measure}: {refusal}")
    return tuple(found), tuple(refusals)


def _measures(outcome: FloatArray, exposure: FloatArray | None) -> tuple[effects.Measure, ...]:
    if exposure is not None:
        return ("rate ratio",)
    if np.isin(outcome, (0.0, 1.0)).all():
        return ("risk difference", "risk ratio", "odds ratio")
    return ("difference",)


def _numeric(frame: pl.DataFrame, name: str) -> FloatArray:
    column = design_matrix.column(frame, name)
    if design_matrix.is_text(column):
        row = int(column.is_not_null().arg_true()[0]) + 1 if column.is_not_null().any() else 1
        raise Refused(f"Column {name}, row {row}: {column[row - 1]!r} is not a number. Give the outcome in numbers.")
    return design_matrix.numbers(column)
