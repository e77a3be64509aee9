"""A file into the record: chunk after chunk, a transaction each, so that a killed import goes on where it stopped."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.service.access.actor import acting
from trellis.service.access.system_actors import FEEDS
from trellis.service.feeds.applying import Memory, apply_rows, batch_of, surroundings
from trellis.service.feeds.models import FeedFile
from trellis.service.feeds.named import named_rows
from trellis.service.feeds.reading import Rows, read_chunks
from trellis.service.feeds.rows import map_rows
from trellis.service.feeds.spells import people_moved_by
from trellis.service.feeds.staging import Batch, Effect
from trellis.service.feeds.waiting import keep_waiting, replay_those_now_known, settle_movements, take_turn

CHUNK_ROWS = 5_000
State = FeedFile.State


def apply_whole(
    file_id: int, *, size: int = CHUNK_ROWS, progress: Callable[[FeedFile], None] = lambda _: None
) -> FeedFile:
    """Apply a file from where it stands to its end. Started again after a crash, it comes to the same.

    A file that cannot be applied at all is refused, with the reason on it.
    """
    with acting(FEEDS) as actor:
        file = FeedFile.objects.get(pk=file_id)
        if file.state in {State.APPLIED, State.REFUSED}:
            return file
        content = bytes(file.content)
        FeedFile.objects.filter(pk=file_id).update(state=State.APPLYING)
        try:
            batch = batch_of(file, actor.user_id)
            chunks = read_chunks(content, batch.mapping, size=size)
        except Refused as refusal:
            FeedFile.objects.filter(pk=file_id).update(state=State.REFUSED, refusal=str(refusal))
            return _read(file_id)
    memory = Memory()
    for rows in chunks:
        if rows.lines[-1] <= file.applied_through:
            _remember(rows, batch, memory)
        else:
            file = _apply_chunk(file_id, rows, memory)
            progress(file)
    return _finish(file_id)


def _remember(rows: Rows, batch: Batch, memory: Memory) -> None:
    """Take in what rows said that are applied already."""
    with acting(FEEDS):
        around = surroundings(batch)
    mapped = map_rows(rows, batch.mapping, around, memory.seen)
    if batch.mapping.shape.names:
        for _ in named_rows(batch.mapping, mapped.frame, memory.sightings):
            pass


def _apply_chunk(file_id: int, rows: Rows, memory: Memory) -> FeedFile:
    with acting(FEEDS) as actor:
        take_turn()
        file = FeedFile.objects.defer("content").select_for_update(of=("self",)).get(pk=file_id)
        batch = batch_of(file, actor.user_id)
        if rows.lines[-1] <= file.applied_through:
            return file
        outcome = apply_rows(batch, rows, memory, surroundings(batch))
        kept = keep_waiting(file, rows, outcome.waits)
        effects = [effect for line, effect in outcome.effects.lines.items() if line not in outcome.waits]
        added = sum(effect is Effect.ADDED for effect in effects)
        file.applied_through = rows.lines[-1]
        file.added += added
        file.corrected += len(effects) - added
        file.waiting += len(kept)
        file.unchanged += len(rows.lines) - len(effects) - len(kept)
        file.save(update_fields=["applied_through", "added", "corrected", "waiting", "unchanged"])
        return file


def _finish(file_id: int) -> FeedFile:
    """What only the whole file shows: movements paired, and rows that had waited for somebody who has now come."""
    file = _read(file_id)
    replay_those_now_known(file.scheme_id)
    with acting(FEEDS) as actor:
        take_turn()
        batch = batch_of(file, actor.user_id)
        if batch.mapping.target == "prison_movement":
            settle_movements(batch, people_moved_by(file_id))
        unfinished = FeedFile.objects.filter(pk=file_id).exclude(state=State.APPLIED)
        unfinished.update(state=State.APPLIED, finished_at=timezone.now())
    return _read(file_id)


def _read(file_id: int) -> FeedFile:
    with acting(FEEDS):
        return FeedFile.objects.defer("content").select_related("scheme").get(pk=file_id)
