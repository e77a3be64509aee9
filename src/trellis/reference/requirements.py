"""docs/reference/requirements.md: every requirement and how far it is met."""

from collections import Counter
from itertools import groupby
from pathlib import Path

from trellis.reference.claims import read_claims
from trellis.reference.markdown import page, table
from trellis.reference.register import Requirement, Status, read_register

REGISTER = Path("docs/register/requirements.csv")

_SOURCES = """\
The requirements come from five reports on Integrated Offender Management: Avon and Somerset 2022 (AS), Lincolnshire
2022 (LI), the joint inspection of 2014 (HM), the national refresh (NW) and West Midlands 2018 (WM). The wording here
is Trellis's own; `docs/register/requirements.csv` names the paragraph each comes from.

A requirement is *met* when a test claims it by `@pytest.mark.requirement` and would fail without it; *partly* when a
test claims it and the register names what is missing; *not yet* when no test claims it."""


def requirements_page(root: Path) -> str:
    """The page's text; raise ValueError with every faulty claim, a sentence a line. `root`: the checkout."""
    register = read_register(root / REGISTER)
    claims = read_claims(root / "tests", frozenset(requirement.id for requirement in register))
    if claims.faults:
        raise ValueError("\n".join(claims.faults))
    status = {entry.id: entry.status(entry.id in claims.claimed()) for entry in register}
    return page(
        "Requirements",
        _SOURCES,
        _totals(status),
        *(_area(area, list(entries), status) for area, entries in groupby(register, key=lambda entry: entry.area)),
        _missing(register, status),
    )


def _totals(status: dict[str, Status]) -> str:
    count = Counter(status.values())
    return table(["status", "requirements"], [*((each, count[each]) for each in Status), ("all", len(status))])


def _area(area: str, entries: list[Requirement], status: dict[str, Status]) -> str:
    rows = ((entry.id, entry.what, status[entry.id]) for entry in entries)
    return f"## {area}\n\n" + table(["id", "what", "status"], rows)


def _missing(register: tuple[Requirement, ...], status: dict[str, Status]) -> str:
    rows = [(entry.id, entry.missing) for entry in register if status[entry.id] is Status.PARTLY]
    return "## Partly met: what is missing\n\n" + table(["id", "missing"], rows) if rows else ""
