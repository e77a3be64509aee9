"""How a column's cells are read: whole columns at a time, each bad cell with a sentence that says how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from trellis.rules.dates import FIRST_YEAR, LAST_YEAR
from trellis.rules.errors import Refused
from trellis.rules.identifiers import (
    normalise_identifier,
    normalise_phone,
    normalise_postcode,
    normalise_registration_mark,
)
from trellis.service.feeds.mapping import FieldDefinition
from trellis.service.feeds.targets import IDENTIFIER_FIELDS

# Separates several values in one cell, and the parts of one value: characters that no extract uses.
ITEM, PART = "\x1e", "\x1f"
LONGEST = {"name": 100, "aliases": 100}
LONGEST_TEXT = 300

_HO_CODE = re.compile(r"([0-9]{1,3})/([0-9]{1,2})|([0-9]{3})([0-9]{2})")
_EXAMPLE_DAY = date(1990, 12, 31)


@dataclass(frozen=True, slots=True)
class Reading:
    """A column as read: its values (null where nothing stands or the cell is bad), and the bad cells' sentences."""

    values: pl.Series
    faults: pl.Series


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What reading depends on beside the cell: the day the file came, and the ids behind names in this scheme."""

    received_on: date
    areas: Mapping[str, int] = field(default_factory=dict)
    agencies: Mapping[str, int] = field(default_factory=dict)
    cohorts: Mapping[str, int] = field(default_factory=dict)
    users: Mapping[str, int] = field(default_factory=dict)


def read_column(name: str, cells: pl.Series, rule: FieldDefinition, around: Surroundings) -> Reading:
    """Read the trimmed cells (null for nothing) of one field."""
    if rule.read in {"date", "datetime"}:
        return _days(cells, rule, around.received_on)
    read, dtype = _reader(name, rule, around)
    return _each_once(cells, read, dtype)


def tidy_name(text: str) -> str:
    """A name in capital or small letters throughout as people write it: `NETTLESHIP-VALE`, `O’FABLE` as O’Fable."""
    plain = " ".join(text.split())
    if not (plain.isupper() or plain.islower()):
        return plain
    return re.sub(r"[^\W\d_]+", lambda found: found[0].capitalize(), plain)


def split_aliases(text: str, separator: str) -> str:
    """Names in one cell, `SURNAME Forename / SURNAME Forename`, as family and given names.

    Leading words in capitals are the family name; where none or all are, the first word is.
    """
    names = []
    for item in filter(None, (part.strip() for part in text.split(separator))):
        words = item.split()
        capitals = next((n for n, word in enumerate(words) if not word.isupper()), 1) or 1
        family, given = " ".join(words[:capitals]), " ".join(words[capitals:])
        names.append(f"{tidy_name(family)[: LONGEST['aliases']]}{PART}{tidy_name(given)[: LONGEST['aliases']]}")
    return ITEM.join(dict.fromkeys(names))


def ho_code(text: str) -> str:
    """A Home Office code as five digits, from `028/03`, `28/3` or `02803`. Raises Refused for another form."""
    found = _HO_CODE.fullmatch("".join(text.split()))
    if not found:
        raise Refused(f"“{text}” is not a Home Office code: it should look like 028/03.")
    return f"{found[1] or found[3]:0>3}{found[2] or found[4]:0>2}"


def _each_once(cells: pl.Series, read: Callable[[str], object], dtype: pl.DataType | type[pl.DataType]) -> Reading:
    """Apply a rule in Python to each distinct cell, so that a column of few values costs few calls."""
    values: dict[str, object] = {}
    faults: dict[str, str] = {}
    for cell in cells.drop_nulls().unique().to_list():
        try:
            values[cell] = read(cell)
        except Refused as refusal:
            faults[cell] = str(refusal)
    return Reading(_looked_up(cells, values, dtype), _looked_up(cells, faults, pl.String))


def _looked_up(cells: pl.Series, found: Mapping[str, object], dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    if not found:
        return pl.Series(cells.name, [None], dtype=dtype).new_from_index(0, len(cells))
    keys, values = pl.Series(list(found), dtype=pl.String), pl.Series(list(found.values()), dtype=dtype)
    return cells.replace_strict(keys, values, default=None, return_dtype=dtype)


def _reader(
    name: str, rule: FieldDefinition, around: Surroundings
) -> tuple[Callable[[str], object], type[pl.DataType]]:
    plain: dict[str, Callable[[str], object]] = {
        "name": _limited(tidy_name, LONGEST["name"]),
        "text": _limited(lambda text: text, LONGEST_TEXT),
        "aliases": lambda text: split_aliases(text, rule.separator),
        "registrations": lambda text: _registrations(text, rule),
        "ho_code": ho_code,
        "postcode": normalise_postcode,
        "phone": normalise_phone,
        "vehicle": normalise_registration_mark,
        "code": lambda text: _coded(text, rule.codes),
    }
    named: dict[str, tuple[Mapping[str, int], str]] = {
        "area": (around.areas, "area"),
        "agency": (around.agencies, "agency"),
        "cohort": (around.cohorts, "cohort of this scheme"),
        "user": (around.users, "user"),
    }
    if rule.read == "identifier":
        kind = IDENTIFIER_FIELDS[name]
        return (lambda text: normalise_identifier(kind, text)), pl.String
    if rule.read == "integer":
        return (lambda text: _whole_number(text, rule)), pl.Int64
    if rule.read == "yes_no":
        return (lambda text: _coded(text, rule.codes or {"Y": "yes", "N": "no"}) == "yes"), pl.Boolean
    if rule.read in named:
        known, what = named[rule.read]
        return (lambda text: _known(text, rule.codes, known, what)), pl.Int64
    return plain[rule.read], pl.String


def _limited(read: Callable[[str], str], longest: int) -> Callable[[str], object]:
    def limited(text: str) -> str:
        found = read(text)
        if len(found) > longest:
            raise Refused(f"“{text[:40]}…” is longer than {longest} characters. Shorten it.")
        return found

    return limited


def _coded(text: str, codes: Mapping[str, str]) -> str:
    folded = {code.casefold(): word for code, word in codes.items()}
    if text.casefold() not in folded:
        raise Refused(f"“{text}” is not a code that this feed knows. Use one of {_listed(codes)}.")
    return folded[text.casefold()]


def _known(text: str, codes: Mapping[str, str], known: Mapping[str, int], what: str) -> int:
    slug = _coded(text, codes) if codes else text.casefold()
    if slug not in known:
        raise Refused(f"“{text}” is no {what} that Trellis knows. Correct it, or have it set up.")
    return known[slug]


def _registrations(text: str, rule: FieldDefinition) -> str:
    codes = [part.strip() for part in text.split(rule.separator) if part.strip()]
    for code in codes:
        if code not in rule.registers:
            raise Refused(f"“{code}” is not a register that this feed knows. Use {_listed(rule.registers)}.")
    return ITEM.join(dict.fromkeys(codes))


def _whole_number(text: str, rule: FieldDefinition) -> int:
    least, most = rule.least if rule.least is not None else 0, rule.most if rule.most is not None else 2_000_000_000
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else -1
    if not least <= number <= most:
        raise Refused(f"“{text}” is not a whole number from {least} to {most}.")
    return number


def _days(cells: pl.Series, rule: FieldDefinition, received_on: date) -> Reading:
    dtype = pl.Date if rule.read == "date" else pl.Datetime("us")
    frame = cells.alias("cell").to_frame()
    tries = [pl.col("cell").str.strptime(dtype, form, strict=False, exact=True) for form in rule.formats]
    read = pl.coalesce(tries).alias("read")
    year = pl.col("read").dt.year()
    late = pl.lit(rule.ahead).not_() & (pl.col("read").cast(pl.Date) > received_on)
    example = " or ".join(_EXAMPLE_DAY.strftime(form) for form in rule.formats)
    quoted = pl.concat_str(pl.lit("“"), pl.col("cell"), pl.lit("”"))
    fault = (
        pl.when(pl.col("cell").is_null())
        .then(None)
        .when(pl.col("read").is_null())
        .then(pl.concat_str(quoted, pl.lit(f" is not a date that exists. Write it like {example}.")))
        .when(~year.is_between(FIRST_YEAR, LAST_YEAR))
        .then(pl.concat_str(quoted, pl.lit(f" is not in the years {FIRST_YEAR} to {LAST_YEAR}. Correct the year.")))
        .when(late)
        .then(pl.concat_str(quoted, pl.lit(" had not come yet when the file was received. Correct the date.")))
        .otherwise(None)
        .alias("fault")
    )
    done = frame.with_columns(read).with_columns(fault)
    values = done.select(pl.when(pl.col("fault").is_null()).then(pl.col("read"))).to_series()
    return Reading(values, done["fault"])


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(names)
