"""Verify the trail: every seal, every event, and the chain against its anchors.

Exits with 1 at the first break and says where it is and what was done.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from trellis.commands import CommandError, _service

if TYPE_CHECKING:
    from trellis.service.audit.anchors import Anchor
    from trellis.service.audit.verifying import Verified

BROKEN = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the anchors are."""
    parser.add_argument(
        "--anchors", type=Path, metavar="FILE", help="a file of anchors or of a syslog server; else TRELLIS_ANCHORS"
    )
    parser.add_argument(
        "--without-anchors", action="store_true", help="pass over a cut end and a chain made anew with the key"
    )


def run(args: argparse.Namespace) -> int:
    """Verify, and say what was found; 0 when all is in order."""
    _service.prepare(migrate=False)
    from django.conf import settings

    from trellis.service.audit.anchors import AnchorUnfit
    from trellis.service.audit.verifying import Broken

    try:
        anchors = [] if args.without_anchors else _anchors(args.anchors or settings.ANCHORS)
        done = _verify(anchors)
        if not (anchors or args.without_anchors) and done.seals:
            raise Broken(
                f"There is no anchor in {args.anchors or settings.ANCHORS}, so a cut end would not be seen. Name the"
                " file with --anchors, or pass over it with --without-anchors."
            )
    except (Broken, AnchorUnfit) as fault:
        print(f"The trail is broken. {fault}", file=sys.stderr)
        return BROKEN
    _say(done, anchors)
    return 0


def _anchors(path: Path) -> list[Anchor]:
    from django.conf import settings

    from trellis.service.audit.anchors import read_anchors

    return read_anchors(path, settings.ANCHOR_KEYS)


def _verify(anchors: list[Anchor]) -> Verified:
    from django.conf import settings
    from django.db import connections

    from trellis.service.audit.verifying import verify_trail

    if "steward" not in connections:
        raise CommandError(
            "Only the steward reads the whole trail: set TRELLIS_STEWARD_DATABASE_URL, as"
            " docs/how-to/run-in-production.md says."
        )
    steward = connections["steward"]
    steward.ensure_connection()
    with steward.connection.transaction():
        # One picture of the database throughout, however long it takes.
        steward.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return verify_trail(steward.connection, settings.TRAIL_KEYS, anchors)


def _say(done: Verified, anchors: list[Anchor]) -> None:
    anchored = f"{len(anchors):,} anchors, the last of {anchors[-1].time}" if anchors else "no anchors looked at"
    print(
        f"The trail is whole: {done.seals:,} seals of {done.by_kind['change']:,} changes and"
        f" {done.by_kind['access']:,} accesses, {anchored}; {done.erased:,} changes were erased openly,"
        f" {done.waiting:,} events await their seal. {done.rate:,.0f} rows a second."
    )
