"""The gates that a comparison must pass, in order: size, maturity, overlap, balance, agreement, disclosure.

Each passes, warns or fails, always with a sentence. A failed gate means a sentence instead of a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import hypot, log
from typing import Final

COUNTS_ONLY: Final = 30
FEWEST: Final = 60
"""The Justice Data Lab takes no fewer than 60 people; below 30 not even a description is stable."""
FEWEST_ROWS: Final = 30
"""Effective number of people that a comparison must stand on."""
FEWEST_OFFENCES: Final = 10
POINTS: Final = 0.10
FAR: Final = 0.25
SURELY: Final = 2.0
"""Standard errors by which two methods must differ before their disagreement closes the report."""


class State(StrEnum):
    """How a gate ended. `NOT_REACHED`: one before it failed."""

    PASS = "pass"  # noqa: S105  # no password: a gate let something through
    WARN = "warn"
    FAIL = "fail"
    NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate's name, how it ended, and why. `counts` are the people in `wording`, by the steps of the flow."""

    name: str
    state: State
    wording: str
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """Why, with true counts: for those with access."""
        return self.told({step: f"{count:,}" for step, count in self.counts.items()})

    def told(self, counts: Mapping[str, str]) -> str:
        """Why, with these counts in place of the true ones."""
        said = self.wording
        for step in self.counts:
            said = said.replace(f"{{{step}}}", counts[step])
        return said[:1].upper() + said[1:]


ORDER: Final = ("size", "maturity", "overlap", "balance", "agreement", "disclosure")


def size(people: int, *, too_early: int = 0) -> Gate:
    """Below 30 people counts only, below 60 a description, from 60 an effect with what it could have found.

    `too_early`: how many more were selected with less than a year of history.
    """
    more = " {too_early} more have less than a year of history in the files." if too_early else ""
    counts = {"selected": people, "too_early": too_early}
    if people < COUNTS_ONLY:
        said = f"{{selected}} people are too few for anything but counts: {FEWEST} are needed for an effect."
        return Gate("size", State.FAIL, said + more, counts)
    if people < FEWEST:
        said = f"{{selected}} people can be described, but an effect needs at least {FEWEST}: none is shown."
        return Gate("size", State.FAIL, said + more, counts)
    said = f"{{selected}} people were selected in the window, {FEWEST} or more."
    return Gate("size", State.PASS, said + more, counts)


def maturity(mature: int, people: int, final_on: date | None) -> Gate:
    """A year's reoffending is final eighteen months after selection: twelve to offend, six to be proven."""
    said = "{evaluated} of {selected} people were selected eighteen months ago or longer, so that their year is final"
    counts = {"evaluated": mature, "selected": people}
    if mature < FEWEST:
        when = f" Enough will be on {final_on:%-d %B %Y}." if final_on else ""
        why = f"Provisional: {said}; {FEWEST} are needed before an effect is shown.{when}"
        return Gate("maturity", State.FAIL, why, counts)
    if mature < people:
        why = f"{said}; the others are provisional and left out of every estimate."
        return Gate("maturity", State.WARN, why, counts)
    why = "All {selected} people were selected eighteen months ago or longer: their year is final."
    return Gate("maturity", State.PASS, why, counts)


def overlap(effective: float | None, why: str) -> Gate:
    """Whether enough people were like the managed. `effective`: None when there was nobody, and `why` says so."""
    if effective is None:
        return Gate("overlap", State.FAIL, why)
    if effective < FEWEST_ROWS:
        return Gate(
            "overlap",
            State.FAIL,
            f"Only about {effective:.0f} people were like those managed: too few to compare with.",
        )
    return Gate(
        "overlap", State.PASS, f"The comparison stands on people like those managed, worth {effective:,.0f} equal ones."
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """A difference that should not be there: what it is of, how large in standard deviations, and what it comes to."""

    name: str
    smd: float
    noticed: bool
    refused: bool


def balance(missed: float, controls: Sequence[Checked]) -> Gate:
    """Whether the groups agree on what was balanced, and on what was not but should agree all the same."""
    worst = max(controls, key=lambda each: abs(each.smd), default=None)
    if refused := [each for each in controls if each.refused]:
        one = refused[0]
        return Gate(
            "balance",
            State.FAIL,
            f"Those managed differ from people with the same history on {one.name} by {one.smd:+.2f} standard "
            f"deviations. Selection went by something the files do not hold, so no effect is shown.",
        )
    said = f"largest standardised difference on what was balanced {missed:.2f}"
    if worst is None:
        return Gate("balance", State.PASS, f"The groups are alike: {said}. The files allow no further check.")
    tail = f"{said}; on what was not, {abs(worst.smd):.2f} ({worst.name})."
    if worst.noticed:
        return Gate("balance", State.WARN, f"The groups are alike on what was balanced, but not on all else: {tail}")
    return Gate("balance", State.PASS, f"The groups are alike: {tail}")


@dataclass(frozen=True, slots=True)
class Beside:
    """A method beside the headline: its rate ratio, the standard error of its logarithm, and by how much it must
    differ, more than chance allows, to close the report.
    """

    name: str
    ratio: float
    error: float
    closing: float


def agreement(headline: float, others: Sequence[Beside], *, error: float) -> Gate:
    """Whether methods that rest on other assumptions say the same within 10 points. `error`: the headline's own."""
    far = [each for each in others if abs(each.ratio - headline) > POINTS]
    if not far:
        return Gate("agreement", State.PASS, "The methods agree within 10 points.")
    closing = [
        each
        for each in far
        if abs(each.ratio - headline) > each.closing
        and abs(log(each.ratio / headline)) > SURELY * hypot(each.error, error)
    ]
    one = max(closing or far, key=lambda each: abs(each.ratio - headline))
    said = f"The methods disagree by more than 10 points: {one.name} says {one.ratio:.2f}, the headline {headline:.2f}."
    if closing:
        return Gate("agreement", State.FAIL, f"{said} That is more than chance allows, so none is shown as the effect.")
    return Gate("agreement", State.WARN, said)


def too_few_offences(observed: float, expected: float) -> Gate:
    """So few offences that a ratio of them says nothing."""
    what = "proven" if observed <= expected else "to be expected"
    said = f"Fewer than {FEWEST_OFFENCES} offences were {what}: too few to be compared. Check offences.csv."
    return Gate("agreement", State.FAIL, said)


def disclosure(withheld: int) -> Gate:
    """Whether any count is so small that it is withheld from what leaves."""
    if withheld:
        said = "1 count is" if withheld == 1 else f"{withheld} counts are"
        return Gate("disclosure", State.WARN, f"{said} withheld from the page, so that no small one can be worked out.")
    return Gate("disclosure", State.PASS, "No count that is shown is smaller than five.")


def with_rest(done: Sequence[Gate]) -> tuple[Gate, ...]:
    """The gates so far, and those that were not reached because one failed."""
    reached = {gate.name for gate in done}
    failed = next((gate.name for gate in done if gate.state is State.FAIL), "")
    rest = [
        Gate(name, State.NOT_REACHED, f"Not reached: the gate “{failed}” failed.")
        for name in ORDER
        if name not in reached
    ]
    return (*done, *rest)
