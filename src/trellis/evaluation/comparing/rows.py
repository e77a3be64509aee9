"""People on days: what was known of each on a day, and, once that is allowed, what each did in the year after it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trellis.evaluation.protocol import Accepted
from trellis.evaluation.world.cohort import SLACK
from trellis.evaluation.world.lives import PROOF, YEAR, Days, Floats, Lives
from trellis.rules.errors import Refused

Flags = NDArray[np.bool_]

RECENT: Final = 91
"""Days before the index date whose offences are looked at apart: nothing is matched on them (see checks)."""
MOST_DATES: Final = 8
MOST_COUNTED: Final = 40.0
"""Counts above this are told as this to the selection rule, so that one person's burst does not bend it."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """n people on days, and nothing of what came after. `who` and `day` say which; `counts` and `free` (n, h) are
    proven offences and days at liberty in each year before, the last year first; `recent` (n, 2) the offences of the
    last 91 days and of the 91 before; `held` who was in custody on the day; `age` in years; `female` 1 or 0.

    The history is by day of offence, which nothing later can move; proof may follow for six months, in all years alike.
    """

    who: Days
    day: Days
    counts: Floats
    free: Floats
    recent: Floats
    held: Flags
    age: Floats
    female: Floats

    def only(self, keep: Flags) -> Rows:
        """Those that `keep` marks."""
        return Rows(*(getattr(self, each.name)[keep] for each in fields(self)))


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """What n rows did in the 365 days from their day on: offences, days at risk, pounds that the offences cost, how
    many of them have no price, and the day of the first, counted from 0 (infinite where there was none).
    """

    after: Floats
    days: Floats
    pounds: Floats
    without_price: Floats
    first: Floats


def rows_on(lives: Lives, who: Days, day: Days, *, years: int) -> Rows:
    """The rows of people on days of their own: arrays of one length. Reads no offence of the day or later."""
    edges = [day - YEAR * back for back in range(years + 1)]
    known = day + PROOF
    quarters = [(day - RECENT, day), (day - 2 * RECENT, day - RECENT)]

    def counted(first: Days, last: Days) -> Floats:
        asked, _place = lives.events(who, first, last, known)
        return np.bincount(asked, minlength=len(who)).astype(np.float64)

    windows = list(zip(edges[1:], edges[:-1], strict=True))
    return Rows(
        who=who,
        day=day,
        counts=np.column_stack([counted(*window) for window in windows]),
        free=np.column_stack([lives.free(who, *window) for window in windows]),
        recent=np.column_stack([counted(*window) for window in quarters]),
        held=lives.held_on(who, day),
        age=lives.age(who, day),
        female=lives.female[who],
    )


def outcomes_of(lives: Lives, rows: Rows, accepted: Accepted) -> Outcomes:
    """The year after, for rows whose comparison was accepted under a recorded protocol."""
    if not accepted.recorded.sha256:
        raise Refused("The protocol was not recorded, so no outcome may be read.")
    asked, place = lives.events(rows.who, rows.day, rows.day + YEAR, rows.day + YEAR + PROOF)
    size, price = len(rows.who), lives.price[place]
    first = np.full(size, np.inf)
    np.minimum.at(first, asked, (lives.day_of(place) - rows.day[asked]).astype(np.float64))
    return Outcomes(
        after=np.bincount(asked, minlength=size).astype(np.float64),
        days=lives.free(rows.who, rows.day, rows.day + YEAR),
        pounds=np.bincount(asked, weights=np.nan_to_num(price), minlength=size).astype(np.float64),
        without_price=np.bincount(asked[np.isnan(price)], minlength=size).astype(np.float64),
        first=first,
    )


def joined(parts: list[Rows]) -> Rows:
    """Several tables of rows as one."""
    return Rows(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Rows)))


def whole_years(lives: Lives, day: int) -> int:
    """How many whole years of history the files hold before a day."""
    return max(0, (day - lives.first_day + SLACK) // YEAR)


def index_dates(index: Days) -> Days:
    """The days on which comparators are looked at: the cohort's own, or eight spread over them if there are more."""
    days = np.unique(index)
    if len(days) <= MOST_DATES:
        return days
    places = (np.arange(MOST_DATES) + 0.5) / MOST_DATES
    return np.unique(np.quantile(index, places, method="nearest").astype(np.int64))


def at_risk(lives: Lives, area: Flags, day: int, *, free: bool) -> Days:
    """People of `area` who could have been selected on a day: ten years old or more, not managed before it, and, with
    `free`, not in custody. Somebody managed later still stands there: to leave them out would be to look ahead.
    """
    age = (day - lives.born) / 365.25
    who = np.flatnonzero(area & (lives.managed_from >= day) & (age >= 10))
    return who[~lives.held_on(who, np.full(len(who), day))] if free else who


def risk_set(lives: Lives, area: Flags, days: Days, *, years: int, free: bool, without: Flags | None = None) -> Rows:
    """Rows of everybody at risk on each of the days, but for people who were selected on that very day.

    `without` marks people who are left out on every day.
    """
    parts = []
    for day in days.tolist():
        who = at_risk(lives, area, day, free=free)
        who = who[lives.managed_from[who] > day]
        if without is not None:
            who = who[~without[who]]
        parts.append(rows_on(lives, who, np.full(len(who), day), years=years))
    return joined(parts)


def terms(rows: Rows, years: int, *, recent: bool = True) -> Floats:
    """What selection may have turned on, (n, p): counts of the years before straight, by logarithm and (the last)
    squared, of the last two quarters, time inside, age and its square, sex. Known on the day, alike in every year.
    """
    last, age = np.minimum(rows.counts[:, 0], MOST_COUNTED), (rows.age - 30) / 10
    columns = [last, np.log1p(last), last**2 / MOST_COUNTED]
    for back in range(1, years):
        earlier = np.minimum(rows.counts[:, back], MOST_COUNTED)
        columns += [earlier, np.log1p(earlier)]
    if recent:
        columns += [np.minimum(rows.recent[:, 0], MOST_COUNTED), np.minimum(rows.recent[:, 1], MOST_COUNTED)]
    return np.column_stack([*columns, 1 - rows.free[:, 0] / YEAR, age, age**2, rows.female])


def term_names(years: int, *, recent: bool = True) -> tuple[str, ...]:
    """What `terms` holds, in words."""
    names = ["offences, last year", "offences, last year (log)", "offences, last year (squared)"]
    for back in range(2, years + 1):
        names += [f"offences, {back} years ago", f"offences, {back} years ago (log)"]
    names += ["offences, last quarter", "offences, quarter before"] if recent else []
    return (*names, "share of last year in custody", "age", "age squared", "female")
