"""Opening the outcomes: every method's estimate, the natural fall, the saving and the curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log

import numpy as np

from trellis.evaluation import balance, gates, power, survival
from trellis.evaluation.before_after import BeforeAfter
from trellis.evaluation.change_beside import change_beside
from trellis.evaluation.comparing import earlier_years, matched, otherwise, own_past
from trellis.evaluation.comparing.checks import Control, Pools
from trellis.evaluation.comparing.earlier_years import Design, EarlierYears
from trellis.evaluation.comparing.place import Place
from trellis.evaluation.comparing.rows import Outcomes, Rows, outcomes_of, term_names
from trellis.evaluation.definitions import HarmIndex, UnitCostSet
from trellis.evaluation.gates import Gate
from trellis.evaluation.measures import HarmWeighted
from trellis.evaluation.natural_fall import RateRatio
from trellis.evaluation.plan import BAYES, CREDIBILITY, DISCOUNTED, MATCHED, PLACEBO, RAW
from trellis.evaluation.protocol import HEADLINE, Accepted
from trellis.evaluation.result import Binary, Found, Interval, Likeness, Method, Otherwise, Saving
from trellis.evaluation.sensitivity import EValue, e_value
from trellis.evaluation.together import harm_of, together, weighed
from trellis.evaluation.world import Cohort, Lives, World
from trellis.evaluation.world.lives import YEAR, Floats
from trellis.rules.errors import Refused

Z = 1.959963984540054


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """Everything that was fixed before the outcomes, and leave to read them."""

    lives: Lives
    cohort: Cohort
    place: Place
    design: Design
    matched: matched.MatchedDesign | str
    controls: tuple[Control, ...]
    accepted: Accepted
    world: World
    costs: UnitCostSet | None
    harm: HarmIndex | None

    def outcomes(self, rows: Rows) -> Outcomes:
        """What the rows did in the year after."""
        return outcomes_of(self.lives, rows, self.accepted)

    @property
    def matched_people(self) -> int | None:
        """How many of the managed found a match."""
        return None if isinstance(self.matched, str) else self.matched.balance.matched_treated


def find(opened: Opened, pools: Pools | None) -> tuple[Found, tuple[str, ...], Gate]:
    """What the outcomes say, the methods that could not be had and why, and whether the methods agree."""
    plan, protocol = opened.design, opened.accepted.recorded.protocol
    own, now, then = (opened.outcomes(rows) for rows in (plan.managed, plan.now, plan.then))
    earlier = earlier_years.compare(
        opened.lives, plan, own, now, then, replicates=protocol.replicates, seed=protocol.seed
    )
    changes = own_past.changes(plan.managed, own, replicates=protocol.replicates, seed=protocol.seed)
    others, missing = _others(opened)
    asked_otherwise, refused = _otherwise(opened, (own, now, then))
    headline, fall = interval_of(earlier, "ratio"), interval_of(earlier, "fall")
    change_table, no_table = _change_table(opened, fall)
    refusals = (*missing, *refused, *no_table)
    methods = (
        Method(HEADLINE, headline.value, headline.low, headline.high, 3, headline=True),
        _method(PLACEBO, interval_of(earlier, "plain"), 3),
        *others,
        _change(RAW, Interval(changes.raw.rate_ratio, changes.raw.low, changes.raw.high)),
        _change(DISCOUNTED, Interval(changes.discounted.rate_ratio, changes.discounted.low, changes.discounted.high)),
    )
    error = _error(headline)
    managed_curve, expected_curve = _curves(plan, own, then)
    found = Found(
        headline=headline,
        methods=methods,
        natural_fall=fall,
        change=Interval(changes.discounted.rate_ratio, changes.discounted.low, changes.discounted.high),
        saving=_saving(opened, earlier, own),
        binary=Binary(100 * (1 - managed_curve.at(YEAR - 1)[0]), 100 * (1 - expected_curve.at(YEAR - 1)[0])),
        smallest_fall=1 - power.achieved_rate_ratio(error) if 0 < error < inf else 1.0,
        likeness=_likeness(opened),
        managed_curve=managed_curve,
        expected_curve=expected_curve,
        observed=float(own.after.sum()),
        expected=earlier.value("expected"),
        period=interval_of(earlier, "period_raw"),
        together=together(plan, own, then, expected_offences=earlier.value("expected"), harm=_harm(opened)),
        otherwise=asked_otherwise,
        e_value=_e_value(headline),
        change_table=change_table,
    )
    return found, refusals, _agreed(found, pools)


def _agreed(found: Found, pools: Pools | None) -> Gate:
    # A pool known to be unlike explains why a match with it differs; a model of everybody closes only from afar.
    explained = pools is not None and pools.unlike
    reach = {MATCHED: inf if explained else gates.POINTS}
    beside = [
        gates.Beside(one.name, one.rate_ratio, _error(one), reach.get(one.name, gates.FAR))
        for one in found.methods[1:]
        if one.attributable and one.rate_ratio > 0
    ]
    if min(found.observed, found.expected) < gates.FEWEST_OFFENCES:
        return gates.too_few_offences(found.observed, found.expected)
    return gates.agreement(found.headline.value, beside, error=_error(found.headline))


def _otherwise(
    opened: Opened, outcomes: tuple[Outcomes, Outcomes, Outcomes]
) -> tuple[tuple[Otherwise, ...], list[str]]:
    """The question asked otherwise, each way that can be had."""
    protocol = opened.accepted.recorded.protocol
    rows, refusals = (
        ([], [])
        if isinstance(opened.matched, str)
        else otherwise.matched_otherwise(opened.matched, opened.outcomes(opened.matched.rows))
    )
    free = otherwise.without_custody(
        opened.lives, opened.design, outcomes, replicates=protocol.replicates, seed=protocol.seed
    )
    return (*rows, free), refusals


def _harm(opened: Opened) -> HarmWeighted | None:
    if opened.harm is None:
        return None
    protocol = opened.accepted.recorded.protocol
    own = outcomes_of(weighed(opened.world, opened.harm), opened.design.managed, opened.accepted)
    return harm_of(own, opened.harm, replicates=protocol.replicates, seed=protocol.seed)


def _e_value(headline: Interval) -> EValue | None:
    return e_value(headline.value, headline.low, headline.high) if headline.low > 0 and headline.high < inf else None


def _change_table(opened: Opened, fall: Interval) -> tuple[BeforeAfter | None, list[str]]:
    """Before and since beside the natural fall, where prices were chosen."""
    if opened.costs is None:
        return None, []
    protocol = opened.accepted.recorded.protocol
    try:
        return change_beside(
            opened.world, opened.lives, opened.cohort, opened.costs, fall,
            replicates=protocol.replicates, seed=protocol.seed,
        ), []  # fmt: skip
    except Refused as refusal:
        return None, [f"Before and since: {refusal}"]


def interval_of(earlier: EarlierYears, name: str) -> Interval:
    """One of its estimates with the interval."""
    return Interval(earlier.value(name), *earlier.interval(name))


def _error(found: Interval | Method) -> float:
    """Standard error of the logarithm of a ratio, from its interval."""
    return log(found.high / found.low) / (2 * Z) if 0 < found.low < found.high < inf else inf


def _method(name: str, found: Interval, level: int) -> Method:
    return Method(name, found.value, found.low, found.high, level)


def _change(name: str, found: Interval) -> Method:
    return Method(name, found.value, found.low, found.high, 1, attributable=False)


def _others(opened: Opened) -> tuple[list[Method], tuple[str, ...]]:
    """The matched comparison, credibility and empirical Bayes, those that can be had."""
    plan, protocol = opened.design, opened.accepted.recorded.protocol
    methods: list[Method] = []
    refusals: list[str] = []
    if isinstance(opened.matched, str):
        refusals.append(opened.matched)
    else:
        try:
            effect = matched.compare(opened.matched, opened.outcomes(opened.matched.rows))
            methods.append(Method(MATCHED, effect.estimate, effect.low, effect.high, 2))
        except Refused as refusal:
            refusals.append(str(refusal))
    rows = own_past.panel_rows(opened.lives, plan, opened.place.area)
    years = own_past.years_held(opened.lives, rows)
    forecasts, missing = own_past.forecasts(
        own_past.panel(opened.lives, rows, opened.outcomes(rows), len(plan.managed.who), years=years, free=plan.free),
        replicates=protocol.replicates // 2,
        seed=protocol.seed,
    )
    methods += [_forecast(one) for one in forecasts]
    return methods, (*refusals, *missing)


def _forecast(found: RateRatio) -> Method:
    name = CREDIBILITY if "credibility" in found.method.lower() else BAYES
    return Method(name, found.rate_ratio, found.low, found.high, 3)


def _saving(opened: Opened, earlier: EarlierYears, own: Outcomes) -> Saving | None:
    if opened.costs is None:
        return None
    amount = interval_of(earlier, "saving")
    return Saving(amount, opened.costs.label, int(own.without_price.sum()))


def _curves(plan: Design, own: Outcomes, then: Outcomes) -> tuple[survival.Curve, survival.Curve]:
    kept = plan.tilt.weights > plan.tilt.weights.max() * 1e-6
    weights: Floats = plan.tilt.weights[kept] * plan.tilt.effective
    mine = survival.curve(np.minimum(own.first, YEAR), np.isfinite(own.first).astype(np.float64))
    theirs = survival.curve(
        np.minimum(then.first[kept], YEAR), np.isfinite(then.first[kept]).astype(np.float64), weights=weights
    )
    return mine, theirs


def _likeness(opened: Opened) -> tuple[Likeness, ...]:
    plan = opened.design
    own, columns = plan.columns(plan.managed), plan.columns(plan.then)
    names = [name for name, used in zip(term_names(plan.years), plan.used, strict=True) if used]
    group = np.concatenate([np.ones(len(own)), np.zeros(len(columns))])
    weights = np.concatenate([np.ones(len(own)), plan.tilt.weights * len(columns)])
    found = balance.table(np.vstack([own, columns]), names, group, weights)
    rows = [
        Likeness(name, before.smd, after.smd, balanced=True)
        for name, before, after in zip(found.names, found.before, found.after, strict=True)
    ]
    return (*rows, *_unbalanced(opened.controls))


def _unbalanced(controls: Sequence[Control]) -> list[Likeness]:
    return [Likeness(each.name, each.before, each.smd, balanced=False) for each in controls]
