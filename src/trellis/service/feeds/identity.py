"""Whose row is this? Identifiers say; where they contradict names and births, a person is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from trellis.rules.identity import Answer, Known, compare_people, normalise_name
from trellis.rules.vocabulary import IdentifierKind
from trellis.service.feeds.models import WaitingRow
from trellis.service.feeds.staging import fetch
from trellis.service.feeds.targets import IDENTIFIER_FIELDS

Number = tuple[str, str]
Block = tuple[date, str]
BEGINNING = 2
NEW = "new"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a row waits for somebody to say whom it is about.

    The feeds see everybody, and not everybody who reads the sentence does: it says nothing of the candidates.
    """

    kind: WaitingRow.Kind
    sentence: str
    candidates: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A row that names its person."""

    line: int
    numbers: tuple[Number, ...]
    known: Known
    # The sender's own identifier, and a digest of all that tells who somebody is.
    sender: str
    digest: str


@dataclass(slots=True)
class Register:
    """Who is known by which number, by what name and birth: the part of the record that a chunk can meet."""

    owners: dict[Number, set[int]] = field(default_factory=lambda: defaultdict(set))
    people: dict[int, Known] = field(default_factory=dict)
    # By birth and how a part of a name begins: some births, such as the first of a century, are those of thousands.
    blocks: dict[Block, set[int]] = field(default_factory=lambda: defaultdict(set))
    # By the sender's own identifier: the digest with which it was last accepted.
    accepted: dict[str, str] = field(default_factory=dict)

    def owners_of(self, numbers: Iterable[Number]) -> set[int]:
        """Everybody who has one of the numbers."""
        return set().union(*(self.owners.get(number, ()) for number in numbers))

    def near(self, known: Known) -> set[int]:
        """Everybody of like birth, day and month swapped or not, of whose names a part begins as one of these does."""
        return set().union(
            *(self.blocks.get(block, ()) for day in births_near(known.born) for block in _blocks(known, day))
        )

    def know(self, person_id: int, known: Known) -> None:
        """Take in what is known of somebody."""
        self.people[person_id] = known
        if known.born:
            for block in _blocks(known, known.born):
                self.blocks[block].add(person_id)

    def add(self, person_id: int, row: Named) -> None:
        """A row has been found to be this person's, who may be new."""
        for number in row.numbers:
            self.owners[number].add(person_id)
        held = self.people.get(person_id)
        if held is None or row.known.name not in (held.name, *held.aliases):
            self.know(person_id, row.known if held is None else _and_also(held, row.known))
        self.accepted[row.sender] = row.digest


def decide(row: Named, register: Register, answer: int | str | None) -> int | str | Doubt:
    """The person's id, NEW, or a doubt. `answer` is what somebody said of this row: an id, NEW or nothing."""
    if answer is not None:
        return answer
    owners = register.owners_of(row.numbers)
    if len(owners) > 1:
        return Doubt(
            WaitingRow.Kind.IDENTITY,
            f"Line {row.line}: its identifiers belong to different people. Say whom the row is about.",
            tuple(sorted(owners)),
        )
    if owners:
        return _one_owner(row, register, owners.pop())
    alike = [
        (person_id, comparison.reason)
        for person_id in sorted(register.near(row.known))
        if (comparison := compare_people(register.people[person_id], row.known)).answer is not Answer.DIFFERENT
    ]
    if not alike:
        return NEW
    return Doubt(
        WaitingRow.Kind.IDENTITY,
        f"Line {row.line}: the person may be known already. {alike[0][1]} Say whether they are one person.",
        tuple(person_id for person_id, _ in alike),
    )


def _one_owner(row: Named, register: Register, owner: int) -> int | Doubt:
    if register.accepted.get(row.sender) == row.digest:
        return owner
    shared = next(number for number in row.numbers if owner in register.owners.get(number, ()))
    comparison = compare_people(register.people[owner], row.known, shared_identifier=_named(shared))
    if comparison.answer is Answer.SAME:
        return owner
    return Doubt(
        WaitingRow.Kind.IDENTITY,
        f"Line {row.line}: {comparison.reason} Say whether they are one person.",
        (owner,),
    )


def load_register(rows: Sequence[Named], source: str) -> Register:
    """Read from the record everybody whom the rows could be about."""
    register = Register()
    numbers = {number for row in rows for number in row.numbers}
    register.owners |= owners_of(numbers)
    days = {day for row in rows for day in births_near(row.known.born)}
    owners = {person_id for held in register.owners.values() for person_id in held}
    _load_people(register, owners, days)
    senders = [row.sender for row in rows]
    register.accepted = dict(
        fetch(
            "SELECT source_key, source_digest FROM people_identifier WHERE source = %s AND source_key = ANY(%s)"
            " AND superseded_at IS NULL",
            [source, senders],
        )
    )
    return register


