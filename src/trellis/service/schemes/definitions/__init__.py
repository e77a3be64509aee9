"""What schemes decide, as reviewed data: loaded from files, checked against one another, built into rules."""

from trellis.service.schemes.definitions.library import KINDS, Definitions, DefinitionsRefused, load_all
from trellis.service.schemes.definitions.reasons import PurposeDefinition, ReasonDefinition
from trellis.service.schemes.definitions.schemes import CohortDefinition, CohortSetDefinition, SchemeDefinition
from trellis.service.schemes.definitions.shapes import (
    Definition,
    EligibilityRuleDefinition,
    OffenceGroupDefinition,
    PriorityGridDefinition,
    Status,
)

__all__ = [
    "KINDS",
    "CohortDefinition",
    "CohortSetDefinition",
    "Definition",
    "Definitions",
    "DefinitionsRefused",
    "EligibilityRuleDefinition",
    "OffenceGroupDefinition",
    "PriorityGridDefinition",
    "PurposeDefinition",
    "ReasonDefinition",
    "SchemeDefinition",
    "Status",
    "load_all",
]
