"""Where the comparison people come from: the places of the managed, as long as enough others live there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from trellis.evaluation.comparing import checks, earlier_years
from trellis.evaluation.comparing.earlier_years import Design
from trellis.evaluation.comparing.rows import Flags
from trellis.evaluation.world.cohort import Cohort
from trellis.evaluation.world.lives import NEVER, Lives
from trellis.rules.errors import Refused

FEWEST_EACH: Final = 3
FEWEST: Final = 100
"""People of the place who were never managed, for each of the managed and in all, for the place to be enough."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """`area` marks who lives where comparison people are taken from; `own`: those are the places of the managed."""

    area: Flags
    own: bool
    others: int


def of(lives: Lives, cohort: Cohort) -> Place:
    """The places of the managed if enough others live there, or else everywhere."""
    never = lives.managed_from == NEVER
    home = np.isin(lives.area, np.unique(lives.area[cohort.evaluated]))
    here = int((home & never).sum())
    if here >= max(FEWEST, FEWEST_EACH * len(cohort.evaluated)):
        return Place(home, own=True, others=here)
    everywhere = np.ones(lives.people, dtype=bool)
    return Place(everywhere, own=bool(home.all()), others=int(never.sum()))


def design(lives: Lives, cohort: Cohort, chosen: Place) -> Design:
    """The comparison with earlier years of the place.

    Where the files do not hold everybody from whom people were selected, the managed are left out of those years.
    Raises Refused when too few others are held, and as earlier_years.design.
    """
    if chosen.others < FEWEST:
        raise Refused(
            f"The files hold {chosen.others} people who were never managed; {FEWEST} are needed for a comparison. "
            f"Add the others of the same place to people.csv, with their offences."
        )
    if not chosen.own:
        return earlier_years.design(lives, cohort, chosen.area, whole=False)
    found = earlier_years.design(lives, cohort, chosen.area)
    never = lives.managed_from == NEVER
    return (
        found
        if checks.depletion(lives, found, never)
        else earlier_years.design(lives, cohort, chosen.area, whole=False)
    )
