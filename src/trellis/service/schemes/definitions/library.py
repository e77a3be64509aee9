"""All definitions of a folder, read, checked against one another and built into rules."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from trellis.rules.eligibility import EligibilityRule, Route
from trellis.rules.equality import check_approvals
from trellis.rules.errors import Refused
from trellis.rules.offences import OffenceGroup
from trellis.rules.priority import Grid
from trellis.service.schemes.definitions.contact_standards import ContactStandardDefinition
from trellis.service.schemes.definitions.courses import CourseSetDefinition
from trellis.service.schemes.definitions.criteria import AnyCriterion
from trellis.service.schemes.definitions.meetings import MeetingTypeDefinition
from trellis.service.schemes.definitions.needs import (
    COMMON_SET,
    InstrumentDefinition,
    NeedProfileDefinition,
    PathwaySetDefinition,
)
from trellis.service.schemes.definitions.note_formats import NoteFormatDefinition
from trellis.service.schemes.definitions.onward_sharing import OnwardSharingDefinition
from trellis.service.schemes.definitions.partner_views import PartnerViewDefinition
from trellis.service.schemes.definitions.plans import AgreementTemplateDefinition, TacticsDefinition
from trellis.service.schemes.definitions.reading import read_definition
from trellis.service.schemes.definitions.reasons import ReasonDefinition
from trellis.service.schemes.definitions.schemes import (
    CohortDefinition,
    CohortSetDefinition,
    NounDefinition,
    SchemeDefinition,
)
from trellis.service.schemes.definitions.shapes import (
    Definition,
    EligibilityRuleDefinition,
    OffenceGroupDefinition,
    PriorityGridDefinition,
)
from trellis.service.schemes.definitions.workloads import WorkloadDefinition

KINDS: Mapping[str, type[Definition]] = MappingProxyType(
    {
        "schemes": SchemeDefinition,
        "cohorts": CohortSetDefinition,
        "eligibility_rules": EligibilityRuleDefinition,
        "offence_groups": OffenceGroupDefinition,
        "priority_grids": PriorityGridDefinition,
        "contact_standards": ContactStandardDefinition,
        "note_formats": NoteFormatDefinition,
        "onward_sharing": OnwardSharingDefinition,
        "partner_views": PartnerViewDefinition,
        "reasons": ReasonDefinition,
        "pathway_sets": PathwaySetDefinition,
        "instruments": InstrumentDefinition,
        "need_profiles": NeedProfileDefinition,
        "tactics": TacticsDefinition,
        "agreement_templates": AgreementTemplateDefinition,
        "workloads": WorkloadDefinition,
        "meeting_types": MeetingTypeDefinition,
        "courses": CourseSetDefinition,
    }
)
"""Each folder that is read here, and the shape of its files."""

READ_ELSEWHERE = frozenset({"feeds", "unit_costs", "harm_weights"})

EXAMPLE = "example"
Known = TypeVar("Known", bound=Definition)


class DefinitionsRefused(Exception):
    """Definitions that cannot be used. `faults` has a sentence for each, naming file and field."""

    def __init__(self, faults: Iterable[str]) -> None:
        """Keep every fault, so that all are mended at once."""
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class Definitions(BaseModel):
    """Every definition of a folder by kind and key. What one names, another is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schemes: dict[str, SchemeDefinition] = {}
    cohorts: dict[str, CohortSetDefinition] = {}
    eligibility_rules: dict[str, EligibilityRuleDefinition] = {}
    offence_groups: dict[str, OffenceGroupDefinition] = {}
    priority_grids: dict[str, PriorityGridDefinition] = {}
    contact_standards: dict[str, ContactStandardDefinition] = {}
    note_formats: dict[str, NoteFormatDefinition] = {}
    onward_sharing: dict[str, OnwardSharingDefinition] = {}
    partner_views: dict[str, PartnerViewDefinition] = {}
    reasons: dict[str, ReasonDefinition] = {}
    pathway_sets: dict[str, PathwaySetDefinition] = {}
    instruments: dict[str, InstrumentDefinition] = {}
    need_profiles: dict[str, NeedProfileDefinition] = {}
    tactics: dict[str, TacticsDefinition] = {}
    agreement_templates: dict[str, AgreementTemplateDefinition] = {}
    workloads: dict[str, WorkloadDefinition] = {}
    meeting_types: dict[str, MeetingTypeDefinition] = {}
    courses: dict[str, CourseSetDefinition] = {}

    def all(self) -> Iterator[tuple[str, Definition]]:
        """Each definition with its kind."""
        for kind in KINDS:
            for definition in getattr(self, kind).values():
                yield kind, definition

    def scheme(self, key: str) -> SchemeDefinition:
        """A scheme by key. Raises Refused when there is none, as the other look-ups do."""
        return _found(self.schemes, key, "scheme")

    def cohorts_of(self, scheme: str) -> tuple[CohortDefinition, ...]:
        """The cohorts that a scheme picked, in its order."""
        return _found(self.cohorts, self.scheme(scheme).cohorts, "set of cohorts").cohorts

    def offence_group(self, key: str) -> OffenceGroup:
        """An offence group with everything it includes."""
        shape = _found(self.offence_groups, key, "offence group")
        parts = tuple(self.offence_group(part) for part in shape.includes)
        return OffenceGroup(shape.key, shape.name, shape.codes, parts)

    def eligibility_rule(self, key: str) -> EligibilityRule:
        """An eligibility rule, ready to judge by."""
        shape = _found(self.eligibility_rules, key, "eligibility rule")
        groups = {group: self.offence_group(group) for group in groups_named(shape)}
        return EligibilityRule(
            shape.key,
            shape.name,
            shape.version,
            everyone=tuple(criterion.build(groups) for criterion in shape.everyone),
            routes=tuple(
                Route(route.key, route.name, tuple(criterion.build(groups) for criterion in route.criteria))
                for route in shape.routes
            ),
        )

    def priority_grid(self, key: str) -> Grid:
        """A priority grid, ready to propose by."""
        return self.grid(key).grid()

    def grid(self, key: str) -> PriorityGridDefinition:
        """A priority grid as it is defined, with what each colour means."""
        return _found(self.priority_grids, key, "priority grid")

    def contact_standard(self, scheme: str) -> ContactStandardDefinition:
        """The contact standard that a scheme picked; the example's for a scheme without a file of its own."""
        picked = self.schemes[scheme].contact_standard if scheme in self.schemes else EXAMPLE
        return _found(self.contact_standards, picked, "contact standard")

    def course_set(self, scheme: str) -> CourseSetDefinition:
        """The courses that a scheme picked; the example's for a scheme without a file of its own."""
        picked = self.schemes[scheme].courses if scheme in self.schemes else EXAMPLE
        return _found(self.courses, picked, "set of courses")

    def workload(self, scheme: str) -> WorkloadDefinition:
        """The weights of cases that a scheme picked; the example's for a scheme without a file of its own."""
        picked = self.schemes[scheme].workload if scheme in self.schemes else EXAMPLE
        return _found(self.workloads, picked, "weights of cases")

    def people_called(self, scheme: str) -> NounDefinition:
        """What a scheme calls the people whom it manages; the usual words for a scheme without a file of its own."""
        return self.schemes[scheme].people_called if scheme in self.schemes else NounDefinition()

    def pathway_set(self, key: str) -> PathwaySetDefinition:
        """A set of pathways by key."""
        return _found(self.pathway_sets, key, "set of pathways")

    def instrument(self, key: str) -> InstrumentDefinition:
        """An instrument by key."""
        return _found(self.instruments, key, "instrument")


