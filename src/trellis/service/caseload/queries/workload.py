"""A caseload in counts: who has not been seen and in which way, what each officer carries, how steadily cases are led.

Every table parts the same cases, so that its cells add up, and each count is the length of the list that it links to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trellis.rules.caseload import ANY_WAY, NO_COLOUR, NOBODY, Asked, Attention, Case, Counted, Where, table, weight
from trellis.rules.clock import Kept
from trellis.rules.continuity import Stayed, on_average
from trellis.rules.vocabulary import ContactMode, LeadKind, PriorityColour
from trellis.service.access.models import Posting
from trellis.service.caseload.presenting import names_of
from trellis.service.schemes.definitions.workloads import WorkloadDefinition
from trellis.service.schemes.models import Scheme
from trellis.service.selection.queries.officers import officers_for

COLOURS = {**dict(PriorityColour.choices()), NO_COLOUR: "Not set"}
WAYS = {ANY_WAY: "In any way", **dict(ContactMode.choices())}
BY_COLOUR = tuple(Asked(colours=(colour,)) for colour in COLOURS)
UNSEEN = tuple(Asked(unseen=way) for way in WAYS)


def unseen_by_way(cases: Sequence[Case]) -> list[Counted]:
    """By colour, and over all: how many nobody saw within the days of their standard, for each way of seeing them."""
    rows = table(cases, tuple(COLOURS), lambda case: case.colour_key, UNSEEN)
    return [*rows, *table(cases, ("",), lambda case: "", UNSEEN)]


@dataclass(frozen=True, slots=True)
class Carried:
    """What one officer carries, or nobody does: cases by colour, those held and those overdue, weighed, and how well
    the contact standard was kept for them. `limit`: how many people their time is for, where they may lead.
    """

    officer: int
    name: str
    cases: int
    by_colour: tuple[int, ...]
    held: int
    contact_overdue: int
    review_overdue: int
    weight: float
    limit: int | None
    kept: int | None

    @property
    def is_over(self) -> bool:
        """Whether they carry more people than their time is for."""
        return self.limit is not None and self.cases > self.limit


def carried_by(
    cases: Sequence[Case], kind: LeadKind, scheme: Scheme, weights: WorkloadDefinition, within: Sequence[int] | None
) -> list[Carried]:
    """A row for each officer who leads for a service or may, one for cases without such a lead, and the total last.

    `within`: the officers of a team, of whom those who carry nothing are shown too. Three queries.
    """
    room = {one.user.pk: one.room for one in officers_for(kind, scheme)}
    free = [number for number in room if within is None or number in within]
    leading = {case.leads.get(kind, NOBODY) for case in cases}
    names = names_of({*free, *leading}) | {NOBODY: "Nobody"}
    order = sorted((leading | set(free)) - {NOBODY}, key=lambda number: names.get(number, ""))
    columns = (*BY_COLOUR, *_BESIDE)
    rows = table(cases, (*order, NOBODY), lambda case: case.leads.get(kind, NOBODY), columns)
    total = table(cases, (-1,), lambda case: -1, columns)
    names[-1] = "Everybody"
    return [_carried(row, names, room, weights) for row in (*rows, *total)]


_BESIDE = (
    Asked(where=Where.CUSTODY), Asked(attention=(Attention.CONTACT,)), Asked(attention=(Attention.REVIEW,)),
)  # fmt: skip


def _carried(row: Counted, names: dict[int, str], room: dict[int, Any], weights: WorkloadDefinition) -> Carried:
    number = int(row.of)
    held, contact, review = row.cells[len(BY_COLOUR) :]
    return Carried(
        officer=number, name=names.get(number, "A former officer"), cases=len(row.cases),
        by_colour=row.cells[: len(BY_COLOUR)], held=held, contact_overdue=contact, review_overdue=review,
        weight=weight(row.cases, weights.weights), limit=room[number].limit if number in room else None,
        kept=kept_over(row.cases).percent,
    )  # fmt: skip


def kept_over(cases: Sequence[Case]) -> Kept:
    """On how many of all the days of these cases, over twelve weeks, nothing was overdue (INT-02)."""
    kept = [case.kept for case in cases if case.kept is not None]
    return Kept(sum(one.days for one in kept), sum(one.of for one in kept))


@dataclass(frozen=True, slots=True)
class Steady:
    """How steadily one team's cases are led."""

    team: str
    stayed: Stayed


def steadiness(cases: Sequence[Case], scheme: Scheme) -> list[Steady]:
    """Changes of manager and continuity by team, and over all: one query. A case led from two teams counts in both."""
    officers = {number for case in cases for number in case.officers}
    posted = Posting.objects.live().filter(scheme=scheme, user__in=officers, team__isnull=False)
    teams: dict[int, set[str]] = defaultdict(set)
    for officer, team in posted.values_list("user_id", "team__name"):
        teams[officer].add(str(team))
    of_team: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        for team in {team for officer in case.officers for team in teams[officer]}:
            of_team[team].append(case)
    found = [(team, of_team[team]) for team in sorted(of_team)] + [("All of them", list(cases))]
    return [Steady(team, stayed) for team, held in found if (stayed := on_average(_pairs(held))) is not None]


def _pairs(cases: Sequence[Case]) -> list[tuple[int, Kept]]:
    return [(case.changes, case.continuity) for case in cases if case.continuity is not None and case.officers]
