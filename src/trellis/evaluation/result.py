"""What an evaluation found: everything that the page and the JSON show, and nothing that they must work out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from trellis.evaluation.before_after import BeforeAfter
from trellis.evaluation.gates import Gate
from trellis.evaluation.protocol import Recorded
from trellis.evaluation.sensitivity import EValue
from trellis.evaluation.survival import Curve
from trellis.evaluation.together import Together

NOT_ATTRIBUTABLE: Final = "change, not attributable"
LEVELS: Final = {1: "before and after", 2: "matched comparison", 3: "difference in differences"}


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Method:
    """What one method says, in rate ratios. `level` is on the Maryland scale of 1 to 5 (Sherman and others 1998)."""

    name: str
    rate_ratio: float
    low: float
    high: float
    level: int
    headline: bool = False
    attributable: bool = True


@dataclass(frozen=True, slots=True)
class Flow:
    """Who is in the comparison and why others are not."""

    submitted: int
    outside: int
    too_early: int
    immature: int
    evaluated: int
    matched: int | None
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Saving:
    """Pounds that fewer offences saved in the year after selection, and on what prices; below 0 they cost more."""

    amount: Interval
    prices: str
    not_costed: int


@dataclass(frozen=True, slots=True)
class Binary:
    """How many of every 100 people reoffended within twelve months, and how many would have been expected to."""

    managed: float
    expected: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """One thing on which the groups were compared: standardised difference before weighting and after."""

    name: str
    before: float
    after: float
    balanced: bool


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The question asked otherwise: a rate ratio that is not the headline.

    `worst`: the largest standardised difference left; `matched`: how many of the managed found a match. None where
    nothing was matched.
    """

    name: str
    rate_ratio: float
    low: float
    high: float
    worst: float | None = None
    matched: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What the open outcomes say."""

    headline: Interval
    methods: tuple[Method, ...]
    natural_fall: Interval
    change: Interval
    saving: Saving | None
    binary: Binary
    smallest_fall: float
    likeness: tuple[Likeness, ...]
    managed_curve: Curve
    expected_curve: Curve
    observed: float
    expected: float
    period: Interval
    together: Together
    otherwise: tuple[Otherwise, ...]
    e_value: EValue | None
    change_table: BeforeAfter | None


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """One run. `found` is None when a gate before the outcomes failed; `headline` of it is shown when none failed."""

    verdict: str
    gates: tuple[Gate, ...]
    warnings: tuple[str, ...]
    limits: tuple[str, ...]
    flow: Flow
    protocol: Recorded
    reproduction: dict[str, object]
    files: dict[str, object]
    found: Found | None = None
    refusals: tuple[str, ...] = field(default=())

    @property
    def headline(self) -> Interval | None:
        """The effect, or None when any gate failed."""
        return (
            self.found.headline
            if self.found is not None and self.verdict in ("fewer", "more", "cannot tell") and self.open
            else None
        )

    @property
    def open(self) -> bool:
        """Whether no gate failed."""
        return all(gate.state in ("pass", "warn") for gate in self.gates)