def load_all(folder: Path) -> Definitions:
    """Read every definition under a folder. Raises DefinitionsRefused with a sentence for each fault."""
    faults: list[str] = []
    read: dict[str, dict[str, Definition]] = {kind: {} for kind in KINDS}
    for path in sorted(folder.glob("*/*.yaml")):
        kind = path.parent.name
        if kind in READ_ELSEWHERE:
            continue
        if kind not in KINDS:
            faults.append(f"{kind}/{path.name}: there is no kind of definition {kind}. There are {', '.join(KINDS)}.")
        elif definition := read_definition(path, KINDS[kind], faults):
            read[kind][definition.key] = definition
    if not faults and not any(read.values()):
        faults.append(f"There are no definitions under {folder}.")
    if not faults:
        definitions = Definitions.model_validate(read)
        faults.extend(_cross_faults(definitions))
    if faults:
        raise DefinitionsRefused(faults)
    return definitions


def groups_named(rule: EligibilityRuleDefinition) -> set[str]:
    """The keys of the offence groups that a rule speaks of."""
    asked: list[AnyCriterion] = [*rule.everyone, *(each for route in rule.routes for each in route.criteria)]
    return {group for criterion in asked for group in criterion.groups_named()}


def _found(known: Mapping[str, Known], key: str, what: str) -> Known:
    if key not in known:
        raise Refused(f"There is no {what} {key} among the definitions.")
    return known[key]


