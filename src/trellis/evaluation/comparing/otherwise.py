"""The same question asked otherwise: other rules of matching, and the headline with no custody taken out.

None of these is the headline. They show how much an answer hangs on choices that could have been made differently
(on lalonde defensible rules of matching differ threefold), so all are named before outcomes are read and all are shown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from trellis.evaluation.comparing import earlier_years, matched
from trellis.evaluation.comparing.earlier_years import Design
from trellis.evaluation.comparing.matched import MatchedDesign
from trellis.evaluation.comparing.rows import Outcomes
from trellis.evaluation.matching import Spec
from trellis.evaluation.result import Otherwise
from trellis.evaluation.world.lives import YEAR, Lives
from trellis.rules.errors import Refused

SPECS: Final = {
    "Matched one to one": Spec(ratio=1, caliper=0.2, discard="both"),
    "Matched with replacement, up to three to one": Spec(ratio=3, caliper=0.2, discard="both", replace=True),
    "Matched within a caliper of 0.05 standard deviations": Spec(ratio=3, caliper=0.05, discard="both"),
    "Matched closest pairs first": Spec(ratio=3, caliper=0.2, discard="both", order="closest"),
}
NO_CUSTODY: Final = "Headline method, no custody taken out of time at risk"
NAMES: Final = (*SPECS, NO_CUSTODY)


def matched_otherwise(plan: MatchedDesign, outcomes: Outcomes) -> tuple[list[Otherwise], list[str]]:
    """The matched comparison by each of SPECS, and a sentence for each that could not be had."""
    found, refusals = [], []
    for name, spec in SPECS.items():
        try:
            other = matched.otherwise(plan, spec)
            effect = matched.compare(other, outcomes)
        except Refused as refusal:
            refusals.append(f"{name}: {refusal}")
            continue
        worst = float(np.nanmax(np.abs([row.smd for row in other.balance.after])))
        people = other.balance.matched_treated
        found.append(Otherwise(name, effect.estimate, effect.low, effect.high, worst, people))
    return found, refusals


def without_custody(
    lives: Lives, plan: Design, outcomes: tuple[Outcomes, Outcomes, Outcomes], *, replicates: int, seed: int
) -> Otherwise:
    """The headline with every day of the year after counted as time at risk, as the national measure does.

    `outcomes`: of the managed, of the others now and of everybody then.
    """
    own, now, then = (replace(each, days=np.full(len(each.days), float(YEAR))) for each in outcomes)
    found = earlier_years.compare(lives, plan, own, now, then, replicates=replicates, seed=seed)
    return Otherwise(NO_CUSTODY, found.value("ratio"), *found.interval("ratio"))
