"""Rows of cells into fields of a target, with every fault as a sentence: line, column, value and mend."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

import polars as pl

from trellis.service.feeds.checks import Check, checks_of
from trellis.service.feeds.mapping import FeedMapping
from trellis.service.feeds.reading import Rows
from trellis.service.feeds.transforms import Surroundings, read_column

LONGEST_KEY = 180


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row. `part` is the part left out; empty when the whole row waits."""

    column: str
    value: str
    sentence: str
    part: str = ""
    # Nothing in the row by itself is wrong, but it contradicts another.
    is_clash: bool = False


@dataclass(slots=True)
class Mapped:
    """A frame of good rows (line, key, the fields, `missing_parts`), and the faults of all by line."""

    frame: pl.DataFrame
    faults: dict[int, list[Fault]] = field(default_factory=dict)


def map_rows(rows: Rows, mapping: FeedMapping, around: Surroundings, seen: dict[str, str]) -> Mapped:
    """Read every field of the rows. `seen` has the digest of each key met so far in the file, and gains these.

    A key met before with the same fields is the same row sent twice and passes; with other fields it is a fault.
    """
    faults: dict[int, list[Fault]] = {rows.lines[at]: [Fault("", "", sentence)] for at, sentence in rows.broken.items()}
    cells = _cells(rows, mapping)
    frame = cells.select("line")
    for name, rule in mapping.fields.items():
        column = cells[rule.column]
        reading = read_column(name, column, rule, around)
        values = reading.values
        bad = reading.faults
        if rule.unless is not None:
            instead = (cells[rule.unless.column] == rule.unless.says).fill_null(False)
            values = pl.select(pl.when(instead).then(pl.lit(rule.unless.value)).otherwise(values)).to_series()
            bad = pl.select(pl.when(instead).then(None).otherwise(bad)).to_series()
        if mapping.is_required(name):
            bad = _required(values, bad)
        frame = frame.with_columns(values.alias(name))
        part = mapping.shape.fields[name].part
        _note(faults, cells.select("line", cell=column, bad=bad), rule.column, part)
    for check in checks_of(mapping):
        _note_check(faults, frame, mapping, check)
    frame = _keyed(frame, mapping)
    _note_doubles(faults, frame, mapping, seen)
    return _good(frame, faults)


def digests(frame: pl.DataFrame, columns: list[str]) -> list[str]:
    """A digest of those columns for each row, the same for the same values."""
    texts = frame.select(pl.concat_str([_as_text(frame, name) for name in columns], separator="\x1d")).to_series()
    return [digest_of(text) for text in texts.to_list()]


def digest_of(text: str) -> str:
    """A digest of a text, as long as the column that keeps it."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _as_text(frame: pl.DataFrame, name: str) -> pl.Expr:
    # "\x00" cannot stand in a cell, so nothing and an empty text differ.
    return pl.col(name).cast(pl.String).fill_null("\x00")


def _cells(rows: Rows, mapping: FeedMapping) -> pl.DataFrame:
    good = [at for at in range(len(rows.lines)) if at not in rows.broken]
    nothing = [word.casefold() for word in mapping.nothing]
    wanted = {rows.columns.index(name): name for name in mapping.columns if name in rows.columns}
    frame = pl.DataFrame(
        {"line": [rows.lines[at] for at in good]}
        | {name: [rows.cells[at][n] for at in good] for n, name in wanted.items()},
        schema={"line": pl.Int64} | dict.fromkeys(wanted.values(), pl.String),
    )
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in mapping.columns if name not in wanted.values()]
    trimmed = [pl.col(name).str.strip_chars().alias(name) for name in wanted.values()]
    empty = [
        pl.when((pl.col(name) != "") & ~pl.col(name).str.to_lowercase().is_in(nothing)).then(pl.col(name)).alias(name)
        for name in wanted.values()
    ]
    return frame.with_columns(trimmed).with_columns(*empty, *absent)


def _required(values: pl.Series, bad: pl.Series) -> pl.Series:
    missing = pl.when(bad.is_not_null()).then(bad).when(values.is_null()).then(pl.lit("is empty. Fill it in."))
    return pl.select(missing.alias("bad")).to_series()


def _note(faults: dict[int, list[Fault]], reading: pl.DataFrame, column: str, part: str) -> None:
    """Note the bad cells of a column: `reading` has line, cell and bad, the sentence or null."""
    for line, cell, what in reading.filter(pl.col("bad").is_not_null()).iter_rows():
        faults.setdefault(line, []).append(Fault(column, cell or "", _sentence(line, column, what), part))


def _sentence(line: int, column: str, what: str) -> str:
    return f"Line {line}, column {column}{' ' if what.startswith('is ') else ': '}{what}"


def _note_check(faults: dict[int, list[Fault]], frame: pl.DataFrame, mapping: FeedMapping, check: Check) -> None:
    column = mapping.fields[check.field].column
    for line, value in frame.filter(check.broken).select("line", pl.col(check.field).cast(pl.String)).iter_rows():
        if check.part and any(fault.part == check.part for fault in faults.get(line, ())):
            continue
        sentence = _sentence(line, column, check.sentence)
        faults.setdefault(line, []).append(Fault(column, value or "", sentence, check.part))


def _keyed(frame: pl.DataFrame, mapping: FeedMapping) -> pl.DataFrame:
    parts = [pl.col(name).cast(pl.String).fill_null("") for name in mapping.row_key]
    keyed = frame.with_columns(pl.concat_str(parts, separator="|").alias("key"))
    names = list(mapping.fields)
    keyed = keyed.with_columns(pl.Series("whole", digests(keyed, names), dtype=pl.String))
    long = pl.col("key").str.len_chars() > LONGEST_KEY
    return keyed.with_columns(pl.when(long).then("whole").otherwise("key").alias("key"))


def _note_doubles(
    faults: dict[int, list[Fault]], frame: pl.DataFrame, mapping: FeedMapping, seen: dict[str, str]
) -> None:
    column = ", ".join(dict.fromkeys(mapping.fields[name].column for name in mapping.row_key))
    for line, key, digest in frame.select("line", "key", "whole").iter_rows():
        found = faults.get(line, ())
        if any(not fault.part for fault in found):
            continue
        # A row with a fault in a part is not yet what the sender meant, so a sound one may follow it.
        earlier = seen.get(key) if found else seen.setdefault(key, digest)
        if earlier not in {None, digest}:
            sentence = (
                f"Line {line}, column {column}: “{key}” stands earlier in the file with other contents. Say which is"
                " right: correct this row, or set it aside."
            )
            faults.setdefault(line, []).append(Fault(column, key, sentence, is_clash=True))


def _good(frame: pl.DataFrame, faults: dict[int, list[Fault]]) -> Mapped:
    whole = [line for line, found in faults.items() if any(not fault.part for fault in found)]
    parts = {line: {fault.part for fault in found} for line, found in faults.items()}
    kept = frame.filter(~pl.col("line").is_in(whole)) if whole else frame
    missing = kept["line"].to_list()
    column = pl.Series("missing_parts", [_joined(parts.get(line, set())) for line in missing], dtype=pl.String)
    return Mapped(kept.with_columns(column), faults)


def _joined(parts: set[str]) -> str:
    return f",{','.join(sorted(parts))}," if parts else ""
