"""The shape of files about meetings."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from trellis.rules.vocabulary import AgencyKind, AgendaSource
from trellis.service.schemes.definitions.shapes import Definition, Words


class MeetingTypeDefinition(Definition):
    """A type of meeting: who is expected, of whom the agenda is made, and what is always on it (PLN-05, SEC-03).

    `minutes`: how long it takes. `updates_days`: how many days before it agencies give their updates.
    """

    expects: Annotated[tuple[AgencyKind, ...], Field(min_length=1)]
    agenda_from: tuple[AgendaSource, ...] = ()
    suggests: tuple[AgendaSource, ...] = ()
    minutes: Annotated[int, Field(ge=15, le=480)]
    updates_days: Annotated[int, Field(ge=0, le=14)]
    standing_items: tuple[Words, ...] = ()
