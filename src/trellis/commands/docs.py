"""Write the reference pages that come from the code; with --check, say which are not up to date."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from trellis.reference.asvs import asvs_page
from trellis.reference.bill import bill_of_materials
from trellis.reference.definitions import definitions_page
from trellis.reference.feeds import feeds_page
from trellis.reference.fields import fields_page
from trellis.reference.requirements import requirements_page
from trellis.reference.tables import roles_page, transitions_page

REFERENCE = Path("docs/reference")

GENERATORS: dict[str, Callable[[Path], str]] = {
    "asvs.md": asvs_page,
    "bill-of-materials.json": bill_of_materials,
    "definitions.md": definitions_page,
    "feeds.md": feeds_page,
    "fields.md": fields_page,
    "requirements.md": requirements_page,
    "roles.md": roles_page,
    "transitions.md": transitions_page,
}
"""The name of each page in docs/reference, and what writes its text from the checkout's folder."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare `--check`."""
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a page is not up to date")


def run(args: Namespace) -> int:
    """Write or check every page; 0 when all is well."""
    root = checkout()
    try:
        pages = {root / REFERENCE / name: write(root) for name, write in GENERATORS.items()}
    except ValueError as fault:
        print(fault, file=sys.stderr)
        return 1
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if args.check:
        return _complain(root, stale)
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages[path], encoding="utf-8")
        print(f"wrote {path.relative_to(root)}")
    return 0


def checkout() -> Path:
    """The checkout's folder; raise SystemExit where Trellis runs without its sources."""
    root = Path(__file__).resolve().parents[3]
    if not (root / "pyproject.toml").exists():
        raise SystemExit("`trellis docs` writes pages from the sources: run it in a checkout of Trellis.")
    return root


def _complain(root: Path, stale: list[Path]) -> int:
    for path in stale:
        print(f"{path.relative_to(root)} is not up to date: run `make docs` and commit the page.", file=sys.stderr)
    return 1 if stale else 0
