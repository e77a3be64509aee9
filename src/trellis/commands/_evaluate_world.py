"""Evaluate a scheme from five files: what happened, what would have happened anyway, and whether anyone can tell.

FOLDER holds people.csv, offences.csv, custody.csv, managed.csv and settings.json, as docs/how-to/evaluate-a-scheme.md
says. A wrong row is set aside and told; a missing file or column stops the run with a sentence.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from trellis.commands import CommandError

if TYPE_CHECKING:
    from trellis.evaluation.definitions import HarmIndex, UnitCostSet

DEFAULT_COSTS = "gmca_v1_4"
DEFAULT_HARM = "cchi_2026"
PROJECT = Path(__file__).resolve().parents[3]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the sub-command takes."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the five files are")
    parser.add_argument(
        "--costs", metavar="SET", default=DEFAULT_COSTS, help="a file of definitions/unit_costs, or none"
    )
    parser.add_argument(
        "--harm", metavar="INDEX", default=DEFAULT_HARM, help="a file of definitions/harm_weights, or none"
    )
    parser.add_argument("--seed", type=int, default=None, help="of the resamples (default: always the same)")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="also write the report as a page")
    parser.add_argument("--pdf", type=Path, metavar="FILE", help="also write the report for printing")


def run(args: argparse.Namespace) -> int:
    """Evaluate, print, and write what was asked for."""
    from trellis.evaluation import report
    from trellis.evaluation.run import SEED, evaluate
    from trellis.rules.errors import Refused

    try:
        seed = SEED if args.seed is None else args.seed
        found = evaluate(args.folder, costs=unit_costs(args.costs), harm=harm_index(args.harm), seed=seed)
    except Refused as refusal:
        raise CommandError(str(refusal)) from refusal
    if args.html:
        write(args.html, report.html(found).encode("utf-8"))
    if args.pdf:
        write(args.pdf, report.pdf(found))
    print(json.dumps(report.shape(found), ensure_ascii=False, allow_nan=False) if args.json else report.text(found))
    return 0


def unit_costs(name: str) -> UnitCostSet | None:
    """The named set of unit costs; None for “none”. Raises Refused when there is no such set."""
    from trellis.evaluation.definitions import read_unit_costs

    path = definition("unit_costs", name, "set of unit costs", "--costs none")
    return None if path is None else read_unit_costs(path)


def harm_index(name: str) -> HarmIndex | None:
    """The named harm index; None for “none”. Raises Refused when there is no such index."""
    from trellis.evaluation.definitions import read_harm_index

    path = definition("harm_weights", name, "harm index", "--harm none")
    return None if path is None else read_harm_index(path)


def definition(kind: str, name: str, what: str, otherwise: str) -> Path | None:
    """The file of a named definition; None for “none”. Raises Refused when there is no such file."""
    from trellis.rules.errors import Refused

    if name == "none":
        return None
    folder = Path(os.environ.get("TRELLIS_DEFINITIONS", PROJECT / "definitions")) / kind
    path = folder / f"{name}.yaml"
    if not path.is_file():
        there = ", ".join(sorted(each.stem for each in folder.glob("*.yaml"))) or "none"
        raise Refused(f"There is no {what} {name}: choose from {there}, or write {otherwise}.")
    return path


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises CommandError when it cannot be written."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        raise CommandError(
            f"{path} could not be written ({error}): check that its folder exists and has room."
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
