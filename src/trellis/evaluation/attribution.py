"""What a fall from before to after may and may not be called. Every before-and-after table carries these words.

People are chosen for a scheme at their worst, so their offending falls with no scheme at all:
docs/explanation/why-before-and-after-misleads.md shows by how much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trellis.rules.errors import Refused

NOT_ATTRIBUTABLE: Final = (
    "This is a change and is not attributable to the scheme: people are chosen when they offend most, "
    "and part of any fall would come by itself."
)
EVIDENCE_LEVEL: Final = "Evidence level 1 of 5 on the Maryland scale: before and after, with no comparison."
PROVEN_IS_NOT_ALL: Final = (
    "Proven offences are not all offences: in 2019, 76 % of thefts and 58 % of robberies were closed with no suspect "
    "identified, against 21.2 % of other offences (national refresh of Integrated Offender Management)."
)


@dataclass(frozen=True, slots=True)
class NaturalFall:
    """The share by which offending would be expected to fall with no scheme, 0.3 for 30 %, its interval and method.

    Below 0 it would be expected to rise. Raises Refused when the interval does not hold the share.
    """

    share: float
    low: float
    high: float
    method: str

    def __post_init__(self) -> None:
        """Refuse an interval that does not hold the share."""
        if not self.low <= self.share <= self.high:
            raise Refused("The natural fall must lie inside its own interval.")

    def words(self, change: float | None) -> str:
        """How much of a change (−0.536 for a fall of 53.6 %) would be expected with no scheme."""
        of = "" if change is None else f"Of the change of {signed_percent(change)}, "
        return (
            f"{of}{signed_percent(-self.share)} would be expected with no scheme at all (95 % interval "
            f"{signed_percent(-self.high)} to {signed_percent(-self.low)}; {self.method})."
        )


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """Nobody has worked out the natural fall, and the reason."""

    why: str

    def words(self, change: float | None) -> str:
        """That it was not assessed, and what that means for the change."""
        of = "the change" if change is None else f"the change of {signed_percent(change)}"
        return (
            f"The natural fall is not assessed ({self.why}), so nobody can say how much of {of} would have come with "
            f"no scheme at all."
        )


Expected = NaturalFall | NotAssessed


def signed_percent(share: float) -> str:
    """`−53.6 %`, `+4.0 %` or `0.0 %`."""
    rounded = round(100 * share, 1)
    sign = "−" if rounded < 0 else "+" if rounded > 0 else ""
    return f"{sign}{abs(rounded):.1f} %"
