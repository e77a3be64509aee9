"""The requirement register: what IOM schemes ask of their software, one line each."""

import csv
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

COLUMNS = ("id", "area", "what", "source", "kind", "note")


class Status(StrEnum):
    """How far a requirement is met; read from the tests, never typed in."""

    MET = "met"
    PARTLY = "partly"
    NOT_YET = "not yet"
    NOT_SOFTWARE = "not software"


@dataclass(frozen=True)
class Requirement:
    """One requirement, in Trellis's words, with the paragraph of the report it comes from."""

    id: str
    area: str
    what: str
    source: str
    kind: str
    note: str
    """Empty, "not software", or "partly: " and what is missing."""

    def status(self, claimed: bool) -> Status:
        """`claimed`: whether a real test claims it."""
        if self.note == Status.NOT_SOFTWARE:
            return Status.NOT_SOFTWARE
        if not claimed:
            return Status.NOT_YET
        return Status.PARTLY if self.missing else Status.MET

    @property
    def missing(self) -> str:
        """What a partly met requirement still lacks; empty for any other."""
        return self.note.removeprefix("partly:").strip() if self.note.startswith("partly:") else ""


def read_register(path: Path) -> tuple[Requirement, ...]:
    """Read docs/register/requirements.csv; raise ValueError with a sentence where a line is wrong."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path.name}: the columns are to be {', '.join(COLUMNS)}.")
        register = tuple(Requirement(**row) for row in reader)
    seen: set[str] = set()
    for requirement in register:
        _check(requirement, seen)
        seen.add(requirement.id)
    return register


def _check(requirement: Requirement, seen: set[str]) -> None:
    if requirement.id in seen:
        raise ValueError(f"{requirement.id} stands twice in the register: keep one line.")
    if not requirement.what or "|" in requirement.what:
        raise ValueError(f"{requirement.id}: say what is required, without the sign |, which would break the table.")
    if requirement.note not in ("", Status.NOT_SOFTWARE) and not requirement.missing:
        raise ValueError(f'{requirement.id}: the note is empty, "not software", or "partly: " and what is missing.')
