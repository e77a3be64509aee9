"""The one door for figures that leave: suppression, secondary suppression and rounding.

A table is protected as a whole (`protect`) or against all that left before (`Ledger.publish`); shares and rates are
worked out from the counts as shown. What a reader could still work out is found by whole-number programmes, and no
withheld count is left with a range narrower than the policy's protection.
"""

from trellis.disclosure.ledger import Entry, Ledger
from trellis.disclosure.policy import CONFIDENTIAL, DEFAULT, UNRELIABLE, Policy
from trellis.disclosure.publication import Publication, percentage, rate, single_count
from trellis.disclosure.rounding import range_behind, rounded
from trellis.disclosure.suppression import protect
from trellis.disclosure.table import ALL, UNKNOWN, Dimension, Table, tabulate

__all__ = [
    "ALL",
    "CONFIDENTIAL",
    "DEFAULT",
    "UNKNOWN",
    "UNRELIABLE",
    "Dimension",
    "Entry",
    "Ledger",
    "Policy",
    "Publication",
    "Table",
    "percentage",
    "protect",
    "range_behind",
    "rate",
    "rounded",
    "single_count",
    "tabulate",
]
