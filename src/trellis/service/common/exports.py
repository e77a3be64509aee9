"""Tables that leave Trellis: what may leave, and files that no spreadsheet takes for a program.

CSV in UTF-8 with a byte order mark, so that spreadsheets read it as such; the protective marking is the first line
and begins the file's name. Text that could start a formula gets an apostrophe before it, as spreadsheets themselves
mark text; `plain` takes it away again. The danger and its cure: OWASP, "CSV Injection", and ASVS 5.0.0, 1.2.10.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone

from trellis.service.common.register import Register

APOSTROPHE = "'"
TRIGGERS = frozenset("=+-@\u2212")
QUOTES = frozenset("'\"`‘’‚“”„«»‹›")
# Categories of Unicode that nobody sees before what follows: spaces, controls and marks of format.
UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
# Where a reader with other settings than the writer's would begin a cell. Ours is the comma, and every cell is quoted.
SEPARATORS = re.compile(r"([;|\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029])")
AT_THE_START = frozenset("\t\r\n")
Cell = str | int | float | Decimal | bool | date | time | UUID | Sequence[Any] | None


@dataclass(frozen=True)
class Table:
    """A named table: its headings, and rows with a cell for each."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula, past quotes, spaces and what is not seen.

    Full-width and small signs count as the signs that they stand for.
    """
    for character in text:
        if character in QUOTES or unicodedata.category(character) in UNSEEN:
            continue
        return unicodedata.normalize("NFKC", character)[:1] in TRIGGERS
    return False


def safe_text(text: str) -> str:
    """The text as a cell may hold it; `plain` gives the text back."""
    parts = SEPARATORS.split(text)
    guarded = "".join(APOSTROPHE + part if starts_formula(part) else part for part in parts)
    return APOSTROPHE + guarded if _opens_with_control(guarded) else guarded


def plain(cell: str) -> str:
    """The text that `safe_text` was given."""
    if cell.startswith(APOSTROPHE) and _opens_with_control(cell[1:]):
        cell = cell[1:]
    return "".join(
        part[1:] if part.startswith(APOSTROPHE) and starts_formula(part[1:]) else part
        for part in SEPARATORS.split(cell)
    )


def cell_text(value: Cell) -> str:
    """A value as it stands in the file. A number stays a number, below nought too; a time is local and says so."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return str(value) if Decimal(value).is_finite() else ""
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    parts = [value] if isinstance(value, str | UUID) else value
    return safe_text(", ".join(str(part) for part in parts))


def as_csv(table: Table, marking: str | None = None) -> bytes:
    """The table as a file: the marking, the headings, the rows. Raises ValueError for a row of another width."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([safe_text(marking_of(marking))])
    writer.writerow([safe_text(heading) for heading in table.headings])
    for row in table.rows:
        if len(row) != len(table.headings):
            raise ValueError(f"{table.name} has {len(table.headings)} headings and a row of {len(row)} cells.")
        writer.writerow([cell_text(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def read_back(content: bytes) -> tuple[str, list[str], list[list[str]]]:
    """A file of ours again as marking, headings and rows of plain texts."""
    marking, headings, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return marking[0], [plain(cell) for cell in headings], [[plain(cell) for cell in row] for row in rows]


def as_zip(tables: Iterable[Table], marking: str | None = None) -> bytes:
    """Each table as a CSV file of a folder, in one ZIP; a name that comes twice gets a number."""
    packed = io.BytesIO()
    taken: dict[str, int] = {}
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            name = _slug(table.name)
            taken[name] = taken.get(name, 0) + 1
            also = f"-{taken[name]}" if taken[name] > 1 else ""
            archive.writestr(f"{_slug(marking_of(marking))}_{name}{also}.csv", as_csv(table, marking))
    return packed.getvalue()


def file_name(what: str, reference: str, extension: str, marking: str | None = None) -> str:
    """A file's name: marking, what it holds in general, the day, and the reference of its line in the trail.

    `what` is a fixed word or two, never a name or a number of somebody: a name of a file is seen by many.
    """
    day = timezone.localdate().isoformat()
    parts = (_slug(marking_of(marking)), _slug(what), day, _slug(reference)[:12])
    return f"{'_'.join(part for part in parts if part)}.{extension}"


def marking_of(marking: str | None) -> str:
    """The marking given, or the installation's own."""
    usual: str = settings.MARKING
    return marking or usual


def fields_that_may_leave(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The model's fields whose category its register lets leave, in the order of the model; by default none."""
    register: Register | None = getattr(model, "register", None)
    if register is None:
        return []
    allowed = register.export
    return [field for field in model._meta.concrete_fields if register.category_of(field.name) in allowed]


def rows_of(fields: Sequence[models.Field[Any, Any]], instances: Iterable[models.Model]) -> Iterator[list[Cell]]:
    """A row for each instance: choices in words, what it points at by its name."""
    for instance in instances:
        yield [_value(instance, field) for field in fields]


def _value(instance: models.Model, field: models.Field[Any, Any]) -> Cell:
    if field.choices:
        return str(getattr(instance, f"get_{field.name}_display")())
    value = getattr(instance, field.name)
    return str(value) if isinstance(value, models.Model | dict) else value


def _opens_with_control(text: str) -> bool:
    bare = text.lstrip("".join(QUOTES) + " ")
    return bare[:1] in AT_THE_START if bare else False


def _slug(text: str) -> str:
    words = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")
