"""What a scheme decided about small numbers: one stated object, used by everything that leaves."""

from __future__ import annotations

from dataclasses import dataclass

from trellis.rules.errors import Refused


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds for figures that leave. The defaults are a convention, not a law: a scheme may be stricter.

    A range that a reader can work out for a withheld count, from the lowest possible value to the highest, must be at
    least `protection` wide. Raises Refused when a threshold makes no sense.
    """

    smallest_shown: int = 5
    """Counts from 1 to one less than this are withheld."""
    round_to: int = 5
    """What is shown is rounded to a multiple of this; 1 rounds nothing."""
    percentage_base: int = 10
    """No percentage of fewer people than this."""
    rate_events: int = 20
    """No rate that rests on fewer events than this."""
    zero_group: int = 10
    """A zero is shown only where the group has at least this many people."""
    protection: int = 4

    def __post_init__(self) -> None:
        """Refuse thresholds that would let small numbers out."""
        if self.smallest_shown < 2:
            raise Refused("A disclosure policy must withhold at least the count 1: set smallest_shown to 2 or more.")
        if self.round_to < 1:
            raise Refused("A disclosure policy cannot round to a multiple of less than 1: set round_to to 1 or more.")
        if self.protection < 1:
            raise Refused("A protection of 0 would let a withheld count be worked out: set protection to 1 or more.")
        if min(self.percentage_base, self.rate_events, self.zero_group) < 0:
            raise Refused("A threshold of a disclosure policy cannot be negative: set it to 0 or more.")

    def sentences(self) -> tuple[str, ...]:
        """The policy in words, to stand below every table that leaves."""
        rounding = (
            f"Other counts are rounded to the nearest {self.round_to}, totals too, so they may not add up."
            if self.round_to > 1
            else "Other counts are exact."
        )
        return (
            f"Counts from 1 to {self.smallest_shown - 1} are withheld and shown as {CONFIDENTIAL}; so are other counts"
            f" from which one could be worked out to within {self.protection}.",
            rounding,
            f"A zero is shown only where the group has {self.zero_group} people or more.",
            f"Percentages and rates are worked out from the counts as shown. None is given for fewer than"
            f" {self.percentage_base} people, nor a rate of fewer than {self.rate_events} events ({UNRELIABLE}).",
        )


CONFIDENTIAL = "[c]"
"""Withheld so that nobody can be told from it. The Analysis Function's symbol for a confidential value."""

UNRELIABLE = "[u]"
"""Withheld since it rests on too few. The Analysis Function's symbol for low reliability."""

DEFAULT = Policy()
