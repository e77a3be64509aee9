"""The same people before, during and after they were managed: a change, and never by itself an effect."""

from trellis.evaluation.before_after.comparing import before_after
from trellis.evaluation.before_after.phases import Phase, PhaseRules, Scope
from trellis.evaluation.before_after.results import BeforeAfter, PhaseTotals
from trellis.evaluation.before_after.settings import Settings

__all__ = ["BeforeAfter", "Phase", "PhaseRules", "PhaseTotals", "Scope", "Settings", "before_after"]
