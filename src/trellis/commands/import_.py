"""Load an agency's extract into a scheme, from where an earlier try stopped."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from trellis.commands import CommandError, _service

if TYPE_CHECKING:
    from trellis.service.feeds.models import FeedFile
    from trellis.service.schemes.models import Scheme


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the extract")
    parser.add_argument("--feed", required=True, metavar="NAME", help="its mapping file in definitions/feeds, by name")
    parser.add_argument("--scheme", metavar="SLUG", help="the scheme it is for; needed where there are several")


def run(args: argparse.Namespace) -> int:
    """Receive the file and apply it, telling how far it is; 0 when applied, whatever waits."""
    _service.prepare()
    from trellis.rules.errors import Refused
    from trellis.service.feeds.apply import apply_whole
    from trellis.service.feeds.models import FeedFile

    try:
        file, is_new = _receive(args.file, args.feed, args.scheme)
        if not is_new:
            print(f"This file was received before, on {file.received_at:%d/%m/%Y}: {file.get_state_display().lower()}.")
        done = apply_whole(file.pk, progress=_tell)
    except Refused as refusal:
        raise CommandError(str(refusal)) from refusal
    if done.state == FeedFile.State.REFUSED:
        raise CommandError(done.refusal)
    print(
        f"{done.lines:,} rows: {done.added:,} added, {done.corrected:,} corrected, {done.unchanged:,} told nothing new,"
        f" {done.waiting:,} waiting."
    )
    if done.waiting:
        print("Each waiting row says why, and how to mend it, on the page Feeds.")
    return 0


def _receive(path: Path, feed: str, slug: str | None) -> tuple[FeedFile, bool]:
    from trellis.service.access.actor import acting
    from trellis.service.access.models import User
    from trellis.service.access.system_actors import FEEDS
    from trellis.service.feeds.actions import receive_file

    try:
        content = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} could not be read ({error.strerror}): check the name and your rights.") from error
    with acting(FEEDS) as actor:
        by = User.objects.get(pk=actor.user_id)
        return receive_file(by=by, feed=feed, scheme=_scheme(slug), name=path.name, content=content)


def _scheme(slug: str | None) -> Scheme:
    from trellis.service.schemes.models import Scheme

    schemes = {scheme.slug: scheme for scheme in Scheme.objects.all()}
    if slug is None and len(schemes) == 1:
        return next(iter(schemes.values()))
    if slug not in schemes:
        named = f"There is no scheme “{slug}”." if slug else "Say which scheme the extract is for, with --scheme."
        raise CommandError(f"{named} There are {', '.join(sorted(schemes)) or 'none yet: set one up first'}.")
    return schemes[slug]


def _tell(file: FeedFile) -> None:
    print(f"applied to line {file.applied_through:,} of {file.lines + 1:,}", flush=True)
