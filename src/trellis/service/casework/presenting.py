"""How casework is laid out: the clock's picture and table, contacts side by side, and notes for other systems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from trellis.rules.clock import Week
from trellis.rules.contact_standards import Situation
from trellis.rules.dates import long_date
from trellis.rules.vocabulary import AgencyKind, ContactOutcome
from trellis.service.casework.models import Appointment, Contact, RecordedElsewhere
from trellis.service.casework.queries.clocks import ContactClock
from trellis.service.schemes.definitions.note_formats import NoteFormatDefinition
from trellis.service.ui.filters import clock as time_words
from trellis.service.ui.filters import plural, short_date

COLUMN, TALLEST = 32, 6
STEP = 12
OUTCOME_COLOURS = {
    ContactOutcome.ATTENDED_COMPLIED: "green",
    ContactOutcome.ATTENDED_DID_NOT_COMPLY: "orange",
    ContactOutcome.UNACCEPTABLE_ABSENCE: "red",
    ContactOutcome.EVIDENCE_PENDING: "yellow",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One week of the strip: where it stands, the squares of its contacts, and its row of the table."""

    left: int
    label: str
    seen: tuple[int, ...]
    failed: tuple[int, ...]
    custody: bool
    late: bool
    row: tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Strip:
    """The clock drawn as weeks. `title` says what it shows."""

    title: str
    columns: tuple[Column, ...]
    width: int
    height: int
    base: int
    step: int = COLUMN


def strip_of(clock: ContactClock) -> Strip:
    """The last weeks of a clock as a strip, the latest at the right."""
    base = TALLEST * STEP + 6
    columns = tuple(_column(week, place, base) for place, week in enumerate(clock.weeks))
    seen = sum(week.seen for week in clock.weeks)
    late = sum(week.days_late > 0 for week in clock.weeks)
    title = f"Seen {plural(seen, 'time')} in {len(clock.weeks)} weeks; overdue in {plural(late, 'week')} of them"
    return Strip(title, columns, len(columns) * COLUMN + 10, base + 42, base)


def _column(week: Week, place: int, base: int) -> Column:
    seen = min(week.seen, TALLEST)
    failed = min(week.failed, TALLEST - seen)
    heights = [base - STEP * (step + 1) for step in range(seen + failed)]
    under = {None: "Not managed", Situation.CUSTODY: "In custody", Situation.NOT_SET: "No priority set"}
    situation = under.get(week.situation, week.situation.words if week.situation else "")
    label = f"{week.starts.day} {week.starts:%b}"
    late = plural(week.days_late, "day") if week.days_late else "None"
    return Column(
        left=place * COLUMN + 2, label=label, seen=tuple(heights[:seen]), failed=tuple(heights[seen:]),
        custody=week.situation is Situation.CUSTODY, late=week.days_late > 0,
        row=(short_date(week.starts), situation, str(week.seen), str(week.failed), late),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beside:
    """One of the last contacts, as a card beside the others."""

    contact: Contact
    when: str
    colour: str
    joint: str


def side_by_side(contacts: Sequence[Contact], names: dict[int, str]) -> list[Beside]:
    """The last contacts, the latest first, with the agencies that took part by name."""
    return [
        Beside(
            contact, when_of(contact), OUTCOME_COLOURS.get(ContactOutcome(contact.outcome), "grey"),
            ", ".join(names[number] for number in contact.joint if number in names),
        )
        for contact in contacts
    ]  # fmt: skip


def when_of(row: Contact | Appointment) -> str:
    """The day, and the time where it is known."""
    return f"{long_date(row.happened_on)}{f' at {time_words(row.happened_at)}' if row.happened_at else ''}"


@dataclass(frozen=True, slots=True)
class Copy:
    """A contact in the shape of another system, and under which reference it stands there, if it does."""

    system: str
    name: str
    text: str
    is_example: bool
    recorded: RecordedElsewhere | None


def copies_of(contact: Contact, formats: Iterable[NoteFormatDefinition], parts: dict[str, str]) -> list[Copy]:
    """The contact in each shape: one query where there is any."""
    shapes = list(formats)
    if not shapes:
        return []
    rows = RecordedElsewhere.objects.current().filter(contact=contact).select_related("recorded_by")
    recorded = {row.system: row for row in rows}
    return [
        Copy(one.system.value, one.name, one.format().write(parts), one.is_example, recorded.get(one.system.value))
        for one in shapes
    ]


def note_parts(contact: Contact, joint: Sequence[str]) -> dict[str, str]:
    """The parts of a contact that a note for another system is filled with."""
    return {
        "date": f"{contact.happened_on:%d/%m/%Y}",
        "time": f"{contact.happened_at:%H:%M}" if contact.happened_at else "",
        "what": contact.full_words,
        "kind": contact.kind_words,
        "mode": contact.get_mode_display().lower(),
        "outcome": contact.get_outcome_display(),
        "outcome_code": contact.outcome,
        "worker": contact.worker,
        "agency": str(contact.agency),
        "with": ", ".join(joint),
        "place": contact.place,
        "minutes": str(contact.minutes or ""),
        "notes": contact.notes,
    }


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a calendar with its appointments."""

    on: date
    is_today: bool
    appointments: list[Appointment]


def week_of(monday: date, appointments: Iterable[Appointment], today: date) -> list[Day]:
    """The seven days of a week with what stands on each."""
    by_day: dict[date, list[Appointment]] = {}
    for appointment in appointments:
        by_day.setdefault(appointment.happened_on, []).append(appointment)
    days = (monday + timedelta(days=number) for number in range(7))
    return [Day(day, day == today, by_day.get(day, [])) for day in days]


def link_words(kind: str) -> str:
    """Which agencies a definition's kind of agency means, for a sentence."""
    return AgencyKind(kind).label.lower()


def gap_words(clock: ContactClock) -> list[str]:
    """The stretches without success, in words, the latest first."""
    return [_gap(gap) for gap in sorted(clock.gaps, key=lambda gap: gap.starts, reverse=True)]


def _gap(gap: Any) -> str:
    last = gap.starts + timedelta(days=gap.days - 1)
    return f"{plural(gap.days, 'day')}, from {long_date(gap.starts)} to {long_date(last)}"
