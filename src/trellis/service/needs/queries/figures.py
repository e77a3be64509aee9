"""Figures of a scheme's needs: averages at each checkpoint, the profile, progress, outcomes and consistency.

Counted over rows that row security shows the reader; where the agreement shares the answers with their agency only
field by field, over their agency's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from trellis.rules.access import COMPARTMENTS_SEEN
from trellis.rules.needs import (
    Agreement,
    Checkpoint,
    ProfileLine,
    Progress,
    agreement,
    checkpoints,
    early_sign,
    needs_profile,
    progress_table,
)
from trellis.rules.vocabulary import Compartment, Role
from trellis.service.access.actor import current_actor, shared_with_actor
from trellis.service.needs.models import Assessment, IndicatorAnswer, PathwayAnswer, Reached
from trellis.service.needs.queries.picked import Picked, picked_by
from trellis.service.people.sharing import withheld_fields
from trellis.service.schemes.definitions.needs import NeedProfileDefinition
from trellis.service.schemes.models import Scheme
from trellis.service.schemes.queries import definitions

TWICE_WITHIN = timedelta(days=28)
"""Two workers' scores of one person are compared when made this close together."""


@dataclass(frozen=True, slots=True)
class Row:
    """One assessment as figures read it."""

    person: int
    key: UUID
    on: date
    assessor: str


@dataclass(frozen=True, slots=True)
class Consistency:
    """One worker's assessments: how many, and their average score of a pathway."""

    assessor: str
    assessments: int
    mean: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What the page of figures shows, over `pathways`: those that the reader's roles open."""

    pathways: list[str]
    people: int
    checkpoints: list[Checkpoint]
    caution: str
    profile: list[ProfileLine]
    progress: dict[str, dict[Progress, int]]
    outcomes: dict[str, list[dict[Reached, int]]]
    agreement: Agreement
    assessors: list[Consistency]


def figures_of(scheme: Scheme, roles: Iterable[Role]) -> Figures:
    """Every figure of a scheme's needs: three queries, however many people."""
    picked = picked_by(scheme)
    opened = frozenset[Compartment]().union(*(COMPARTMENTS_SEEN[role] for role in roles))
    pathways = [one.key for one in picked.open_to(opened)]
    rows = _assessments(scheme, picked)
    answers = _answers(scheme, rows, pathways)
    by_person: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_person[row.person].append(row)
    averages = checkpoints(
        [_total(answers.get(row.key, {}), pathways) for row in found] for found in by_person.values()
    )
    latest = [answers.get(found[-1].key, {}) for found in by_person.values()]
    rated = [
        (pathway, Progress(progress))
        for found in answers.values()
        for pathway, (_, progress, _) in found.items()
        if progress
    ]
    return Figures(
        pathways=pathways,
        people=len(by_person),
        checkpoints=averages,
        caution=early_sign(averages),
        profile=needs_profile(([key for key, (_, _, rank) in one.items() if rank] for one in latest), {}, pathways),
        progress=progress_table(rated),
        outcomes=_outcomes(scheme, by_person),
        agreement=agreement(_twice(by_person, answers), picked.instrument.scale),
        assessors=_assessors(rows, answers),
    )


Answer = tuple[int | None, str, int | None]
"""A score, a rating of progress and a rank."""


def _assessments(scheme: Scheme, picked: Picked) -> list[Row]:
    found = _own_or_shared(Assessment).filter(
        person__scheme=scheme, instrument=picked.instrument.key, instrument_version=picked.instrument.version,
        pathway_set=picked.pathway_set.key,
    )  # fmt: skip
    ordered = found.order_by("happened_on", "id").values_list("person_id", "key", "happened_on", "assessor")
    return [Row(*row) for row in ordered]


