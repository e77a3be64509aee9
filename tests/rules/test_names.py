"""Names without accents, and how far apart two are."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.names import edit_distance, name_similarity, names_close, normalise_name

words = st.text(alphabet="abc", max_size=6)


def slow_distance(one: str, other: str) -> int:
    """The recursive definition of the optimal string alignment distance."""

    @cache
    def between(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        options = [
            between(i - 1, j) + 1,
            between(i, j - 1) + 1,
            between(i - 1, j - 1) + (one[i - 1] != other[j - 1]),
        ]
        if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
            options.append(between(i - 2, j - 2) + 1)
        return min(options)

    return between(len(one), len(other))


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("O'Brien", "obrien"),
        ("O’BRIEN", "obrien"),
        ("Anne-Marie  Łoś", "anne marie los"),
        ("Zoë Bjørn", "zoe bjorn"),
        ("Strauß", "strauss"),
        ("SEDGECOMBE, Edric", "sedgecombe edric"),
        ("𝚨ldous", "αldous"),
        ("  ", ""),
    ],
)
def test_plain_names(name: str, plain: str) -> None:
    assert normalise_name(name) == plain


@given(st.text(max_size=20))
def test_a_plain_name_stays_as_it_is(name: str) -> None:
    once = normalise_name(name)
    assert normalise_name(once) == once


@given(words, words)
def test_distance_is_what_its_definition_says(one: str, other: str) -> None:
    assert edit_distance(one, other) == slow_distance(one, other)


@given(words, words)
def test_similarity_is_symmetrical_and_within_bounds(one: str, other: str) -> None:
    assert 0 <= name_similarity(one, other) == name_similarity(other, one) <= 1


def test_similarity_disregards_order_and_spelling_marks() -> None:
    assert name_similarity("Łoś Anne-Marie", "anne marie los") == 1
    assert name_similarity("", "Anne") == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gid Hobblethwaite", "HOBBLETHWAITE Gideon"),
        ("Tumbledowe Barnaby", "Barnaby Tumbledown"),
        ("Stephen Marrow", "Steven Marrow"),
        ("Orlo James Lanternby", "Orlo Lanternby"),
    ],
)
def test_close_names(one: str, other: str) -> None:
    assert names_close(one, other)
    assert names_close(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Orlo Sedgecombe", "Osric Sedgecombe"),
        ("Edric Underhay", "Edric Greywhistle"),
        ("Anne Anne", "Anne Marie"),
        ("", ""),
    ],
)
def test_names_apart(one: str, other: str) -> None:
    assert not names_close(one, other)
