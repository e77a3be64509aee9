"""Who is managed: on each panel day, the busiest people at liberty as the selectors see them."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from trellis.synthetic.worlds.justice import Lived
from trellis.synthetic.worlds.settings import QUARTERS_A_YEAR, YEAR, WorldSettings

NEVER: Final = 1_000_000
"""A day that never comes."""


def choose(
    rng: np.random.Generator,
    settings: WorldSettings,
    panels: tuple[int, ...],
    rates: NDArray[np.float64],
    lived: Lived,
) -> NDArray[np.int64]:
    """The day each person was selected, or NEVER: an array of all people of both areas.

    Lives before anybody is managed decide, and a person not yet managed has lived those whatever the effect.
    """
    people, local = len(rates), settings.people_per_area
    managed_from = np.full(people, NEVER)
    for index, panel in enumerate(panels):
        score = seen_by_selectors(settings, panel, rates, lived)[:local]
        score = score + settings.judgement * rng.standard_normal(local)
        offences = lived.offences
        active = np.zeros(people, dtype=bool)
        active[offences.person[(offences.day < panel) & (offences.day >= panel - YEAR)]] = True
        can = active[:local] & at_liberty(panel, lived, people)[:local] & (managed_from[:local] == NEVER)
        places = settings.managed * (index + 1) // len(panels) - settings.managed * index // len(panels)
        ranked = np.argsort(np.where(can, -score, np.inf), kind="stable")[: min(places, int(can.sum()))]
        managed_from[ranked] = panel
    return managed_from


def seen_by_selectors(
    settings: WorldSettings, panel: int, rates: NDArray[np.float64], lived: Lived
) -> NDArray[np.float64]:
    """What selectors rank people by, before judgement: last year's offences, moved towards the true rate of the last
    quarter as far as they know of it.
    """
    offences = lived.offences
    last_year = (offences.day < panel) & (offences.day >= panel - YEAR)
    counts = np.bincount(offences.person[last_year], minlength=len(rates))
    rate_now = rates[:, (panel - 1) * QUARTERS_A_YEAR // YEAR]
    return np.asarray(counts + settings.intelligence * (rate_now - counts))


def at_liberty(day: int, lived: Lived, people: int) -> NDArray[np.bool_]:
    """Who is not in custody on a day."""
    spells = lived.custody
    free = np.ones(people, dtype=bool)
    free[spells.person[(spells.starts <= day) & (day < spells.ends)]] = False
    return free
