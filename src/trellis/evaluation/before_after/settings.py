"""How a before-and-after is made: everything a reader must know to make it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from trellis.evaluation.before_after.phases import PhaseRules, Scope, settled_until
from trellis.evaluation.bootstrap import REPLICATES
from trellis.evaluation.definitions import UnitCostSet
from trellis.evaluation.exposure import DEFAULT_TREATMENT, CustodyTreatment
from trellis.evaluation.measures.events import EventType


@dataclass(frozen=True, slots=True)
class Settings:
    """Scope, days, event type, treatment of custody, phases, costs and the bootstrap's seed.

    `data_end` is the first day that the data no longer covers; `data_start` the first that it does, None when it
    reaches back far enough for every baseline. `since` is for the scope ALL_SINCE.
    """

    scope: Scope
    data_end: date
    seed: int
    since: date | None = None
    data_start: date | None = None
    event_type: EventType = EventType.PROVEN
    treatment: CustodyTreatment = DEFAULT_TREATMENT
    rules: PhaseRules = field(default_factory=PhaseRules)
    unit_costs: UnitCostSet | None = None
    replicates: int = REPLICATES

    @property
    def until(self) -> date:
        """The day on which every phase ends at the latest."""
        return settled_until(self.rules, self.data_end, waits_for_proof=self.event_type is EventType.PROVEN)

    @property
    def proof_months(self) -> int | None:
        """Within how many months an event must have been proven; None where none need be."""
        return self.rules.proof_months if self.event_type is EventType.PROVEN else None
