"""Seal what waits in the trail, now, and anchor the chain. `trellis work` does both by itself."""

from __future__ import annotations

import argparse

from trellis.commands import CommandError, _service


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to anchor too."""
    parser.add_argument("--no-anchor", action="store_true", help="seal and write no anchor")


def run(args: argparse.Namespace) -> int:
    """Seal, anchor, and say what was done. Raises CommandError where the anchor cannot be written."""
    _service.prepare(migrate=False)
    from django.conf import settings

    from trellis.service.access.sealer import anchor_now, seal_waiting

    print(f"{seal_waiting():,} events sealed.")
    try:
        anchor = None if args.no_anchor else anchor_now()
    except OSError as fault:
        raise CommandError(
            f"The anchor could not be written to {settings.ANCHORS} or sent ({fault}): look at TRELLIS_ANCHORS and"
            " TRELLIS_ANCHOR_SYSLOG."
        ) from fault
    if anchor:
        print(f"Anchored at seal {anchor.seq:,}. Public key for TRELLIS_ANCHOR_PUBLIC_KEYS: {_public_key()}")
    return 0


def _public_key() -> str:
    from django.conf import settings

    from trellis.service.audit.keys import public_text

    return public_text(settings.ANCHOR_KEYS.signing.public_key())
