"""The instrument and the set of pathways by which a scheme assesses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from trellis.rules.vocabulary import Compartment
from trellis.service.people.models import Person
from trellis.service.protection.queries.people import compartments_of
from trellis.service.schemes.definitions.needs import InstrumentDefinition, PathwayDefinition, PathwaySetDefinition
from trellis.service.schemes.definitions.schemes import SchemeDefinition
from trellis.service.schemes.models import Scheme
from trellis.service.schemes.queries import definitions


@dataclass(frozen=True, slots=True)
class Picked:
    """What a scheme assesses with."""

    instrument: InstrumentDefinition
    pathway_set: PathwaySetDefinition

    def open_to(self, compartments: Collection[Compartment]) -> list[PathwayDefinition]:
        """The pathways that somebody with these compartments reads and writes."""
        return [one for one in self.pathway_set.pathways if one.compartment in compartments]


def picked_by(scheme: Scheme | None) -> Picked:
    """What a scheme picked in its definition; the national set and the example instrument where it picked none."""
    known = definitions()
    shape = known.schemes.get(scheme.slug) if scheme else None
    fields = SchemeDefinition.model_fields
    instrument = shape.instrument if shape else fields["instrument"].default
    pathway_set = shape.pathway_set if shape else fields["pathway_set"].default
    return Picked(known.instrument(instrument), known.pathway_set(pathway_set))


def readable(person: Person) -> frozenset[Compartment]:
    """The compartments that the reader holds of a person who is open to them: the core record among them."""
    return compartments_of(person.pk, timezone.now()) | {Compartment.CORE}
