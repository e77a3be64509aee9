"""How far offending would fall with no scheme at all, because people are chosen at their worst."""

from trellis.evaluation.natural_fall import credibility, did, empirical_bayes, placebo
from trellis.evaluation.natural_fall.agreement import Agreement, agreement
from trellis.evaluation.natural_fall.did import DifferenceInDifferences
from trellis.evaluation.natural_fall.estimating import RateRatio
from trellis.evaluation.natural_fall.panel import Panel, make_panel

__all__ = [
    "Agreement",
    "DifferenceInDifferences",
    "Panel",
    "RateRatio",
    "agreement",
    "credibility",
    "did",
    "empirical_bayes",
    "make_panel",
    "placebo",
]
