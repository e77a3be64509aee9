"""Tests that could show the comparison wrong: things the scheme cannot have changed, on which the groups should agree.

The managed and those weighted to look like them are compared on what the weights did not see: how lately they offended
before the day, and how much in years further back (negative controls: Lipsitch, Tchetgen Tchetgen and Cohen 2010). Who
is chosen on knowledge that the files lack, or compared with people unlike them, differs there too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from trellis.evaluation.comparing.balancing import linear, tilt
from trellis.evaluation.comparing.earlier_years import Design
from trellis.evaluation.comparing.rows import Flags, Rows, terms
from trellis.evaluation.world.cohort import SLACK
from trellis.evaluation.world.lives import YEAR, Days, Floats, Lives
from trellis.rules.errors import Refused

NOTICED: Final = 0.10
REFUSED: Final = 0.25
LIKELY: Final = 2.0
CERTAIN: Final = 3.0
"""Standard errors that a difference must exceed before it is warned of, and before it closes the report."""
LEANING: Final = 1.0
"""Standard errors of all controls together from which a reader is told. One in six honest selections leans as far; what
selection on knowledge outside the files does to them is too small to wait for more.
"""
UNLIKE: Final = (0.8, 1.25)
FEWEST_OTHERS: Final = 100


@dataclass(frozen=True, slots=True)
class Control:
    """A negative control. `smd`: managed less comparison, in standard deviations of the managed; `error`: its
    standard error; `before`: the difference before any weighting.
    """

    name: str
    smd: float
    error: float
    before: float

    @property
    def noticed(self) -> bool:
        """Whether it is large, or larger than chance would have it: then it is warned of."""
        return abs(self.smd) > NOTICED or abs(self.smd) > LIKELY * self.error

    @property
    def refused(self) -> bool:
        """Whether it is so large, and so surely so, that no effect is reported."""
        return abs(self.smd) > REFUSED and abs(self.smd) > CERTAIN * self.error


def controls(lives: Lives, plan: Design) -> tuple[Control, ...]:
    """How lately the managed offended, and how often in years further back, beside those weighted to be alike.

    The weights of these tests see less than the comparison's own: nothing but the yearly counts that are balanced,
    time inside, age and sex. Years that the files do not hold are not compared.
    """
    everybody = np.ones(len(plan.then.who), dtype=bool)
    found = [_control("offences in the last quarter before selection", plan, _recent, everybody)]
    for last in range(plan.managed.counts.shape[1], plan.years, -1):
        first = lives.first_day - SLACK + YEAR * last
        held = plan.then.day >= first
        if (plan.managed.day >= first).all() and held.any():
            years = slice(plan.years, last)
            span = f"{plan.years + 1} to {last}" if last > plan.years + 1 else str(last)
            found.append(_control(f"offending {span} years before selection", plan, partial(_rate, years=years), held))
            break
    return tuple(each for each in found if each is not None)


def leaning(found: tuple[Control, ...]) -> float:
    """How far all controls together lean towards the managed having been busier than they look, in standard errors
    (Stouffer and others 1949). None of them can be the scheme's doing.
    """
    return float(sum(each.smd / each.error for each in found if each.error > 0) / np.sqrt(max(len(found), 1)))


def _recent(rows: Rows) -> Floats:
    return rows.recent[:, 0]


def _rate(rows: Rows, years: slice) -> Floats:
    """Offences a year at liberty; who was hardly at liberty counts as a quarter of a year."""
    free = np.maximum(rows.free[:, years].sum(axis=1), YEAR / 4)
    return np.asarray(rows.counts[:, years].sum(axis=1) / free * YEAR)


def _control(name: str, plan: Design, value: Callable[[Rows], Floats], held: Flags) -> Control | None:
    own, rows = terms(plan.managed, plan.years, recent=False), plan.then.only(held)
    columns, spread = terms(rows, plan.years, recent=False), own.std(axis=0)
    used = (spread > 0) & (columns.std(axis=0) > 0)
    mine, theirs = value(plan.managed), value(rows)
    if not mine.std() > 0:
        return None
    own, columns, spread = own[:, used], columns[:, used], spread[used]
    try:
        found = tilt(columns, own.mean(axis=0), spread)
    except Refused:
        return None
    moves = linear(found, columns, theirs[:, None], np.ones(len(theirs)))
    gap = mine.mean() - float(moves.rates[0])
    # What the balanced terms explain cannot differ, so chance has only the rest to work with.
    rest = mine - own @ moves.slopes[:, 0]
    variance = rest.var() / len(mine) + float(found.weights**2 @ moves.residuals[:, 0] ** 2)
    sd = float(mine.std())
    return Control(name, float(gap) / sd, float(np.sqrt(variance)) / sd, float(mine.mean() - theirs.mean()) / sd)


@dataclass(frozen=True, slots=True)
class Pools:
    """How much people of other places offended in the years before, beside those of the scheme's places."""

    others: int
    ratio: float

    @property
    def unlike(self) -> bool:
        """Whether they offend a fifth less or a quarter more."""
        return not UNLIKE[0] <= self.ratio <= UNLIKE[1]


def pools(lives: Lives, area: Flags, dates: Days) -> Pools | None:
    """Compare the places over the two to four years before the first selection, or None when there is one only."""
    first = int(dates.min())
    start = max(lives.first_day, first - 4 * YEAR)
    if int((~area).sum()) < FEWEST_OTHERS or first - start < YEAR:
        return None
    everyone = np.arange(lives.people)
    counts = lives.counts(everyone, np.full(lives.people, start), np.full(lives.people, first - YEAR // 4))
    here, there = counts[area].mean(), counts[~area].mean()
    return Pools(int((~area).sum()), float(there / here)) if here > 0 else None


def depletion(lives: Lives, plan: Design, others: Flags) -> bool:
    """Whether the files hold everybody from whom people were selected: then those left over lack the busiest.

    Among people as busy as the middle of the managed, those not managed now are counted and set beside two
    expectations from the earlier years: everybody then less those selected, and those never managed then.
    """
    busy = max(1.0, float(np.median(plan.managed.counts[:, 0])))
    taken = float((plan.managed.counts[:, 0] >= busy).sum()) / len(plan.dates)
    left = float((plan.now.counts[:, 0] >= busy).sum()) / len(plan.dates)
    then = plan.then.counts[:, 0] >= busy
    everybody = float(then.sum()) / len(plan.earlier)
    never = float((then & others[plan.then.who]).sum()) / len(plan.earlier)
    return abs(left - (everybody - taken)) <= abs(left - never)
