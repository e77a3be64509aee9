"""Some rows into the record, in the present transaction: read, recognise, write, and say which wait and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.service.access.models import User
from trellis.service.feeds.facts import facts_of
from trellis.service.feeds.identity import Doubt, Number, owners_by_row
from trellis.service.feeds.mapping import mapping
from trellis.service.feeds.models import FeedFile, WaitingRow
from trellis.service.feeds.named import recognise, write_people
from trellis.service.feeds.reading import Rows
from trellis.service.feeds.rows import Fault, map_rows
from trellis.service.feeds.scheme_files import write_memberships, write_priorities
from trellis.service.feeds.spells import Clash, write_registrations
from trellis.service.feeds.staging import Batch, Effects, write_facts
from trellis.service.feeds.targets import IDENTIFIER_FIELDS
from trellis.service.feeds.transforms import Surroundings
from trellis.service.people.models import Identifier
from trellis.service.people.tokens import refresh_search_tokens
from trellis.service.schemes.models import Agency, Area, Cohort

THE_REST = " The rest of the row was applied."


@dataclass(slots=True)
class Memory:
    """What earlier rows of the same file said: contents by key, and who the sender's numbers are."""

    seen: dict[str, str] = field(default_factory=dict)
    sightings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waits:
    """Why a line waits."""

    kind: WaitingRow.Kind
    sentence: str
    column: str = ""
    value: str = ""
    candidates: tuple[int, ...] = ()
    identifiers: tuple[str, ...] = ()


@dataclass(slots=True)
class Outcome:
    """What some rows came to: what each line did, and which of them wait."""

    effects: Effects
    waits: dict[int, Waits]


def batch_of(file: FeedFile, recorded_by_id: int, received_on: date | None = None) -> Batch:
    """The batch that a file's rows are applied in. Raises Refused when the feed or its agency is not there."""
    rules = mapping(file.feed)
    agency_id = Agency.objects.filter(slug=rules.agency).values_list("id", flat=True).first()
    if agency_id is None:
        raise Refused(
            f"The feed “{rules.name}” is from the agency {rules.agency}, which is not set up. Add it to the scheme’s"
            " definition, or correct the feed’s."
        )
    day = received_on or timezone.localdate(file.received_at)
    return Batch(rules, file.pk, file.scheme_id, agency_id, recorded_by_id, day, timezone.now())


def surroundings(batch: Batch) -> Surroundings:
    """What reading needs of the database: the ids behind the names that this mapping's fields give."""
    read = {rule.read for rule in batch.mapping.fields.values()}
    return Surroundings(
        batch.received_on,
        areas=dict(Area.objects.values_list("slug", "id")) if "area" in read else {},
        agencies=dict(Agency.objects.values_list("slug", "id")) if "agency" in read else {},
        cohorts=dict(Cohort.objects.filter(scheme=batch.scheme_id).values_list("slug", "id")),
        users={name.casefold(): id_ for name, id_ in User.objects.values_list("username", "id")}
        if "user" in read
        else {},
    )


def apply_rows(
    batch: Batch, rows: Rows, memory: Memory, around: Surroundings, answers: Mapping[int, int | str] | None = None
) -> Outcome:
    """Apply some rows; `answers` says whom a line is about (a person's id, or NEW) where somebody has said."""
    mapped = map_rows(rows, batch.mapping, around, memory.seen)
    waits = {line: _faulty(faults) for line, faults in mapped.faults.items()}
    effects = Effects.none()
    people, doubts = _whose(batch, mapped.frame, memory, answers or {}, effects)
    refresh_search_tokens(effects.people)
    doubtful = mapped.frame.filter(pl.col("line").is_in(list(doubts)))
    numbers = {line: tuple(f"{kind} {value}" for kind, value in held) for line, held in _numbers(batch, doubtful)}
    waits |= {line: _doubtful(doubt, numbers[line]) for line, doubt in doubts.items()}
    known = mapped.frame.filter(pl.col("line").is_in(list(people))).with_columns(
        person_id=pl.col("line").replace_strict(people, default=None, return_dtype=pl.Int64)
    )
    for model, facts in facts_of(batch, known):
        write_facts(batch, model, facts, effects)
    for clash in _write_spells(batch, known, effects):
        waits[int(clash.row.partition(":")[2])] = Waits(WaitingRow.Kind.CLASH, clash.sentence)
    return Outcome(effects, waits)


def _whose(
    batch: Batch, frame: pl.DataFrame, memory: Memory, answers: Mapping[int, int | str], effects: Effects
) -> tuple[dict[int, int], dict[int, Doubt]]:
    """The person of each line, with what the rows say of people written; and the doubts."""
    if batch.mapping.shape.names:
        found, doubts = recognise(batch, frame, answers, memory.sightings)
        write_people(batch, found, effects)
        return {one.row.line: one.person_id for one in found}, doubts
    owned = owners_by_row(frame, batch.mapping.identifiers, answers)
    new = [
        {
            "line": line,
            "person_id": person_id,
            "source_key": f"{kind} {value}",
            "source_digest": "",
            "kind": kind,
            "value": value,
        }
        for line, person_id, (kind, value) in owned.new_numbers
    ]
    if new:
        write_facts(batch, Identifier, pl.DataFrame(new), effects)
    return owned.people, owned.doubts


def _write_spells(batch: Batch, known: pl.DataFrame, effects: Effects) -> list[Clash]:
    if known.is_empty():
        return []
    if batch.mapping.target == "probation_case":
        write_registrations(batch, known, effects)
    if batch.mapping.target == "cohort_member":
        return write_memberships(batch, known, effects)
    if batch.mapping.target == "priority":
        return write_priorities(batch, known, effects)
    return []


def _numbers(batch: Batch, frame: pl.DataFrame) -> Iterable[tuple[int, list[Number]]]:
    fields = batch.mapping.identifiers
    for line, *values in frame.select("line", *fields).iter_rows():
        yield (
            line,
            [(IDENTIFIER_FIELDS[name].value, value) for name, value in zip(fields, values, strict=True) if value],
        )


def _faulty(faults: list[Fault]) -> Waits:
    sentence = " ".join(fault.sentence for fault in faults)
    rest = THE_REST if all(fault.part for fault in faults) else ""
    kind = WaitingRow.Kind.CLASH if any(fault.is_clash for fault in faults) else WaitingRow.Kind.FAULT
    return Waits(kind, sentence + rest, faults[0].column, faults[0].value)


def _doubtful(doubt: Doubt, numbers: tuple[str, ...]) -> Waits:
    return Waits(doubt.kind, doubt.sentence, candidates=doubt.candidates, identifiers=numbers)
