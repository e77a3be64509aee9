"""Open a working scheme with invented people, on a database of its own.

The first time it makes the data, which takes a minute or two; after that it starts at once and keeps what was done.
"""

from __future__ import annotations

import argparse
import os

from trellis.commands import CommandError, _service, serve

NAMES_SHOWN = 6


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and whether to start over."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on")
    parser.add_argument("--reset", action="store_true", help="throw the demonstration's data away first")
    parser.add_argument("--no-serve", action="store_true", help="make the data and stop")


def run(args: argparse.Namespace) -> int:
    """Make the data where it is missing, say whom to sign in as, and serve."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trellis.service.config.settings")
    from django.conf import settings

    if settings.DATABASE_URL:
        raise CommandError(
            "The demonstration runs on a database of its own: unset TRELLIS_DATABASE_URL, or use `trellis serve`."
        )
    if args.reset:
        settings.EMBEDDED.remove()
        # They would tell of a chain that is gone.
        for anchors in settings.ANCHORS.glob("*.jsonl"):
            anchors.unlink()
    _service.prepare()
    from trellis.service.demo.loading import load_demonstration

    load_demonstration(say=lambda sentence: print(sentence, flush=True))
    if args.no_serve:
        return 0
    _say_where(f"http://{args.host}:{args.port}/")
    return serve.serve(args.host, args.port, workers=1)


def _say_where(address: str) -> None:
    from trellis.service.demo.cast import CAST

    print(f"\nTrellis is at {address} — press Ctrl-C to stop.\n\nSign in as one of these; no password is needed:\n")
    for member in CAST[:NAMES_SHOWN]:
        print(f"  {member.name:20} {member.role.label:28} {member.tries}")
    print(flush=True)
