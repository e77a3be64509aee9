"""What was typed finds whom it should, by equality of tokens alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.search import (
    address_tokens,
    identifier_tokens,
    matches,
    name_tokens,
    phone_tokens,
    postcode_tokens,
    query_terms,
    vehicle_tokens,
)
from trellis.rules.vocabulary import IdentifierKind

HELD = (
    name_tokens("Seán O'Brien-Quillfeather")
    | identifier_tokens(IdentifierKind.PNC, "2002/3186819R")
    | identifier_tokens(IdentifierKind.NOMIS, "A1234BC")
    | identifier_tokens(IdentifierKind.FORCE, "NM100023")
    | postcode_tokens("ZZ1 1AA")
    | phone_tokens("07700 900890")
    | vehicle_tokens("ZZ51 ABC")
    | address_tokens("38 Sample Parade, Little Fabling")
)


@pytest.mark.parametrize(
    "asked",
    [
        "sean",
        "SEÁN quill",
        "o'brien",
        "obrien-quillfeather",
        "obrienquillfeather",
        "02/3186819r",
        "20023186819R",
        "a1234bc",
        "nm100023",
        "zz1 1aa",
        "ZZ11AA",
        "zz1",
        "07700900890",
        "+44 7700 900890",
        "zz51abc",
        "ZZ51 ABC",
        "sample parade",
        "38 sample parade",
        "Sean ZZ1 1AA",
        "Sean A1234BC",
    ],
)
def test_found(asked: str) -> None:
    assert matches(query_terms(asked), HELD)


@pytest.mark.parametrize("asked", ["sean smith", "se", "ean", "2002/3186819T", "ZZ1 1AB", "07700900891", "samp"])
def test_not_found(asked: str) -> None:
    terms = query_terms(asked)
    assert terms
    assert not matches(terms, HELD)


def test_nothing_to_search_for_gives_no_terms() -> None:
    assert query_terms(" - ") == ()


def test_many_words_are_cut_to_what_a_query_can_bear() -> None:
    assert len(query_terms("a " * 50)) == 8


@given(st.text(max_size=30))
def test_every_name_is_found_by_itself(name: str) -> None:
    terms = query_terms(" ".join(word for word in name.split() if word.isalpha()))
    assert matches(terms[:1], name_tokens(name))


@given(st.text(max_size=60))
def test_any_text_can_be_asked(text: str) -> None:
    assert all(term.tokens for term in query_terms(text))
