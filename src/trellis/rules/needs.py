"""Needs by pathway: how they are scored, ranked and reviewed, when the next assessment is due, and what averages say.

A pathway is one part of a person's life that the work tries to change, such as accommodation. Lower scores are better.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from trellis.rules.dates import add_months
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Compartment, Word

RANKS = (1, 2, 3)
"""A case ranks its first three needs (ASM-08)."""

ENOUGH_PEOPLE, ENOUGH_CHECKPOINTS = 30, 4
"""Below either, an average is called an early sign: our own convention, after Lincolnshire 3.2 (ASM-05)."""


class Progress(Word):
    """How far a need has moved since the last assessment (ASM-10)."""

    GOOD = "good", "Good progress"
    SOME = "some", "Some progress"
    NONE = "none", "No progress"
    DETERIORATION = "deterioration", "Deterioration"


class Motivation(Word):
    """How ready somebody is to change (ASM-14)."""

    NOT_CONSIDERING = "not_considering", "Does not see a problem"
    CONSIDERING = "considering", "Thinks about it"
    READY = "ready", "Wants to, and has not begun"
    ACTING = "acting", "Has begun"
    KEEPING = "keeping", "Keeps it up"


class OffenceLink(Word):
    """The kind of offence that a need is linked to (ASM-12)."""

    ACQUISITIVE = "acquisitive", "Burglary, robbery and theft"
    VIOLENCE = "violence", "Violence"
    DOMESTIC_ABUSE = "domestic_abuse", "Domestic abuse"
    DRUGS = "drugs", "Drug offences"
    SEXUAL = "sexual", "Sexual offences"
    OTHER = "other", "Other offences"
    NOT_LINKED = "not_linked", "Not linked to offending"


class VulnerabilityKind(Word):
    """What makes somebody vulnerable, or a case complex (ASM-17)."""

    LEARNING_DISABILITY = "learning_disability", "Learning disability"
    NEURODIVERSITY = "neurodiversity", "Neurodivergent condition"
    BRAIN_INJURY = "brain_injury", "Brain injury"
    MENTAL_HEALTH = "mental_health", "Mental ill health"
    SELF_HARM = "self_harm", "Self-harm or suicide attempts"
    ABUSE = "abuse", "Has been abused or exploited"
    CARE = "care", "Has been in care"
    COMMUNICATION = "communication", "Needs help to read, speak or understand"

    @property
    def compartment(self) -> Compartment:
        """Who reads it: health with health, what was done to somebody with victim safety, the rest with the case."""
        if self in {VulnerabilityKind.CARE, VulnerabilityKind.COMMUNICATION}:
            return Compartment.CORE
        return Compartment.VICTIM_SAFETY if self is VulnerabilityKind.ABUSE else Compartment.HEALTH


class ConsultReason(Word):
    """Why a psychologist is asked about a case (ASM-15)."""

    PRE_ENGAGEMENT = "pre_engagement", "Before anybody begins to work with them"
    UNUSUAL_OFFENCES = "unusual_offences", "An unusual pattern of offences"
    COMPLEX_RISK = "complex_risk", "Complex risk"


@dataclass(frozen=True, slots=True)
class Scale:
    """The whole numbers that a pathway may score, from best to worst, and from where on it counts as a need."""

    least: int
    most: int
    need_from: int


@dataclass(frozen=True, slots=True)
class Given:
    """What an assessment says of one pathway: the worker's score and the person's own, from the same scale."""

    score: int | None = None
    own_score: int | None = None
    progress: Progress | None = None


def check_assessment(
    given: Mapping[str, Given], ranking: Sequence[str | None], *, scale: Scale, assessed_on: date, today: date
) -> None:
    """Refuse scores off the scale, a ranking with gaps or doubles, an empty assessment and one of the future.

    `given` is by pathway; `ranking` names the pathways of the first, second and third need.
    """
    if assessed_on > today:
        raise Refused("An assessment is dated today or earlier: give the day that you spoke to them.")
    for one in given.values():
        for value in (one.score, one.own_score):
            if value is not None and not scale.least <= value <= scale.most:
                raise Refused(f"A score runs from {scale.least} to {scale.most}: {value} is none.")
    if all(one.score is None for one in given.values()):
        raise Refused("Score at least one pathway: an assessment without a score says nothing.")
    named = [pathway for pathway in ranking if pathway]
    if len(named) != len(set(named)):
        raise Refused("The same pathway is ranked twice. Choose a different one for each rank.")
    if list(ranking[: len(named)]) != named:
        raise Refused("Rank the first need before the second, and the second before the third.")


def next_due(last: date | None, began: date, months: int) -> date:
    """The day by which the next assessment is due: so many months after the last, or on the day that work began."""
    return add_months(last, months) if last else began


def is_overdue(due: date, today: date) -> bool:
    """Whether the day has passed."""
    return due < today


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The average total at the n-th assessment after the first (0): of everybody who had it, and of the same people.

    `paired_first` and `paired_mean` are over those `pairs` people who had both this one and the first.
    """

    number: int
    people: int
    mean: float
    pairs: int
    paired_first: float
    paired_mean: float

    @property
    def change(self) -> float:
        """How the same people's average moved since their first: below zero is better."""
        return self.paired_mean - self.paired_first


