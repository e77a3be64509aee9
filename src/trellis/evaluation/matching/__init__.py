"""Matching: for everybody managed, people who were not and who looked the same before.

`nearest` gives the matches of MatchIt 4.7.2 to the row (Ho, Imai, King and Stuart 2011, Journal of Statistical Software
42(8)); `Spec` says which, `Match` is who stands beside whom and with what weight.
"""

from trellis.evaluation.matching.cloud import space
from trellis.evaluation.matching.nearest import caliper_width, nearest
from trellis.evaluation.matching.spec import (
    CALIPER_RULES,
    DISCARDS,
    ORDERS,
    Match,
    Near,
    Order,
    Spec,
    effective_size,
)

__all__ = [
    "CALIPER_RULES",
    "DISCARDS",
    "ORDERS",
    "Match",
    "Near",
    "Order",
    "Spec",
    "caliper_width",
    "effective_size",
    "nearest",
    "space",
]
