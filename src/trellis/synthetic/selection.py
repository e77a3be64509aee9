"""Whom panels chose: those at their worst, as judged from what was known that day, with some error of judgement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trellis.synthetic.careers import Careers
from trellis.synthetic.offences import IS_NEIGHBOURHOOD
from trellis.synthetic.persons import Nature
from trellis.synthetic.rates import DAYS_A_YEAR
from trellis.synthetic.sentencing import NFA
from trellis.synthetic.settings import Settings

SCHEME_YEARS = 4
PANEL_EVERY = 30
STILL_MANAGED = 0.64
COHORTS = ("Fixed", "Flex", "Free")


@dataclass(frozen=True)
class Selected:
    """Those ever managed in order of adoption: arrays of one length. `left` is beyond the window while managed."""

    person: NDArray[np.int64]
    adopted: NDArray[np.int64]
    left: NDArray[np.int64]
    cohort: NDArray[np.str_]


@dataclass(frozen=True)
class Known:
    """Offences that the police laid at somebody's door: person, day of the arrest, whether neighbourhood crime."""

    person: NDArray[np.int64]
    day: NDArray[np.int64]
    neighbourhood: NDArray[np.bool_]

    def only(self, keep: NDArray[np.bool_]) -> Known:
        """Those that `keep` marks."""
        return Known(self.person[keep], self.day[keep], self.neighbourhood[keep])

    def between(self, low: int, high: int, people: int) -> NDArray[np.int64]:
        """How many each person has from day `low` up to day `high`."""
        return np.bincount(self.person[(self.day >= low) & (self.day < high)], minlength=people)


def known_offences(careers: Careers) -> Known:
    """Offences in cases that ended in a charge or a caution, dated by the arrest."""
    detected = careers.case_of >= 0
    case = careers.case_of[detected]
    pursued = careers.cases.outcome[case] != NFA
    case = case[pursued]
    code = careers.offences.code[detected][pursued]
    return Known(careers.cases.person[case], careers.cases.arrested[case], IS_NEIGHBOURHOOD[code])


def select(rng: np.random.Generator, settings: Settings, nature: Nature, careers: Careers) -> Selected:
    """Hold a panel every month of the scheme's life and adopt the worst of those not yet chosen.

    Judged by the last year's known offences, neighbourhood crime counting double, times a lognormal error.
    """
    known, people = known_offences(careers), settings.people
    panels = np.arange(settings.days - int(SCHEME_YEARS * DAYS_A_YEAR), settings.days - 10, PANEL_EVERY)
    places = np.diff(np.linspace(0, settings.managed, len(panels) + 1).astype(int))
    near = known.only(known.neighbourhood)
    doubled = Known(*(np.concatenate([getattr(known, n), getattr(near, n)]) for n in Known.__dataclass_fields__))
    chosen, adopted = [], []
    free = np.ones(people, dtype=np.bool_)
    for panel, room in zip(panels.tolist(), places.tolist(), strict=True):
        worst = doubled.between(panel - 365, panel, people) * rng.lognormal(0, settings.world.judgement_noise, people)
        worst += rng.random(people) * 1e-6
        adult = nature.age_at_start + panel / DAYS_A_YEAR >= 18
        worst[~(free & adult)] = -1
        best = np.argsort(-worst, kind="stable")[:room]
        free[best] = False
        chosen.append(best)
        adopted.append(np.full(len(best), panel))
    person, day = np.concatenate(chosen), np.concatenate(adopted)
    return Selected(person, day, _left(rng, settings, day), _cohorts(rng, settings, known, person, day))


def _left(rng: np.random.Generator, settings: Settings, adopted: NDArray[np.int64]) -> NDArray[np.int64]:
    """When each left: the scheme keeps a set share, and lets go those whose time was up first."""
    until = adopted + 150 + rng.exponential(700, len(adopted)).astype(np.int64)
    leavers = len(adopted) - round(STILL_MANAGED * len(adopted))
    first = np.argsort(until, kind="stable")[:leavers]
    left = np.full(len(adopted), settings.days + 1)
    # Whoever would go after today went in the last fortnight instead; nobody goes before the day after adoption.
    left[first] = np.clip(until[first], adopted[first] + 1, settings.days - rng.integers(1, 15, leavers))
    return left


def _cohorts(
    rng: np.random.Generator,
    settings: Settings,
    known: Known,
    person: NDArray[np.int64],
    adopted: NDArray[np.int64],
) -> NDArray[np.str_]:
    """Fixed for recent neighbourhood crime, else Flex; one in eight is Free, which each area fills as it likes."""
    near = known.only(known.neighbourhood)
    recent = np.array(
        [near.between(day - 730, day, settings.people)[who] > 0 for who, day in zip(person, adopted, strict=True)]
    )
    kind = np.where(recent, "Fixed", "Flex") if len(recent) else np.zeros(0, dtype="U5")
    return np.asarray(np.where(rng.random(len(kind)) < 0.125, "Free", kind))
