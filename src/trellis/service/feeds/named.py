"""Rows that name their person: recognise them, make those who are new, and keep what the sender knows of them."""
# ruff: noqa: S608  # the names put into statements are our own tables' and columns'; values are parameters

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from trellis.rules.identity import Known
from trellis.rules.vocabulary import DatePrecision, Sex, Stage
from trellis.service.feeds.identity import NEW, Doubt, Named, Number, decide, load_register
from trellis.service.feeds.mapping import FeedMapping
from trellis.service.feeds.rows import digest_of, digests
from trellis.service.feeds.staging import Batch, Effect, Effects, copy_in, execute, fetch, supersede, write_facts
from trellis.service.feeds.targets import IDENTIFIER_FIELDS
from trellis.service.feeds.transforms import ITEM, PART
from trellis.service.people.models import Address, Identifier, PersonName, Phone, Vehicle

IDENTITY = ("family_name", "given_names", "aliases", "date_of_birth", "sex")


@dataclass(frozen=True, slots=True)
class Recognised:
    """A row with its person; `corrects` when the sender has said something else of this person before."""

    row: Named
    cells: Mapping[str, Any]
    person_id: int
    is_new: bool
    corrects: bool


def recognise(
    batch: Batch, frame: pl.DataFrame, answers: Mapping[int, int | str], sightings: dict[str, str]
) -> tuple[list[Recognised], dict[int, Doubt]]:
    """Find whom each row is about, in order, so that a person whom one row makes is known to the next.

    `sightings` has the digest with which each sender's number was first met in the file: one file says one thing of
    somebody, so a later row that spells them otherwise does not correct the first.
    """
    pairs = list(named_rows(batch.mapping, frame, sightings))
    register = load_register([row for row, _ in pairs], batch.source)
    new_ids = _new_ids()
    found: list[Recognised] = []
    doubts: dict[int, Doubt] = {}
    for row, cells in pairs:
        decision = decide(row, register, answers.get(row.line))
        if isinstance(decision, Doubt):
            doubts[row.line] = decision
            continue
        before = register.accepted.get(row.sender)
        person_id = next(new_ids) if decision == NEW else int(decision)
        if person_id not in register.people and decision != NEW:
            register.people[person_id] = row.known
        register.add(person_id, row)
        found.append(Recognised(row, cells, person_id, decision == NEW, before not in {None, row.digest}))
    return found, doubts


def named_rows(
    mapping: FeedMapping, frame: pl.DataFrame, sightings: dict[str, str]
) -> Iterator[tuple[Named, dict[str, Any]]]:
    """Each row with what tells who its person is."""
    telling = [name for name in (*mapping.identifiers, *IDENTITY) if name in frame.columns]
    kind = IDENTIFIER_FIELDS[mapping.known_by].value
    for cells, digest in zip(frame.iter_rows(named=True), digests(frame, telling), strict=True):
        numbers: tuple[Number, ...] = tuple(
            (IDENTIFIER_FIELDS[name].value, cells[name]) for name in mapping.identifiers if cells[name]
        )
        aliases = tuple(" ".join(reversed(name)).strip() for name in _aliases(cells))
        name = f"{cells.get('given_names') or ''} {cells['family_name']}".strip()
        sender = f"{kind} {cells[mapping.known_by]}"
        first = sightings.setdefault(sender, digest)
        yield Named(cells["line"], numbers, Known(name, cells.get("date_of_birth"), aliases), sender, first), cells


def write_people(batch: Batch, found: list[Recognised], effects: Effects) -> None:
    """Make the new people and keep everything that the rows say of anybody."""
    _insert_people(batch, [one for one in found if one.is_new], effects)
    _fill_gaps(found, effects)
    _correct_founders(batch, [one for one in found if one.corrects], effects)
    _write_identifiers(batch, found, effects)
    _write(batch, PersonName, _names(found), effects)
    _write(batch, Phone, _values(found, "phone", "number"), effects)
    _write(batch, Vehicle, _values(found, "vehicle", "registration"), effects)
    _write_addresses(batch, found, effects)
    _write_characteristics(found)


def _new_ids() -> Iterator[int]:
    """Ids for new people, fetched some at a time."""
    while True:
        yield from (
            number
            for (number,) in fetch(
                "SELECT nextval(pg_get_serial_sequence('people_person', 'id')) FROM generate_series(1, 200)"
            )
        )


def _aliases(cells: Mapping[str, Any]) -> list[tuple[str, str]]:
    items = (cells.get("aliases") or "").split(ITEM)
    return [(family, given) for item in items if item for family, given in [item.split(PART)]]


