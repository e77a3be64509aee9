"""Cases as a caseload lists and counts them: what is asked, in which order, and counts that add up.

A list and every count beside it come from the same cases, so that a count is always the length of its list.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from trellis.rules.clock import Kept
from trellis.rules.contact_standards import Situation
from trellis.rules.vocabulary import ContactMode, LeadKind, PriorityColour, Word

NOBODY = 0
"""Stands for "no lead officer" where the number of one is asked for."""

NO_COLOUR = "none"
ANY_WAY = "any"


class PlanState(StrEnum):
    """How a case stands to its plan, the worst first."""

    MISSING = "missing"
    REPLAN = "replan"
    OVERDUE = "overdue"
    CURRENT = "current"


class Attention(Word):
    """What a case may need somebody to look at."""

    CONTACT = "contact", "Contact overdue"
    REVIEW = "review", "Priority review overdue"
    NO_LEAD = "no_lead", "No lead officer"
    NO_PLAN = "no_plan", "No plan"
    PLAN = "plan", "Plan to look at again"
    ASSESSMENT = "assessment", "Assessment overdue"
    TASKS = "tasks", "Tasks overdue"
    DISENGAGING = "disengaging", "Not engaging, no response recorded"
    NOT_TOLD = "not_told", "Not told why selected"
    NO_OFFER = "no_offer", "No help offered"


class Where(Word):
    """Whether somebody is held."""

    CUSTODY = "custody", "In custody"
    LIBERTY = "liberty", "In the community"


@dataclass(frozen=True, slots=True)
class Case:
    """One managed person in figures, as they stand on `today`; nobody's name is among them.

    `place`: where they stand by name. `leads`: the officer who leads for each service; `officers`: everybody who leads.
    `seen`: the last successful contact by each way of making it; `span`: the days within which the standard asks for
    one. `disengaging`: there are signs of it, and no response to it that is still to be reviewed. `told` and `offered`
    are false only once the standard's days for it have passed.
    """

    person: int
    place: int
    today: date
    area: int | None = None
    cohorts: frozenset[int] = frozenset()
    joined: date | None = None
    colour: PriorityColour | None = None
    review_on: date | None = None
    in_custody: bool = False
    leads: Mapping[LeadKind, int] = field(default_factory=dict)
    officers: frozenset[int] = frozenset()
    agencies: frozenset[int] = frozenset()
    seen: Mapping[ContactMode, date] = field(default_factory=dict)
    last_seen: date | None = None
    span: int = 1
    contact_by: date | None = None
    appointment: date | None = None
    plan: PlanState = PlanState.CURRENT
    plan_on: date | None = None
    assessment_by: date | None = None
    tasks: int = 0
    tasks_overdue: int = 0
    disengaging: bool = False
    told: bool = True
    offered: bool = True
    changes: int = 0
    continuity: Kept | None = None
    kept: Kept | None = None

    @property
    def colour_key(self) -> str:
        """The colour's word, or the one for none."""
        return self.colour.value if self.colour else NO_COLOUR

    @property
    def situation(self) -> Situation:
        """What decides how much work the case is: custody before any colour."""
        if self.in_custody:
            return Situation.CUSTODY
        return Situation(self.colour.value) if self.colour else Situation.NOT_SET

    @property
    def days(self) -> int | None:
        """For how many days they have been managed this time."""
        return (self.today - self.joined).days if self.joined else None

    def unseen(self, way: str = ANY_WAY) -> bool:
        """Whether nobody saw them, in one way or any, within the days of their standard."""
        last = self.last_seen if way == ANY_WAY else self.seen.get(ContactMode(way))
        return last is None or (self.today - last).days >= self.span

    def needs(self, attention: str) -> bool:
        """Whether somebody must look at this of the case."""
        return _NEEDS[Attention(attention)](self)


_LIGHT = frozenset({Attention.REVIEW, Attention.NO_LEAD})


def _past(day: date | None, today: date) -> bool:
    return day is not None and day < today


