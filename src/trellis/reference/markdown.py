"""Markdown for generated pages."""

from collections.abc import Iterable, Sequence

GENERATED = "<!-- Written by `trellis docs`. Change its source, then run `make docs`. -->"


def page(title: str, *blocks: str) -> str:
    """A whole page: its title, the warning that it is generated, and its blocks apart from one another."""
    return "\n\n".join([f"# {title}", GENERATED, *(block for block in blocks if block)]) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; a cell's line breaks and bars are made harmless."""
    lines = [_row(heads), _row(["---"] * len(heads)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
