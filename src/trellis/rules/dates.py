"""Dates as people type and read them in Britain: the day comes first. "Today" is always an argument."""

import re
from calendar import monthrange
from datetime import date, timedelta

from trellis.rules.errors import Refused

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
FIRST_YEAR, LAST_YEAR = 1900, 2100
# A two-digit year reads as the one within the next twenty years, or else as the past century's.
YEARS_AHEAD = 20

_WORDS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_UNIT_DAYS = {"day": 1, "week": 7, "fortnight": 14}
_AGO = re.compile(r"(a|an|one|[0-9]{1,4}) (day|week|fortnight|month|year)s? ago")
_ISO = re.compile(r"([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})")
_BRITISH = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4}|[0-9]{2})")
_NAMED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[-/. ]?([a-z]{3,9})[-/., ]*([0-9]{4}|[0-9]{2})")
_NAMED_MONTH_FIRST = re.compile(r"([a-z]{3,9}) ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})")
_EXAMPLE = "such as 1/2/2026 or 1 Feb 2026"


def parse_date(text: str, *, today: date) -> date:
    """Read a date as typed: `1/2/2026`, `1.2.26`, `1 Feb 26`, `2026-02-01`, `01022026`, `today`, `3 days ago`.

    Raises Refused with a sentence that says what could not be read and how to mend it.
    """
    plain = " ".join(text.lower().split())
    if not plain:
        raise Refused(f"Enter a date, {_EXAMPLE}.")
    relative = _relative(plain, today)
    if relative is not None:
        return relative
    numbers = _day_month_year(plain, today)
    if numbers is None:
        raise Refused(f"“{text.strip()}” could not be read as a date. Enter one {_EXAMPLE}.")
    return _real_date(*numbers, text=text.strip())


def _relative(plain: str, today: date) -> date | None:
    if plain in _WORDS:
        return today + timedelta(days=_WORDS[plain])
    ago = _AGO.fullmatch(plain)
    if not ago:
        return None
    count = 1 if ago[1] in {"a", "an", "one"} else int(ago[1])
    months = {"month": count, "year": 12 * count}.get(ago[2])
    try:
        return add_months(today, -months) if months else today - timedelta(days=count * _UNIT_DAYS.get(ago[2], 0))
    except (ValueError, OverflowError):
        raise Refused(f"“{plain}” is too long ago. Enter a date {_EXAMPLE}.") from None


def _day_month_year(plain: str, today: date) -> tuple[int, int, int] | None:
    if plain.isascii() and plain.isdigit():
        return _run_of_digits(plain, today)
    if found := _ISO.fullmatch(plain):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _BRITISH.fullmatch(plain):
        return int(found[1]), int(found[2]), _full_year(found[3], today)
    day, name, year = "", "", ""
    if found := _NAMED.fullmatch(plain):
        day, name, year = found[1], found[2], found[3]
    elif found := _NAMED_MONTH_FIRST.fullmatch(plain):
        day, name, year = found[2], found[1], found[3]
    month = _month_number(name)
    return (int(day), month, _full_year(year, today)) if month else None


def _run_of_digits(digits: str, today: date) -> tuple[int, int, int] | None:
    if len(digits) == 6:
        return int(digits[:2]), int(digits[2:4]), _full_year(digits[4:], today)
    if len(digits) != 8:
        return None
    if FIRST_YEAR <= int(digits[4:]) <= LAST_YEAR:
        return int(digits[:2]), int(digits[2:4]), int(digits[4:])
    # Never both: read the other way round, the year's first half, 19 to 21, would have to be a month.
    return int(digits[6:]), int(digits[4:6]), int(digits[:4])


def _month_number(name: str) -> int | None:
    if name == "sept":
        return 9
    return next((n for n, month in enumerate(MONTHS, 1) if name in {month.lower(), month[:3].lower()}), None)


def _full_year(digits: str, today: date) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    century = today.year - today.year % 100
    return century + year if century + year <= today.year + YEARS_AHEAD else century - 100 + year


def _real_date(day: int, month: int, year: int, *, text: str) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(f"“{text}” has the year {year}. Enter a year from {FIRST_YEAR} to {LAST_YEAR}.")
    if not 1 <= month <= 12:
        raise Refused(f"“{text}” has the month {month}. Enter the day first, then a month from 1 to 12.")
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise Refused(f"“{text}” has the day {day}, but {MONTHS[month - 1]} {year} has days 1 to {days}.")
    return date(year, month, day)


def age_on(born: date, on: date) -> int:
    """Whole years lived on a day. Somebody born on 29 February turns a year older on 1 March in a common year.

    Raises Refused when the day comes before the birth.
    """
    if on < born:
        raise Refused(f"{long_date(on)} comes before the date of birth, {long_date(born)}.")
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def add_months(day: date, months: int) -> date:
    """The same day of the month, months later (or earlier, below 0); a month too short gives its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def long_date(day: date) -> str:
    """A date for reading: `1 February 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def how_long(day: date, today: date) -> str:
    """How far a date is from today in words: `today`, `yesterday`, `3 days ago`, `in 2 weeks`, `5 months ago`."""
    days = (day - today).days
    near = {0: "today", -1: "yesterday", 1: "tomorrow"}
    if days in near:
        return near[days]
    amount = _amount(abs(days))
    return f"{amount} ago" if days < 0 else f"in {amount}"


def _amount(days: int) -> str:
    for unit, length in (("year", 365.25), ("month", 30.4375), ("week", 7.0)):
        # Two of a unit at least: "1 month" hides anything from 30 to 60 days, "6 weeks" does not.
        if days >= 2 * length:
            return f"{int(days / length)} {unit}s"
    return f"{days} days"
