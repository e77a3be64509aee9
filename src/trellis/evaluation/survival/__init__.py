"""Time to the first reoffence: curves, their difference, and hazards."""

from trellis.evaluation.survival.cox import CoxModel, cox
from trellis.evaluation.survival.curves import Curve, Difference, LogRank, curve, log_rank, rmst_difference

__all__ = ["CoxModel", "Curve", "Difference", "LogRank", "cox", "curve", "log_rank", "rmst_difference"]
