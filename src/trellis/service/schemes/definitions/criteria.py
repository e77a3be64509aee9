"""The criteria that an eligibility rule's file may name, and how each becomes the rule's own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from trellis.rules import criteria as rule
from trellis.rules.offences import OffenceGroup
from trellis.rules.vocabulary import Band, RiskOfHarm, Sex

Groups = Mapping[str, OffenceGroup]
Months = Annotated[int, Field(ge=1, le=1200)]
Years = Annotated[int, Field(ge=10, le=120)]


class CriterionDefinition(BaseModel):
    """One criterion as a file names it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @abstractmethod
    def build(self, groups: Groups) -> rule.Criterion:
        """The rule's own criterion, with offence groups looked up by key."""

    def groups_named(self) -> Iterator[str]:
        """The keys of the offence groups that it speaks of."""
        yield from ()


class BandAtLeast(CriterionDefinition):
    """See `trellis.rules.criteria.BandAtLeast`."""

    kind: Literal["band_at_least"]
    band: Band

    def build(self, groups: Groups) -> rule.Criterion:
        """The rule's own criterion."""
        return rule.BandAtLeast(self.band)


class ConvictedOf(CriterionDefinition):
    """See `trellis.rules.criteria.ConvictedOf`; without months, a conviction at any time."""

    kind: Literal["convicted_of"]
    group: str
    months: Months | None = None
    or_index_offence: bool = False

    def build(self, groups: Groups) -> rule.Criterion:
        """The rule's own criterion."""
        return rule.ConvictedOf(groups[self.group], self.months, self.or_index_offence)

    def groups_named(self) -> Iterator[str]:
        """The one group it asks for."""
        yield self.group


class AgeAtLeast(CriterionDefinition):
    """See `trellis.rules.criteria.AgeAtLeast`."""

    kind: Literal["age_at_least"]
    years: Years

    def build(self, groups: Groups) -> rule.Criterion:
        """The rule's own criterion."""
        return rule.AgeAtLeast(self.years)


class AgeBelow(CriterionDefinition):
    """See `trellis.rules.criteria.AgeBelow`."""

    kind: Literal["age_below"]
    years: Years

    def build(self, groups: Groups) -> rule.Criterion:
        """The rule's own criterion."""
        return rule.AgeBelow(self.years)


class SexIs(CriterionDefinition):
    """See `trellis.rules.criteria.SexIs`."""

    kind: Literal["sex_is"]
    sex: Literal[Sex.MALE, Sex.FEMALE]

    def build(self, groups: Groups) -> rule.Criterion:
        """The rule's own criterion."""
        return rule.SexIs(self.sex)


class RiskOfHarmAtLeast(CriterionDefinition):
    """See `trellis.rules.criteria.RiskOfHarmAtLeast`."""

    kind: Literal["risk_of_harm_at_least"]
    level: RiskOfHarm

    def build(self, groups: Groups) -> rule.Criterion:
        """The rule's own criterion."""
        return rule.RiskOfHarmAtLeast(self.level)


class Registered(CriterionDefinition):
    """See `trellis.rules.criteria.Registered`."""

    kind: Literal["registered"]
    code: str
    label: str

    def build(self, groups: Groups) -> rule.Criterion:
        """The rule's own criterion."""
        return rule.Registered(self.code, self.label)


class ReleasedOnTag(CriterionDefinition):
    """See `trellis.rules.criteria.ReleasedOnTag`."""

    kind: Literal["released_on_tag"]
    months: Months

    def build(self, groups: Groups) -> rule.Criterion:
        """The rule's own criterion."""
        return rule.ReleasedOnTag(self.months)


class AnyOf(CriterionDefinition):
    """See `trellis.rules.criteria.AnyOf`."""

    kind: Literal["any_of"]
    criteria: Annotated[tuple[AnyCriterion, ...], Field(min_length=2)]

    def build(self, groups: Groups) -> rule.Criterion:
        """The rule's own criterion, with its parts."""
        return rule.AnyOf(tuple(part.build(groups) for part in self.criteria))

    def groups_named(self) -> Iterator[str]:
        """The groups of its parts."""
        for part in self.criteria:
            yield from part.groups_named()


AnyCriterion = Annotated[
    BandAtLeast | ConvictedOf | AgeAtLeast | AgeBelow | SexIs | RiskOfHarmAtLeast | Registered | ReleasedOnTag | AnyOf,
    Field(discriminator="kind"),
]

AnyOf.model_rebuild()
