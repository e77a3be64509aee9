"""docs/reference/definitions.md: what schemes decide, kind by kind, with source, status and version."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from trellis.reference.markdown import page, table

DEFINITIONS = Path("definitions")

_ABOUT = """\
Each definition is one YAML file under `definitions/`. Its status is *national* where a published national source says
so, *local* where a scheme's own document does, and *example* where nothing published could be confirmed: such a
definition shows the way, and the screen says that it is an example."""


def definitions_page(root: Path) -> str:
    """The page's text. `root`: the checkout; raise ValueError for a file that is not a mapping."""
    files = sorted((root / DEFINITIONS).rglob("*.yaml"))
    by_kind = groupby(files, key=lambda path: path.relative_to(root / DEFINITIONS).parts[0])
    return page("Definitions", _ABOUT, *(_kind(kind, paths) for kind, paths in by_kind))


def _kind(kind: str, paths: Iterable[Path]) -> str:
    rows = (_row(path, _load(path)) for path in paths)
    heading = kind.removesuffix(".yaml").replace("_", " ").replace("-", " ").capitalize()
    return f"## {heading}\n\n" + table(["definition", "status", "version", "source"], rows)


def _load(path: Path) -> dict[str, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"{path.name}: a definition is a mapping of names to values.")
    return content


def _row(path: Path, content: dict[str, Any]) -> tuple[str, ...]:
    name = str(content.get("name") or content.get("title") or path.stem)
    source = " ".join(str(content.get("source", "")).split())
    return f"{name} (`{path.stem}`)", str(content.get("status", "")), str(content.get("version", "")), source