def _insert_people(batch: Batch, new: list[Recognised], effects: Effects) -> None:
    if not new:
        return
    rows = [
        {
            "id": one.person_id,
            "family_name": one.cells["family_name"],
            "given_names": one.cells.get("given_names") or "",
            "date_of_birth": one.cells.get("date_of_birth"),
            "birth_precision": DatePrecision.DAY if one.cells.get("date_of_birth") else "",
            "sex": one.cells.get("sex") or Sex.UNKNOWN,
            "scheme_id": batch.scheme_id,
            "area_id": one.cells.get("area"),
            "stage": Stage.KNOWN,
            "version": 1,
            "recorded_at": batch.now.isoformat(),
        }
        for one in new
    ]
    columns = ", ".join(rows[0])
    execute("DROP TABLE IF EXISTS pg_temp.feeds_people")
    execute(f"CREATE TEMPORARY TABLE feeds_people ON COMMIT DROP AS SELECT {columns} FROM people_person WITH NO DATA")
    copy_in("feeds_people", pl.DataFrame(rows, infer_schema_length=None))
    execute(f"INSERT INTO people_person ({columns}) SELECT {columns} FROM feeds_people ORDER BY id")
    for one in new:
        effects.add(one.row.line, Effect.ADDED, one.person_id)


def _fill_gaps(found: list[Recognised], effects: Effects) -> None:
    """What the record lacks of somebody and a row has."""
    old = {one.person_id: one for one in found if not one.is_new}
    if not old:
        return
    changed = fetch(
        "UPDATE people_person p SET date_of_birth = coalesce(p.date_of_birth, s.born),"
        " birth_precision = CASE WHEN p.date_of_birth IS NULL AND s.born IS NOT NULL THEN 'day'"
        " ELSE p.birth_precision END,"
        " sex = CASE WHEN p.sex = 'U' AND s.sex IS NOT NULL THEN s.sex ELSE p.sex END,"
        " area_id = coalesce(p.area_id, s.area), version = p.version + 1"
        " FROM unnest(%s::bigint[], %s::date[], %s::text[], %s::bigint[]) AS s (id, born, sex, area) WHERE p.id = s.id"
        " AND ((p.date_of_birth IS NULL AND s.born IS NOT NULL) OR (p.sex = 'U' AND s.sex <> 'U')"
        " OR (p.area_id IS NULL AND s.area IS NOT NULL)) RETURNING p.id",
        [list(old), *([one.cells.get(name) for one in old.values()] for name in ("date_of_birth", "sex", "area"))],
    )
    for (person_id,) in changed:
        effects.add(old[person_id].row.line, Effect.CORRECTED, person_id)


def _correct_founders(batch: Batch, found: list[Recognised], effects: Effects) -> None:
    """The sender that first brought somebody may correct name, birth and sex; another's spelling is an alias."""
    for one in found:
        cells = one.cells
        changed = fetch(
            "UPDATE people_person p SET family_name = s.family, given_names = s.given,"
            " date_of_birth = coalesce(s.born, p.date_of_birth), sex = coalesce(s.sex, p.sex), version = p.version + 1"
            " FROM (SELECT %(family)s::text AS family, %(given)s::text AS given, %(born)s::date AS born,"
            " nullif(%(sex)s::text, 'U') AS sex) s WHERE p.id = %(person)s AND (p.family_name <> s.family"
            " OR p.given_names <> s.given OR p.date_of_birth IS DISTINCT FROM coalesce(s.born, p.date_of_birth)"
            " OR p.sex <> coalesce(s.sex, p.sex)) AND EXISTS (SELECT 1 FROM people_identifier i"
            " WHERE i.source = %(source)s AND i.source_key = %(sender)s"
            " AND i.id = (SELECT min(first.id) FROM people_identifier first WHERE first.person_id = p.id))"
            " RETURNING p.id",
            {
                "family": cells["family_name"],
                "given": cells.get("given_names") or "",
                "born": cells.get("date_of_birth"),
                "sex": cells.get("sex") or Sex.UNKNOWN,
                "person": one.person_id,
                "source": batch.source,
                "sender": one.row.sender,
            },
        )
        if changed:
            effects.add(one.row.line, Effect.CORRECTED, one.person_id)


def _write_identifiers(batch: Batch, found: list[Recognised], effects: Effects) -> None:
    _retire_numbers(batch, [one for one in found if one.corrects])
    rows = [
        _fact(one, f"{kind} {value}", digest=one.row.digest if f"{kind} {value}" == one.row.sender else "", kind=kind,
              value=value)
        for one in found
        for kind, value in one.row.numbers
    ]  # fmt: skip
    _write(batch, Identifier, rows, effects)


