"""Evaluate honestly: match people managed with people who were not, or report on a whole scheme.

Each sub-command has a module of its own beside this one, `_evaluate_NAME.py`, made like a command's.
"""

from __future__ import annotations

import argparse
import ast
import importlib
from pathlib import Path

PREFIX = "_evaluate_"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Offer every sub-command there is a module for."""
    subparsers = parser.add_subparsers(metavar="WHAT", required=True)
    for path in sorted(Path(__file__).parent.glob(f"{PREFIX}*.py")):
        module = importlib.import_module(f"trellis.commands.{path.stem}")
        help_line = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]
        name = path.stem.removeprefix(PREFIX).replace("_", "-")
        subparser = subparsers.add_parser(name, help=help_line, description=help_line)
        module.add_arguments(subparser)
        subparser.set_defaults(evaluate=module.run)


def run(args: argparse.Namespace) -> int:
    """Run the sub-command that was named."""
    return int(args.evaluate(args))
