"""Matched comparison: beside each of the managed, up to three people of the same day who had looked the same.

Nearest neighbours on the log odds of being managed, within 0.2 standard deviations and within sex and index date; the
effect by g-computation with errors clustered by matched set (trellis.evaluation.matching, .effects). Everybody who was
not yet managed on the day may be chosen, of whatever place; a person serves once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from trellis.evaluation import balance, effects, matching, propensity
from trellis.evaluation.balance import Balance
from trellis.evaluation.comparing.rows import Flags, Outcomes, Rows, at_risk, joined, rows_on, term_names, terms
from trellis.evaluation.effects import Effect
from trellis.evaluation.matching import Match, Spec
from trellis.evaluation.world.lives import Days, Floats, Lives
from trellis.rules.errors import Refused

SPEC: Final = Spec(ratio=3, caliper=0.2, discard="both")


@dataclass(frozen=True, slots=True, eq=False)
class MatchedDesign:
    """Who is compared with whom: `rows` (managed first), `managed` marks them, and balance before and after.

    `score`: log odds of being managed; `exact`: the strata of sex and index date.
    """

    rows: Rows
    managed: Flags
    match: Match
    balance: Balance
    columns: Floats
    score: Floats
    exact: Days


def design(lives: Lives, managed: Rows, dates: Days, *, years: int, free: bool) -> MatchedDesign:
    """Match. Raises Refused when nobody is left to compare with, or the score tells the groups apart completely."""
    places = np.argmin(np.abs(managed.day[:, None] - dates[None, :]), axis=1)
    parts, waves = [managed], [places]
    everybody = np.ones(lives.people, dtype=bool)
    for number, day in enumerate(dates.tolist()):
        who = at_risk(lives, everybody, day, free=free)
        who = who[(lives.managed_from[who] > day) & ~np.isin(who, managed.who[places == number])]
        parts.append(rows_on(lives, who, np.full(len(who), day), years=managed.counts.shape[1]))
        waves.append(np.full(len(who), number))
    rows, wave = joined(parts), np.concatenate(waves)
    group = np.arange(len(rows.who)) < len(managed.who)
    columns = terms(rows, years)
    columns = columns[:, (columns[group].std(axis=0) > 0) & (columns[~group].std(axis=0) > 0)]
    names = [name for name, kept in zip(term_names(years), _varies(terms(rows, years), group), strict=True) if kept]
    near = _in_range(columns, group)
    rows, group, columns, wave = rows.only(near), group[near], columns[near], wave[near]
    score = propensity.fit(columns, group, names)
    exact = wave * 2 + rows.female.astype(np.int64)
    match = matching.nearest(score.linear, group, SPEC, exact=exact)
    match = once_each(match, rows)
    table = balance.table(columns, names, group, match.weights)
    return MatchedDesign(rows, group, match, table, columns, score.linear, exact)


def otherwise(plan: MatchedDesign, spec: Spec) -> MatchedDesign:
    """The same people on the same scores, matched by another rule. Raises Refused when nobody can be."""
    match = matching.nearest(plan.score, plan.managed, spec, exact=plan.exact)
    match = match if spec.replace else once_each(match, plan.rows)
    table = balance.table(plan.columns, plan.balance.names, plan.managed, match.weights)
    return replace(plan, match=match, balance=table)


def _varies(columns: Floats, group: Flags) -> Flags:
    return np.asarray((columns[group].std(axis=0) > 0) & (columns[~group].std(axis=0) > 0))


def _in_range(columns: Floats, group: Flags) -> Flags:
    """The managed, and others whose last year's count is one that some of the managed had."""
    last = columns[:, 0]
    return np.asarray(group | (last >= last[group].min()) & (last <= last[group].max()))


def once_each(match: Match, rows: Rows) -> Match:
    """The same match, with every person serving once: a second serving on another day is dropped."""
    servings = rows.who[match.pairs[:, 1]]
    _people, first = np.unique(servings, return_index=True)
    if len(first) == len(servings):
        return match
    pairs = match.pairs[np.sort(first)]
    strata = np.full(len(rows.who), -1, dtype=np.int64)
    sets = np.unique(pairs[:, 0], return_inverse=True)[1]
    strata[pairs[:, 0]], strata[pairs[:, 1]] = sets, sets
    weights = matching.weighting.from_pairs(match.treated, pairs)
    return Match(match.treated, weights, pairs, strata, match.discarded, match.width, match.tied)


def compare(plan: MatchedDesign, outcomes: Outcomes) -> Effect:
    """The rate ratio among those matched. Raises Refused when no model of the outcome settles."""
    used = plan.match.weights > 0
    exposed = outcomes.days > 0
    match = plan.match
    kept = Match(
        match.treated,
        np.where(exposed, match.weights, 0.0),
        match.pairs,
        match.strata,
        match.discarded,
        match.width,
        match.tied,
    )
    years = np.where(exposed, outcomes.days, 1.0) / 365.25
    adjust = plan.columns[:, plan.columns[used].std(axis=0) > 0]
    for covariates in (adjust, None):
        try:
            return effects.estimate(outcomes.after, plan.managed, covariates, kept, "rate ratio", exposure=years)
        except Refused:
            continue
    raise Refused("The matched comparison: too few offences to model.")
