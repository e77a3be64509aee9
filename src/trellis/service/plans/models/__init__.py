"""Plans and behaviour agreements."""

from trellis.service.plans.models.agreements import BehaviourAgreement, Clause, ComplianceEntry, Signature
from trellis.service.plans.models.plans import Contingency, Lapse, Objective, Plan, PlanVersion, Step

__all__ = [
    "BehaviourAgreement",
    "Clause",
    "ComplianceEntry",
    "Contingency",
    "Lapse",
    "Objective",
    "Plan",
    "PlanVersion",
    "Signature",
    "Step",
]
