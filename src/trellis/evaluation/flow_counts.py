"""The flow of people as it may leave: small counts withheld, and with them whatever gives one away.

A step that lies within another (matched within evaluated, evaluated within selected) is a count of its own, and so is
what it leaves, so that no lone hidden step can be worked out from the totals round it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trellis.disclosure import CONFIDENTIAL, Dimension, Publication, Table, protect
from trellis.evaluation.result import Flow

STEPS = {
    "submitted": "Ever managed",
    "outside": "Selected outside the window",
    "too_early": "Selected with less than a year of history",
    "selected": "Selected in the window, with a year of history",
    "immature": "Selected too lately for a final figure (provisional)",
    "evaluated": "Evaluated",
    "matched": "Of these, found a match in the matched comparison",
    "unmatched": "Of these, found none",
}
SAID_WITHHELD = "a withheld number"


@dataclass(frozen=True, slots=True, eq=False)
class ShownFlow:
    """The steps as a page may show them."""

    publication: Publication

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Each step and its count: rounded, or the symbol of what is withheld."""
        return [(STEPS[step], CONFIDENTIAL if count is None else f"{count:,}") for step, count in self.counts.items()]

    @property
    def counts(self) -> dict[str, int | None]:
        """The count shown of each step, None where it is withheld."""
        steps = self.publication.table.dimensions[0].shown
        return {step: self.publication.count(step=step) for step in STEPS if step in steps}

    @property
    def words(self) -> dict[str, str]:
        """The same for a sentence."""
        return {step: SAID_WITHHELD if count is None else f"{count:,}" for step, count in self.counts.items()}

    @property
    def withheld(self) -> int:
        """How many steps show no count."""
        return sum(count is None for count in self.counts.values())

    @property
    def sentences(self) -> tuple[str, ...]:
        """How the counts were protected, without the sentences on shares and rates, which the flow has none of."""
        return self.publication.sentences()[:3]


def shown_flow(flow: Flow) -> ShownFlow:
    """Protect the counts of a flow of people under the default policy."""
    inside = (
        {"evaluated": flow.evaluated}
        if flow.matched is None
        else {"matched": flow.matched, "unmatched": flow.evaluated - flow.matched}
    )
    leaves = {"outside": flow.outside, "too_early": flow.too_early, "immature": flow.immature, **inside}
    shown = {
        **{leaf: (leaf,) for leaf in leaves},
        "evaluated": tuple(inside),
        "selected": ("immature", *inside),
        "submitted": tuple(leaves),
    }
    counts = np.array(list(leaves.values()), dtype=np.int64)
    return ShownFlow(protect(Table("people managed", (Dimension("step", tuple(leaves), shown),), counts)))