def _cross_faults(definitions: Definitions) -> Iterator[str]:
    for group in definitions.offence_groups.values():
        yield from _group_faults(group, definitions)
    for rule in definitions.eligibility_rules.values():
        for name in sorted(groups_named(rule) - definitions.offence_groups.keys()):
            yield f"eligibility_rules/{rule.key}.yaml, group: there is no offence group {name}."
    for cohorts in definitions.cohorts.values():
        for cohort in cohorts.cohorts:
            if cohort.eligibility_rule not in {None, *definitions.eligibility_rules}:
                yield (
                    f"cohorts/{cohorts.key}.yaml, {cohort.key} > eligibility_rule: "
                    f"there is no eligibility rule {cohort.eligibility_rule}."
                )
    yield from _pathway_faults(definitions)
    yield from _course_faults(definitions)
    for scheme in definitions.schemes.values():
        yield from _scheme_faults(scheme, definitions)


def _pathway_faults(definitions: Definitions) -> Iterator[str]:
    common = definitions.pathway_sets.get(COMMON_SET)
    for pathways in definitions.pathway_sets.values():
        for pathway in pathways.pathways:
            if pathway.maps_to and (common is None or common.pathway(pathway.maps_to) is None):
                where = f"pathway_sets/{pathways.key}.yaml, {pathway.key} > maps_to"
                yield f"{where}: there is no pathway {pathway.maps_to} in {COMMON_SET}."
    for profile in definitions.need_profiles.values():
        known = definitions.pathway_sets.get(profile.pathway_set)
        for line in profile.lines:
            if known is None or known.pathway(line.pathway) is None:
                yield (
                    f"need_profiles/{profile.key}.yaml, {line.pathway}: "
                    f"there is no such pathway in the set {profile.pathway_set}."
                )


def _course_faults(definitions: Definitions) -> Iterator[str]:
    for cohorts in definitions.cohorts.values():
        for cohort in cohorts.cohorts:
            for key in cohort.requires_courses:
                if all(known.course(key) is None for known in definitions.courses.values()):
                    yield f"cohorts/{cohorts.key}.yaml, {cohort.key} > requires_courses: there is no course {key}."
    for scheme in definitions.schemes.values():
        where = f"schemes/{scheme.key}.yaml, courses"
        picked, used = definitions.courses.get(scheme.courses), definitions.cohorts.get(scheme.cohorts)
        if picked is None:
            yield f"{where}: there is no set of courses {scheme.courses}."
            continue
        for cohort in used.cohorts if used else ():
            for key in cohort.requires_courses:
                if picked.course(key) is None:
                    yield f"{where}: the set has no course {key}, which the cohort {cohort.key} requires."


def _group_faults(group: OffenceGroupDefinition, definitions: Definitions) -> Iterator[str]:
    known = definitions.offence_groups
    for key in group.includes:
        if key not in known:
            yield f"offence_groups/{group.key}.yaml, includes: there is no offence group {key}."
    reached, waiting = set[str](), list(group.includes)
    while waiting:
        key = waiting.pop()
        if key not in reached and key in known:
            reached.add(key)
            waiting.extend(known[key].includes)
    if group.key in reached:
        yield f"offence_groups/{group.key}.yaml, includes: the group includes itself, if by way of another."


def _scheme_faults(scheme: SchemeDefinition, definitions: Definitions) -> Iterator[str]:
    where = f"schemes/{scheme.key}.yaml"
    if scheme.priority_grid not in definitions.priority_grids:
        yield f"{where}, priority_grid: there is no priority grid {scheme.priority_grid}."
    if scheme.pathway_set not in definitions.pathway_sets:
        yield f"{where}, pathway_set: there is no set of pathways {scheme.pathway_set}."
    if scheme.instrument not in definitions.instruments:
        yield f"{where}, instrument: there is no instrument {scheme.instrument}."
    if scheme.contact_standard not in definitions.contact_standards:
        yield f"{where}, contact_standard: there is no contact standard {scheme.contact_standard}."
    if scheme.workload not in definitions.workloads:
        yield f"{where}, workload: there are no weights of cases {scheme.workload}."
    if scheme.cohorts not in definitions.cohorts:
        yield f"{where}, cohorts: there is no set of cohorts {scheme.cohorts}."
        return
    approvals = {approval.rule: approval.approved_by for approval in scheme.approvals}
    for key in sorted(approvals.keys() - definitions.eligibility_rules.keys()):
        yield f"{where}, approvals: there is no eligibility rule {key}."
    used = {cohort.eligibility_rule for cohort in definitions.cohorts[scheme.cohorts].cohorts}
    for key, rule in definitions.eligibility_rules.items():
        if key not in used or not rule.needs_approval:
            continue
        try:
            check_approvals(approvals.get(key, ()))
        except Refused as refusal:
            yield f"{where}, approvals > {key}: {refusal}"
