"""One canonical form for each number and name, and the three answers to "is this the same person?"."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.errors import Refused
from trellis.rules.identifiers import EXAMPLES
from trellis.rules.identity import (
    Answer,
    Known,
    compare_people,
    normalise_identifier,
    normalise_phone,
    normalise_postcode,
    normalise_registration_mark,
    pnc_check_letter_ok,
)
from trellis.rules.vocabulary import IdentifierKind

BORN = date(1996, 9, 9)
EDRIC = Known("Edric Sedgecombe", BORN)
kinds = st.sampled_from(IdentifierKind)


@pytest.mark.parametrize("text", ["2002/3186819R", "20023186819r", " 02/3186819R", "2002/3186819 r", "023186819R"])
def test_a_pnc_number_has_one_form(text: str) -> None:
    assert normalise_identifier(IdentifierKind.PNC, text) == "2002/3186819R"


@pytest.mark.parametrize(
    ("kind", "text", "canonical"),
    [
        (IdentifierKind.PNC, "99/123X", "1999/0000123X"),
        (IdentifierKind.CRO, "12345/99a", "012345/99A"),
        (IdentifierKind.CRO, "sf99/12345a", "SF99/0012345A"),
        (IdentifierKind.NOMIS, "a1234 bc", "A1234BC"),
        (IdentifierKind.CRN, "x123456", "X123456"),
        (IdentifierKind.FORCE, "nm100023", "NM100023"),
        (IdentifierKind.YOT, "yj-2041", "YJ-2041"),
    ],
)
def test_identifiers_have_one_form(kind: IdentifierKind, text: str, canonical: str) -> None:
    assert normalise_identifier(kind, text) == canonical


@pytest.mark.parametrize("kind", IdentifierKind)
def test_a_refusal_shows_a_form_that_would_do(kind: IdentifierKind) -> None:
    with pytest.raises(Refused, match=EXAMPLES[kind]):
        normalise_identifier(kind, "££")
    assert normalise_identifier(kind, EXAMPLES[kind]) == EXAMPLES[kind]


@given(kinds, st.text(alphabet="0123456789ABCXYZsf/ -", max_size=16))
def test_normalising_twice_changes_nothing(kind: IdentifierKind, text: str) -> None:
    try:
        once = normalise_identifier(kind, text)
    except Refused:
        return
    assert normalise_identifier(kind, once) == once


def test_check_letters_follow_the_digits_but_are_never_demanded() -> None:
    # The letter is place (year digits and serial) mod 23 in the alphabet that starts at Z: 3 is C, 22 is Y, 0 is Z.
    assert [pnc_check_letter_ok(f"2000/{n:07}{letter}") for n, letter in ((3, "C"), (22, "Y"), (23, "Z"))] == [True] * 3
    assert not pnc_check_letter_ok("2000/0000003D")
    assert normalise_identifier(IdentifierKind.PNC, "2000/0000003D") == "2000/0000003D"


@given(st.integers(0, 99), st.integers(0, 9_999_999))
def test_exactly_one_letter_checks(year: int, serial: int) -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert sum(pnc_check_letter_ok(f"20{year:02}/{serial:07}{letter}") for letter in letters) == 1


def test_postcodes_phones_and_registration_marks() -> None:
    assert normalise_postcode("zz12ab") == "ZZ1 2AB"
    assert normalise_registration_mark("zz51 abc") == "ZZ51ABC"
    same = ["07700 900890", "+447700900890", "0044 7700 900890", "+44 (0)7700 900 890", "07700-900890"]
    assert {normalise_phone(text) for text in same} == {"+447700900890"}
    assert normalise_phone("+353 1 234 5678") == "+35312345678"
    for refuse, text in ((normalise_postcode, "ZZ1"), (normalise_phone, "12"), (normalise_registration_mark, "-")):
        with pytest.raises(Refused, match="it should look like"):
            refuse(text)


@pytest.mark.parametrize(
    ("theirs", "answer"),
    [
        (Known("EDRIC SEDGECOMBE", BORN), Answer.SAME),
        (Known("Edrick Sedgcombe", date(1990, 1, 1)), Answer.SAME),
        (Known("Edric Sedgecombe"), Answer.SAME),
        (Known("Orlo Lanternby", BORN), Answer.SAME),
        (Known("Orlo Lanternby", date(1990, 1, 1)), Answer.ASK),
        (Known("Orlo Lanternby"), Answer.ASK),
        (Known("Orlo Lanternby", aliases=("Sedgecombe, Edric",)), Answer.SAME),
    ],
)
def test_with_a_shared_identifier(theirs: Known, answer: Answer) -> None:
    told = compare_people(EDRIC, theirs, shared_identifier="PNC 2003/5222901H")
    assert told.answer is answer
    assert "PNC 2003/5222901H" in told.reason


@pytest.mark.parametrize(
    ("theirs", "answer"),
    [
        (Known("Edric Sedgecombe", BORN), Answer.ASK),
        (Known("Sedgecombe Edr", BORN), Answer.ASK),
        (Known("Edric Sedgecombe", date(1996, 10, 9)), Answer.DIFFERENT),
        (Known("Edric Sedgecombe"), Answer.DIFFERENT),
        (Known("Orlo Lanternby", BORN), Answer.DIFFERENT),
    ],
)
def test_without_a_shared_identifier(theirs: Known, answer: Answer) -> None:
    assert compare_people(EDRIC, theirs).answer is answer


def test_a_day_and_month_that_look_swapped_are_asked_about() -> None:
    told = compare_people(Known("Orlo Tumble", date(1990, 3, 7)), Known("Orlo Tumble", date(1990, 7, 3)))
    assert told.answer is Answer.ASK
    assert "look swapped" in told.reason


@given(st.sampled_from([EDRIC, Known("Orlo Lanternby", BORN), Known("Edric Sedgecombe"), Known("")]), st.booleans())
def test_which_record_comes_first_does_not_matter(theirs: Known, shared: bool) -> None:
    number = "CRN X123456" if shared else None
    here = compare_people(EDRIC, theirs, shared_identifier=number)
    assert here.answer is compare_people(theirs, EDRIC, shared_identifier=number).answer
