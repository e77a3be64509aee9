"""Rows that wait: kept once however often they are sent, tried again, and let go when what they lacked has come."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from django.utils import timezone

from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.access.system_actors import FEEDS
from trellis.service.feeds.applying import Memory, Waits, apply_rows, batch_of, surroundings
from trellis.service.feeds.mapping import mapping
from trellis.service.feeds.models import FeedFile, WaitingRow
from trellis.service.feeds.reading import Rows, read_chunks, rows_of
from trellis.service.feeds.rows import digest_of
from trellis.service.feeds.spells import settle_custody
from trellis.service.feeds.staging import Batch, Effect, execute, fetch

# One chunk at a time in the whole database: two files that name one new person must not both make them.
LOCK = 7_391_204
REPLAYED_AT_ONCE = 1_000


def take_turn() -> None:
    """Wait until no other transaction is applying rows."""
    execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def keep_waiting(file: FeedFile, rows: Rows, waits: Mapping[int, Waits]) -> set[int]:
    """Keep the rows that wait, as sent; returns the lines kept. A row that an earlier file sent is not kept twice."""
    if not waits:
        return set()
    at = {line: n for n, line in enumerate(rows.lines)}
    cells = {line: rows.named(at[line]) for line in waits}
    digests = {line: digest_of(json.dumps([file.feed, found], sort_keys=True)) for line, found in cells.items()}
    met = set(
        WaitingRow.objects.filter(digest__in=set(digests.values()), file__scheme=file.scheme_id)
        .values_list("digest", flat=True)
    )  # fmt: skip
    kept = []
    for line, why in waits.items():
        if digests[line] not in met:
            met.add(digests[line])
            kept.append(_waiting_row(file, line, why, cells[line], digests[line]))
    WaitingRow.objects.bulk_create(kept)
    return {row.line for row in kept}


def _waiting_row(file: FeedFile, line: int, why: Waits, cells: dict[str, str], digest: str) -> WaitingRow:
    return WaitingRow(
        file_id=file.pk,
        line=line,
        kind=why.kind,
        column=why.column,
        value=why.value,
        sentence=why.sentence,
        cells=list(cells.items()),
        candidates=list(why.candidates),
        identifiers=list(why.identifiers),
        digest=digest,
    )


def replay(rows: Sequence[WaitingRow], *, recorded_by: User | None = None) -> int:
    """Try waiting rows of one file again, with the mends and answers they have; returns how many no longer wait.

    Runs as the feeds' own actor in one transaction: who mends a row need not see everybody it might be about.
    """
    with acting(FEEDS) as actor:
        take_turn()
        file = FeedFile.objects.defer("content").select_for_update(of=("self",)).get(pk=rows[0].file_id)
        batch = batch_of(file, recorded_by.pk if recorded_by else actor.user_id, timezone.localdate())
        answers = {row.line: (int(row.answer) if row.answer.isdigit() else row.answer) for row in rows if row.answer}
        outcome = apply_rows(batch, _together(rows), Memory(), surroundings(batch), answers)
        waits = outcome.waits
        if batch.mapping.target == "prison_movement":
            clashes = settle_movements(batch, sorted(outcome.effects.people))
            waits |= {line: Waits(WaitingRow.Kind.CLASH, sentence) for line, sentence in clashes.items()}
        _write_outcome(file, rows, waits, outcome.effects.lines)
        return sum(row.line not in waits for row in rows)


def replay_those_now_known(scheme_id: int) -> int:
    """Try again the rows that waited for somebody who has come since; returns how many no longer wait."""
    with acting(FEEDS):
        found = fetch(
            "SELECT w.id, w.file_id FROM feeds_waitingrow w JOIN feeds_feedfile f ON f.id = w.file_id"
            " WHERE w.state = 'waiting' AND w.kind = 'unknown' AND f.scheme_id = %s AND EXISTS"
            " (SELECT 1 FROM unnest(w.identifiers) AS n (number) JOIN people_identifier i"
            " ON i.kind = split_part(n.number, ' ', 1) AND i.value = split_part(n.number, ' ', 2)"
            " WHERE i.superseded_at IS NULL) ORDER BY w.file_id, w.line",
            [scheme_id],
        )
    return sum(replay_by_ids(ids) for ids in _by_file(found))


def replay_same_person(row: WaitingRow, *, recorded_by: User) -> int:
    """Now that it is known whom a row is about, try the others that gave one of its identifiers."""
    with acting(FEEDS):
        found = fetch(
            "SELECT w.id, w.file_id FROM feeds_waitingrow w WHERE w.state = 'waiting'"
            " AND w.kind IN ('unknown', 'identity') AND w.identifiers && %s::varchar[] ORDER BY w.file_id, w.line",
            [row.identifiers],
        )
    return sum(replay_by_ids(ids, recorded_by=recorded_by) for ids in _by_file(found))


def replay_by_ids(ids: Sequence[int], *, recorded_by: User | None = None) -> int:
    """Try these waiting rows of one file again."""
    applied = 0
    for start in range(0, len(ids), REPLAYED_AT_ONCE):
        with acting(FEEDS):
            some = ids[start : start + REPLAYED_AT_ONCE]
            rows = list(WaitingRow.objects.filter(pk__in=some, state=WaitingRow.State.WAITING).order_by("line"))
            if rows:
                applied += replay(rows, recorded_by=recorded_by)
    return applied


def settle_movements(batch: Batch, people: Sequence[int]) -> dict[int, str]:
    """Make these people's custody from their movements, and keep what does not pair as waiting rows.

    Returns the sentences by line of those that the batch's own file sent.
    """
    clashes = {clash.row: clash.sentence for clash in settle_custody(batch, people)}
    moved = [
        row
        for (row,) in fetch(
            "SELECT source_row FROM feeds_movement WHERE person_id = ANY(%s) AND source = %s AND superseded_at IS NULL",
            [list(people), batch.source],
        )
    ]
    paired = [row for row in moved if row not in clashes]
    files = _lines_by_file(paired)
    for file_id, lines in files.items():
        standing = WaitingRow.objects.filter(
            file=file_id, line__in=lines, kind=WaitingRow.Kind.CLASH, state=WaitingRow.State.WAITING
        )
        standing.update(state=WaitingRow.State.APPLIED, answered_at=batch.now)
    for file_id, lines in _lines_by_file(clashes).items():
        _keep_clashes(file_id, {line: clashes[f"{file_id}:{line}"] for line in lines})
    for file_id in {*files, *_lines_by_file(clashes)}:
        recount(file_id)
    return {int(row.partition(":")[2]): text for row, text in clashes.items() if row.startswith(f"{batch.file_id}:")}


def _keep_clashes(file_id: int, sentences: Mapping[int, str]) -> None:
    there = set(WaitingRow.objects.filter(file=file_id, line__in=list(sentences)).values_list("line", flat=True))
    missing = {line: sentence for line, sentence in sentences.items() if line not in there}
    if not missing:
        return
    file = FeedFile.objects.get(pk=file_id)
    waits = {line: Waits(WaitingRow.Kind.CLASH, sentence) for line, sentence in missing.items()}
    for rows in read_chunks(bytes(file.content), mapping(file.feed), size=REPLAYED_AT_ONCE):
        keep_waiting(file, rows, {line: waits[line] for line in rows.lines if line in waits})


def recount(file_id: int) -> None:
    """Bring a file's count of waiting rows up to date."""
    waiting = WaitingRow.objects.filter(file=file_id, state=WaitingRow.State.WAITING).count()
    FeedFile.objects.filter(pk=file_id).update(waiting=waiting)


