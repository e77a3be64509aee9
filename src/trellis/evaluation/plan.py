"""The plan of a run in words: what is recorded and hashed before outcomes are opened, and the limits of any answer."""

from __future__ import annotations

from datetime import date
from typing import Final

from trellis.evaluation.attribution import PROVEN_IS_NOT_ALL
from trellis.evaluation.comparing import otherwise
from trellis.evaluation.comparing.earlier_years import RULE_YEARS
from trellis.evaluation.comparing.rows import term_names
from trellis.evaluation.definitions import HarmIndex, UnitCostSet
from trellis.evaluation.protocol import HEADLINE, Protocol

LIMITS: Final = (
    "If people were selected on intelligence that these files do not hold, no method here can take it into account, "
    "and every estimate may be wrong in the direction of the scheme looking worse than it is.",
    PROVEN_IS_NOT_ALL,
    "More attention can also find more offences: an enhanced scheme may prove what elsewhere stays unseen.",
    "The estimate is for the people selected here, in the year after their selection, and for nobody else.",
)

PLACEBO: Final = "Placebo cohort, same rule in earlier years (no adjustment for the period)"
MATCHED: Final = "Matched comparison, risk sets, g-computation"
CREDIBILITY: Final = "Linear credibility, fitted one year earlier"
BAYES: Final = "Empirical Bayes, three windows"
RAW: Final = "Before and after, raw (change, not attributable)"
DISCOUNTED: Final = "Before and after, custody discounted (change, not attributable)"


def plan_of(
    costs: UnitCostSet | None, harm: HarmIndex | None = None, *, seed: int, replicates: int, as_at: date
) -> Protocol:
    """The protocol of this run. Nothing in it depends on an outcome, and its date is that of the files."""
    return Protocol(
        question="Did people managed by the scheme commit fewer proven offences, for each day at liberty, in the year "
        "after selection than they would have without it?",
        index_rule="The day on which a person's first spell of management begins; later spells and early endings "
        "change nothing (intention to treat).",
        event_type="Offences committed in the window and proven by conviction or caution within six months of its end.",
        custody_rule="All days in custody are subtracted from time at risk.",
        follow_up="365 days from selection; final eighteen months after it.",
        covariates=term_names(RULE_YEARS),
        comparison="Everybody of the same place in the one to three years before anybody was managed, balanced to look "
        "like the managed on the day of selection (entropy balancing); divided by the change among people not managed, "
        "shrunk by its reliability.",
        headline_measures=(
            "rate ratio of proven offences by time at liberty",
            "people of every 100 who reoffend within twelve months",
            f"cost of proven offences: {costs.label}"
            if costs is not None
            else "cost of proven offences: no prices given",
        ),
        headline_method=HEADLINE,
        other_methods=(PLACEBO, MATCHED, CREDIBILITY, BAYES, RAW, DISCOUNTED),
        asked_otherwise=otherwise.NAMES,
        shown_beside=(
            "offences for each person and each person who reoffended, and days in custody",
            f"harm by {harm.label}" if harm is not None else "harm: no index given",
        ),
        dated=as_at.isoformat(),
        seed=seed,
        replicates=replicates,
    )