def _retire_numbers(batch: Batch, corrected: list[Recognised]) -> None:
    """Where a sender knows somebody once only, a number that its corrected row no longer gives was wrong."""
    for one in corrected:
        held = fetch(
            "SELECT id, kind, value FROM people_identifier WHERE person_id = %s AND source = %s"
            " AND superseded_at IS NULL",
            [one.person_id, batch.source],
        )
        own_kind = one.row.sender.split(" ")[0]
        if sum(kind == own_kind for _, kind, _ in held) == 1:
            supersede(batch, Identifier, [id_ for id_, kind, value in held if (kind, value) not in one.row.numbers])


def _names(found: list[Recognised]) -> list[dict[str, Any]]:
    on_record = {
        person_id: (family, given)
        for person_id, family, given in fetch(
            "SELECT id, family_name, given_names FROM people_person WHERE id = ANY(%s)",
            [[one.person_id for one in found]],
        )
    }
    rows = []
    for one in found:
        own = (one.cells["family_name"], one.cells.get("given_names") or "")
        for name in dict.fromkeys([own, *_aliases(one.cells)]):
            if name != on_record[one.person_id]:
                family, given = name
                key = f"{one.person_id}/{family}|{given}"[:200]
                rows.append(_fact(one, key, family_name=family, given_names=given))
    return rows


def _values(found: list[Recognised], field: str, column: str) -> list[dict[str, Any]]:
    return [
        _fact(one, f"{one.person_id}/{one.cells[field]}", **{column: one.cells[field]})
        for one in found
        if one.cells.get(field)
    ]


def _write_addresses(batch: Batch, found: list[Recognised], effects: Effects) -> None:
    """An address holds from the day that a file first gave it until the day that one gives another."""
    housed = [one for one in found if one.cells.get("address")]
    if not housed:
        return
    current = fetch(
        "SELECT id, source_key, person_id, text, postcode, starts FROM people_address WHERE source = %s"
        " AND person_id = ANY(%s) AND superseded_at IS NULL AND ends IS NULL",
        [batch.source, [one.person_id for one in housed]],
    )
    held = {(person_id, text, postcode) for _, _, person_id, text, postcode, _ in current}
    rows = []
    for one in housed:
        text, postcode = one.cells["address"], one.cells.get("postcode") or ""
        if (one.person_id, text, postcode) not in held:
            held.add((one.person_id, text, postcode))
            rows.append(
                _fact(one, one.row.sender, digest=digest_of(f"{text}|{postcode}"), text=text, postcode=postcode)
            )
    moved = {row["source_key"] for row in rows}
    rows += _left(batch, [old for old in current if old[1] in moved and old[5] < batch.received_on], rows)
    _write(batch, Address, [{"starts": batch.received_on, "ends": None} | row for row in rows], effects)


def _left(
    batch: Batch, old: list[tuple[int, str, int, str, str, date]], rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The addresses that people have left, each with the day it ended."""
    lines = {row["source_key"]: row["line"] for row in rows}
    return [
        {
            "line": lines[key],
            "person_id": person_id,
            "source_key": f"{key} from {starts}",
            "source_digest": "",
            "text": text,
            "postcode": postcode,
            "starts": starts,
            "ends": batch.received_on,
        }
        for _, key, person_id, text, postcode, starts in old
    ]


def _write_characteristics(found: list[Recognised]) -> None:
    said = {one.person_id: one.cells["ethnicity"] for one in found if one.cells.get("ethnicity")}
    if not said:
        return
    values = [list(said), list(said.values())]
    execute(
        "INSERT INTO people_protectedcharacteristics (person_id, self_defined_ethnicity, religion, disability,"
        " sexual_orientation, gender_reassignment) SELECT s.id, s.said, '', '', '', ''"
        " FROM unnest(%s::bigint[], %s::text[]) AS s (id, said) WHERE NOT EXISTS"
        " (SELECT 1 FROM people_protectedcharacteristics c WHERE c.person_id = s.id)",
        values,
    )
    execute(
        "UPDATE people_protectedcharacteristics c SET self_defined_ethnicity = s.said"
        " FROM unnest(%s::bigint[], %s::text[]) AS s (id, said)"
        " WHERE c.person_id = s.id AND c.self_defined_ethnicity = ''",
        values,
    )


def _fact(one: Recognised, key: str, *, digest: str = "", **columns: Any) -> dict[str, Any]:
    return {
        "line": one.row.line,
        "person_id": one.person_id,
        "source_key": key,
        "source_digest": digest,
        **columns,
    }


def _write(batch: Batch, model: Any, rows: list[dict[str, Any]], effects: Effects) -> None:
    if rows:
        write_facts(batch, model, pl.DataFrame(rows, infer_schema_length=None), effects)
