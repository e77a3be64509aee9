"""docs/reference/asvs.md: each requirement of OWASP's Application Security Verification Standard, and how it is met."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from trellis.reference.claims import test_names
from trellis.reference.markdown import page, table

TABLE = Path("docs/register/asvs.csv")
CHECKLIST = Path("docs/reference/deployers-checklist.md")
COLUMNS = ("id", "level", "what", "how", "where", "note")

# ASVS 5.0.0: the levels of each section's requirements in order, from its table in OWASP/ASVS at fe04986.
SECTIONS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123",
    "2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23",
    "3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333", "3.6": "3", "3.7": "22333",
    "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112333", "5.3": "113", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333", "6.6": "2223",
    "6.7": "33", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22",
    "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "223", "10.3": "22223", "10.4": "1111122222233333", "10.5": "22222", "10.6": "22",
    "10.7": "222",
    "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23", "11.6": "23", "11.7": "33",
    "12.1": "12233", "12.2": "11", "12.3": "22223",
    "13.1": "2333", "13.2": "222223", "13.3": "2233", "13.4": "1222233",
    "14.1": "22", "14.2": "12223333", "14.3": "122",
    "15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223",
    "17.1": "23", "17.2": "22223333", "17.3": "22",
}  # fmt: skip

CHAPTERS = {
    1: "Encoding", 2: "Validation and business logic", 3: "Front end", 4: "Web service", 5: "Files",
    6: "Authentication", 7: "Sessions", 8: "Authorisation", 9: "Self-contained tokens", 10: "OAuth and OpenID Connect",
    11: "Cryptography", 12: "Transport", 13: "Configuration", 14: "Data protection", 15: "Coding and architecture",
    16: "Logging and errors",
}  # fmt: skip

# What a server-rendered application of this kind has not got: sections by number, or single requirements.
OUT_OF_REACH = {
    "17.1": "WebRTC", "17.2": "WebRTC", "17.3": "WebRTC", "4.3": "GraphQL", "4.4": "WebSocket",
    "10.3": "an OAuth resource server", "10.4": "an OAuth authorisation server", "10.6": "an OpenID provider",
    "10.7": "consent at an authorisation server", "1.2.6": "LDAP", "1.2.7": "XPath", "1.2.8": "LaTeX", "1.3.8": "JNDI",
    "1.3.9": "memcache", "1.4": "memory managed by hand", "6.6.1": "text messages as a factor", "6.8.3": "SAML",
    "12.1.5": "Encrypted Client Hello", "3.7.4": "preloading of a public domain",
}  # fmt: skip

_ABOUT = """\
The requirements are those of the OWASP Application Security Verification Standard 5.0.0
([owasp.org/ASVS](https://owasp.org/ASVS), CC BY-SA 4.0), by their numbers and levels. Each is told here in our own
words, which are shorter and bind nobody. Nobody has certified this reading."""

_HOW = """\
- **test**: the tests named would fail if it were not met.
- **page**: it asks for documentation, and the page named is that.
- **deployer**: the line of the [deployer's checklist](deployers-checklist.md) that is named.
- **not met**: and why.
- **not applicable**: the application has no such thing, and why."""


class How(StrEnum):
    """How a requirement stands."""

    TEST = "test"
    PAGE = "page"
    DEPLOYER = "deployer"
    NOT_MET = "not met"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True)
class Row:
    """One requirement: what it asks in our words, how it stands, the tests, pages or checklist lines, and a note."""

    id: str
    level: int
    what: str
    how: How
    where: tuple[str, ...]
    note: str

    @property
    def chapter(self) -> int:
        """The chapter's number."""
        return int(self.id.partition(".")[0])


def in_reach() -> dict[str, int]:
    """The numbers of all requirements in reach, in order, each with its level."""
    return {
        f"{section}.{number}": int(level)
        for section, levels in SECTIONS.items()
        for number, level in enumerate(levels, 1)
        if section not in OUT_OF_REACH and f"{section}.{number}" not in OUT_OF_REACH
    }


def read_table(path: Path) -> tuple[Row, ...]:
    """Read docs/register/asvs.csv; raise ValueError with a sentence where a line is wrong."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path.name}: the columns are to be {', '.join(COLUMNS)}.")
        return tuple(_row(line) for line in reader)


def _row(line: dict[str, str]) -> Row:
    try:
        where = tuple(part.strip() for part in line["where"].split(";") if part.strip())
        return Row(line["id"], int(line["level"]), line["what"], How(line["how"]), where, line["note"])
    except ValueError as fault:
        raise ValueError(f"asvs.csv, {line['id']}: {fault}.") from fault


def faults(rows: tuple[Row, ...], root: Path) -> Iterator[str]:
    """What is wrong with the table, in sentences. `root`: the checkout."""
    wanted = in_reach()
    numbers = [row.id for row in rows]
    yield from (f"{number} is missing." for number in wanted if number not in numbers)
    yield from (f"{number} stands there {count} times." for number, count in Counter(numbers).items() if count > 1)
    tests = test_names(root / "tests")
    lines = (root / CHECKLIST).read_text(encoding="utf-8")
    for row in rows:
        if wanted.get(row.id) != row.level:
            yield f"{row.id} is not in reach, or its level is not {row.level}."
        if not row.what or "|" in row.what + row.note:
            yield f"{row.id} does not say what it asks, or has a sign that breaks the table."
        yield from (f"{row.id} {fault}" for fault in _faults_of_how(row, tests, lines, root))


def _faults_of_how(row: Row, tests: frozenset[str], checklist: str, root: Path) -> Iterator[str]:
    match row.how:
        case How.TEST:
            yield from (f"names the test {name}, which is not there." for name in row.where if name not in tests)
        case How.PAGE:
            yield from (
                f"names the page {name}, which is not there." for name in row.where if not _is_page(root / name)
            )
        case How.DEPLOYER:
            yield from (
                f"names the line {name}, which is not in the checklist."
                for name in row.where
                if f"| {name} |" not in checklist
            )
        case _ if not row.note:
            yield "does not say why."
    if bool(row.where) == (row.how in (How.NOT_MET, How.NOT_APPLICABLE)):
        yield f"names {len(row.where)} places for “{row.how}”."


def _is_page(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def asvs_page(root: Path) -> str:
    """The page's text; raise ValueError with every fault of the table, a sentence a line. `root`: the checkout."""
    rows = read_table(root / TABLE)
    if wrong := list(faults(rows, root)):
        raise ValueError("\n".join(wrong))
    struck = ", ".join(dict.fromkeys(OUT_OF_REACH.values()))
    return page(
        "Application security: ASVS 5.0.0",
        _ABOUT,
        f"{len(rows)} of its 345 requirements are in reach; left out is what Trellis has not got: {struck}.",
        _HOW,
        _summary(rows),
        _unmet(rows),
        *(_chapter(chapter, list(of_it)) for chapter, of_it in groupby(rows, key=lambda row: row.chapter)),
    )


def _summary(rows: tuple[Row, ...]) -> str:
    def counts(of_them: list[Row]) -> list[object]:
        count = Counter(row.how for row in of_them)
        return [*(count[how] or "" for how in How), len(of_them)]

    by_level = ([f"level {level}", *counts([row for row in rows if row.level == level])] for level in (1, 2, 3))
    by_chapter = (
        [f"{number} {name}", *counts([row for row in rows if row.chapter == number])]
        for number, name in CHAPTERS.items()
    )
    return table(["", *How, "all"], [*by_level, *by_chapter, ["all", *counts(list(rows))]])


def _unmet(rows: tuple[Row, ...]) -> str:
    unmet = ((row.id, row.level, row.what, row.note) for row in rows if row.how is How.NOT_MET)
    return "## Not met\n\n" + table(["id", "level", "what", "why"], unmet)


def _chapter(number: int, rows: list[Row]) -> str:
    cells = ((row.id, row.level, row.what, row.how, _places(row)) for row in rows)
    return f"## {number} {CHAPTERS[number]}\n\n" + table(["id", "level", "what", "how", "where, or why"], cells)


def _places(row: Row) -> str:
    named = [
        f"[{name}](deployers-checklist.md)"
        if row.how is How.DEPLOYER
        else f"[{Path(name).name}](../../{name})"
        if row.how is How.PAGE
        else f"`{name.removeprefix('tests/')}`"
        for name in row.where
    ]
    return " ".join([", ".join(named), row.note]).strip()