def owners_of(numbers: Iterable[Number]) -> dict[Number, set[int]]:
    """Who has each of the numbers, whichever source gave it."""
    numbers = list(numbers)
    owners: dict[Number, set[int]] = defaultdict(set)
    for kind, value, person_id in fetch(
        "SELECT i.kind, i.value, i.person_id FROM unnest(%s::text[], %s::text[]) AS n (kind, value)"
        " JOIN people_identifier i ON i.kind = n.kind AND i.value = n.value WHERE i.superseded_at IS NULL",
        [[kind for kind, _ in numbers], [value for _, value in numbers]],
    ):
        owners[kind, value].add(person_id)
    return owners


@dataclass(slots=True)
class Owned:
    """For rows without names: each line's person, the doubts, and numbers that nobody had and a row gives somebody."""

    people: dict[int, int] = field(default_factory=dict)
    doubts: dict[int, Doubt] = field(default_factory=dict)
    new_numbers: list[tuple[int, int, Number]] = field(default_factory=list)


def owners_by_row(rows: pl.DataFrame, fields: Sequence[str], answers: Mapping[int, int | str]) -> Owned:
    """Find each row's person by its identifiers, in order: what one row tells of somebody's numbers, the next knows."""
    numbers = {(IDENTIFIER_FIELDS[name].value, value) for name in fields for value in rows[name].drop_nulls().unique()}
    owners = owners_of(numbers)
    kinds = [IDENTIFIER_FIELDS[name].value for name in fields]
    found = Owned()
    for line, *values in rows.select("line", *fields).iter_rows():
        held = [(kind, value) for kind, value in zip(kinds, values, strict=True) if value]
        people = {int(answers[line])} if line in answers else set().union(*(owners.get(one, ()) for one in held))
        if len(people) != 1:
            found.doubts[line] = _several(line, held, people) if people else _nobody(line, held)
            continue
        (person_id,) = people
        found.people[line] = person_id
        for number in held:
            if not owners.get(number):
                owners[number] = {person_id}
                found.new_numbers.append((line, person_id, number))
    return found


def births_near(born: date | None) -> tuple[date, ...]:
    """A day, and the day that swapping its day and month gives where there is one."""
    if born is None:
        return ()
    return (born, date(born.year, born.day, born.month)) if born.day <= 12 != born.month else (born,)


def _blocks(known: Known, day: date) -> set[Block]:
    parts = {part for name in (known.name, *known.aliases) for part in normalise_name(name).split()}
    return {(day, part[:BEGINNING]) for part in parts}


def _load_people(register: Register, ids: set[int], days: set[date]) -> None:
    rows = fetch(
        "SELECT p.id, concat_ws(' ', nullif(p.given_names, ''), p.family_name), p.date_of_birth,"
        " coalesce((SELECT array_agg(concat_ws(' ', nullif(n.given_names, ''), n.family_name)) FROM people_personname n"
        " WHERE n.person_id = p.id AND n.superseded_at IS NULL), '{}')"
        " FROM people_person p WHERE p.id = ANY(%s) OR p.date_of_birth = ANY(%s)",
        [list(ids), list(days)],
    )
    for person_id, name, born, aliases in rows:
        register.know(person_id, Known(name, born, tuple(aliases)))


def _nobody(line: int, held: Sequence[Number]) -> Doubt:
    numbers = " or ".join(_named(number) for number in held)
    return Doubt(
        WaitingRow.Kind.UNKNOWN,
        f"Line {line}: nobody on the record has {numbers}. The row is applied by itself once somebody who has comes in"
        " from an index of people; or say who it is.",
    )


def _several(line: int, held: Sequence[Number], people: set[int]) -> Doubt:
    numbers = " and ".join(_named(number) for number in held)
    return Doubt(
        WaitingRow.Kind.IDENTITY,
        f"Line {line}: {numbers} belong to different people. Say whom the row is about.",
        tuple(sorted(people)),
    )


def _named(number: Number) -> str:
    kind, value = number
    label = IdentifierKind(kind).label
    return f"the {label if label.startswith('Police national') else label[0].lower() + label[1:]} {value}"


def _and_also(held: Known, row: Known) -> Known:
    names = dict.fromkeys([*held.aliases, row.name, *row.aliases])
    return Known(held.name, held.born or row.born, tuple(name for name in names if name != held.name))
