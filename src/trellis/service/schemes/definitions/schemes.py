"""The shapes of scheme and cohort files."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trellis.rules.vocabulary import AgencyKind, AreaKind, Marking, NationalClass
from trellis.service.schemes.definitions.shapes import Definition, Key, Shape, Words


class CohortDefinition(Shape):
    """One cohort: its local names, its national class, its rule (none: by referral only), its start and its cap."""

    key: Key
    name: Words
    short: str = ""
    formerly: tuple[Words, ...] = ()
    national_class: NationalClass
    about: Words
    sub_types: tuple[Words, ...] = ()
    eligibility_rule: Key | None = None
    opens_on: date | None = None
    cap: Annotated[int, Field(ge=0)] | None = None
    # What an officer must hold before anybody of the cohort is theirs (TRN-04).
    requires_courses: tuple[Key, ...] = ()


class CohortSetDefinition(Definition):
    """The cohorts that a scheme picks as one."""

    cohorts: Annotated[tuple[CohortDefinition, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _keys_are_single(self) -> Self:
        _refuse_doubles("cohort", (cohort.key for cohort in self.cohorts))
        return self


class AreaDefinition(Shape):
    """One area of the tree. `code` is what extracts call it; `covers` names areas of another kind that it spans."""

    key: Key
    code: str = ""
    name: Words
    kind: AreaKind
    parent: Key | None = None
    covers: tuple[Key, ...] = ()


class AgencyDefinition(Shape):
    """A partner."""

    key: Key
    name: Words
    kind: AgencyKind


class TeamDefinition(Shape):
    """People of one agency who work an area; `officers` counts full-time posts that carry cases."""

    key: Key
    name: Words
    agency: Key
    area: Key
    officers: Annotated[float, Field(ge=0)] = 0


class CapacityDefinition(Shape):
    """People for each full-time officer, and whether going over warns or stops."""

    people_per_officer: Annotated[int, Field(ge=1, le=200)]
    when_over: Literal["warn", "stop"]


class ApprovalDefinition(Shape):
    """Who approved that a rule decides by age or sex in this scheme."""

    rule: Key
    approved_by: tuple[Words, ...]
    approved_on: date


class NounDefinition(Shape):
    """What a scheme calls the people whom it manages, for one and for several: never by their offences (RAG-12)."""

    one: Words = "managed person"
    many: Words = "managed people"

    @property
    def opening(self) -> str:
        """The word for several as a sentence begins with it."""
        return self.many[0].upper() + self.many[1:]


class SchemeDefinition(Definition):
    """A locally branded partnership, the national label underneath, and everything it picks (GOV-01)."""

    national_label: Words
    starts: date
    ends: date | None = None
    area: Key
    cohorts: Key
    priority_grid: Key
    contact_standard: Key = "example"
    people_called: NounDefinition = NounDefinition()
    workload: Key = "example"
    courses: Key = "example"
    # By which pathways needs are assessed, and how they are scored.
    pathway_set: Key = "national_seven"
    instrument: Key = "quarterly_score"
    score_current_months: Annotated[int, Field(ge=1, le=60)]
    review_months: Annotated[int, Field(ge=1, le=24)]
    marking: Marking
    capacity: CapacityDefinition
    approvals: tuple[ApprovalDefinition, ...] = ()
    areas: Annotated[tuple[AreaDefinition, ...], Field(min_length=1)]
    agencies: Annotated[tuple[AgencyDefinition, ...], Field(min_length=1)]
    teams: tuple[TeamDefinition, ...] = ()

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        _refuse_doubles("area", (area.key for area in self.areas))
        _refuse_doubles("agency", (agency.key for agency in self.agencies))
        _refuse_doubles("team", (team.key for team in self.teams))
        areas, agencies = {area.key for area in self.areas}, {agency.key for agency in self.agencies}
        _refuse_unknown("area", [self.area], areas)
        for area in self.areas:
            _refuse_unknown("area", area.covers, areas)
        _refuse_unknown("area", (team.area for team in self.teams), areas)
        _refuse_unknown("agency", (team.agency for team in self.teams), agencies)
        self._check_tree()
        return self

    def _check_tree(self) -> None:
        # A parent stands before its children in the file, which rules out rings and lets the tree be made in order.
        seen: set[str] = set()
        for area in self.areas:
            if area.parent is not None and area.parent not in seen:
                raise ValueError(f"the area {area.key} comes before its parent, {area.parent}: put the parent first")
            seen.add(area.key)


def _refuse_doubles(what: str, keys: Iterable[str]) -> None:
    doubles = [key for key, times in Counter(keys).items() if times > 1]
    if doubles:
        raise ValueError(f"the {what} {doubles[0]} stands there twice: give each its own key")


def _refuse_unknown(what: str, named: Iterable[str], known: set[str]) -> None:
    for key in named:
        if key not in known:
            raise ValueError(f"there is no {what} {key} in this scheme")
