"""What will be asked and how, written down and hashed before any outcome can be read.

The order is held by the types: outcomes are read with an `Accepted` alone (comparing.rows.outcomes_of), `accept` makes
one from a protocol that is recorded and a balance that was looked at, and neither can be had from outcomes. Nobody can
try one method after another until one pleases (Simmons, Nelson and Simonsohn 2011) without the hash telling.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from trellis.rules.errors import Refused

HEADLINE: Final = "Same rule in earlier years, difference in differences"


@dataclass(frozen=True, slots=True)
class Protocol:
    """The plan of an evaluation. Every field is a sentence or a list that a reader can hold the report against."""

    question: str
    index_rule: str
    event_type: str
    custody_rule: str
    follow_up: str
    covariates: tuple[str, ...]
    comparison: str
    headline_measures: tuple[str, ...]
    headline_method: str
    other_methods: tuple[str, ...]
    asked_otherwise: tuple[str, ...]
    shown_beside: tuple[str, ...]
    dated: str
    seed: int
    replicates: int

    def canonical(self) -> str:
        """The same plan always as the same text: JSON with sorted keys and no spaces."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def digest(self) -> str:
        """SHA-256 of the canonical text, in hexadecimal."""
        return hashlib.sha256(self.canonical().encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Change:
    """A part of the plan that is no longer as it was recorded."""

    part: str
    recorded: str
    now: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A protocol with its hash, and what differs from the one recorded before, if there was one."""

    protocol: Protocol
    sha256: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """Leave to read outcomes: the protocol stands, and somebody looked at the balance (`missed`: what is left)."""

    recorded: Recorded
    missed: float


TOLERABLE: Final = 0.25
"""Standardised difference beyond which no effect is reported (Stuart 2010)."""


def record(protocol: Protocol, earlier: Mapping[str, Any] | None = None) -> Recorded:
    """Record a protocol. `earlier`: the one recorded before, as its JSON: what differs from it is listed."""
    now = json.loads(protocol.canonical())
    parts = sorted(set(now) | set(earlier or now))
    before = earlier or now
    changes = tuple(
        Change(part, _text(before.get(part)), _text(now.get(part)))
        for part in parts
        if before.get(part) != now.get(part)
    )
    return Recorded(protocol, protocol.digest(), changes)


def accept(recorded: Recorded, missed: float) -> Accepted:
    """Accept the balance, and so open the outcomes. `missed`: the largest standardised difference that is left.

    Raises Refused when it is too large for any effect to be reported.
    """
    if not missed <= TOLERABLE:
        raise Refused(
            f"The groups are not alike: a standardised difference of {missed:.2f} is left, more than {TOLERABLE}, so "
            f"the outcomes stay closed. Compare with other people, or with other years."
        )
    return Accepted(recorded, missed)


def _text(value: object) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