def _answers(scheme: Scheme, rows: list[Row], pathways: list[str]) -> dict[UUID, dict[str, Answer]]:
    keys = {row.key for row in rows}
    found = _own_or_shared(PathwayAnswer).filter(person__scheme=scheme, pathway__in=pathways)
    told = found.exclude(assessment_key=None).order_by("recorded_at", "id")
    by_key: dict[UUID, dict[str, Answer]] = defaultdict(dict)
    for key, pathway, *answer in told.values_list("assessment_key", "pathway", "score", "progress", "rank"):
        if key in keys:
            by_key[key][pathway] = (answer[0], answer[1], answer[2])
    return by_key


def _own_or_shared(model: Any) -> Any:
    rows = model.objects.current()
    actor = current_actor()
    if withheld_fields(model._meta.label, shared_with_actor()):
        return rows.filter(agency_id=actor.agency_id if actor else None)
    return rows


def _total(answers: dict[str, Answer], pathways: list[str]) -> float | None:
    scores = [answers.get(key, (None, "", None))[0] for key in pathways]
    known = [score for score in scores if score is not None]
    return float(sum(known)) if known and len(known) == len(pathways) else None


def _outcomes(scheme: Scheme, by_person: dict[int, list[Row]]) -> dict[str, list[dict[Reached, int]]]:
    """By indicator, for each checkpoint how many answered what."""
    place = {row.key: number for found in by_person.values() for number, row in enumerate(found)}
    longest = max((len(found) for found in by_person.values()), default=0)
    table: dict[str, list[dict[Reached, int]]] = {}
    told = _own_or_shared(IndicatorAnswer).filter(person__scheme=scheme).order_by("id")
    for key, indicator, answer in told.values_list("assessment_key", "indicator", "answer"):
        if key in place:
            line = table.setdefault(indicator, [dict.fromkeys(Reached, 0) for _ in range(longest)])
            line[place[key]][Reached(answer)] += 1
    return table


def _twice(by_person: dict[int, list[Row]], answers: dict[UUID, dict[str, Answer]]) -> Iterable[tuple[int, int]]:
    """Scores of one pathway of one person by two workers at about the same time."""
    for found in by_person.values():
        for one, other in pairwise(found):
            if one.assessor == other.assessor or other.on - one.on > TWICE_WITHIN:
                continue
            before, after = answers.get(one.key, {}), answers.get(other.key, {})
            for pathway in sorted(before.keys() & after.keys()):
                first, second = before[pathway][0], after[pathway][0]
                if first is not None and second is not None:
                    yield first, second


def _assessors(rows: list[Row], answers: dict[UUID, dict[str, Answer]]) -> list[Consistency]:
    scores: dict[str, list[int]] = defaultdict(list)
    made: dict[str, int] = defaultdict(int)
    for row in rows:
        made[row.assessor] += 1
        scores[row.assessor] += [score for score, _, _ in answers.get(row.key, {}).values() if score is not None]
    found = [Consistency(who, count, sum(scores[who]) / len(scores[who])) for who, count in made.items() if scores[who]]
    return sorted(found, key=lambda one: (-one.assessments, one.assessor))


@dataclass(frozen=True, slots=True)
class Beside:
    """One published need with this scheme's own share of the pathway that it maps to, if it maps to any."""

    name: str
    managed: int
    compared: int
    own: ProfileLine | None
    own_name: str


def published_beside(figures: Figures, scheme: Scheme) -> list[tuple[NeedProfileDefinition, list[Beside]]]:
    """Each published profile with this scheme's own shares beside it, by way of the seven pathways that both map to."""
    own_set, known = picked_by(scheme).pathway_set, definitions()
    own = {line.key: line for line in figures.profile}
    by_common = {own_set.common(key): line for key, line in own.items()}
    made = []
    for profile in known.need_profiles.values():
        theirs = known.pathway_set(profile.pathway_set)
        lines = []
        for line in profile.lines:
            same = own.get(line.pathway) if theirs.key == own_set.key else None
            held = same or by_common.get(theirs.common(line.pathway))
            own_name = own_set.name_of(held.key) if held else ""
            lines.append(Beside(theirs.name_of(line.pathway), line.managed, line.compared, held, own_name))
        made.append((profile, lines))
    return made
