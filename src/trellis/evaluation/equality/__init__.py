"""Is the scheme even-handed: who is considered, chosen, enforced against and helped, and is the score right for all.

docs/explanation/evaluation-methods.md says what each figure means and what it does not.
"""

from trellis.evaluation.equality.adjusted import AdjustedRate, adjusted_rates
from trellis.evaluation.equality.comparisons import (
    Difference,
    Method,
    Ratio,
    against_everyone,
    difference_of_shares,
    ratio_of_shares,
)
from trellis.evaluation.equality.decision_points import (
    SCHEME_STAGES,
    DecisionPoint,
    GroupRate,
    Stages,
    equality_report,
    relative_rates,
)
from trellis.evaluation.equality.enforcement import ExposureRate, exposure_rates
from trellis.evaluation.equality.interaction import GroupEffect, Interaction, interaction
from trellis.evaluation.equality.leaving import equality_ledger, publish_rates
from trellis.evaluation.equality.paired import Paired, mcnemar
from trellis.evaluation.equality.score_checks import GroupCheck, ScoreChecks, score_checks
from trellis.evaluation.equality.shrinkage import Cell, Intersections, holm, intersections

__all__ = [
    "SCHEME_STAGES",
    "AdjustedRate",
    "Cell",
    "DecisionPoint",
    "Difference",
    "ExposureRate",
    "GroupCheck",
    "GroupEffect",
    "GroupRate",
    "Interaction",
    "Intersections",
    "Method",
    "Paired",
    "Ratio",
    "ScoreChecks",
    "Stages",
    "adjusted_rates",
    "against_everyone",
    "difference_of_shares",
    "equality_ledger",
    "equality_report",
    "exposure_rates",
    "holm",
    "interaction",
    "intersections",
    "mcnemar",
    "publish_rates",
    "ratio_of_shares",
    "relative_rates",
    "score_checks",
]
