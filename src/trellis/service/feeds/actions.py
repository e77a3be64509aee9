"""What people do with files and waiting rows. Rows are applied by the feeds' own actor, recorded as whose they are."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.models import User
from trellis.service.access.permitted import check_permitted
from trellis.service.feeds.identity import NEW
from trellis.service.feeds.mapping import mapping
from trellis.service.feeds.models import FeedFile, WaitingRow
from trellis.service.feeds.queries import check_may_answer
from trellis.service.feeds.reading import read_chunks
from trellis.service.feeds.waiting import recount, replay, replay_by_ids, replay_same_person, replay_those_now_known
from trellis.service.people.models import Person
from trellis.service.schemes.models import Scheme

ASKING = frozenset({WaitingRow.Kind.IDENTITY, WaitingRow.Kind.UNKNOWN})
RETRIED = ASKING | {WaitingRow.Kind.FAULT}


@transaction.atomic
def receive_file(*, by: User, feed: str, scheme: Scheme, name: str, content: bytes) -> tuple[FeedFile, bool]:
    """Take a file in, whole; returns it and whether it is new. The same file again is the one already here.

    Raises Refused, with a sentence, for one that cannot be this feed's. Nothing of it is applied yet.
    """
    _check_may(by, Permission.IMPORT_FEEDS)
    rules = mapping(feed)
    sha256 = hashlib.sha256(content).hexdigest()
    known = FeedFile.objects.defer("content").filter(feed=feed, scheme=scheme, sha256=sha256).first()
    if known is not None:
        return known, False
    lines = sum(len(rows.lines) for rows in read_chunks(content, rules, size=10_000))
    if not lines:
        raise Refused("The file has a first line and no rows under it. Check that the right file was chosen.")
    file = FeedFile.objects.create(
        feed=feed,
        scheme=scheme,
        name=PurePath(name.replace("\\", "/")).name[-200:],
        sha256=sha256,
        content=content,
        received_by=by,
        mapping_version=str(rules.version),
        lines=lines,
    )
    return file, True


def check_size(size: int) -> None:
    """Refuse a file larger than pages take."""
    if size > settings.FEED_UPLOAD_BYTES:
        limit = settings.FEED_UPLOAD_BYTES // (1024 * 1024)
        raise Refused(
            f"The file is larger than {limit} MB, the most that can be sent through the browser. Ask for it to be"
            " loaded with the command trellis import, or send it in parts."
        )


@transaction.atomic
def mend_row(*, by: User, row: WaitingRow, cells: dict[str, str]) -> bool:
    """Try a row again with mended cells; returns whether it no longer waits. What was sent is kept beside the mend."""
    _check_may(by, Permission.MEND_QUARANTINE)
    _check_waiting(row)
    row.mended = list(cells.items()) if cells != row.sent else None
    _note_answer(row, by)
    row.save(update_fields=["mended", "answered_by", "answered_at"])
    return replay([row], recorded_by=by) == 1


@transaction.atomic
def answer_who(*, by: User, row: WaitingRow, person: Person | None) -> bool:
    """Say whom a row is about: that person, or somebody new (None). Returns whether the row no longer waits.

    Raises Refused where the row names nobody and so nobody new can be made of it, and where only somebody who sees
    more people can tell.
    """
    _check_may(by, Permission.ANSWER_IDENTITY_QUESTIONS)
    _check_waiting(row)
    if row.kind not in ASKING:
        raise Refused("What is wrong with this row is not whom it is about. Mend its cells.")
    if person is None and not mapping(row.file.feed).shape.names:
        raise Refused("The row gives no name, so nobody new can be made of it. Say which person on the record it is.")
    check_may_answer(row, person)
    row.answer = NEW if person is None else str(person.pk)
    _note_answer(row, by)
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    done = replay([row], recorded_by=by) == 1
    row.refresh_from_db(fields=["kind"])
    if done or row.kind not in ASKING:
        # The person is settled, even where something else in the row is not.
        replay_same_person(row, recorded_by=by)
        replay_those_now_known(row.file.scheme_id)
    return done


@transaction.atomic
def dismiss_row(*, by: User, row: WaitingRow, reason: str) -> None:
    """Set a row aside for good, with the reason."""
    _check_may(by, Permission.MEND_QUARANTINE)
    _check_waiting(row)
    if not reason.strip():
        raise Refused("Say why the row is set aside: it will not be applied.")
    row.state = WaitingRow.State.DISMISSED
    row.answer = reason.strip()
    _note_answer(row, by)
    row.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    recount(row.file_id)


@transaction.atomic
def replay_file(*, by: User, file: FeedFile) -> int:
    """Try every waiting row of a file again, as when the people it is about have come; returns how many went in.

    Rows that contradict others wait on: applying them as they are would overwrite what stands.
    """
    _check_may(by, Permission.MEND_QUARANTINE)
    waiting = file.waiting_rows.filter(state=WaitingRow.State.WAITING, kind__in=RETRIED)
    return replay_by_ids(list(waiting.order_by("line").values_list("id", flat=True)), recorded_by=by)


def _check_waiting(row: WaitingRow) -> None:
    if row.state != WaitingRow.State.WAITING:
        raise Refused(f"Line {row.line} waits no longer: somebody has dealt with it.")


def _note_answer(row: WaitingRow, by: User) -> None:
    row.answered_by = by
    row.answered_at = timezone.now()


def _check_may(by: User, permission: Permission) -> None:
    # The command line acts as the feeds themselves, who hold no posting.
    if not by.is_system:
        check_permitted(by, permission)
