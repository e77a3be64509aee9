"""What a contact must say, and when somebody was last seen."""

from datetime import date, timedelta
from typing import Any

import pytest

from trellis.rules.contacts import Contact, check_contact, last_seen_sentence, last_successful
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import ContactMode, ContactOutcome

TODAY = date(2026, 10, 31)
GOOD: dict[str, Any] = {
    "happened_on": TODAY,
    "today": TODAY,
    "mode": ContactMode.HOME,
    "outcome": ContactOutcome.ATTENDED_COMPLIED,
    "who": "Orlo Saltmarsh",
}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"happened_on": None}, "Enter the day"),
        ({"happened_on": TODAY + timedelta(days=1)}, "1 November 2026 has not come yet"),
        ({"mode": None}, "how the contact was made"),
        ({"outcome": None}, "how the contact ended"),
        ({"who": " "}, "who made the contact"),
    ],
)
def test_a_contact_is_whole_and_has_happened(wrong: dict[str, Any], sentence: str) -> None:
    check_contact(**GOOD)
    with pytest.raises(Refused, match=sentence):
        check_contact(**GOOD | wrong)


def test_only_being_seen_and_complying_resets_the_clock() -> None:
    contacts = [Contact(TODAY - timedelta(days=n), outcome) for n, outcome in enumerate(ContactOutcome)]
    assert last_successful(contacts, as_at=TODAY) == TODAY
    assert last_successful(contacts[1:], as_at=TODAY) is None
    assert last_successful(contacts, as_at=TODAY - timedelta(days=1)) is None


def test_last_seen_in_words() -> None:
    assert last_seen_sentence(date(2026, 10, 28), TODAY) == "Last seen 3 days ago, on 28 October 2026."
    assert last_seen_sentence(None, TODAY) == "No successful contact is recorded."
