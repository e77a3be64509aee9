"""The knobs of a world with a known effect, and the named worlds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

YEAR = 365
QUARTERS_A_YEAR = 4


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """Two areas of equal size, one with a scheme and one without. Every number is invented, to be plausible only."""

    effect: float = 1.0
    """The rate of offending once managed, beside what it would have been: 1 is no effect, 0.8 a fall of 20 %."""
    pool_rate: float = 1.0
    """How much people of the area without a scheme offend beside those of the area with one."""
    intelligence: float = 0.0
    """How far selectors know the day's true rate, which no record holds: at 0 they go by last year's count, at 1 by it.
    """
    later_covariate: bool = False
    """Whether people.csv also carries a risk score that was dated after selection and knows the follow-up."""
    people_per_area: int = 10_000
    managed: int = 250
    panels: int = 1
    """Days on which people are selected, a quarter apart; the managed are spread evenly over them."""
    first_panel: date = date(2021, 7, 1)
    history_years: int = 5
    follow_up_days: int = 2 * YEAR
    """From the last panel to the day on which the files were taken."""
    rate_mean: float = 1.55
    """Offences a year while free."""
    rate_shape: float = 0.7
    """Shape of the gamma from which each person's own rate comes: the smaller, the fewer people do most."""
    burst_spread: float = 0.8
    burst_persistence: float = 0.7
    """Standard deviation and quarter-to-quarter correlation of the log-rate about a person's own."""
    judgement: float = 2.0
    """Standard deviation of what selectors add to last year's count."""
    custody_floor: float = 0.02
    custody_slope: float = 0.02
    custody_ceiling: float = 0.3
    """Chance that an offence ends in custody: the floor, and the slope for each offence of late, up to the ceiling."""
    custody_median_days: float = 80.0


WORLDS: dict[str, WorldSettings] = {
    "zero": WorldSettings(),
    "minus-20": WorldSettings(effect=0.8),
    "plus-10": WorldSettings(effect=1.1),
    "unlike-pool": WorldSettings(pool_rate=0.6),
    "hidden-intelligence": WorldSettings(intelligence=0.2),
    "tiny": WorldSettings(managed=40),
    "immature": WorldSettings(follow_up_days=400),
    "later-covariate": WorldSettings(later_covariate=True),
}
"""By name. `immature` ends before 18 months have passed, so that not every reoffence can have been proven."""
