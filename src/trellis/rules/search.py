"""Tokens for search by equality.

A row-secured table keeps its index for `=` but not for LIKE, so everything that may match is spelled out beforehand.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from trellis.rules.errors import Refused
from trellis.rules.identifiers import (
    normalise_identifier,
    normalise_phone,
    normalise_postcode,
    normalise_registration_mark,
)
from trellis.rules.names import normalise_name
from trellis.rules.vocabulary import IdentifierKind, Word

SHORTEST_PREFIX = 3
_POSTCODE_IN_TEXT = re.compile(r"\b[A-Za-z]{1,2}[0-9][A-Za-z0-9]?\s*[0-9][A-Za-z]{2}\b")
# Only the current style: an older mark looks too much like a house number and a street.
_CURRENT_MARK = re.compile(r"[A-Z]{2}[0-9]{2}\s?[A-Z]{3}", re.IGNORECASE)
_MOST_TERMS = 8


class Matched(Word):
    """What of a person a search can match, told beside each result."""

    NAME = "name", "Name"
    ALIAS = "alias", "Alias"
    IDENTIFIER = "identifier", "Identifier"
    ADDRESS = "address", "Address"
    POSTCODE = "postcode", "Postcode"
    PHONE = "phone", "Phone"
    VEHICLE = "vehicle", "Vehicle"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that was asked for: a person matches it when they have any of its tokens."""

    text: str
    tokens: frozenset[str]


def name_tokens(name: str) -> frozenset[str]:
    """Every word of a name, the words run together, and each beginning of three letters or more."""
    words = normalise_name(name).split()
    # "O'Brien-Smith" is also looked for as "obriensmith", as some systems store it.
    joined = [normalise_name(part).replace(" ", "") for part in name.split()]
    return frozenset(
        word[:length] for word in {*words, *joined} for length in {*range(SHORTEST_PREFIX, len(word) + 1), len(word)}
    ) - {""}


def address_tokens(address: str) -> frozenset[str]:
    """Every whole word of an address, and its postcode without the space."""
    words = normalise_name(address).split()
    return frozenset(words) | frozenset(_token(found) for found in _POSTCODE_IN_TEXT.findall(address))


def identifier_tokens(kind: IdentifierKind, canonical: str) -> frozenset[str]:
    """The canonical identifier as a token. `kind` says how to read it when it is not canonical yet."""
    return frozenset({_token(normalise_identifier(kind, canonical))})


def postcode_tokens(postcode: str) -> frozenset[str]:
    """The whole postcode, and its outward half for a district."""
    whole = normalise_postcode(postcode)
    return frozenset({_token(whole), whole.split()[0].lower()})


def phone_tokens(phone: str) -> frozenset[str]:
    """The number in its international form."""
    return frozenset({normalise_phone(phone)})


def vehicle_tokens(mark: str) -> frozenset[str]:
    """The registration mark without spaces."""
    return frozenset({_token(normalise_registration_mark(mark))})


def query_terms(text: str) -> tuple[Term, ...]:
    """What a searcher asked for: one term for a whole number, postcode or phone, else one for each word.

    Empty when nothing in the text can be searched for.
    """
    whole = " ".join(text.split())
    if (numbered := _readings(whole)) and any(letter.isdigit() for letter in whole):
        return (Term(whole, numbered),)
    postcodes = _POSTCODE_IN_TEXT.findall(whole)
    rest = _POSTCODE_IN_TEXT.sub(" ", whole)
    terms = [Term(found, frozenset({_token(found)})) for found in postcodes]
    terms += [Term(word, tokens) for word in rest.split() if (tokens := _word_tokens(word))]
    return tuple(terms[:_MOST_TERMS])


def exact_numbers(text: str) -> frozenset[str]:
    """The agencies' numbers, in canonical form, that the whole text may be; none for a name or an address.

    A local reference has no shape of its own, so anything short with a digit in it may be one.
    """
    if not any(letter.isdigit() for letter in text):
        return frozenset()
    read = set()
    for kind in IdentifierKind:
        try:
            read.add(normalise_identifier(kind, text))
        except Refused:
            continue
    return frozenset(read)


def matches(terms: Iterable[Term], held: frozenset[str]) -> bool:
    """Whether somebody with these tokens matches every term: the rule that the query in the database repeats."""
    return all(term.tokens & held for term in terms)


def _readings(text: str) -> frozenset[str]:
    read: set[str] = {_token(text)} if _CURRENT_MARK.fullmatch(text) else set()
    for kind in (IdentifierKind.PNC, IdentifierKind.CRO, IdentifierKind.NOMIS, IdentifierKind.CRN):
        try:
            read.add(_token(normalise_identifier(kind, text)))
        except Refused:
            continue
    for normalise in (normalise_postcode, normalise_phone):
        try:
            read.add(_token(normalise(text)))
        except Refused:
            continue
    return frozenset(read)


def _word_tokens(word: str) -> frozenset[str]:
    numbered = _readings(word) | {_token(word)} if any(letter.isdigit() for letter in word) else frozenset()
    spoken = normalise_name(word)
    return frozenset({spoken.replace(" ", "")} if spoken else ()) | numbered


def _token(text: str) -> str:
    return "".join(text.lower().split())
