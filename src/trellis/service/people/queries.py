"""Finding people. Search compares whole tokens for equality, which row security lets an index serve."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from trellis.rules.errors import Refused
from trellis.rules.search import Matched, exact_numbers, query_terms
from trellis.service.access.actor import shared_with_actor
from trellis.service.audit.seen import note_detail
from trellis.service.people.models import Person, SearchToken
from trellis.service.people.sharing import withheld_fields

MOST_RESULTS = 50
EDITABLE = ("family_name", "given_names", "date_of_birth", "birth_precision", "sex")


@dataclass(frozen=True, slots=True)
class Match:
    """What of a person was found: which kind of thing, and its text as it is held."""

    kind: Matched
    text: str

    def __str__(self) -> str:
        return self.text if self.kind is Matched.IDENTIFIER else f"{self.kind.label}: {self.text}"


@dataclass(frozen=True, slots=True)
class Hit:
    """One person found, and everything about them that matched."""

    person: Person
    matches: list[Match]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: the first of the people by name, and whether there were more than a page shows."""

    hits: list[Hit]
    more: bool


def search(text: str) -> Found:
    """Find people who match every word of the text. Three queries at most, and the trail is told how many it found.

    Raises Refused when nothing in the text can be looked for.
    """
    terms = query_terms(text)
    if not terms:
        raise Refused("Enter a name, a number such as PNC or CRN, a postcode, an address or a phone number.")
    people = Person.objects.select_related("area")
    for term in terms:
        people = people.filter(pk__in=SearchToken.objects.filter(token__in=sorted(term.tokens)).values("person"))
    first = list(people[: MOST_RESULTS + 1])
    shown, more = first[:MOST_RESULTS], len(first) > MOST_RESULTS
    note_detail(search=True, found=len(shown), more=more)
    matches = _matches(shown, frozenset().union(*(term.tokens for term in terms)))
    return Found([Hit(person, matches[person.pk]) for person in shown], more)


def held_apart(text: str) -> int | None:
    """The id of a record held under exactly this number which the reader may be told of and not open; else None.

    One at most, so that how many there are is not told; and never by a name or an address. The trail keeps it.
    """
    numbers = exact_numbers(text)
    if not numbers:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor_held_under(%s)", [sorted(numbers)])
        held = cursor.fetchone()[0]
    # Only numbers are read here: nobody is shown.
    shown = set(Person.objects.filter(pk__in=held).values_list("pk", flat=True))
    apart: int | None = next((one for one in held if one not in shown), None)
    if apart is not None:
        note_detail(told_of=apart, asked_for=apart)
    return apart


def _matches(people: Iterable[Person], tokens: frozenset[str]) -> dict[int, list[Match]]:
    order = list(Matched)
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    ids = [person.pk for person in people]
    if ids:
        rows = SearchToken.objects.filter(person__in=ids, token__in=sorted(tokens))
        for person_id, kind, text in rows.values_list("person_id", "kind", "text"):
            found[person_id].add((kind, text))
    return {
        person_id: [
            Match(Matched(kind), text)
            for kind, text in sorted(found[person_id], key=lambda pair: (order.index(Matched(pair[0])), pair[1]))
        ]
        for person_id in ids
    }


def editable_by_actor() -> tuple[str, ...]:
    """The details that the agency which acts may edit: what it does not read, it would overwrite unseen."""
    hidden = withheld_fields(Person._meta.label, shared_with_actor())
    if "date_of_birth" in hidden:
        hidden |= {"birth_precision"}
    return tuple(name for name in EDITABLE if name not in hidden)
