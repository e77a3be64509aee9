"""People like the managed in earlier years: what they went on to do before there was a scheme.

In the same place one, two and three years before anybody was managed, everybody is weighted so that together they look
as the managed did on the day of selection; the year that followed, so weighted, is the year the managed would have had
(a placebo cohort: Cook and Campbell 1979 on cohort designs; the weights: balancing.tilt). Everybody stands there,
also who did most, while beside the managed of today only those are left whom nobody selected. Times change, so the
ratio is divided by how much people not managed changed between those years and now, history for history: a difference
in differences.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from trellis.evaluation.bootstrap import draws, percentile_interval
from trellis.evaluation.comparing.balancing import Tilt, linear, tilt
from trellis.evaluation.comparing.period import Period
from trellis.evaluation.comparing.rows import Flags, Outcomes, Rows, index_dates, risk_set, rows_on, terms, whole_years
from trellis.evaluation.world.cohort import Cohort
from trellis.evaluation.world.lives import YEAR, Days, Floats, Lives
from trellis.rules.errors import Refused

MOST_EARLIER: Final = 3
RULE_YEARS: Final = 2
CHECKED_YEARS: Final = 4
PERIOD_SPREAD: Final = 0.05
"""Standard deviation of the logarithm of the change between the years, expected before looking at it: the measured
change is shrunk towards none by how surely it was measured (Efron and Morris 1973)."""
ASSUMED: Final = 0.03
"""Standard deviation of the logarithm allowed for what no resample can show: that the busiest changed as others did.
A judgement of this project, not a published figure.
"""
HARDLY_HELD: Final = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The managed on their days, everybody else at risk now, and everybody in the earlier years; no outcome yet.

    `years`: years of history that are balanced. `before_anybody`: whether the earlier years ended before the first
    person was managed. `free`: whether only people at liberty could be selected. `tilt`: weights of `then`, None when
    nobody there is like the managed. `used` marks the terms that are balanced.
    """

    managed: Rows
    now: Rows
    then: Rows
    dates: Days
    earlier: Days
    years: int
    before_anybody: bool
    free: bool
    tilt: Tilt
    used: Flags

    def columns(self, rows: Rows) -> Floats:
        """The balanced terms of rows."""
        return terms(rows, self.years)[:, self.used]


def design(lives: Lives, cohort: Cohort, area: Flags, *, whole: bool = True) -> Design:
    """Choose the earlier years and balance them. `area`: who lives where the managed do. With `whole` false the files
    hold others than those from whom people were selected, and the managed are left out of the earlier years.

    Raises Refused when the files reach back less than two years before a selection, or nobody then was like them.
    """
    managed = rows_on(lives, cohort.evaluated, cohort.index, years=CHECKED_YEARS)
    free = bool(managed.held.mean() < HARDLY_HELD)
    dates = index_dates(cohort.index)
    first = int(lives.managed_from[np.concatenate([cohort.submitted, cohort.evaluated])].min())
    earlier, years, before = _earlier_dates(lives, cohort.index, first)
    mine = np.isin(np.arange(lives.people), cohort.submitted)
    now = risk_set(
        lives, area, dates, years=CHECKED_YEARS, free=free, without=np.isin(np.arange(lives.people), cohort.evaluated)
    )
    then = risk_set(lives, area, earlier, years=CHECKED_YEARS, free=free, without=None if whole else mine)
    if not len(then.who):
        raise Refused("Nobody of the place stands in the earlier years, so there is nobody to compare with.")
    own, columns = terms(managed, years), terms(then, years)
    spread = own.std(axis=0)
    used = (spread > 0) & (columns.std(axis=0) > 0)
    found = tilt(columns[:, used], own[:, used].mean(axis=0), spread[used])
    return Design(managed, now, then, dates, earlier, years, before, free, found, used)


def _earlier_dates(lives: Lives, index: Days, first: int) -> tuple[Days, int, bool]:
    for years in range(RULE_YEARS, 0, -1):
        days = [first - YEAR * back for back in range(1, MOST_EARLIER + 1)]
        if possible := [day for day in days if whole_years(lives, day) >= years]:
            return np.array(possible, dtype=np.int64), years, True
    for years in range(RULE_YEARS, 0, -1):
        rolling = [day - YEAR for day in index_dates(index).tolist()]
        if possible := [day for day in rolling if whole_years(lives, day) >= years]:
            return np.array(possible, dtype=np.int64), years, False
    raise Refused("The files reach back less than two years before anybody was selected: add earlier years.")


@dataclass(frozen=True, slots=True, eq=False)
class EarlierYears:
    """What the earlier years say: one value of each of NAMES, and a column of resamples of each.

    `ratio` is adjusted for the period and `plain` is not; `period` is the (shrunk) change among people not managed and
    `period_raw` the measured one. `fall`: natural fall. `saving`: pounds expected less observed. `expected`: offences.
    """

    once: Floats
    many: Floats
    shrink: float
    widening: float

    RATIOS = ("ratio", "plain", "period", "period_raw")
    NAMES = ("ratio", "plain", "period", "period_raw", "fall", "saving", "expected")

    def value(self, name: str) -> float:
        """The estimate of one of NAMES."""
        return float(self.once[self.NAMES.index(name)])

    def resampled(self, name: str) -> Floats:
        """Its resamples."""
        return self.many[:, self.NAMES.index(name)]

    def interval(self, name: str, level: float = 0.95) -> tuple[float, float]:
        """Its percentile interval, each end `widening` times as far from the estimate.

        Ratios are widened on their logarithms. The interval holds the estimate.
        """
        value = self.value(name)
        ends = percentile_interval(self.resampled(name), level=level)
        if name in self.RATIOS and value > 0 and min(ends) > 0:
            low, high = (float(value * (end / value) ** self.widening) for end in ends)
        else:
            low, high = (float(value + (end - value) * self.widening) for end in ends)
        return min(low, value), max(high, value)


