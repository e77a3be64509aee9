"""Offences by Home Office code, and the groups that schemes make of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trellis.rules.vocabulary import Finding

_CONVICTIONS = frozenset({Finding.GUILTY_PLEA, Finding.FOUND_GUILTY})


@dataclass(frozen=True, slots=True)
class ProvenOffence:
    """One offence at a court appearance or caution: its day there, and its five-digit Home Office code."""

    on: date
    ho_code: str
    finding: Finding
    principal: bool = False

    @property
    def is_conviction(self) -> bool:
        """Whether a court convicted of it: a caution or an offence taken into consideration is proven, not this."""
        return self.finding in _CONVICTIONS

    @property
    def shown_code(self) -> str:
        """The code as class and subclass: `028/01`."""
        return f"{self.ho_code[:3]}/{self.ho_code[3:]}"


@dataclass(frozen=True, slots=True)
class OffenceGroup:
    """A named set of Home Office codes: whole classes (three digits), single codes (five), and other groups."""

    name: str
    label: str
    codes: tuple[str, ...] = ()
    parts: tuple[OffenceGroup, ...] = ()

    def find(self, ho_code: str) -> OffenceGroup | None:
        """The narrowest group inside this one that holds the code, or None."""
        for part in self.parts:
            found = part.find(ho_code)
            if found is not None:
                return found
        return self if any(ho_code.startswith(code) for code in self.codes) else None


def index_offences(offences: tuple[ProvenOffence, ...]) -> tuple[ProvenOffence, ...]:
    """What the latest sanction was for: its principal offence, or all its convictions where none is marked."""
    convictions = [offence for offence in offences if offence.is_conviction]
    if not convictions:
        return ()
    latest = max(offence.on for offence in convictions)
    that_day = tuple(offence for offence in convictions if offence.on == latest)
    return tuple(offence for offence in that_day if offence.principal) or that_day
