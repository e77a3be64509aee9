"""Bring the database to this version, as its owner."""

from __future__ import annotations

import argparse
import os


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether only to look."""
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when something is to be done")


def run(args: argparse.Namespace) -> int:
    """Migrate, and enforce what the models declare."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trellis.service.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    try:
        call_command("migrate", interactive=False, check_unapplied=args.check)
    except SystemExit as verdict:
        return int(verdict.code or 0)
    return 0
