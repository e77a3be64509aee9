"""Run one of Django's own management commands on the service's settings."""

from __future__ import annotations

import argparse

from trellis.commands import _service


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything after the name belongs to Django's command."""
    parser.add_argument("command", nargs=argparse.REMAINDER, help="the command and its arguments")


def run(args: argparse.Namespace) -> int:
    """Start the embedded server where it is used, and hand over."""
    _service.prepare(migrate=False)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["trellis manage", *args.command])
    return 0
