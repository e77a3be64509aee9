"""Contacts and appointments: what one must say, when somebody was last seen, which appointments clash."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from trellis.rules.dates import how_long, long_date
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import ContactKind, ContactMode, ContactOutcome

LONDON = ZoneInfo("Europe/London")
LONGEST_MINUTES = 12 * 60
# Two in a row without a good reason is what practitioners act on; a scheme's own threshold is a definition's matter.
ABSENCES_THAT_WARN = 2
ABSENT = frozenset({ContactOutcome.UNACCEPTABLE_ABSENCE, ContactOutcome.ATTENDED_DID_NOT_COMPLY})
# What an agenda tells as missed or not complied with: a contact whose evidence is pending was missed all the same.
NOT_KEPT = ABSENT | {ContactOutcome.EVIDENCE_PENDING, ContactOutcome.SENT_HOME_BEHAVIOUR}
# What says nothing of whether somebody engages: it was moved, or the service itself let them down.
NO_SIGN = frozenset({ContactOutcome.RESCHEDULED, ContactOutcome.SENT_HOME_SERVICE, ContactOutcome.ACCEPTABLE_ABSENCE})


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact made: its day and how it ended; where it is known, by which agency and how."""

    on: date
    outcome: ContactOutcome
    agency: str = ""
    mode: ContactMode | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """The time that an appointment takes, by the clock in Britain: `key` names it, `agencies` who takes part."""

    key: int
    on: date
    at: time
    minutes: int
    agencies: frozenset[str] = frozenset()

    @property
    def starts(self) -> datetime:
        """The moment it starts, so that the hours of a night when the clocks change are told apart."""
        return datetime.combine(self.on, self.at, LONDON).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """The moment it ends."""
        return self.starts + timedelta(minutes=self.minutes)


def check_contact(
    *, happened_on: date | None, today: date, mode: ContactMode | None, outcome: ContactOutcome | None, who: str
) -> None:
    """Refuse a contact without its day, way, outcome and who made it, or one that has not happened yet."""
    if happened_on is None:
        raise Refused("Enter the day of the contact.")
    if happened_on > today:
        raise Refused(f"{long_date(happened_on)} has not come yet. Record a contact once it has happened.")
    if mode is None:
        raise Refused("Say how the contact was made.")
    if outcome is None:
        raise Refused("Say how the contact ended.")
    if not who.strip():
        raise Refused("Say who made the contact.")


def check_purposes(kind: ContactKind | None, purposes: Sequence[str]) -> None:
    """Refuse a vigilance visit that does not say what it was for (HM 6.31)."""
    if kind is ContactKind.VIGILANCE and not purposes:
        raise Refused("Choose at least one purpose of the vigilance visit.")


def check_appointment(*, on: date | None, at: time | None, minutes: int, now: datetime, who: str) -> None:
    """Refuse an appointment that nobody keeps, that has no time, or that has passed. `now` knows its time zone."""
    if on is None or at is None:
        raise Refused("Enter the day and the time of the appointment.")
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise Refused("Enter how long it takes, from 1 minute to 12 hours.")
    if Slot(0, on, at, minutes).ends <= now:
        raise Refused(f"{long_date(on)} at {at:%H:%M} has passed. Record a contact instead of an appointment.")
    if not who.strip():
        raise Refused("Say who sees them.")


def check_outcome_due(slot: Slot, now: datetime) -> None:
    """Refuse an outcome before the appointment has begun: what has not happened has none."""
    if slot.starts > now:
        raise Refused(
            f"The appointment begins on {long_date(slot.on)} at {slot.at:%H:%M}. Move it or call it off, or record how"
            " it ended once it has begun."
        )


def clashes(slots: Iterable[Slot]) -> tuple[tuple[Slot, Slot], ...]:
    """Pairs of one person's appointments that overlap, the earlier first. One that begins as another ends does not."""
    ordered = sorted(slots, key=lambda slot: (slot.starts, slot.key))
    found: list[tuple[Slot, Slot]] = []
    for place, slot in enumerate(ordered):
        for later in ordered[place + 1 :]:
            if later.starts >= slot.ends:
                break
            found.append((slot, later))
    return tuple(found)


def last_successful(contacts: Iterable[Contact], *, as_at: date) -> date | None:
    """The latest day, up to `as_at`, on which the person was seen and complied; None when there is none."""
    return max((c.on for c in contacts if c.outcome.successful and c.on <= as_at), default=None)


def last_seen_sentence(last: date | None, today: date) -> str:
    """When somebody was last seen, in words."""
    if last is None:
        return "No successful contact is recorded."
    return f"Last seen {how_long(last, today)}, on {long_date(last)}."


def absences_in_a_row(contacts: Iterable[Contact], *, as_at: date) -> int:
    """How many contacts running, counted back from `as_at`, failed by the person's own doing. Contacts of one day
    count in the order given; what was moved, excused or cut short by the service neither counts nor ends the run.
    """
    row = 0
    for contact in sorted((c for c in contacts if c.on <= as_at), key=lambda c: c.on, reverse=True):
        if contact.outcome in NO_SIGN or contact.outcome is ContactOutcome.EVIDENCE_PENDING:
            continue
        if contact.outcome not in ABSENT:
            break
        row += 1
    return row
