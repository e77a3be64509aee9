"""A birth date in words, saying how much of it is known."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from django.utils import timezone

from trellis.rules.dates import MONTHS, long_date
from trellis.rules.vocabulary import DatePrecision
from trellis.service.people.models import Person

NOT_KNOWN = "Not known"
NOT_SHARED = "Not shared with your agency"


def born_words(person: Person) -> str:
    """The birth date: "14 May 1995", "May 1995 (day not known)", "1995 (day and month not known)" or "Not known"."""
    born = person.date_of_birth
    if "date_of_birth" in person.withheld:
        return NOT_SHARED
    if born is None:
        return NOT_KNOWN
    if person.birth_precision == DatePrecision.MONTH:
        return f"{MONTHS[born.month - 1]} {born.year} (day not known)"
    if person.birth_precision == DatePrecision.YEAR:
        return f"{born.year} (day and month not known)"
    return long_date(born)


def age_words(person: Person, on: date | None = None) -> str:
    """The age on a day, today unless given: "31", "30 or 31" where the birth date leaves it open, or nothing."""
    born = person.date_of_birth
    if born is None:
        return ""
    day = on or timezone.localdate()
    oldest = _years(born, day)
    youngest = max(0, _years(_latest(born, person.birth_precision), day))
    if oldest < 0:
        return ""
    return str(oldest) if oldest == youngest else f"{youngest} or {oldest}"


def _latest(born: date, precision: str) -> date:
    """The last day that the birth may have been; the first is the one held."""
    if precision == DatePrecision.YEAR:
        return born.replace(month=12, day=31)
    if precision == DatePrecision.MONTH:
        return born.replace(day=monthrange(born.year, born.month)[1])
    return born


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
