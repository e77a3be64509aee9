"""The shape of files that say who may be given content whose source limits passing it on."""

from __future__ import annotations

from trellis.rules.sharing import OnwardRule
from trellis.rules.vocabulary import AgencyKind, SharingContent
from trellis.service.schemes.definitions.shapes import Definition, Words


class OnwardSharingDefinition(Definition):
    """Which kinds of agency may be given one kind of content, whether anybody outside may, and what else to do."""

    content: SharingContent
    agency_kinds: tuple[AgencyKind, ...]
    third_parties: bool
    condition: Words

    @property
    def rule(self) -> OnwardRule:
        """The rule as it is asked."""
        return OnwardRule(self.content, frozenset(self.agency_kinds), self.third_parties, self.condition)
