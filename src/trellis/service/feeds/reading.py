"""A file's bytes into rows of cells, each with its line. What cannot be read at all is refused in a sentence."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from trellis.rules.errors import Refused
from trellis.service.feeds.mapping import FeedMapping

# What neither Polars nor PostgreSQL can hold: bytes that the encoding does not know (kept as surrogates), and NUL.
_UNREADABLE = re.compile("[\ud800-\udfff\x00]")
_SHOWN = 60


@dataclass(slots=True)
class Rows:
    """Some rows of a file. `broken` says, by position in `lines`, why a row cannot be read as the columns name it."""

    columns: tuple[str, ...]
    lines: list[int] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    broken: dict[int, str] = field(default_factory=dict)

    def named(self, at: int) -> dict[str, str]:
        """One row's cells by column; cells beyond the last column by their number."""
        cells = self.cells[at]
        names = [*self.columns, *(f"column {n}" for n in range(len(self.columns) + 1, len(cells) + 1))]
        return dict(zip(names, cells, strict=False))


def read_chunks(content: bytes, mapping: FeedMapping, *, size: int) -> Iterator[Rows]:
    """Read a file, `size` rows at a time. Raises Refused when it cannot be the feed's file at all."""
    text = _decoded(content, mapping)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mapping.delimiter, strict=True)
    columns = _header(reader, mapping)
    rows = Rows(columns)
    # Looked for in the whole text at once: nearly every file has none.
    suspect = _UNREADABLE.search(text) is not None
    started = reader.line_num + 1
    try:
        for cells in reader:
            if any(cells):
                _add(rows, started, cells, suspect=suspect)
            started = reader.line_num + 1
            if len(rows.lines) == size:
                yield rows
                rows = Rows(columns)
    except csv.Error:
        raise Refused(
            f"The record that begins on line {started} has a quotation mark that is never closed, or has text after a"
            " closed one. Correct that line and send the file again."
        ) from None
    if rows.lines:
        yield rows


def count_rows(content: bytes, mapping: FeedMapping) -> int:
    """How many rows the file has, having read all of it. Raises Refused as read_chunks does."""
    return sum(len(rows.lines) for rows in read_chunks(content, mapping, size=10_000))


def rows_of(cells: dict[str, str], line: int) -> Rows:
    """One row again, as it was kept while it waited."""
    return Rows(tuple(cells), [line], [list(cells.values())])


def _decoded(content: bytes, mapping: FeedMapping) -> str:
    if not content.strip():
        raise Refused("The file is empty. Check that the right file was chosen.")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Refused("This is a spreadsheet or a zip archive. Save it as a text file (CSV) and send that.")
    encoding = "utf-8-sig" if mapping.encoding == "utf-8" else mapping.encoding
    return content.decode(encoding, errors="surrogateescape")


def _header(reader: Iterator[list[str]], mapping: FeedMapping) -> tuple[str, ...]:
    try:
        columns = tuple(column.strip() for column in next(reader, []))
    except csv.Error:
        columns = ()
    missing = [column for column in mapping.columns if column not in columns]
    if missing:
        found = _UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", ", ".join(columns))[:_SHOWN]
        raise Refused(
            f"The first line does not name the column {', '.join(missing)}, which the feed “{mapping.name}” needs: it"
            f" begins “{found}”. Check that the right feed and file were chosen, and that the columns are separated by"
            f" {_delimiter_words(mapping.delimiter)}."
        )
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    if twice:
        raise Refused(f"The first line names the column {', '.join(twice)} twice. Remove or rename one of them.")
    return columns


def _add(rows: Rows, line: int, cells: list[str], *, suspect: bool) -> None:
    at = len(rows.lines)
    count, wanted = len(cells), len(rows.columns)
    if count != wanted:
        rows.broken[at] = (
            f"Line {line} has {count} cells where the first line names {wanted} columns. Look for a separator missing,"
            " or one too many inside a cell, and put the cells in their columns."
        )
    for n in [n for n, cell in enumerate(cells) if suspect and _UNREADABLE.search(cell)]:
        cells[n] = _UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", cells[n])
        column = rows.columns[n] if n < wanted else f"column {n + 1}"
        what = f"“{cells[n][:_SHOWN]}” has a character that cannot be read. Type the cell again."
        rows.broken.setdefault(at, f"Line {line}, column {column}: {what}")
    rows.lines.append(line)
    rows.cells.append(cells)


def _delimiter_words(delimiter: str) -> str:
    return {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright bars"}.get(delimiter, f"“{delimiter}”")
