"""Whether methods that rest on different assumptions say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from trellis.rules.errors import Refused

TOLERANCE = 0.10
"""Largest gap between two rate ratios that still counts as agreement: ten points of change."""


class Estimated(Protocol):
    """Anything with a method's name and its rate ratio with interval."""

    @property
    def method(self) -> str: ...
    @property
    def rate_ratio(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Agreement:
    """The two methods furthest apart, and whether they are near enough. `gap` is in rate ratio: 0.1 is 10 points."""

    lowest: str
    highest: str
    gap: float
    agree: bool
    same_verdict: bool
    sentence: str


def verdict(low: float, high: float) -> str:
    """Fewer, more or cannot tell: by the interval alone."""
    if high < 1:
        return "fewer"
    return "more" if low > 1 else "cannot tell"


def agreement(estimates: Sequence[Estimated], *, tolerance: float = TOLERANCE) -> Agreement:
    """Compare two methods or more. Raises Refused for fewer."""
    if len(estimates) < 2:
        raise Refused("Agreement takes two methods or more. Run another one beside this.")
    ordered = sorted(estimates, key=lambda one: one.rate_ratio)
    lowest, highest = ordered[0], ordered[-1]
    gap = highest.rate_ratio - lowest.rate_ratio
    agree = gap <= tolerance
    verdicts = {verdict(one.low, one.high) for one in estimates}
    change = [f"{100 * (one.rate_ratio - 1):+.1f} %".replace("-", "−") for one in (lowest, highest)]
    gap_words = f"{100 * gap:.1f} points apart ({lowest.method} {change[0]}, {highest.method} {change[1]})"
    return Agreement(
        lowest=lowest.method,
        highest=highest.method,
        gap=gap,
        agree=agree,
        same_verdict=len(verdicts) == 1,
        sentence=f"The methods {'agree' if agree else 'disagree'}: the two furthest from each other are {gap_words}.",
    )
