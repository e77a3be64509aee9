from pathlib import Path

import pytest

from trellis.reference.definitions import definitions_page
from trellis.reference.markdown import table
from trellis.reference.tables import roles_page, transitions_page
from trellis.rules.selection import TRANSITIONS
from trellis.rules.vocabulary import Permission, Role


def test_a_table_survives_what_its_cells_hold() -> None:
    assert table(["a"], [["one | two\nthree"]]).splitlines()[-1] == "| one \\| two three |"


def test_every_role_and_permission_has_its_place() -> None:
    lines = roles_page(Path()).splitlines()
    heads = next(line for line in lines if line.startswith("| may |"))
    assert [role.label for role in Role if role.label not in heads] == []
    assert len([line for line in lines if line.startswith("|")]) == len(Permission) + 2


def test_every_transition_is_drawn_and_tabled() -> None:
    text = transitions_page(Path())
    assert [
        stage for stage, act in TRANSITIONS if f"    {stage} --> {TRANSITIONS[stage, act]}: {act.label}" not in text
    ] == []
    assert len([line for line in text.splitlines() if line.startswith("|")]) == len(TRANSITIONS) + 2


def test_a_definition_shows_its_status_and_source(tmp_path: Path) -> None:
    file = tmp_path / "definitions" / "offence_groups" / "robbery.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("name: Robbery\nstatus: national\nversion: 3\nsource: |\n  The counting\n  rules\n")
    text = definitions_page(tmp_path)
    assert "## Offence groups" in text
    assert "| Robbery (`robbery`) | national | 3 | The counting rules |" in text


def test_a_file_that_defines_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "odd.yaml").write_text("- one\n")
    with pytest.raises(ValueError, match=r"odd\.yaml"):
        definitions_page(tmp_path)