_NEEDS: Mapping[Attention, Callable[[Case], bool]] = {
    Attention.CONTACT: lambda case: _past(case.contact_by, case.today),
    Attention.REVIEW: lambda case: _past(case.review_on, case.today),
    Attention.NO_LEAD: lambda case: not case.officers,
    Attention.NO_PLAN: lambda case: case.plan is PlanState.MISSING,
    Attention.PLAN: lambda case: case.plan in {PlanState.REPLAN, PlanState.OVERDUE},
    Attention.ASSESSMENT: lambda case: _past(case.assessment_by, case.today),
    Attention.TASKS: lambda case: case.tasks_overdue > 0,
    Attention.DISENGAGING: lambda case: case.disengaging,
    Attention.NOT_TOLD: lambda case: not case.told,
    Attention.NO_OFFER: lambda case: not case.offered,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which cases somebody wants to see: everything empty is every case. What is asked of different kinds adds up,
    and so does each thing that needs attention; of one kind any will do.

    `within` and `ground`: officers and areas whose cases alone are meant, such as a team's. `lead`: an officer's number
    or `NOBODY`, for `service` where one is given.
    """

    within: Collection[int] | None = None
    ground: Collection[int] = ()
    areas: Collection[int] = ()
    colours: Collection[str] = ()
    cohorts: Collection[int] = ()
    where: str = ""
    attention: Collection[str] = ()
    lead: int | None = None
    service: LeadKind | None = None
    agency: int | None = None
    unseen: str = ""

    def covers(self, case: Case) -> bool:
        """Whether a case is among those asked for."""
        return (
            (self.within is None or not case.officers.isdisjoint(self.within))
            and (not self.ground or case.area in self.ground)
            and (not self.areas or case.area in self.areas)
            and (not self.colours or case.colour_key in self.colours)
            and (not self.cohorts or not case.cohorts.isdisjoint(self.cohorts))
            and (not self.where or case.in_custody == (self.where == Where.CUSTODY))
            and (self.agency is None or self.agency in case.agencies)
            and (not self.unseen or case.unseen(self.unseen))
            and self._is_led(case)
            and all(case.needs(what) for what in self.attention)
        )

    @property
    def light(self) -> Asked:
        """What of it turns on nothing but where and by whom people are managed, colour and custody."""
        light = tuple(what for what in self.attention if Attention(what) in _LIGHT)
        return replace(self, unseen="", attention=light)

    def _is_led(self, case: Case) -> bool:
        if self.lead is None:
            return True
        if self.service is not None:
            return case.leads.get(self.service, NOBODY) == self.lead
        return self.lead in case.officers if self.lead else not case.officers


def select(cases: Iterable[Case], asked: Asked) -> list[Case]:
    """The cases asked for, in the order in which they came."""
    return [case for case in cases if asked.covers(case)]


_COLOUR_RANK = {NO_COLOUR: 0} | {colour.value: rank for rank, colour in enumerate(PriorityColour, start=1)}
_SORTS: Mapping[str, Callable[[Case], date | int | None]] = {
    "name": lambda case: case.place,
    "priority": lambda case: _COLOUR_RANK[case.colour_key],
    "review": lambda case: case.review_on,
    "seen": lambda case: case.last_seen,
    "contact": lambda case: case.contact_by,
    "next": lambda case: case.appointment,
    "plan": lambda case: list(PlanState).index(case.plan),
    "tasks": lambda case: case.tasks,
    "days": lambda case: case.days,
    "changes": lambda case: case.changes,
}
SORTS = tuple(_SORTS)
LIGHT_SORTS = frozenset({"name", "priority", "review", "days", "changes"})


def ordered(cases: Iterable[Case], sort: str) -> list[Case]:
    """The cases by a column, with a minus the other way round; by name within, and what is not known last."""
    key = _SORTS[sort.removeprefix("-")]
    by_name = sorted(cases, key=lambda case: case.place)
    known = [case for case in by_name if key(case) is not None]
    unknown = [case for case in by_name if key(case) is None]
    return sorted(known, key=key, reverse=sort.startswith("-")) + unknown  # type: ignore[arg-type]  # known ones compare


@dataclass(frozen=True, slots=True)
class Counted:
    """A row of a table of counts: what it is of, its cases, and how many of them each column has."""

    of: int | str
    cases: tuple[Case, ...]
    cells: tuple[int, ...]


Group = Callable[[Case], int | str]


def table(cases: Sequence[Case], rows: Sequence[int | str], by: Group, columns: Sequence[Asked]) -> list[Counted]:
    """Cases parted into rows by what each belongs to, counted by column. Every case stands in one row alone, so that
    the cells of a column add up to its count over all. Raises KeyError for a case of no row.
    """
    parted: dict[int | str, list[Case]] = {row: [] for row in rows}
    for case in cases:
        parted[by(case)].append(case)
    return [
        Counted(row, tuple(held), tuple(len(select(held, column)) for column in columns))
        for row, held in parted.items()
    ]


def weight(cases: Iterable[Case], weights: Mapping[Situation, float]) -> float:
    """How much work cases are, by a weight for each situation."""
    return sum(weights[case.situation] for case in cases)
