"""A score held against what happened, for each group: does it rank, does it mean what it says, whom does it fail."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trellis.evaluation.design_matrix import numbers
from trellis.evaluation.equality.calibration import (
    Band,
    Line,
    calibration_bands,
    calibration_line,
    observed_over_expected,
    tenth_cuts,
)
from trellis.evaluation.equality.comparisons import Difference, Ratio, Z
from trellis.evaluation.equality.discrimination import Discrimination, auc
from trellis.evaluation.equality.groups import flags, labels, ordered
from trellis.evaluation.equality.threshold import (
    CHOULDECHOVA,
    Errors,
    RateDifference,
    error_rates,
    rate_differences,
)
from trellis.rules.errors import Refused

FEWEST_EVENTS = 100
"""With fewer people with the outcome, or fewer without, a group's figures are too few to judge by."""

REPEATS = 2_000


@dataclass(frozen=True, slots=True)
class GroupCheck:
    """One group's checks. `too_few` is a sentence when there are too few to judge; then all figures are None."""

    group: str
    people: int
    events: int
    too_few: str
    auc: Discrimination | None
    observed_over_expected: Ratio | None
    line: Line | None
    bands: tuple[Band, ...]
    errors: Errors | None
    differences: tuple[RateDifference, ...]
    auc_difference: Difference | None


@dataclass(frozen=True, slots=True)
class ScoreChecks:
    """Every group's checks, the reference first and Unknown last, at the threshold in use; and what to bear in mind."""

    characteristic: str
    reference: str
    threshold: float
    groups: tuple[GroupCheck, ...]
    note: str = CHOULDECHOVA


def score_checks(
    people: pl.DataFrame,
    *,
    characteristic: str,
    reference: str,
    chance: str,
    outcome: str,
    threshold: float,
    seed: int,
) -> ScoreChecks:
    """Check a score's chances (between 0 and 1) against a true/false outcome, for each group of a characteristic.

    Somebody is picked when their chance is at or above the threshold. A group with fewer than 100 people with the
    outcome, or fewer than 100 without, is named with its numbers and not judged. `auc_difference` is in hundredths of
    the area. Raises Refused for gaps, for chances of 0 or 1 and outside, and without anybody in the reference group.
    """
    group, happened, chances = labels(people, characteristic), flags(people, outcome), numbers(people[chance])
    if not ((chances > 0) & (chances < 1)).all():
        raise Refused(f"“{chance}” must lie between 0 and 1, which are left out: divide percentages by 100.")
    rows = _Rows(group, happened, chances, threshold, tenth_cuts(chances), reference, seed)
    return ScoreChecks(
        characteristic, reference, threshold, tuple(rows.check(name) for name in ordered(group, reference))
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    group: NDArray[np.str_]
    happened: NDArray[np.bool_]
    chances: NDArray[np.float64]
    threshold: float
    cuts: NDArray[np.float64]
    reference: str
    seed: int

    def check(self, name: str) -> GroupCheck:
        """All checks of one group, or why there are none."""
        people, events = self._numbers(name)
        if sentence := _too_few(name, people, events):
            return GroupCheck(name, people, events, sentence, None, None, None, (), None, (), None)
        own = self.group == name
        happened, chances = self.happened[own], self.chances[own]
        compared = name != self.reference and not _too_few(self.reference, *self._numbers(self.reference))
        return GroupCheck(
            group=name,
            people=people,
            events=events,
            too_few="",
            auc=auc(chances, happened),
            observed_over_expected=observed_over_expected(happened, chances),
            line=calibration_line(happened, chances),
            bands=calibration_bands(happened, chances, self.cuts),
            errors=error_rates(chances >= self.threshold, happened),
            differences=self._differences(own) if compared else (),
            auc_difference=self._auc_difference(own) if compared else None,
        )

    def _numbers(self, name: str) -> tuple[int, int]:
        own = self.group == name
        return int(own.sum()), int(self.happened[own].sum())

    def _differences(self, own: NDArray[np.bool_]) -> tuple[RateDifference, ...]:
        base, picked = self.group == self.reference, self.chances >= self.threshold
        return rate_differences(
            picked[own], self.happened[own], picked[base], self.happened[base], seed=self.seed, repeats=REPEATS
        )

    def _auc_difference(self, own: NDArray[np.bool_]) -> Difference | None:
        """Groups share nobody, so the variances of their areas add up."""
        base = self.group == self.reference
        first, second = auc(self.chances[own], self.happened[own]), auc(self.chances[base], self.happened[base])
        if first is None or second is None:
            return None
        at, reach = 100 * (first.auc - second.auc), 100 * Z * sqrt(first.variance + second.variance)
        return Difference(at, at - reach, at + reach)


def _too_few(name: str, people: int, events: int) -> str:
    fewer = min(events, people - events)
    if fewer >= FEWEST_EVENTS:
        return ""
    kind = "with" if events <= people - events else "without"
    return (
        f"{name}: {fewer:,} people {kind} the outcome are too few to judge the score by ({FEWEST_EVENTS} are needed)."
    )
