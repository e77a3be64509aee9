"""Keeps the words by which people are found in step with their names, numbers, addresses, telephones and vehicles."""
# ruff: noqa: S608  # the names put into statements are our own tables' and columns'; values are parameters

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import connection

from trellis.rules.errors import Refused
from trellis.rules.search import (
    Matched,
    address_tokens,
    identifier_tokens,
    name_tokens,
    phone_tokens,
    postcode_tokens,
    vehicle_tokens,
)
from trellis.rules.vocabulary import IdentifierKind

Token = tuple[int, str, str, str]
LONGEST, LONGEST_TEXT = 60, 300
_FULL_NAME = "concat_ws(' ', nullif(given_names, ''), family_name)"
_CURRENT = "person_id = ANY(%(people)s) AND superseded_at IS NULL"


def refresh_search_tokens(person_ids: Iterable[int]) -> None:
    """Make these people's tokens what their record says now: what stands already is left alone.

    Reads past the trail of views, since nothing is shown to anybody.
    """
    people = sorted(set(person_ids))
    if not people:
        return
    wanted = set(_tokens(people))
    held = {
        row[1:]: row[0]
        for row in _fetch(
            "SELECT id, person_id, token, kind, text FROM people_searchtoken WHERE person_id = ANY(%(people)s)", people
        )
    }
    gone = [held[token] for token in held.keys() - wanted]
    new = sorted(wanted - held.keys())
    with connection.cursor() as cursor:
        if gone:
            cursor.execute("DELETE FROM people_searchtoken WHERE id = ANY(%s)", [gone])
        if new:
            cursor.execute(
                "INSERT INTO people_searchtoken (person_id, token, kind, text)"
                " SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])",
                [list(column) for column in zip(*new, strict=True)],
            )


def _tokens(people: list[int]) -> Iterator[Token]:
    for query, kind, spell in _SOURCES:
        for person_id, text, *rest in _fetch(query, people):
            for token in _spelled(spell, text, *rest):
                yield person_id, token[:LONGEST], kind.value, text[:LONGEST_TEXT]


def _spelled(spell: Callable[..., frozenset[str]], *values: Any) -> frozenset[str]:
    try:
        return spell(*values)
    except Refused:
        # Typed in by hand in a form that no search would ask for.
        return frozenset()


def _identifier(value: str, kind: str) -> frozenset[str]:
    return identifier_tokens(IdentifierKind(kind), value)


_SOURCES: tuple[tuple[str, Matched, Callable[..., frozenset[str]]], ...] = (
    (f"SELECT id, {_FULL_NAME} FROM people_person WHERE id = ANY(%(people)s)", Matched.NAME, name_tokens),
    (f"SELECT person_id, {_FULL_NAME} FROM people_personname WHERE {_CURRENT}", Matched.ALIAS, name_tokens),
    (f"SELECT person_id, value, kind FROM people_identifier WHERE {_CURRENT}", Matched.IDENTIFIER, _identifier),
    (f"SELECT person_id, text FROM people_address WHERE {_CURRENT}", Matched.ADDRESS, address_tokens),
    (
        f"SELECT person_id, postcode FROM people_address WHERE {_CURRENT} AND postcode <> ''",
        Matched.POSTCODE,
        postcode_tokens,
    ),
    (f"SELECT person_id, number FROM people_phone WHERE {_CURRENT}", Matched.PHONE, phone_tokens),
    (f"SELECT person_id, registration FROM people_vehicle WHERE {_CURRENT}", Matched.VEHICLE, vehicle_tokens),
)


def _fetch(query: str, people: list[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"people": people})
        return list(cursor.fetchall())
