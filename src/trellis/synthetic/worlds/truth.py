"""What is true in a world, kept apart from the files that an evaluation may read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Truth:
    """The effect, and what the same people would have done without it.

    Before is the 365 days up to each person's selection, after the 365 days from it or up to `as_at`.
    """

    rate_ratio: float
    """The rate of offending at liberty once managed, beside what it would have been."""
    natural_fall: float
    """Share by which their rate at liberty would have fallen with no scheme: 1 − after / before."""
    managed: tuple[str, ...]
    """person_id of everyone managed, in order of file."""
