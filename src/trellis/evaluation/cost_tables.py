"""Before and after in the layout of the West Midlands paper (2018, page 44): offences and cost, in all and per person.

Totals are whole offences and whole pounds. Every difference and share is worked out from them and never typed, and a
table checks its own print by reading it back. `disagreements` does the same for a table printed by anybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

import polars as pl

from trellis.evaluation.attribution import EVIDENCE_LEVEL, NOT_ATTRIBUTABLE, Expected
from trellis.evaluation.cost import NOT_COSTED
from trellis.rules.errors import Refused

_NUMBER: Final = re.compile(r"[−-]?£?[0-9][0-9,]*(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class PeopleBySex:
    """How many people, by recorded sex. Unknown is always shown, also at 0."""

    male: int
    female: int
    unknown: int

    @property
    def total(self) -> int:
        """Everyone."""
        return self.male + self.female + self.unknown

    @property
    def words(self) -> str:
        """`3,286 (3,078 male, 200 female, 8 unknown)`."""
        return f"{self.total:,} ({self.male:,} male, {self.female:,} female, {self.unknown:,} unknown)"


@dataclass(frozen=True, slots=True)
class Change:
    """A whole total before and after, of so many people."""

    people: int
    before: int
    after: int

    @property
    def difference(self) -> int:
        """After less before."""
        return self.after - self.before

    @property
    def share(self) -> float | None:
        """The difference as a share of before: −0.536 for a fall of 53.6 %. None when there was nothing before."""
        return self.difference / self.before if self.before else None

    def cells(self, *, pounds: bool) -> dict[str, str]:
        """The printed cells by name: totals, per person, difference and percent. Halves are rounded up."""
        places = 0 if pounds else 2
        percent = "none before" if not self.before else f"{_text(Fraction(100 * self.difference, self.before), 1)} %"
        return {
            "before": _text(Fraction(self.before), 0, pounds=pounds),
            "before_per_person": self._per_person(self.before, places, pounds=pounds),
            "after": _text(Fraction(self.after), 0, pounds=pounds),
            "after_per_person": self._per_person(self.after, places, pounds=pounds),
            "difference": _text(Fraction(self.difference), 0, pounds=pounds),
            "percent": percent,
            "difference_per_person": self._per_person(self.difference, places, pounds=pounds),
        }

    def _per_person(self, total: int, places: int, *, pounds: bool) -> str:
        return _text(Fraction(total, self.people), places, pounds=pounds) if self.people else "nobody"


@dataclass(frozen=True, slots=True)
class Range:
    """A 95 % interval of a difference or share, and how it was worked out."""

    low: float
    high: float
    method: str


@dataclass(frozen=True, slots=True)
class CostTable:
    """One table. `expected`, the natural fall, has no default: nobody can make a table without saying what is known.

    `cost` is None where nothing was costed. `share_range` is the interval of the change in offences as a share, and
    `cost_range` of the difference in pounds; None where a published table gives none. `notes` say scope, windows, event
    type, treatment of custody and costs.
    """

    title: str
    after_label: str
    people: PeopleBySex
    offences: Change
    cost: Change | None
    expected: Expected
    share_range: Range | None
    cost_range: Range | None
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a table whose totals are of other people than it names, or whose print contradicts itself."""
        if any(change.people != self.people.total for change in (self.offences, self.cost) if change):
            raise Refused("The totals of a table must be of the people it names, those of unknown sex included.")
        if faults := self.faults():
            raise Refused(" ".join(faults))

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return ("", "Before (per person)", f"{self.after_label} (per person)", "Difference", "Change", "Per person")

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The printed rows: people, projected annual offences, projected annual cost."""
        cost = self.cost.cells(pounds=True) if self.cost else None
        return (
            ("People", self.people.words, "", "", "", ""),
            ("Projected annual offences", *_row(self.offences.cells(pounds=False))),
            ("Projected annual cost", *(_row(cost) if cost else (NOT_COSTED,) * 5)),
        )

    @property
    def words(self) -> tuple[str, ...]:
        """What must be read with the figures, in order: never leave any of it out."""
        said = [NOT_ATTRIBUTABLE, self.expected.words(self.offences.share)]
        said.append(_interval_words("The change in offences", self.share_range, pounds=False))
        if self.cost:
            said.append(_interval_words("The difference in cost", self.cost_range, pounds=True))
        return (*said, EVIDENCE_LEVEL, *self.notes)

    @property
    def frame(self) -> pl.DataFrame:
        """The printed rows as a table of text."""
        return pl.DataFrame(self.rows, ["measure", *self.header[1:]], orient="row")

    def faults(self) -> tuple[str, ...]:
        """What does not follow from the printed totals, read back from the print: nothing, or the table is not made."""
        changes = ((self.offences, False), (self.cost, True))
        return tuple(
            fault
            for change, pounds in changes
            if change
            for fault in disagreements(self.people.total, change.cells(pounds=pounds))
        )


def disagreements(people: int, printed: Mapping[str, str]) -> tuple[str, ...]:
    """Which printed figures do not follow from the printed totals and the number of people: a sentence for each.

    `printed` has before and after, and any of before_per_person, after_per_person, difference, percent and
    difference_per_person, as printed: with pounds, commas and either minus sign. A figure agrees when the exact one
    rounds to it at the places it is printed with. Raises Refused for what is no number.
    """
    before, after = (_read(printed[name])[0] for name in ("before", "after"))
    exact = {"difference": after - before}
    if before:
        exact["percent"] = 100 * (after - before) / before
    if people:
        exact |= {
            "before_per_person": before / people,
            "after_per_person": after / people,
            "difference_per_person": (after - before) / people,
        }
    return tuple(
        _disagreement(name, printed[name], value) for name, value in exact.items() if _differs(printed, name, value)
    )


def _differs(printed: Mapping[str, str], name: str, exact: Fraction) -> bool:
    if name not in printed:
        return False
    value, places = _read(printed[name])
    return abs(value - exact) > Fraction(1, 2 * 10**places)


def _disagreement(name: str, printed: str, exact: Fraction) -> str:
    places = _read(printed)[1]
    return f"{name.replace('_', ' ')} is printed as {printed}, but the totals give {_text(exact, places)}."


def _read(printed: str) -> tuple[Fraction, int]:
    found = _NUMBER.search(printed)
    if not found:
        raise Refused(f"“{printed}” is no number.")
    plain = found[0].replace("−", "-").replace("£", "").replace(",", "")
    return Fraction(plain), len(plain.partition(".")[2])


def _text(value: Fraction, places: int, *, pounds: bool = False) -> str:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    sign = "−" if rounded < 0 else ""
    return f"{sign}{'£' if pounds else ''}{abs(rounded):,}"


def _row(cells: Mapping[str, str]) -> tuple[str, ...]:
    return (
        f"{cells['before']} ({cells['before_per_person']})",
        f"{cells['after']} ({cells['after_per_person']})",
        cells["difference"],
        cells["percent"],
        cells["difference_per_person"],
    )


def _interval_words(what: str, found: Range | None, *, pounds: bool) -> str:
    if found is None:
        return f"{what} has no interval: only totals are known."
    ends = (found.low, found.high) if pounds else (100 * found.low, 100 * found.high)
    low, high = (_text(Fraction(end), 0 if pounds else 1, pounds=pounds) for end in ends)
    return f"{what} has a 95 % interval of {low} to {high}{'' if pounds else ' %'} ({found.method})."
