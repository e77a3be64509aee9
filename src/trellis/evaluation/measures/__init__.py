"""What happened afterwards: reoffending by event type, weighed by harm, beside what was delivered."""

from trellis.evaluation.measures.dose import Dose, dose
from trellis.evaluation.measures.events import Circumstance, EventType, Unit
from trellis.evaluation.measures.harm import HarmWeighted, harm_weighted
from trellis.evaluation.measures.in_custody import mark_committed_in_custody
from trellis.evaluation.measures.panel import Panel, side_by_side
from trellis.evaluation.measures.principal import principal_offences
from trellis.evaluation.measures.proportions import Proportion, proportion
from trellis.evaluation.measures.rates import Rates, rates
from trellis.evaluation.measures.reoffending import Reoffending, reoffending, within_nine_months

__all__ = [
    "Circumstance",
    "Dose",
    "EventType",
    "HarmWeighted",
    "Panel",
    "Proportion",
    "Rates",
    "Reoffending",
    "Unit",
    "dose",
    "harm_weighted",
    "mark_committed_in_custody",
    "principal_offences",
    "proportion",
    "rates",
    "reoffending",
    "side_by_side",
    "within_nine_months",
]
