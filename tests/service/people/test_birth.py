"""A birth date in words, with what is not known of it."""

from __future__ import annotations

from datetime import date

import pytest

from trellis.service.people.birth import age_words, born_words
from trellis.service.people.models import Person

DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("born", "precision", "words", "age"),
    [
        (date(1995, 5, 14), "day", "14 May 1995", "30"),
        (date(1996, 2, 29), "day", "29 February 1996", "30"),
        (date(1995, 5, 1), "month", "May 1995 (day not known)", "30"),
        (date(1995, 3, 1), "month", "March 1995 (day not known)", "30 or 31"),
        (date(1995, 1, 1), "year", "1995 (day and month not known)", "30 or 31"),
        (date(2026, 1, 1), "year", "2026 (day and month not known)", "0"),
        (date(2027, 1, 1), "day", "1 January 2027", ""),
        (None, "day", "Not known", ""),
    ],
)
def test_birth_and_age_in_words(born: date | None, precision: str, words: str, age: str) -> None:
    person = Person(date_of_birth=born, birth_precision=precision)
    assert born_words(person) == words
    assert age_words(person, DAY) == age
