"""When people would offend if they were always free: gamma rates, bursts, age and sex."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trellis.synthetic.offences import draw
from trellis.synthetic.settings import Settings, World

MOST_A_YEAR = 40.0
"""Nobody's rate is let above this, or one burst could fill the file."""

WOMEN_TO_MEN = 0.45
QUARTERS_A_YEAR = 4
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Chances:
    """Offences that would happen, in order of person and day. Arrays of one length, one entry an offence.

    `person` counts from 0; `day` from the window's start; `code` indexes OFFENCES; `luck` holds uniform draws in named
    columns (see LUCK), made beforehand so that two worlds with one seed share every draw.
    """

    person: NDArray[np.int64]
    day: NDArray[np.int64]
    code: NDArray[np.int64]
    luck: NDArray[np.float64]

    def only(self, keep: NDArray[np.bool_]) -> Chances:
        """Those that `keep` marks."""
        return Chances(self.person[keep], self.day[keep], self.code[keep], self.luck[keep])


LUCK = ("thin", "detect", "lag", "join", "outcome", "remand", "court", "finding", "disposal", "length", "plea", "clock")


def bursts(rng: np.random.Generator, world: World, people: int, quarters: int) -> NDArray[np.float64]:
    """Each person's multiplier by quarter, (people, quarters), of mean 1: the exponential of an AR(1) log-rate."""
    shocks = rng.standard_normal((people, quarters))
    log_rate = np.empty((people, quarters))
    log_rate[:, 0] = shocks[:, 0]
    innovation = np.sqrt(1 - world.burst_persistence**2)
    for quarter in range(1, quarters):
        log_rate[:, quarter] = world.burst_persistence * log_rate[:, quarter - 1] + innovation * shocks[:, quarter]
    return np.asarray(np.exp(world.burst_spread * log_rate - world.burst_spread**2 / 2))


def age_curve(age: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much people of an age offend beside their own mean: none before 13, most from 18 to 24, then less."""
    rising = np.clip((age - 13) / 5, 0, 1)
    return np.asarray(1.3 * rising * np.exp(-np.clip(age - 24, 0, None) / 28))


def yearly_rates(
    rng: np.random.Generator, settings: Settings, age_at_start: NDArray[np.float64], female: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Offences a year while free, by person and quarter: (people, quarters)."""
    world, quarters = settings.world, settings.years * QUARTERS_A_YEAR
    own = rng.gamma(world.rate_shape, world.rate_mean / world.rate_shape, len(age_at_start))
    own = own * np.where(female, WOMEN_TO_MEN, 1.0)
    ages = age_at_start[:, None] + (np.arange(quarters) + 0.5) / QUARTERS_A_YEAR
    return np.minimum(own[:, None] * age_curve(ages) * bursts(rng, world, len(own), quarters), MOST_A_YEAR)


def chances(
    rng: np.random.Generator,
    settings: Settings,
    age_at_start: NDArray[np.float64],
    female: NDArray[np.bool_],
    habit: NDArray[np.int64],
) -> Chances:
    """Every offence that would happen to people always free, with one more each that makes them known to the police.

    With an effect above 1 more are drawn than happen, and the surplus is thinned out later.
    """
    people, quarters = len(age_at_start), settings.years * QUARTERS_A_YEAR
    rates = yearly_rates(rng, settings, age_at_start, female) * max(1.0, settings.world.effect)
    counts = rng.poisson(rates / QUARTERS_A_YEAR)
    person, quarter = (np.repeat(index.ravel(), counts.ravel()) for index in np.indices(counts.shape))
    length = settings.days / quarters
    day = ((quarter + rng.random(len(quarter))) * length).astype(np.int64)
    first = np.clip((14 - age_at_start) * DAYS_A_YEAR, 0, settings.days - 60)
    known_on = (first + rng.random(people) * (settings.days - 30 - first)).astype(np.int64)
    person, day = np.concatenate([person, np.arange(people)]), np.concatenate([day, known_on])
    luck = rng.random((len(person), len(LUCK)))
    luck[-people:, : LUCK.index("detect") + 1] = 0.0
    code = draw(habit[person], rng.random(len(person)))
    order = np.lexsort((day, person))
    return Chances(person[order], day[order], code[order], luck[order])


def thinned(every: Chances, world: World, managed_from: NDArray[np.int64]) -> Chances:
    """The offences that happen when people offend `effect` times as much from the day they are managed.

    `managed_from` is a day by person, beyond the window for those never managed.
    """
    managed = every.day >= managed_from[every.person]
    chance = np.where(managed, world.effect, 1.0) / max(1.0, world.effect)
    return every.only(every.luck[:, LUCK.index("thin")] < chance)
