"""Spells that no single row gives: flags while they are listed, custody from movements, priority from decisions.

Each is worked out from everything known, so the order in which rows came does not show in it.
"""
# ruff: noqa: S608  # the names put into statements are our own tables' and columns'; values are parameters

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby
from typing import Any

import polars as pl
from django.utils import timezone

from trellis.rules.dates import long_date
from trellis.service.feeds.facts import registrations_of
from trellis.service.feeds.models import Direction, Movement
from trellis.service.feeds.rows import digest_of
from trellis.service.feeds.staging import Batch, Effect, Effects, fetch, insert_facts, supersede
from trellis.service.feeds.telling import custody_sent, tell_of_custody
from trellis.service.people.history import Spell
from trellis.service.record.models import Custody, Registration


@dataclass(frozen=True, slots=True)
class Clash:
    """A row that does not fit with what else is known of a person: `row` is its "file:line"."""

    row: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Moved:
    """One movement as kept."""

    person_id: int
    on: date
    at: time | None
    direction: str
    kind: str
    prison: str
    reason: str
    expected_release: date | None
    key: str
    row: str


@dataclass(frozen=True, slots=True)
class Held:
    """Time in custody, from an admission to a release or until now."""

    admission: Moved
    release: Moved | None


def pair_movements(movements: Iterable[Moved]) -> tuple[list[Held], list[Clash]]:
    """Pair one person's movements into spells, in whatever order they come.

    An admission for another reason while somebody is held ends one spell and begins the next, as when a sentence
    follows a remand. A spell that begins and ends on one day holds no night and makes no spell.
    """
    held: list[Held] = []
    clashes: list[Clash] = []
    inside: Moved | None = None
    for moved in sorted(movements, key=_in_order):
        line = moved.row.partition(":")[2]
        if moved.direction == Direction.OUT:
            if inside is None:
                clashes.append(Clash(moved.row, _NO_ADMISSION.format(line=line, day=long_date(moved.on))))
            else:
                held.append(Held(inside, moved))
            inside = None
        elif inside is None:
            inside = moved
        elif moved.kind != inside.kind:
            held.append(Held(inside, moved))
            inside = moved
        else:
            clashes.append(Clash(moved.row, _NO_RELEASE.format(line=line, day=long_date(moved.on))))
    if inside is not None:
        held.append(Held(inside, None))
    return [one for one in held if one.release is None or one.release.on > one.admission.on], clashes


_NO_ADMISSION = (
    "Line {line}: a release on {day}, but no admission before it. The movement is kept and pairs by itself when the"
    " admission comes; send the admission, or set this row aside."
)
_NO_RELEASE = (
    "Line {line}: an admission on {day}, though the person was held already. The earlier spell stands; send the"
    " release between them, or set this row aside."
)
_OVERLAPS = (
    "Line {line}: custody from {day} overlaps what another source has recorded. Correct one of them, or set this row"
    " aside."
)


def _in_order(moved: Moved) -> tuple[date, time, bool, str]:
    # At one moment a release comes before an admission: a transfer.
    return moved.on, moved.at or time.min, moved.direction == Direction.IN, moved.key


def settle_custody(batch: Batch, people: Sequence[int]) -> list[Clash]:
    """Make these people's custody what all movements of this feed say. Returns what does not fit."""
    movements = [
        Moved(*values)
        for values in fetch(
            "SELECT person_id, happened_on, happened_at, direction, kind, prison, reason, expected_release, source_key,"
            " source_row FROM feeds_movement WHERE person_id = ANY(%s) AND source = %s AND superseded_at IS NULL"
            " ORDER BY person_id",
            [list(people), batch.source],
        )
    ]
    others = _spells_of_others(Custody, batch, people)
    rows: list[dict[str, Any]] = []
    clashes: list[Clash] = []
    for person_id, own in groupby(movements, key=lambda moved: moved.person_id):
        held, unpaired = pair_movements(own)
        clashes += unpaired
        for one in held:
            ends = one.release.on if one.release else None
            if any(overlap(one.admission.on, ends, *other) for other in others[person_id]):
                line = one.admission.row.partition(":")[2]
                clashes.append(Clash(one.admission.row, _OVERLAPS.format(line=line, day=long_date(one.admission.on))))
            else:
                rows.append(_custody(one, ends))
    before = custody_sent(batch, people)
    _replace(batch, Custody, people, rows)
    tell_of_custody(before, custody_sent(batch, people), today=timezone.localdate(batch.now))
    return clashes


def _custody(held: Held, ends: date | None) -> dict[str, Any]:
    admission, release = held.admission, held.release
    row = {
        "person_id": admission.person_id,
        "source_key": admission.key,
        "starts": admission.on,
        "ends": ends,
        "kind": admission.kind or "other",
        "prison": admission.prison,
        "expected_release": None if release else admission.expected_release,
        "release_reason": release.reason if release and release.direction == Direction.OUT else "",
    }
    return {"line": 0, "source_digest": digest_of(repr(row)), "source_row": admission.row, **row}


