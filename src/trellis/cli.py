"""`trellis COMMAND`: finds the command's module in trellis.commands, reads its arguments and runs it."""

from __future__ import annotations

import argparse
import ast
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from trellis import commands

BAD_INPUT = 2


def command_helps() -> dict[str, str]:
    """Each command and the first line of its module's docstring, read from the source so that nothing is imported."""
    return {name: _first_docstring_line(path) for name, path in _command_files().items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Only the module of the command that was named is imported."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    named = arguments[0] if arguments else None
    parser = argparse.ArgumentParser(prog="trellis", description="The shared case system behind an IOM scheme.")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, help_line in command_helps().items():
        subparser = subparsers.add_parser(name, help=help_line, description=help_line)
        if name == named:
            module = importlib.import_module(f"trellis.commands.{_command_files()[name].stem}")
            module.add_arguments(subparser)
            subparser.set_defaults(run=module.run)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except commands.CommandError as error:
        print(f"trellis {named}: {error}", file=sys.stderr)
        return BAD_INPUT


def _command_files() -> dict[str, Path]:
    modules = sorted(path for folder in commands.__path__ for path in Path(folder).glob("*.py"))
    # A command whose name is a word of Python's has an underscore after it in its module's name.
    return {path.stem.rstrip("_").replace("_", "-"): path for path in modules if not path.stem.startswith("_")}


def _first_docstring_line(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0]


if __name__ == "__main__":
    sys.exit(main())
