"""What changed for people since they were last discussed, as far as the reader may see it.

Nothing of this is stored: it is read under the reader's own rights when a page is shown, so one agenda says to each
what is theirs to know. The number of queries does not depend on how many people there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from trellis.rules.agenda import LEARNED_LATE, LOOK_AHEAD, Change, together, weightiest_first
from trellis.rules.dates import long_date
from trellis.rules.vocabulary import ChangeKind, Compartment
from trellis.service.casework.models import Disengagement, DrugTest
from trellis.service.meetings.queries.work_since import (
    Found,
    Windows,
    coming,
    contacts_since,
    day_of,
    scores_since,
    tasks_since,
)
from trellis.service.people.models import Address, Alert, SensitiveNote
from trellis.service.plans.models import Lapse, Plan, PlanVersion
from trellis.service.record.models import (
    Arrest,
    Charge,
    Custody,
    Disposal,
    Priority,
    Registration,
    Supervision,
)


@dataclass(frozen=True, slots=True)
class EventSource:
    """A kind of event that counts as a change, and what an agenda says of one."""

    model: Any
    kind: ChangeKind
    words: Callable[[Any], str]


EVENTS = (
    EventSource(Arrest, ChangeKind.ARREST, lambda row: row.outcome or str(row)),
    EventSource(Charge, ChangeKind.CHARGE, str),
    EventSource(Disposal, ChangeKind.DISPOSAL, str),
    EventSource(Disengagement, ChangeKind.DISENGAGEMENT, str),
    EventSource(DrugTest, ChangeKind.DRUG_TEST, lambda row: _and(str(row), row.positive_for)),
    EventSource(Lapse, ChangeKind.LAPSE, lambda row: row.what or str(row)),
    EventSource(PlanVersion, ChangeKind.PLAN, str),
    EventSource(SensitiveNote, ChangeKind.NOTE, lambda row: f"New note: {Compartment(row.compartment).label.lower()}"),
)


@dataclass(frozen=True, slots=True)
class SpellSource:
    """A kind of spell whose beginning or end counts as a change, and what is said of each; empty says nothing."""

    model: Any
    kind: ChangeKind
    begun: Callable[[Any], str]
    ended: Callable[[Any], str]


def _says_nothing(_: Any) -> str:
    return ""


SPELLS = (
    SpellSource(Alert, ChangeKind.ALERT, lambda row: _and(str(row), row.reason), lambda row: f"Ended: {row}"),
    SpellSource(Address, ChangeKind.ADDRESS, lambda row: f"Lives at {row}" if str(row) else "", _says_nothing),
    SpellSource(Supervision, ChangeKind.SUPERVISION, lambda row: f"Begun: {row}", lambda row: f"Ended: {row}"),
    SpellSource(Registration, ChangeKind.REGISTRATION, lambda row: f"Begun: {row}", lambda row: f"Ended: {row}"),
    SpellSource(Plan, ChangeKind.PLAN, lambda row: f"A plan began: {row}", lambda _: "The plan ended"),
)


def changes_of(windows: Windows, *, ahead: bool, today: date) -> dict[int, tuple[Change, ...]]:
    """What changed for each person in their window, the weightiest first; what is `ahead`, for a meeting to come."""
    found: dict[int, list[Change]] = {person: [] for person in windows}
    if not windows:
        return {}
    for person, change in _everything(windows, ahead=ahead, today=today):
        found[person].append(change)
    return {person: weightiest_first(together(changes)) for person, changes in found.items()}


def _everything(windows: Windows, *, ahead: bool, today: date) -> Found:
    earliest = min(window.since for window in windows.values()) - LEARNED_LATE
    for event in EVENTS:
        yield from _events(event, windows, earliest)
    for spell in SPELLS:
        yield from _spells(spell, windows, earliest)
    yield from _priorities(windows)
    yield from _custody(windows, earliest, ahead=ahead)
    yield from contacts_since(windows, earliest)
    yield from scores_since(windows)
    yield from tasks_since(windows, today if ahead else None)
    if ahead:
        yield from coming(windows, today)


def _events(source: EventSource, windows: Windows, earliest: date) -> Found:
    rows = source.model.objects.current().filter(person__in=windows, happened_on__gt=earliest)
    for row in rows:
        if windows[row.person_id].holds(row.happened_on, day_of(row.recorded_at)) and (words := source.words(row)):
            yield row.person_id, Change(source.kind, words, row.happened_on)


def _spells(source: SpellSource, windows: Windows, earliest: date) -> Found:
    rows = source.model.objects.current().filter(person__in=windows)
    for row in rows.filter(starts__gt=earliest) | rows.filter(ends__gt=earliest):
        window, learned = windows[row.person_id], day_of(row.recorded_at)
        if window.holds(row.starts, learned) and (words := source.begun(row)):
            yield row.person_id, Change(source.kind, words, row.starts)
        if row.ends is not None and window.holds(row.ends, learned) and (words := source.ended(row)):
            yield row.person_id, Change(source.kind, words, row.ends)


def _priorities(windows: Windows) -> Found:
    """Each colour set since, with the colour that it took the place of."""
    before: dict[int, str] = {}
    for row in Priority.objects.current().filter(person__in=windows).order_by("starts", "id"):
        if windows[row.person_id].holds(row.starts, day_of(row.recorded_at)) and row.colour:
            was = before.get(row.person_id)
            change = f"{row.get_colour_display()}, {f'was {was.lower()}' if was else 'not set before'}"
            yield row.person_id, Change(ChangeKind.PRIORITY, _and(change, row.reason), row.starts)
        before[row.person_id] = row.get_colour_display()


def _custody(windows: Windows, earliest: date, *, ahead: bool) -> Found:
    rows = Custody.objects.current().filter(person__in=windows)
    for row in rows.filter(starts__gt=earliest) | rows.filter(ends=None) | rows.filter(ends__gt=earliest):
        window, learned = windows[row.person_id], day_of(row.recorded_at)
        if window.holds(row.starts, learned):
            yield row.person_id, Change(ChangeKind.CUSTODY, _and(f"Taken into custody: {row}", row.prison), row.starts)
        if row.ends is not None and window.holds(row.ends, learned):
            yield row.person_id, Change(ChangeKind.RELEASE, _and("Released", row.release_reason), row.ends)
        expected = row.expected_release
        if (
            ahead
            and row.ends is None
            and expected is not None
            and window.until <= expected <= window.until + LOOK_AHEAD
        ):
            words = f"Release expected on {long_date(expected)}"
            yield row.person_id, Change(ChangeKind.RELEASE, words, expected)


def _and(words: str, more: str) -> str:
    return f"{words}. {more}" if more else words
