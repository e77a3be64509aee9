"""Does the scheme work alike for every group? Asked of the effects together, not of each one's significance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, isfinite, log, sqrt

from scipy.stats import chi2

from trellis.evaluation.equality.comparisons import Method, Ratio, Z
from trellis.rules.errors import Refused

Effect = tuple[float, float, float]
"""A ratio with the limits of its 95 % interval."""


@dataclass(frozen=True, slots=True)
class GroupEffect:
    """A group's own effect, and by how much it differs from the reference group's (a ratio of ratios; None for it)."""

    group: str
    effect: Effect
    versus_reference: Ratio | None


@dataclass(frozen=True, slots=True)
class Interaction:
    """The groups' effects, and the test that they are one and the same (Cochran 1954): Q, degrees of freedom, p."""

    groups: tuple[GroupEffect, ...]
    q: float
    degrees: int
    p: float

    @property
    def words(self) -> str:
        """One sentence; never that the effects are the same."""
        if len(self.groups) < 2:
            return "There is one group, so nothing can be compared."
        if self.p < 0.05:
            return f"The effect differs between groups (p = {self.p:.3f})."
        return f"Whether the effect differs between groups cannot be told (p = {self.p:.2f})."


def interaction(effects: Mapping[str, Effect], *, reference: str) -> Interaction:
    """Compare effects (rate or risk ratios) that were estimated from different people.

    The ratio of two ratios has the log variance of both together (Altman and Bland 2003); standard errors are read off
    the intervals. "Works for one group (p < 0.05) and not for another (p > 0.05)" is no comparison. Raises Refused
    for an effect without a finite interval, and for an unknown reference.
    """
    if reference not in effects:
        raise Refused(f"There is no effect for “{reference}”: choose out of {', '.join(effects)}.")
    logs = {group: _log_effect(group, effect) for group, effect in effects.items()}
    base, base_error = logs[reference]
    weights = {group: 1 / error**2 for group, (_, error) in logs.items()}
    middle = sum(weights[group] * at for group, (at, _) in logs.items()) / sum(weights.values())
    q = sum(weights[group] * (at - middle) ** 2 for group, (at, _) in logs.items())
    rows = tuple(
        GroupEffect(
            group,
            effect,
            None if group == reference else _between(logs[group][0] - base, sqrt(logs[group][1] ** 2 + base_error**2)),
        )
        for group, effect in effects.items()
    )
    degrees = len(effects) - 1
    return Interaction(rows, q, degrees, float(chi2.sf(q, degrees)) if degrees else 1.0)


def _between(difference: float, error: float) -> Ratio:
    return Ratio(exp(difference), exp(difference - Z * error), exp(difference + Z * error), Method.WALD)


def _log_effect(group: str, effect: Effect) -> tuple[float, float]:
    ratio, low, high = effect
    if not (0 < low <= ratio <= high and isfinite(high)) or low == high:
        raise Refused(
            f"The effect for “{group}” has no finite interval, so it cannot be compared: leave the group out."
        )
    return log(ratio), (log(high) - log(low)) / (2 * Z)
