"""What a world is like: every number that a generated force depends on. Equal settings make equal bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

FEWEST_PEOPLE, MOST_PEOPLE = 100, 100_000
"""Fewer would leave files without rows; the reserved probation references name no more."""


@dataclass(frozen=True, kw_only=True)
class World:
    """How people offend and how the system answers. A world with `effect=1` is one in which the scheme does nothing.

    A person's rate of offending (offences a year) is a gamma draw, times a burst that comes and goes: a first-order
    autoregressive log-rate by quarter. Selection at worst from such rates is followed by a fall that nobody caused.
    """

    rate_shape: float = 0.7
    rate_mean: float = 1.9
    burst_persistence: float = 0.7
    burst_spread: float = 0.8
    detection: float = 0.55
    judgement_noise: float = 0.35
    effect: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a world that cannot be drawn."""
        if min(self.rate_shape, self.rate_mean, self.effect) <= 0:
            raise ValueError("rate_shape, rate_mean and effect must be above 0.")
        if not 0 <= self.burst_persistence < 1:
            raise ValueError("burst_persistence must be at least 0 and below 1, or bursts never end.")
        if not 0 <= self.detection <= 1:
            raise ValueError("detection is a probability: give a number from 0 to 1.")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How much of a world to make: who is known, over how long, up to when, and who was ever managed."""

    as_at: date = date(2026, 10, 31)
    seed: int = 2026
    people: int = 2000
    years: int = 10
    managed: int = 150
    world: World = field(default_factory=World)

    def __post_init__(self) -> None:
        """Refuse what would not fit the invented ranges, or leave nobody to choose from."""
        if not FEWEST_PEOPLE <= self.people <= MOST_PEOPLE:
            raise ValueError(f"people must be from {FEWEST_PEOPLE} to {MOST_PEOPLE}: reserved references name no more.")
        if not 5 <= self.years <= 20:
            raise ValueError("years must be from 5 to 20.")
        if not 0 <= self.managed <= self.people // 10:
            raise ValueError("managed must be from 0 to a tenth of the people.")

    @property
    def start(self) -> date:
        """The first day of the window, day 0 of every array here; never the 29th or later, which some months lack."""
        day = min(self.as_at.day, 28)
        return self.as_at.replace(year=self.as_at.year - self.years, day=day)

    @property
    def days(self) -> int:
        """Days in the window, the `as_at` date left out."""
        return (self.as_at - self.start).days