def compare(
    lives: Lives, plan: Design, own: Outcomes, now: Outcomes, then: Outcomes, *, replicates: int, seed: int
) -> EarlierYears:
    """The managed beside people like them in earlier years, from the outcomes of the design's three tables.

    People are resampled, managed and others each among themselves; the weights and the period move with each resample.
    """
    sums = _Sums(lives, plan, own, now, then)
    strata = np.isin(np.arange(lives.people), plan.managed.who)
    many = np.concatenate([sums.of(block) for block in draws(lives.people, replicates, seed=seed, strata=strata)])
    shrink = _shrinkage(many[:, -1])
    size, used = len(plan.managed.who), int(plan.used.sum())
    widening = _widening(many, shrink, size, used)
    once = _finished(sums.of(np.ones((1, lives.people))), shrink)[0]
    return EarlierYears(once=once, many=_finished(many, shrink), shrink=shrink, widening=widening)


def _widening(many: Floats, shrink: float, size: int, used: int) -> float:
    """By what the resampled spread is multiplied: √(n / (n − p)) for the p terms balanced (MacKinnon and White 1985,
    HC1), and what the resamples cannot show, the rest of the period's change and ASSUMED.
    """
    ratios = _finished(many, shrink)[:, 0]
    usable = ratios[np.isfinite(ratios) & (ratios > 0)]
    spread = float(np.log(usable).var(ddof=1)) if len(usable) > 1 else 0.0
    unseen = (1 - shrink) * PERIOD_SPREAD**2 + ASSUMED**2
    return float(np.sqrt(size / max(size - used - 1, size / 4) * (1 + (unseen / spread if spread > 0 else 0.0))))


def _shrinkage(period: Floats) -> float:
    """τ² / (τ² + s²), with s the resampled standard error of the logarithm; 0 where the period was not measured."""
    usable = period[np.isfinite(period) & (period > 0)]
    if len(usable) < len(period) / 2 or len(usable) < 2:
        return 0.0
    return float(PERIOD_SPREAD**2 / (PERIOD_SPREAD**2 + np.log(usable).var(ddof=1)))


def _finished(raw: Floats, shrink: float) -> Floats:
    """The columns of EarlierYears.NAMES from the sums of each resample."""
    observed, days, cost, before, rate, pounds, measured = raw.T
    with np.errstate(divide="ignore", invalid="ignore"):
        period = np.where(np.isfinite(measured) & (measured > 0), measured, 1.0) ** shrink
        plain = observed / days / rate
        expected, saving = rate * period * days, pounds * period * days - cost
        return np.column_stack([plain / period, plain, period, measured, 1 - rate * period / before, saving, expected])


class _Sums:
    """The sums of a resample: observed, days, cost, rate before, expected rate, expected pounds a day, period."""

    def __init__(self, lives: Lives, plan: Design, own: Outcomes, now: Outcomes, then: Outcomes) -> None:
        columns = plan.columns(plan.then)
        outcomes = np.column_stack([then.after, then.pounds])
        moves = linear(plan.tilt, columns, outcomes, then.days)
        self.rates, self.slopes, self.target = moves.rates, moves.slopes, moves.target
        managed = plan.managed
        mine = [own.after, own.days, own.pounds, managed.counts[:, 0], managed.free[:, 0], np.ones(len(managed.who))]
        self.width = len(mine)
        self.own = by_person(lives.people, managed.who, np.column_stack([*mine, plan.columns(managed)]))
        weighted = moves.weights[:, None] * np.column_stack([np.ones(len(then.days)), moves.residuals])
        self.then = by_person(lives.people, plan.then.who, weighted)
        self.period = Period(
            lives.people, plan.managed, (plan.now, now), (plan.then, then), dates=len(plan.dates), years=plan.years
        )

    def of(self, weights: Floats) -> Floats:
        """From weights of people (r, people) to (r, 7)."""
        own, then = weights @ self.own, weights @ self.then
        observed, days, cost, before, days_before, number = own[:, : self.width].T
        targets = own[:, self.width :] / number[:, None]
        rates = self.rates + then[:, 1:] / then[:, :1] + (targets - self.target) @ self.slopes
        with np.errstate(divide="ignore", invalid="ignore"):
            columns = [observed, days, cost, before / days_before, *rates.T, self.period.of(weights)]
        return np.column_stack(columns)


def by_person(people: int, who: Days, columns: Floats) -> Floats:
    """Rows added up by person: (people, k)."""
    return np.column_stack([np.bincount(who, weights=column, minlength=people) for column in columns.T])
