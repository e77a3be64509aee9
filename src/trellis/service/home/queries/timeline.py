"""A person's timeline, a page at a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import F
from django.utils import timezone

from trellis.rules.dates import MONTHS, long_date
from trellis.service.feeds.queries import feed_name
from trellis.service.home.queries.knowledge import Knowledge
from trellis.service.home.words import Told, told
from trellis.service.people.history import HistoryQuerySet
from trellis.service.people.models import Person
from trellis.service.record.models import TimelineEntry
from trellis.service.record.timeline import label_of, rows_behind
from trellis.service.schemes.models import Agency
from trellis.service.ui.filters import clock


@dataclass(frozen=True, slots=True)
class Item:
    """One spell or event as a line of the timeline."""

    kind: str
    row: Any
    told: Told

    @property
    def when(self) -> str:
        """The day, and the time where it is known."""
        at = getattr(self.row, "happened_at", None)
        return f"{long_date(self.row.happened_on)}{f' at {clock(at)}' if at else ''}"

    @property
    def is_spell(self) -> bool:
        """Whether it held for a while."""
        return hasattr(self.row, "starts")

    @property
    def source(self) -> str:
        """How Trellis came to know it."""
        learned = long_date(timezone.localtime(self.row.recorded_at).date())
        if not self.row.source:
            return f"recorded by {self.row.recorded_by} on {learned}"
        # A row is kept as the file's number and the line in it.
        _, _, line = self.row.source_row.rpartition(":")
        place = f", line {line}" if line else ""
        return f"from the feed “{feed_name(self.row.source)}”{place}, on {learned}"


@dataclass(frozen=True, slots=True)
class Month:
    """The lines of one month."""

    heading: str
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a timeline holds, to choose from: kinds and agencies by value and label."""

    kinds: list[tuple[str, str]]
    agencies: list[tuple[str, str]]


def contents_of(person: Person, known: Knowledge) -> Contents:
    """Which kinds and agencies the timeline holds. Two queries."""
    pairs = set(known.rows(_entries(person)).order_by().values_list("kind", "agency_id").distinct())
    agencies = Agency.objects.filter(pk__in={agency for _, agency in pairs})
    return Contents(
        kinds=sorted(((kind, label_of(kind)) for kind in {kind for kind, _ in pairs}), key=lambda pair: pair[1]),
        agencies=[(str(agency.pk), agency.name) for agency in agencies],
    )


def entries_of(
    person: Person, known: Knowledge, *, kinds: Collection[str] = (), agencies: Collection[str] = ()
) -> HistoryQuerySet:
    """The timeline's entries, newest first; every kind and agency unless some are named."""
    entries = known.rows(_entries(person)).order_by("-starts", F("at").desc(nulls_last=True), "-key")
    if known.is_past:
        entries = entries.filter(starts__lte=known.day)
    if kinds:
        entries = entries.filter(kind__in=kinds)
    return entries.filter(agency__in=agencies) if agencies else entries


def by_month(entries: list[TimelineEntry]) -> list[Month]:
    """The entries of one page in words, a heading for each month. One query for each kind among them."""
    items = (
        Item(entry.kind, row, told(row)) for entry, row in zip(entries, rows_behind(entries), strict=True)
    )  # fmt: skip
    return [Month(heading, list(group)) for heading, group in groupby(items, key=lambda item: _month(item.row))]


def _month(row: Any) -> str:
    day: date = row.happened_on
    return f"{MONTHS[day.month - 1]} {day.year}"


def _entries(person: Person) -> HistoryQuerySet:
    return TimelineEntry.objects.filter(person=person)
