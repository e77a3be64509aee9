"""What happened afterwards: reoffending by event type, weighed by harm, beside what was delivered."""

from trellis.evaluation.measures.events import Circumstance, EventType, Unit
from trellis.evaluation.measures.proportions import Proportion, proportion
from trellis.evaluation.measures.reoffending import Reoffending, reoffending, within_nine_months

__all__ = [
    "Circumstance",
    "EventType",
    "Proportion",
    "Reoffending",
    "Unit",
    "proportion",
    "reoffending",
    "within_nine_months",
]