def checkpoints(totals: Iterable[Sequence[float | None]]) -> list[Checkpoint]:
    """Averages at each checkpoint. `totals`: for each person their totals in order, None where one has no total."""
    series = [list(one) for one in totals]
    made: list[Checkpoint] = []
    for number in range(max((len(one) for one in series), default=0)):
        here = [(one[0], value) for one in series if len(one) > number and (value := one[number]) is not None]
        both = [(first, value) for first, value in here if first is not None]
        if here:
            made.append(
                Checkpoint(
                    number,
                    len(here),
                    fmean(value for _, value in here),
                    len(both),
                    fmean(first for first, _ in both) if both else 0.0,
                    fmean(value for _, value in both) if both else 0.0,
                )
            )
    return made


def early_sign(found: Sequence[Checkpoint]) -> str:
    """What to say beside averages that rest on too little, in a sentence; nothing once they rest on enough."""
    after = [one for one in found if one.number > 0]
    pairs = min((one.pairs for one in after), default=0)
    if len(after) >= ENOUGH_CHECKPOINTS and pairs >= ENOUGH_PEOPLE:
        return ""
    times = f"{len(after)} {'checkpoint' if len(after) == 1 else 'checkpoints'} after the first assessment"
    people = f"{pairs} {'person' if pairs == 1 else 'people'} assessed both then and at the first"
    return (
        f"An early sign, not a result: {times}, and at the fewest {people}."
        " Without a comparison group a fall may have come about anyway."
    )


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """How many people have a need among their first three, in whole per cent, beside the comparator's figures."""

    key: str
    people: int
    percent: int
    published: int | None = None
    others: int | None = None


def needs_profile(
    firsts: Iterable[Collection[str]], published: Mapping[str, tuple[int, int]], keys: Iterable[str] = ()
) -> list[ProfileLine]:
    """The share of people with each need (ASM-09). `firsts`: each person's ranked needs.

    `published` gives two percentages by need: of the people managed, and of those they were compared with.
    """
    people = [set(one) for one in firsts]
    order = dict.fromkeys([*published, *keys])
    lines = []
    for key in order:
        count = sum(key in one for one in people)
        percent = rounded_percent(count, len(people))
        lines.append(ProfileLine(key, count, percent, *published.get(key, (None, None))))
    return lines


def rounded_percent(part: int, whole: int) -> int:
    """A share in whole per cent, a half rounded up; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def progress_table(rated: Iterable[tuple[str, Progress]]) -> dict[str, dict[Progress, int]]:
    """How many reviews of each need came to each rating, in the layout of the joint inspection 2014, 8.12 (ASM-10)."""
    table: dict[str, dict[Progress, int]] = {}
    for pathway, rating in rated:
        row = table.setdefault(pathway, dict.fromkeys(Progress, 0))
        row[rating] += 1
    return table


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two workers agree who scored the same pathway of the same person at about the same time.

    `kappa` is Cohen's with quadratic weights (Cohen 1968): 1 for full agreement, 0 for chance; None without spread.
    """

    pairs: int
    same: int
    within_one: int
    kappa: float | None


def agreement(pairs: Iterable[tuple[int, int]], scale: Scale) -> Agreement:
    """The consistency of scores given twice (ASM-18)."""
    scored = list(pairs)
    count = len(scored)
    seen = sum((one - other) ** 2 for one, other in scored)
    by_chance = sum((one - other) ** 2 for one, _ in scored for _, other in scored) / count if count else 0
    same = sum(one == other for one, other in scored)
    near = sum(abs(one - other) <= 1 for one, other in scored)
    kappa = 1 - seen / by_chance if by_chance and scale.most > scale.least else None
    return Agreement(count, same, near, kappa)


def common_pathways(assessments: Iterable[Mapping[str, int | None]]) -> frozenset[str]:
    """The pathways scored in every one of these assessments, so that their totals may be compared."""
    scored = [frozenset(key for key, score in one.items() if score is not None) for one in assessments]
    return frozenset.intersection(*scored) if scored else frozenset()
