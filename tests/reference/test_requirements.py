from pathlib import Path

import pytest

from trellis.reference.register import COLUMNS, Requirement, Status, read_register
from trellis.reference.requirements import requirements_page


def entry(note: str = "") -> Requirement:
    return Requirement("SEL-01", "Selection", "The Fixed rule proposes", "AS 3", "rule", note)


@pytest.mark.parametrize(
    ("note", "claimed", "status"),
    [
        ("", True, Status.MET),
        ("", False, Status.NOT_YET),
        ("partly: no export", True, Status.PARTLY),
        ("partly: no export", False, Status.NOT_YET),
        ("not software", False, Status.NOT_SOFTWARE),
    ],
)
def test_status_is_read_from_the_claim_and_the_note(note: str, claimed: bool, status: Status) -> None:
    assert entry(note).status(claimed) is status


def checkout_with(folder: Path, *lines: str) -> Path:
    register = folder / "docs" / "register" / "requirements.csv"
    register.parent.mkdir(parents=True)
    register.write_text("\n".join([",".join(COLUMNS), *lines]) + "\n")
    (folder / "tests").mkdir()
    (folder / "tests" / "test_band.py").write_text(
        '@pytest.mark.requirement("SEL-01")\ndef test_band():\n    assert True\n'
    )
    return folder


def test_the_page_has_a_row_for_each_requirement_and_the_totals(tmp_path: Path) -> None:
    root = checkout_with(
        tmp_path,
        "SEL-01,Selection,The rule,AS 3,rule,partly: no export",
        "SEL-02,Selection,The band,AS 3,rule,",
    )
    text = requirements_page(root)
    assert "| SEL-01 | The rule | partly |" in text
    assert "| SEL-02 | The band | not yet |" in text
    assert "| partly | 1 |" in text
    assert "| all | 2 |" in text
    assert "| SEL-01 | no export |" in text


def test_a_claim_of_an_unknown_requirement_stops_the_page(tmp_path: Path) -> None:
    root = checkout_with(tmp_path, "SEL-02,Selection,The band,AS 3,rule,")
    with pytest.raises(ValueError, match="SEL-01, which is not in the register"):
        requirements_page(root)


@pytest.mark.parametrize(
    "lines",
    [
        ["SEL-01,Selection,The rule,AS 3,rule,", "SEL-01,Selection,Again,AS 3,rule,"],
        ["SEL-01,Selection,,AS 3,rule,"],
        ["SEL-01,Selection,The rule,AS 3,rule,mostly"],
    ],
)
def test_a_faulty_register_is_refused(tmp_path: Path, lines: list[str]) -> None:
    checkout_with(tmp_path, *lines)
    with pytest.raises(ValueError, match="SEL-01"):
        read_register(tmp_path / "docs" / "register" / "requirements.csv")