def _together(rows: Sequence[WaitingRow]) -> Rows:
    """Waiting rows of one file as rows again. All have the file's columns, save those of another length."""
    parts = [rows_of(row.latest, row.line) for row in rows]
    columns = max((part.columns for part in parts), key=len)
    whole = Rows(columns)
    for part in parts:
        if len(part.columns) < len(columns):
            whole.broken[len(whole.lines)] = f"Line {part.lines[0]} has too few cells: put one in every column."
        whole.lines += part.lines
        whole.cells += part.cells
    return whole


def _write_outcome(
    file: FeedFile, rows: Sequence[WaitingRow], waits: Mapping[int, Waits], effects: Mapping[int, Effect]
) -> None:
    now = timezone.now()
    for row in rows:
        why = waits.get(row.line)
        if why is None:
            WaitingRow.objects.filter(pk=row.pk).update(state=WaitingRow.State.APPLIED, answered_at=now)
            continue
        WaitingRow.objects.filter(pk=row.pk).update(
            kind=why.kind,
            column=why.column,
            value=why.value,
            sentence=why.sentence,
            candidates=list(why.candidates),
            identifiers=list(why.identifiers),
        )
    through = [effects.get(row.line) for row in rows if row.line not in waits]
    file.added += sum(effect is Effect.ADDED for effect in through)
    file.corrected += sum(effect is Effect.CORRECTED for effect in through)
    file.unchanged += sum(effect is None for effect in through)
    file.save(update_fields=["added", "corrected", "unchanged"])
    recount(file.pk)


def _by_file(found: Iterable[tuple[int, int]]) -> list[list[int]]:
    return [[id_ for id_, _ in group] for _, group in groupby(found, key=lambda pair: pair[1])]


def _lines_by_file(rows: Iterable[str]) -> dict[int, list[int]]:
    files: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        file_id, _, line = row.partition(":")
        files[int(file_id)].append(int(line))
    return files
