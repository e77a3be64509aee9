"""Contacts: what one must say, and when somebody was last seen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from trellis.rules.dates import how_long, long_date
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import ContactMode, ContactOutcome


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact, planned or made: its day and how it ended."""

    on: date
    outcome: ContactOutcome


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


def last_successful(contacts: Iterable[Contact], *, as_at: date) -> date | None:
    """The latest day, up to `as_at`, on which the person was seen and complied; None when there is none."""
    return max((c.on for c in contacts if c.outcome.successful and c.on <= as_at), default=None)


def last_seen_sentence(last: date | None, today: date) -> str:
    """When somebody was last seen, in words."""
    if last is None:
        return "No successful contact is recorded."
    return f"Last seen {how_long(last, today)}, on {long_date(last)}."
