"""How dates, counts and names read on a page (GOV.UK style: 1 February 2026, 3:05pm)."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


def date(value: dt.date | dt.datetime | None) -> str:
    """Return "1 February 2026"; nothing for no date."""
    if value is None:
        return ""
    day = _local_day(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(value: dt.date | dt.datetime | None) -> str:
    """Return "1 Feb 2026", for tables; nothing for no date."""
    if value is None:
        return ""
    day = _local_day(value)
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def date_and_time(value: dt.datetime | None) -> str:
    """Return "1 February 2026 at 3:05pm" in the scheme's own time zone; nothing for no moment."""
    if value is None:
        return ""
    moment = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{date(moment)} at {clock(moment.time())}"


def clock(value: dt.time) -> str:
    """Return "3:05pm", "3pm", "midday" or "midnight"."""
    if value.minute == 0 and value.hour in (0, 12):
        return "midday" if value.hour else "midnight"
    minutes = f":{value.minute:02}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'am' if value.hour < 12 else 'pm'}"


def time_of_day(value: dt.datetime) -> str:
    """Return "3:05pm" in the scheme's own time zone."""
    return clock((timezone.localtime(value) if timezone.is_aware(value) else value).time())


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return "1 person", "3 people": the count with its noun; `many` is `one` with an s unless given."""
    noun = one if count == 1 else many or f"{one}s"
    return f"{count:,} {noun}"


def age(born: dt.date | None, on: dt.date | None = None) -> int | None:
    """Return whole years from birth to `on` (today unless given); None when the birth date is not known.

    A birthday of 29 February is reached on 1 March in other years.
    """
    if born is None:
        return None
    day = on or timezone.localdate()
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def possessive(name: str) -> str:
    """Return "Ana's", "Chris'" with a typographic apostrophe."""
    return f"{name}’" if name.lower().endswith("s") else f"{name}’s"


def _local_day(value: dt.date | dt.datetime) -> dt.date:
    if not isinstance(value, dt.datetime):
        return value
    return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
