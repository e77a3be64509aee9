"""The table of ASVS is whole, and names only what is there."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from trellis.reference import claims
from trellis.reference.asvs import CHECKLIST, COLUMNS, TABLE, How, asvs_page, faults, in_reach, read_table

ROOT = Path(__file__).parents[2]


def test_every_requirement_in_reach_stands_once_and_names_what_is_there() -> None:
    rows = read_table(ROOT / TABLE)
    assert list(faults(rows, ROOT)) == []
    assert [row.id for row in rows] == list(in_reach())


def test_the_page_on_data_protection_names_tests_that_are_there() -> None:
    text = (ROOT / "docs" / "explanation" / "data-protection.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[^`]+)`", text))
    assert len(named) > 10
    there = claims.test_names(ROOT / "tests")
    assert {one for one in named if not (one in there if "::" in one else (ROOT / one).is_file())} == set()


def test_the_standard_has_as_many_requirements_of_each_level_in_reach() -> None:
    """As counted from its own table: 345 in all."""
    levels = list(in_reach().values())
    assert [levels.count(level) for level in (1, 2, 3)] == [64, 146, 79]


def test_the_page_counts_what_the_table_says() -> None:
    rows = read_table(ROOT / TABLE)
    page = asvs_page(ROOT)
    for level in (1, 2, 3):
        line = next(line for line in page.splitlines() if line.startswith(f"| level {level} |"))
        cells = [int(cell) if cell.strip() else 0 for cell in line.split("|")[2:-1]]
        of_level = [row.how for row in rows if row.level == level]
        assert cells == [*(of_level.count(how) for how in How), len(of_level)]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the table, the checklist, one test and one page."""
    for path in (TABLE, CHECKLIST):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text((ROOT / path).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text(
        "def test_it(): assert 1\n\n@pytest.mark.skip\ndef test_skipped(): assert 1\n"
    )
    (tmp_path / "page.md").write_text("# A page\n")
    (tmp_path / "empty.md").write_text("")
    return tmp_path


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"how": "test", "where": "tests/test_it.py::test_it"}, None),
        ({"how": "test", "where": "tests/test_it.py::test_that"}, "names the test tests/test_it.py::test_that"),
        ({"how": "test", "where": "tests/test_it.py::test_skipped"}, "names the test"),
        ({"how": "test", "where": ""}, "names 0 places"),
        ({"how": "page", "where": "page.md"}, None),
        ({"how": "page", "where": "empty.md"}, "names the page empty.md"),
        ({"how": "deployer", "where": "D-01; D-02"}, None),
        ({"how": "deployer", "where": "D-99"}, "names the line D-99"),
        ({"how": "not met", "where": "", "note": "Because."}, None),
        ({"how": "not met", "where": "", "note": ""}, "does not say why"),
        ({"how": "not applicable", "where": "page.md", "note": "Because."}, "names 1 places"),
        ({"how": "page", "where": "page.md", "what": ""}, "does not say what it asks"),
        ({"how": "page", "where": "page.md", "level": "3"}, "its level is not 3"),
    ],
)
def test_a_faulty_line_is_told(checkout: Path, change: dict[str, str], fault: str | None) -> None:
    with (checkout / TABLE).open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    line = lines[0] | {"note": ""} | change
    with (checkout / TABLE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerow(line)
    said = [sentence for sentence in faults(read_table(checkout / TABLE), checkout) if sentence.startswith("1.1.1 ")]
    assert any(fault in sentence for sentence in said) if fault else said == []


def test_a_line_left_out_or_twice_is_told(checkout: Path) -> None:
    text = (checkout / TABLE).read_text(encoding="utf-8").splitlines()
    (checkout / TABLE).write_text("\n".join([text[0], *text[2:], text[2]]) + "\n", encoding="utf-8")
    said = list(faults(read_table(checkout / TABLE), checkout))
    assert "1.1.1 is missing." in said
    assert "1.1.2 stands there 2 times." in said


def test_another_word_for_how_is_refused(checkout: Path) -> None:
    text = (checkout / TABLE).read_text(encoding="utf-8")
    (checkout / TABLE).write_text(text.replace("1.1.1,2,", "1.1.1,2,x,mostly,,\n1.1.1,2,", 1), encoding="utf-8")
    with pytest.raises(ValueError, match=r"asvs\.csv, 1\.1\.1"):
        read_table(checkout / TABLE)
