"""The shape of files that say what a partner agency may read of the shared record."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from trellis.rules.vocabulary import AgencyKind
from trellis.service.schemes.definitions.shapes import Definition, Words


class PartnerViewDefinition(Definition):
    """An allow-list for agencies of some kinds and one purpose: "record.Custody", "casework.Contact.outcome".

    What is not listed is not shared. A sharing agreement starts from it and may list more or less.
    """

    agency_kinds: tuple[AgencyKind, ...] = ()
    purpose: Words
    shares: Annotated[tuple[str, ...], Field(min_length=1)]
