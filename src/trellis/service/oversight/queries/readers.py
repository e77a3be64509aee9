"""Who has seen one person's record. The database tells it, of that person alone, to whoever may be told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from trellis.rules.reasons import ReasonKind
from trellis.rules.vocabulary import GrantBasis
from trellis.service.access.models import User
from trellis.service.audit.queries import REFUSED, Days
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency

WEEKS = 12
MOST = 5_000


@dataclass(frozen=True, slots=True)
class Reading:
    """One time that the record was seen, asked for or told to be held. `others` is how many more its page showed."""

    event_id: Any
    at: datetime
    user_id: int
    agency_id: int | None
    request_id: str
    method: str
    page: str
    status: int
    others: int
    detail: dict[str, Any]
    bases: Sequence[str]

    @property
    def refused(self) -> bool:
        """Whether the record was not shown."""
        return self.status in REFUSED

    @property
    def shown(self) -> bool:
        """Whether the record was shown: not where it was refused, only told to be held, or the page asked why."""
        return not (self.refused or self.told_only) and "asked_why" not in self.detail

    @property
    def told_only(self) -> bool:
        """Whether they were told no more than that the record is held."""
        return "not_shown" in self.detail

    @property
    def in_emergency(self) -> bool:
        """Whether emergency access was asked for here, or is what opened the record."""
        for_emergency = self.detail.get("reason_for") == ReasonKind.BREAK_GLASS
        return for_emergency or "emergency" in self.detail or GrantBasis.BREAK_GLASS in self.bases


@dataclass(frozen=True, slots=True)
class Reader:
    """One user at one agency, and what they saw, latest first."""

    user: str
    agency: str
    readings: list[Reading]

    @property
    def seen(self) -> int:
        """How often the record was shown."""
        return sum(reading.shown for reading in self.readings)

    @property
    def refused(self) -> int:
        """How often it was refused."""
        return sum(reading.refused for reading in self.readings)

    @property
    def in_emergency(self) -> bool:
        """Whether emergency access was among it."""
        return any(reading.in_emergency for reading in self.readings)

    @property
    def bases(self) -> list[str]:
        """On what their sight rested, in words."""
        return sorted({basis_words(basis) for reading in self.readings for basis in reading.bases})


@dataclass(frozen=True, slots=True)
class Readers:
    """All readings of some days, latest first; `more` says that only the latest are told."""

    readings: list[Reading]
    readers: list[Reader]
    names: dict[int, User]
    agencies: dict[int, Agency]
    more: bool

    def name(self, reading: Reading) -> str:
        """Who read."""
        return str(self.names.get(reading.user_id, f"User {reading.user_id}"))

    def agency(self, reading: Reading) -> str:
        """For which agency; empty where none was acted for."""
        return str(self.agencies[reading.agency_id]) if reading.agency_id in self.agencies else ""

    def weeks(self, days: Days) -> list[tuple[date, int]]:
        """How often the record was shown in each week of those days, by the week's Monday, oldest first."""
        since, until = days.span
        counts = Counter(_monday(timezone.localdate(one.at)) for one in self.readings if one.shown)
        first = _monday(since)
        mondays = [first + timedelta(7 * week) for week in range((_monday(until) - first).days // 7 + 1)]
        return [(monday, counts[monday]) for monday in mondays]


def readers_of(person: Person, days: Days, most: int = MOST) -> Readers:
    """Who saw the person's record in those days: three queries, however often. Nothing for whoever may not know."""
    moments = days.moments()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM actor_readers_of(%s, %s, %s, %s)",
            [person.pk, moments["at__gte"], moments["at__lt"], most + 1],
        )
        rows: list[Any] = cursor.fetchall()
    readings = [Reading(*(*row[:9], _read(row[9]), row[10] or ())) for row in rows[:most]]
    names = User.objects.in_bulk({reading.user_id for reading in readings})
    agencies = Agency.objects.in_bulk({reading.agency_id for reading in readings if reading.agency_id})
    told = Readers(readings, [], names, agencies, more=len(rows) > most)
    groups: dict[tuple[str, str], list[Reading]] = {}
    for reading in readings:
        groups.setdefault((told.name(reading), told.agency(reading)), []).append(reading)
    told.readers.extend(Reader(*whose, found) for whose, found in groups.items())
    told.readers.sort(key=lambda reader: (-len(reader.readings), reader.user))
    return told


def basis_words(basis: str) -> str:
    """A grant's basis in words."""
    known = basis in GrantBasis.__members__.values()
    return GrantBasis(basis).label if known else basis.capitalize()


def _read(detail: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(detail) if isinstance(detail, str) else detail
    return read


def _monday(day: date) -> date:
    return day - timedelta(day.weekday())
