"""What offending leads to: the more of it of late, the likelier custody, and nobody offends inside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trellis.synthetic.worlds.settings import YEAR, WorldSettings

SPREAD_OF_LENGTHS = 0.8
"""Standard deviation of the log of a stay in custody."""


@dataclass(frozen=True, slots=True)
class Offences:
    """Offences in order of person and day: one entry an offence. `day` and `proven` count from the world's start.

    The rest are uniform draws made beforehand, so that worlds with one seed share them.
    """

    person: NDArray[np.int64]
    day: NDArray[np.int64]
    proven: NDArray[np.int64]
    thin: NDArray[np.float64]
    jailed: NDArray[np.float64]
    length: NDArray[np.float64]
    kind: NDArray[np.float64]

    def only(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Offences:
        """Those that a mask marks, or that an index array names in its order."""
        whole, luck = (self.person, self.day, self.proven), (self.thin, self.jailed, self.length, self.kind)
        person, day, proven = (field[which] for field in whole)
        return Offences(person, day, proven, *(field[which] for field in luck))


@dataclass(frozen=True, slots=True)
class Spells:
    """Stays in custody, in order of person and start, never overlapping; `ends` is the first day free."""

    person: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lived:
    """The offences that happened, and the custody that followed."""

    offences: Offences
    custody: Spells


def live(settings: WorldSettings, chances: Offences, people: int) -> Lived:
    """Go through everybody's offences one by one in step: those that fall in custody do not happen.

    An offence leads to custody from the day it is proven, with a chance that rises with offences of late: a sum that
    halves every half-year. Whoever already awaits custody or is inside gets no second stay.
    """
    counts = np.bincount(chances.person, minlength=people)
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    busiest = np.argsort(-counts, kind="stable")
    still = people - np.searchsorted(np.sort(counts), np.arange(1, counts.max(initial=0) + 1))
    stay = _stays(settings, chances.length)
    happened = np.zeros(len(chances.day), dtype=bool)
    jailed = np.zeros(len(chances.day), dtype=bool)
    # None inside yet: a stay that ended before the first day.
    starts, ends = np.full(people, -2), np.full(people, -1)
    pressure, last = np.zeros(people), np.zeros(people)
    for rank, many in enumerate(still):
        who = busiest[:many]
        row = first[who] + rank
        day = chances.day[row]
        free = (day < starts[who]) | (day >= ends[who])
        who, row, day = who[free], row[free], day[free]
        happened[row] = True
        pressure[who] = pressure[who] * 0.5 ** ((day - last[who]) / (YEAR / 2)) + 1
        last[who] = day
        chance = np.minimum(settings.custody_floor + settings.custody_slope * pressure[who], settings.custody_ceiling)
        goes = (day >= ends[who]) & (chances.jailed[row] < chance)
        who, row = who[goes], row[goes]
        jailed[row] = True
        starts[who], ends[who] = chances.proven[row], chances.proven[row] + stay[row]
    spells = Spells(chances.person[jailed], chances.proven[jailed], chances.proven[jailed] + stay[jailed])
    return Lived(chances.only(happened), spells)


def _stays(settings: WorldSettings, luck: NDArray[np.float64]) -> NDArray[np.int64]:
    """Days of each stay: log-logistic about the median, a week at least and two years at most."""
    days = settings.custody_median_days * (luck / (1 - luck)) ** (SPREAD_OF_LENGTHS * np.sqrt(3) / np.pi)
    return np.asarray(np.clip(days, 7, 2 * YEAR), dtype=np.int64)
