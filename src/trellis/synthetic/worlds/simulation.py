"""Lives in two areas: gamma rates with bursts, custody that follows offending, and a scheme that picks the busiest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trellis.synthetic.worlds.justice import Offences, Spells, live
from trellis.synthetic.worlds.selection import NEVER, choose
from trellis.synthetic.worlds.settings import QUARTERS_A_YEAR, YEAR, WorldSettings

MOST_A_YEAR = 40.0
"""Nobody's rate is let above this."""

FEMALE_SHARE = 0.14
WOMEN_TO_MEN = 0.6
YOUNGEST, OLDEST = 18, 55


@dataclass(frozen=True, slots=True)
class Lives:
    """One simulated world. Days count from its start; the first `people_per_area` people are the scheme's area.

    `offences` are those that happened; `without_scheme` those that would have, had nobody been managed.
    """

    settings: WorldSettings
    age_days: NDArray[np.int64]
    """Days each person had lived at the start."""
    female: NDArray[np.bool_]
    managed_from: NDArray[np.int64]
    """The day each person was selected; NEVER for those who were not."""
    managed_to: NDArray[np.int64]
    """The first day no longer managed; NEVER for those who still are, or never were."""
    offences: Offences
    custody: Spells
    without_scheme: Offences
    custody_without_scheme: Spells
    panel_days: tuple[int, ...]
    as_at: int

    @property
    def in_scheme_area(self) -> NDArray[np.bool_]:
        """Who lives in the area that has the scheme."""
        people: NDArray[np.bool_] = np.arange(len(self.female)) < self.settings.people_per_area
        return people


def simulate(settings: WorldSettings, *, seed: int) -> Lives:
    """Live through a world. The same settings and seed give the same lives.

    Two worlds that differ in `effect` alone share every draw that the effect leaves alone.
    """
    rng = np.random.default_rng(seed)
    people = 2 * settings.people_per_area
    panels = tuple(settings.history_years * YEAR + panel * 91 for panel in range(settings.panels))
    as_at = panels[-1] + settings.follow_up_days
    age_days = rng.integers(YOUNGEST * YEAR, OLDEST * YEAR, people)
    female = rng.random(people) < FEMALE_SHARE
    rates = yearly_rates(rng, settings, female, quarters=-(-as_at * QUARTERS_A_YEAR // YEAR))
    chances = draw_offences(rng, settings, rates, as_at)
    alone = live(settings, chances.only(chances.thin < 1 / max(1.0, settings.effect)), people)
    managed_from = choose(rng, settings, panels, rates, alone)
    stays = rng.integers(180, 3 * YEAR, people)
    managed_to = np.where(managed_from + stays < as_at, managed_from + stays, NEVER)
    kept = np.where(chances.day >= managed_from[chances.person], settings.effect, 1.0) / max(1.0, settings.effect)
    lived = live(settings, chances.only(chances.thin < kept), people) if settings.effect != 1 else alone
    return Lives(
        settings=settings,
        age_days=age_days,
        female=female,
        managed_from=managed_from,
        managed_to=np.where(managed_from == NEVER, NEVER, managed_to),
        offences=lived.offences,
        custody=lived.custody,
        without_scheme=alone.offences,
        custody_without_scheme=alone.custody,
        panel_days=panels,
        as_at=as_at,
    )


def yearly_rates(
    rng: np.random.Generator, settings: WorldSettings, female: NDArray[np.bool_], *, quarters: int
) -> NDArray[np.float64]:
    """Offences a year while free, by person and quarter: (people, quarters)."""
    people = len(female)
    area = np.where(np.arange(people) < settings.people_per_area, 1.0, settings.pool_rate)
    own = rng.gamma(settings.rate_shape, settings.rate_mean / settings.rate_shape, people)
    own *= area * np.where(female, WOMEN_TO_MEN, 1.0)
    shocks = rng.standard_normal((quarters, people))
    log_rate = np.empty((quarters, people))
    log_rate[0] = shocks[0]
    innovation = np.sqrt(1 - settings.burst_persistence**2)
    for quarter in range(1, quarters):
        log_rate[quarter] = settings.burst_persistence * log_rate[quarter - 1] + innovation * shocks[quarter]
    bursts = np.exp(settings.burst_spread * log_rate.T - settings.burst_spread**2 / 2)
    return np.asarray(np.minimum(own[:, None] * bursts, MOST_A_YEAR))


def draw_offences(
    rng: np.random.Generator, settings: WorldSettings, rates: NDArray[np.float64], as_at: int
) -> Offences:
    """Offences of people always free, by person and day; with an effect above 1 more, to be thinned out again."""
    people, quarters = rates.shape
    counts = rng.poisson(rates.ravel() * max(1.0, settings.effect) / QUARTERS_A_YEAR)
    cell = np.repeat(np.arange(people * quarters), counts)
    person, quarter = cell // quarters, cell % quarters
    day = ((quarter + rng.random(len(cell))) * (YEAR / QUARTERS_A_YEAR)).astype(np.int64)
    # Proof takes a day at least and never more than the six months that a proven reoffence is given.
    proven = day + np.clip(rng.lognormal(np.log(45), 0.6, len(cell)), 1, 180).astype(np.int64)
    luck = rng.random((4, len(cell)))
    order = np.lexsort((day, person))
    every = Offences(person, day, proven, *luck)
    return every.only(order[day[order] < as_at])
