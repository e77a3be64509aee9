"""Reading the five files. A missing file or column stops the run with a sentence; a wrong row is set aside and told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from trellis.evaluation.world.faults import LINE, SCHEMA, Check, check, set_aside
from trellis.rules.errors import Refused

COLUMNS: Final = {
    "people.csv": ("person_id", "date_of_birth", "sex", "area"),
    "offences.csv": ("person_id", "offence_date", "proven_date", "ho_code"),
    "custody.csv": ("person_id", "from", "to"),
    "managed.csv": ("person_id", "from", "to"),
}
SETTINGS: Final = "settings.json"
UNKNOWN: Final = "unknown"
DATE_FORMATS: Final = ("%Y-%m-%d", "%d/%m/%Y")
_WRITE_DATES = "Write dates as 2026-02-17 or 17/02/2026."


@dataclass(frozen=True, slots=True)
class World:
    """What was read, with dates as dates and ids as text, each table in the order of a sort by its own columns.

    `people` (person_id, date_of_birth, sex as F, M or unknown, area), `offences` (person_id, offence_date, proven_date
    or null, ho_code of five digits), `custody` and `managed` (person_id, from, to or null for "still"). `as_at`: the
    first day that the files no longer cover. `quarantine`: rows set aside (file, line, what, mend). `doubled`: rows
    that said again what another had said, by file. `unused`: columns that the files hold and nothing reads, by file.
    """

    people: pl.DataFrame
    offences: pl.DataFrame
    custody: pl.DataFrame
    managed: pl.DataFrame
    as_at: date
    quarantine: pl.DataFrame
    doubled: dict[str, int]
    unused: dict[str, tuple[str, ...]]
    options: dict[str, object]


def read_world(folder: Path) -> World:
    """Read people.csv, offences.csv, custody.csv, managed.csv and settings.json of a folder.

    Raises Refused with one sentence for a missing folder, file, column or setting, or a file that is no CSV or JSON.
    """
    if not folder.is_dir():
        raise Refused(f"There is no folder {folder}: give the folder that holds {', '.join([*COLUMNS, SETTINGS])}.")
    as_at, options = _settings(folder / SETTINGS)
    raw = {name: _table(folder / name, columns) for name, columns in COLUMNS.items()}
    people, *bad = _people(raw["people.csv"], as_at)
    known = people.select("person_id")
    offences, wrong_offences = _offences(raw["offences.csv"], known, as_at)
    custody, wrong_custody = _spells("custody.csv", raw["custody.csv"], known, as_at)
    managed, wrong_managed = _spells("managed.csv", raw["managed.csv"], known, as_at)
    tables = {"people.csv": people, "offences.csv": offences, "custody.csv": custody, "managed.csv": managed}
    once = {name: table.drop(LINE).unique(maintain_order=True) for name, table in tables.items()}
    return World(
        people=once["people.csv"].sort("person_id"),
        offences=once["offences.csv"].sort("person_id", "offence_date", "proven_date", "ho_code"),
        custody=once["custody.csv"].sort("person_id", "from", "to"),
        managed=once["managed.csv"].sort("person_id", "from", "to"),
        as_at=as_at,
        quarantine=pl.concat([pl.DataFrame(schema=SCHEMA), *bad, wrong_offences, wrong_custody, wrong_managed]),
        doubled={name: tables[name].height - once[name].height for name in tables},
        unused={
            name: tuple(c for c in table.columns if c not in (*COLUMNS[name], LINE)) for name, table in raw.items()
        },
        options=options,
    )


def _settings(path: Path) -> tuple[date, dict[str, object]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise Refused(
            f'There is no {path.name} in {path.parent}: write one that says {{"as_at": "2026-02-17"}}.'
        ) from None
    except (OSError, ValueError) as error:
        raise Refused(f"{path.name} cannot be read as JSON ({error}): mend it, or write it again.") from error
    if not isinstance(content, dict) or "as_at" not in content:
        raise Refused(
            f'{path.name} has no as_at: add the day up to which the files are complete, "as_at": "2026-02-17".'
        )
    try:
        return date.fromisoformat(str(content["as_at"])[:10]), {k: v for k, v in content.items() if k != "as_at"}
    except ValueError:
        raise Refused(
            f"{path.name}: as_at is “{content['as_at']}”, which is no date. Write it as 2026-02-17."
        ) from None


def _table(path: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    try:
        table = pl.read_csv(path, infer_schema=False, glob=False)
    except FileNotFoundError:
        raise Refused(f"There is no {path.name} in {path.parent}: it needs the columns {', '.join(columns)}.") from None
    except pl.exceptions.NoDataError:
        raise Refused(f"{path.name} is empty: its first line must name the columns {', '.join(columns)}.") from None
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise Refused(f"{path.name} cannot be read ({reason}): check that it is a whole CSV file in UTF-8.") from error
    renamed = {name: name.strip().strip("\ufeff").lower() for name in table.columns}
    if len(set(renamed.values())) < len(renamed):
        raise Refused(f"{path.name} names a column twice: keep one of them.")
    table = table.rename(renamed)
    if missing := [name for name in columns if name not in table.columns]:
        raise Refused(f"{path.name} has no column {', '.join(missing)}: its first line must name {', '.join(columns)}.")
    stripped = pl.col(columns).str.strip_chars().replace("", None)
    return table.with_row_index(LINE, offset=2).with_columns(stripped)


def _date(name: str) -> pl.Expr:
    text = pl.col(name).str.slice(0, 10)
    return pl.coalesce(*(text.str.to_date(form, strict=False) for form in DATE_FORMATS)).alias(f"{name}_day")


def _no_date(name: str) -> Check:
    return check(pl.col(f"{name}_day").is_null(), f"{name} “{{}}” is no date", _WRITE_DATES, name)


def _no_date_unless_empty(name: str) -> Check:
    wrong = pl.col(name).is_not_null() & pl.col(f"{name}_day").is_null()
    return check(wrong, f"{name} “{{}}” is no date", f"{_WRITE_DATES} Leave it empty if there is none yet.", name)


def _no_person() -> Check:
    return check(pl.col("person_id").is_null(), "person_id is empty", "Fill in whose row it is, or remove it.")


def _stranger(known: pl.DataFrame) -> Check:
    wrong = ~pl.col("person_id").is_in(known["person_id"].implode())
    what = "person_id “{}” is not in people.csv"
    return check(wrong, what, "Add the person to people.csv, or mend the person_id.", "person_id")


def _people(raw: pl.DataFrame, as_at: date) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    dated = raw.with_columns(_date("date_of_birth"))
    too_late = pl.col("date_of_birth_day") >= as_at
    born = check(too_late, "date_of_birth “{}” is not before as_at", "Mend the date of birth.", "date_of_birth")
    good, bad = set_aside(dated, "people.csv", (_no_person(), _no_date("date_of_birth"), born))
    letter = pl.col("sex").str.to_uppercase().str.slice(0, 1)
    sex = pl.when(letter.is_in(["F", "W"])).then(pl.lit("F")).when(letter == "M").then(pl.lit("M"))
    area = pl.col("area").fill_null(UNKNOWN)
    tidy = good.select(
        LINE,
        "person_id",
        pl.col("date_of_birth_day").alias("date_of_birth"),
        sex.otherwise(pl.lit(UNKNOWN)).alias("sex"),
        area,
    )
    said = ["person_id", "date_of_birth", "sex", "area"]
    first = tidy.unique("person_id", keep="first", maintain_order=True).select(said)
    other = tidy.join(first, on=said, how="anti", maintain_order="left")
    what = "person_id “{}” stands there before with other particulars"
    _none, clashing = set_aside(
        other, "people.csv", (check(pl.lit(value=True), what, "Keep one row for each person.", "person_id"),)
    )
    return tidy.join(first, on=said, how="semi", maintain_order="left"), bad, clashing


def _offences(raw: pl.DataFrame, known: pl.DataFrame, as_at: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    dated = raw.with_columns(_date("offence_date"), _date("proven_date"))
    committed, proven = pl.col("offence_date_day"), pl.col("proven_date_day")
    backwards = (proven < committed).fill_null(value=False)
    checks = (
        _no_person(),
        _stranger(known),
        _no_date("offence_date"),
        _no_date_unless_empty("proven_date"),
        check(committed >= as_at, "offence_date {} is not before as_at", "Mend the date, or as_at.", "offence_date"),
        check(
            backwards,
            "it was proven on {}, before it was committed on {}",
            "Mend one of the dates.",
            "proven_date",
            "offence_date",
        ),
        check(pl.col("ho_code").is_null(), "ho_code is empty", "Fill in the Home Office code, such as 028/01."),
    )
    good, bad = set_aside(dated, "offences.csv", checks)
    return good.select(
        LINE, "person_id", committed.alias("offence_date"), proven.alias("proven_date"), _code().alias("ho_code")
    ), bad


def _code() -> pl.Expr:
    """A Home Office code as five digits: 028/01, 28/1 and 02801 are the same; anything else stays as it was written."""
    text = pl.col("ho_code")
    parts = text.str.extract_groups(r"^(\d{1,3})\s*[/.\-]\s*(\d{1,2})$")
    split = parts.struct.field("1").str.zfill(3) + parts.struct.field("2").str.zfill(2)
    return pl.coalesce(split, pl.when(text.str.contains(r"^\d{4}$")).then(text.str.zfill(5)), text)


def _spells(name: str, raw: pl.DataFrame, known: pl.DataFrame, as_at: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    dated = raw.with_columns(_date("from"), _date("to"))
    begins, ends = pl.col("from_day"), pl.col("to_day")
    backwards = (ends < begins).fill_null(value=False)
    checks = (
        _no_person(),
        _stranger(known),
        _no_date("from"),
        _no_date_unless_empty("to"),
        check(backwards, "it ends on {}, before it begins on {}", "Mend one of the dates.", "to", "from"),
        check(begins > as_at, "it begins on {}, after as_at", "Mend the date, or as_at.", "from"),
    )
    good, bad = set_aside(dated, name, checks)
    return good.select(LINE, "person_id", begins.alias("from"), ends.alias("to")), bad
