"""Plans: goals with dated, owned steps that control, change or do both; agreement; behaviour agreements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Serves, Word

Key = TypeVar("Key")

LONGEST_CONTINGENCY = 366
"""Days. What is meant to last longer is a step, not a contingency (PLN-13)."""

LEAST_WORDS = 3
"""A goal or step of fewer words does not say what is to happen (PLN-01)."""


class GoalState(Word):
    """Where a goal stands."""

    NOW = "now", "Working on it now"
    FUTURE = "future", "For later"
    ACHIEVED = "achieved", "Achieved"
    REMOVED = "removed", "Removed"


class StepState(Word):
    """What has become of a step."""

    TO_DO = "to_do", "To do"
    DONE = "done", "Done"
    DROPPED = "dropped", "Will not be done"


class Agreed(Word):
    """What the person says of their plan."""

    YES = "yes", "Yes"
    NO = "no", "No"
    COULD_NOT_ANSWER = "could_not_answer", "Could not answer"


class PlanEnd(Word):
    """Why a plan ended."""

    STEPPED_DOWN = "stepped_down", "Moved away from the scheme’s support, because they have stopped offending"
    REPLACED = "replaced", "Another plan takes its place"
    LEFT = "left", "They have left the scheme"
    OTHER = "other", "Another reason"


class ClauseKind(Word):
    """What a clause of a behaviour agreement is."""

    EXPECTATION = "expectation", "What the person will do"
    INCENTIVE = "incentive", "What they gain while they keep it"
    CONSEQUENCE = "consequence", "What follows when they do not"


class PausesOn(Word):
    """What pauses an incentive for as long as it lasts (PLN-06)."""

    CUSTODY = "custody", "While in custody"
    AT_LARGE = "at_large", "While unlawfully at large"
    RED = "red", "While the priority is red"
    BROKEN = "broken", "After a broken clause, until one is kept again"


class Kept(Word):
    """How a clause was kept on a day."""

    KEPT = "kept", "Kept"
    PARTLY = "partly", "Kept in part"
    BROKEN = "broken", "Broken"


@dataclass(frozen=True, slots=True)
class Balance:
    """How many open steps control, change, and do both (PLN-02)."""

    control: int
    change: int
    both: int

    @property
    def sentence(self) -> str:
        """What the balance says, and what it lacks."""
        total = self.control + self.change + self.both
        if not total:
            return "No step is open, so nothing controls and nothing changes."
        told = f"{self.control} to control, {self.change} to change, {self.both} to do both."
        if not self.both and not self.change:
            return f"{told} Nothing helps them to change."
        if not self.both and not self.control:
            return f"{told} Nothing controls the risk meanwhile."
        return told


def balance(steps: Iterable[Serves]) -> Balance:
    """Count steps by what they serve."""
    counted = Counter(steps)
    return Balance(counted[Serves.CONTROL], counted[Serves.CHANGE], counted[Serves.BOTH])


@dataclass(frozen=True, slots=True)
class Step(Generic[Key]):
    """One step as order is judged by it: its key, its day, and the key of the step that must be done first."""

    key: Key
    due: date
    after: Key | None = None


def check_words(text: str, what: str) -> None:
    """Refuse what is too short to say what is to happen. `what`: "goal" or "step"."""
    if len(text.split()) < LEAST_WORDS:
        raise Refused(f"Say what the {what} is in a few words, so that everybody can tell whether it has been reached.")


def check_step(step: Step[Key], others: Iterable[Step[Key]], *, owned: bool, starts: date) -> None:
    """Refuse a step without an owner, before the plan, that waits for itself, or for one that is due later."""
    if not owned:
        raise Refused("Say who does it: an agency, or the person.")
    if step.due < starts:
        raise Refused("A step is due on or after the day on which the plan begins.")
    known = {one.key: one for one in others} | {step.key: step}
    if step.after is None:
        return
    first = known.get(step.after)
    if first is None:
        raise Refused("The step that it waits for is not in this plan any more. Choose another, or none.")
    if waits_for_itself(step.key, known):
        raise Refused("Those steps would wait for each other. Choose another step to come first, or none.")
    if first.due > step.due:
        raise Refused("It waits for a step that is due later. Move one of the two days.")


def waits_for_itself(key: Key, steps: Mapping[Key, Step[Key]]) -> bool:
    """Whether a step waits, if by way of others, for itself."""
    seen: set[Key] = set()
    waiting = steps[key].after
    while waiting is not None and waiting not in seen and waiting in steps:
        if waiting == key:
            return True
        seen.add(waiting)
        waiting = steps[waiting].after
    return waiting == key


def in_order(steps: Iterable[Step[Key]]) -> list[Key]:
    """The keys in the order to be worked: what comes first before what waits for it, else by day (PLN-04)."""
    left = sorted(steps, key=lambda one: (one.due, str(one.key)))
    placed: list[Key] = []
    known = {one.key for one in left}
    while left:
        ready = next(
            (one for one in left if one.after is None or one.after not in known or one.after in placed), left[0]
        )
        placed.append(ready.key)
        left.remove(ready)
    return placed


def check_agreement(agreed: Agreed, why: str) -> None:
    """Refuse a no, or no answer, without why."""
    if agreed != Agreed.YES and not why.strip():
        raise Refused("Say why they do not agree, or why they could not answer.")


def check_contingency(starts: date, ends: date) -> None:
    """Refuse a contingency without end, that ends before it starts, or that lasts longer than a year."""
    if ends <= starts:
        raise Refused("A contingency ends after the day on which it starts.")
    if (ends - starts).days > LONGEST_CONTINGENCY:
        raise Refused("A contingency lasts a year at most. Make what lasts longer a step of the plan.")


def version_after(version: int, *, signed: bool) -> int:
    """The version of an agreement once its clauses change: the next where anybody has signed the present one.

    Whoever signed has signed those words: a change asks for every signature anew, and what was signed stays.
    """
    return version + 1 if signed else version


def check_clauses(*, ending: int, standing: int, adding: bool, why: str) -> None:
    """Refuse to change nothing, to leave no clause at all, and to change without why."""
    if not ending and not adding:
        raise Refused("Choose a clause that no longer holds, or write a new one.")
    if ending >= standing and not adding:
        raise Refused("This would leave no clause. End the agreement instead.")
    if len(why.split()) < 2:
        raise Refused("Say in a few words why what is agreed changes.")


@dataclass(frozen=True, slots=True)
class Status:
    """How a person stands, as far as it pauses incentives. `log`: how clauses were kept, the latest last."""

    in_custody: bool
    at_large: bool
    red: bool
    log: tuple[Kept, ...] = ()


def paused_by(pauses_on: Collection[PausesOn], status: Status) -> list[PausesOn]:
    """What pauses an incentive today; nothing while it runs."""
    holds = {
        PausesOn.CUSTODY: status.in_custody,
        PausesOn.AT_LARGE: status.at_large,
        PausesOn.RED: status.red,
        PausesOn.BROKEN: bool(status.log) and status.log[-1] == Kept.BROKEN,
    }
    return [one for one in PausesOn if one in pauses_on and holds[one]]
