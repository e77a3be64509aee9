"""What every estimate of the natural fall starts from: one area's people, counted year by year about a day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trellis.rules.errors import Refused

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Panel:
    """n people about their index dates, with h whole years before it, oldest first, and one window after it.

    `counts` and `days` are (n, h): offences, and days at risk. `after` and `days_after` are n: the same in the
    follow-up. `managed` marks who was selected on the index date; nobody may have been managed before it. `eligible`
    marks who could have been selected then, at liberty above all, and `eligible_earlier` who could have been 365
    days before. `covariates` is (n, p): numbers known on the index date and hardly other a year before it, such as
    sex and age.

    Raises Refused when shapes differ, a number is missing or negative, or nobody is managed or nobody is not.
    """

    counts: Floats
    days: Floats
    after: Floats
    days_after: Floats
    managed: Flags
    eligible: Flags
    eligible_earlier: Flags
    covariates: Floats

    def __post_init__(self) -> None:
        """Refuse what no estimate could use."""
        people, years = self.counts.shape
        shapes = [self.days.shape == (people, years), self.covariates.shape[:1] == (people,)]
        singles = (self.after, self.days_after, self.managed, self.eligible, self.eligible_earlier)
        if not all([*shapes, *(column.shape == (people,) for column in singles)]):
            raise Refused("The tables of a panel are not about the same people and years. Build them in one go.")
        for numbers in (self.counts, self.days, self.after, self.days_after):
            if not (numbers >= 0).all():
                raise Refused("A count or a number of days is missing or below 0. Mend or leave out those people.")
        if not np.isfinite(self.covariates).all():
            raise Refused("A covariate is missing. Fill it in, or leave it out.")
        if not 0 < self.managed.sum() < people:
            raise Refused("The natural fall is learnt from people managed and people not managed; one kind is absent.")

    @property
    def years(self) -> Floats:
        """Years at risk in each year before: (n, h)."""
        return self.days / DAYS_A_YEAR

    @property
    def years_after(self) -> Floats:
        """Years at risk in the follow-up: n."""
        return self.days_after / DAYS_A_YEAR

    def need_history(self, years: int, why: str) -> None:
        """Refuse with a sentence when fewer years before the index date are held."""
        if self.counts.shape[1] < years:
            raise Refused(f"{why} needs {years} years of history; {self.counts.shape[1]} are held. Add earlier years.")

    def before(self) -> tuple[float, float]:
        """Offences and years at risk of the managed in the year before they were selected."""
        return float(self.counts[self.managed, -1].sum()), float(self.years[self.managed, -1].sum())


def make_panel(
    counts: NDArray[np.generic],
    days: NDArray[np.generic],
    after: NDArray[np.generic],
    days_after: NDArray[np.generic],
    managed: NDArray[np.generic],
    *,
    eligible: NDArray[np.generic] | None = None,
    eligible_earlier: NDArray[np.generic] | None = None,
    covariates: NDArray[np.generic] | None = None,
) -> Panel:
    """A panel from arrays of any number type; everyone is eligible and no covariate is known unless given."""
    people = len(managed)
    everyone = np.ones(people, dtype=bool)
    known = np.empty((people, 0)) if covariates is None else covariates
    return Panel(
        counts=counts.astype(np.float64),
        days=days.astype(np.float64),
        after=after.astype(np.float64),
        days_after=days_after.astype(np.float64),
        managed=managed.astype(bool),
        eligible=everyone if eligible is None else eligible.astype(bool),
        eligible_earlier=everyone if eligible_earlier is None else eligible_earlier.astype(bool),
        covariates=known.astype(np.float64),
    )
