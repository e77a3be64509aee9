"""Dates as typed, refused with a sentence, and counted."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.dates import MONTHS, add_months, age_on, how_long, long_date, parse_date
from trellis.rules.errors import Refused

TODAY = date(2026, 10, 31)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "1/2/2026",
        "01/02/26",
        "1.2.2026",
        "1-2-2026",
        "1 2 2026",
        "2026-02-01",
        "2026/2/1",
        "1 Feb 26",
        "1 February 2026",
        "1st feb 2026",
        " 1  FEB  2026 ",
        "1feb2026",
        "1 Feb, 2026",
        "February 1, 2026",
        "01022026",
        "20260201",
        "010226",
    ],
)
def test_one_date_typed_many_ways(text: str) -> None:
    assert parse_date(text, today=TODAY) == date(2026, 2, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", TODAY),
        ("Yesterday", TODAY - timedelta(days=1)),
        ("tomorrow", TODAY + timedelta(days=1)),
        ("3 days ago", TODAY - timedelta(days=3)),
        ("a week ago", TODAY - timedelta(days=7)),
        ("2 fortnights ago", TODAY - timedelta(days=28)),
        ("1 month ago", date(2026, 9, 30)),
        ("2 years ago", date(2024, 10, 31)),
        ("0 months ago", TODAY),
    ],
)
def test_dates_told_from_today(text: str, expected: date) -> None:
    assert parse_date(text, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Enter a date"),
        ("soon", "could not be read as a date"),
        ("1/2", "could not be read"),
        ("1 Foo 2026", "could not be read"),
        ("12345", "could not be read"),
        ("٠١٠٢٢٠٢٦", "could not be read"),
        ("2/13/2026", "Enter the day first"),
        ("30/2/2026", "February 2026 has days 1 to 28"),
        ("0/2/2026", "days 1 to 28"),
        ("1/2/1066", "year 1066"),
        ("9999 years ago", "too long ago"),
    ],
)
def test_what_is_no_date_gets_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        parse_date(text, today=TODAY)


@given(days)
def test_every_written_form_reads_back(day: date) -> None:
    forms = [
        day.isoformat(),
        f"{day:%d/%m/%Y}",
        f"{day:%d%m%Y}",
        f"{day:%Y%m%d}",
        long_date(day),
        f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}",
    ]
    assert [parse_date(form, today=TODAY) for form in forms] == [day] * len(forms)


@given(st.dates(min_value=date(1947, 1, 1), max_value=date(2046, 12, 31)))
def test_two_digit_years_read_within_the_next_twenty_years(day: date) -> None:
    assert parse_date(f"{day:%d/%m/%y}", today=TODAY) == day


@given(st.text(max_size=30))
def test_any_text_gives_a_date_or_a_sentence(text: str) -> None:
    try:
        answer = str(parse_date(text, today=TODAY))
    except Refused as refusal:
        answer = str(refusal)
    assert answer[-1].isdigit() or answer.endswith(".")


@given(days, days)
def test_age_counts_the_birthdays_lived(one: date, other: date) -> None:
    born, on = min(one, other), max(one, other)
    birthdays = [add_months(born, 12 * n) for n in range(1, on.year - born.year + 1)]
    leapling = (born.month, born.day) == (2, 29)
    reached = [b + timedelta(days=1) if leapling and b.day == 28 else b for b in birthdays]
    assert age_on(born, on) == sum(birthday <= on for birthday in reached)


def test_age_before_birth_is_refused() -> None:
    with pytest.raises(Refused, match="before the date of birth"):
        age_on(TODAY, TODAY - timedelta(days=1))


def test_months_end_where_the_month_does() -> None:
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2026, 12, 15), 1) == date(2027, 1, 15)


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (0, "today"),
        (-1, "yesterday"),
        (1, "tomorrow"),
        (-3, "3 days ago"),
        (13, "in 13 days"),
        (-14, "2 weeks ago"),
        (-60, "8 weeks ago"),
        (-61, "2 months ago"),
        (-800, "2 years ago"),
    ],
)
def test_how_long_in_words(offset: int, words: str) -> None:
    assert how_long(TODAY + timedelta(days=offset), TODAY) == words
