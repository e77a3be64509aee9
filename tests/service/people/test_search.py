"""Search finds those whom its reader may see, by any name or number, and says what matched."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.factories import grant, make_person
from trellis.rules import search as tokens
from trellis.rules.errors import Refused
from trellis.rules.search import Matched
from trellis.rules.vocabulary import IdentifierKind, Stage
from trellis.service.access.actor import acting
from trellis.service.people.models import Person, SearchToken
from trellis.service.people.queries import MOST_RESULTS, search

pytestmark = pytest.mark.django_db


def findable(person: Person, kind: Matched, text: str, found_by: frozenset[str]) -> None:
    with acting("feeds"):
        SearchToken.objects.bulk_create(
            SearchToken(person=person, token=token, kind=kind, text=text) for token in found_by
        )


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    findable(person, Matched.NAME, "Osric Quillfeather", tokens.name_tokens("Osric Quillfeather"))
    findable(person, Matched.ALIAS, "Barnaby Ravensmere", tokens.name_tokens("Barnaby Ravensmere"))
    findable(person, Matched.IDENTIFIER, "PNC 2002/3186819R", tokens.identifier_tokens(IdentifierKind.PNC, "2002/3186819R"))  # fmt: skip  # noqa: E501
    findable(person, Matched.ADDRESS, "4 Nettle Row, ZZ1 1AA", tokens.address_tokens("4 Nettle Row, ZZ1 1AA"))
    findable(person, Matched.PHONE, "+447700900123", tokens.phone_tokens("07700 900123"))
    grant(cast, cast.police_om, person)
    return person


@pytest.mark.requirement("IQ-07")
@pytest.mark.parametrize(
    ("asked", "matched"),
    [
        ("quill", ["Name: Osric Quillfeather"]),
        ("Osric QUILLFEATHER", ["Name: Osric Quillfeather"]),
        ("ravensmere", ["Alias: Barnaby Ravensmere"]),
        ("barnaby osric", ["Name: Osric Quillfeather", "Alias: Barnaby Ravensmere"]),
        ("02/3186819r", ["PNC 2002/3186819R"]),
        ("zz11aa", ["Address: 4 Nettle Row, ZZ1 1AA"]),
        ("nettle row", ["Address: 4 Nettle Row, ZZ1 1AA"]),
        ("+44 7700 900123", ["Phone: +447700900123"]),
    ],
)
def test_says_what_matched(cast: Cast, person: Person, asked: str, matched: list[str]) -> None:
    with acting(cast.police_om):
        found = search(asked)
    assert [hit.person for hit in found.hits] == [person]
    assert [str(match) for match in found.hits[0].matches] == matched


def test_every_word_must_match(cast: Cast, person: Person) -> None:
    with acting(cast.police_om):
        assert search("osric tallowfield").hits == []
        assert search("os").hits == []


def test_a_stranger_finds_nobody(cast: Cast, person: Person) -> None:
    for user in (cast.stranger, cast.probation_om):
        with acting(user):
            assert search("quillfeather").hits == []


def test_nothing_to_look_for_is_refused(cast: Cast) -> None:
    with acting(cast.police_om), pytest.raises(Refused, match="Enter a name"):
        search(" ?! ")


def test_results_are_bounded_and_cost_the_same(cast: Cast, person: Person, django_assert_num_queries: object) -> None:
    for number in range(MOST_RESULTS + 5):
        somebody = make_person(cast, f"Tallow{number:03}")
        findable(somebody, Matched.NAME, str(somebody), tokens.name_tokens(str(somebody)))
    with acting(cast.coordinator):
        with django_assert_num_queries(2):  # type: ignore[operator]
            few = search("quillfeather")
        with django_assert_num_queries(2):  # type: ignore[operator]
            many = search("tallow")
    assert (len(few.hits), few.more) == (1, False)
    assert (len(many.hits), many.more) == (MOST_RESULTS, True)