def _spells_of_others(
    model: type[Spell], batch: Batch, people: Sequence[int]
) -> dict[int, list[tuple[date, date | None]]]:
    spells: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for person_id, starts, ends in fetch(
        f'SELECT person_id, starts, ends FROM "{model._meta.db_table}" WHERE person_id = ANY(%s) AND source <> %s'
        " AND superseded_at IS NULL",
        [list(people), batch.source],
    ):
        spells[person_id].append((starts, ends))
    return spells


def overlap(starts: date, ends: date | None, other_starts: date, other_ends: date | None) -> bool:
    return (other_ends is None or starts < other_ends) and (ends is None or other_starts < ends)


def _replace(batch: Batch, model: type[Spell], people: Sequence[int], rows: list[dict[str, Any]]) -> None:
    """Make the feed's current spells of these people exactly the rows."""
    wanted = {(row["source_key"], row["source_digest"]) for row in rows}
    current = fetch(
        f'SELECT id, source_key, source_digest FROM "{model._meta.db_table}" WHERE person_id = ANY(%s) AND source = %s'
        " AND superseded_at IS NULL",
        [list(people), batch.source],
    )
    supersede(batch, model, [id_ for id_, key, digest in current if (key, digest) not in wanted])
    there = {(key, digest) for _, key, digest in current}
    new = [row for row in rows if (row["source_key"], row["source_digest"]) not in there]
    if new:
        insert_facts(batch, model, pl.DataFrame(new, infer_schema_length=None))


def write_registrations(batch: Batch, rows: pl.DataFrame, effects: Effects) -> None:
    """A flag holds from the day given, or from when a file first listed it, until one no longer does."""
    listed = registrations_of(batch, rows)
    if "sender" not in listed.columns:
        return
    listed = listed.unique(["sender", "code"], keep="first", maintain_order=True)
    senders = {row[batch.mapping.known_by]: row["person_id"] for row in rows.iter_rows(named=True)}
    sound = {
        row[batch.mapping.known_by]: row["line"]
        for row in rows.iter_rows(named=True)
        if ",registrations," not in row["missing_parts"] and ",risk of harm," not in row["missing_parts"]
    }
    current = fetch(
        "SELECT id, source_key, person_id, code, title, risk_of_harm, starts FROM record_registration"
        " WHERE person_id = ANY(%s) AND source = %s AND superseded_at IS NULL AND ends IS NULL",
        [list(set(senders.values())), batch.source],
    )
    held = {(key.split(" ")[0], code): (title, risk) for _, key, _, code, title, risk, _ in current}
    wanted = {(row["sender"], row["code"]): row for row in listed.iter_rows(named=True)}
    new = [row for at, row in wanted.items() if held.get(at) != (row["title"], row["risk_of_harm"])]
    over = [
        one
        for one in current
        if (sender := one[1].split(" ")[0]) in sound
        and ((at := (sender, one[3])) not in wanted or held[at] != (wanted[at]["title"], wanted[at]["risk_of_harm"]))
    ]
    supersede(batch, Registration, [one[0] for one in over])
    facts = [_flag(batch, row, begun=(row["sender"], row["code"]) not in held) for row in new]
    facts += [_ended_flag(batch, one, sound[one[1].split(" ")[0]]) for one in over if one[6] < batch.received_on]
    for fact in facts:
        effects.add(fact["line"], Effect.ADDED if fact["ends"] is None else Effect.CORRECTED, fact["person_id"])
    if facts:
        insert_facts(batch, Registration, pl.DataFrame(facts, infer_schema_length=None))


def _flag(batch: Batch, row: dict[str, Any], *, begun: bool) -> dict[str, Any]:
    starts = row["starts"] if begun and row["starts"] else batch.received_on
    return {
        "line": row["line"],
        "person_id": row["person_id"],
        "source_key": f"{row['sender']} {row['code']} {starts}",
        "source_digest": "",
        "code": row["code"],
        "title": row["title"],
        "risk_of_harm": row["risk_of_harm"],
        "starts": starts,
        "ends": None,
    }


def _ended_flag(batch: Batch, one: tuple[Any, ...], line: int) -> dict[str, Any]:
    _, key, person_id, code, title, risk, starts = one
    return {
        "line": line,
        "person_id": person_id,
        "source_key": f"{key} ended",
        "source_digest": "",
        "code": code,
        "title": title,
        "risk_of_harm": risk,
        "starts": starts,
        "ends": batch.received_on,
    }


def people_moved_by(file_id: int) -> list[int]:
    """Everybody of whom a file has brought a movement that stands."""
    found = fetch(
        f'SELECT DISTINCT person_id FROM "{Movement._meta.db_table}" WHERE source_row LIKE %s AND superseded_at IS NULL'
        " ORDER BY person_id",
        [f"{file_id}:%"],
    )
    return [person_id for (person_id,) in found]
