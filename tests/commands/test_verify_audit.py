"""`trellis seal` and `trellis verify-audit`, on a database where work is really committed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from tests.cast import make_cast
from tests.factories import make_person
from tests.service.audit.trails import opened
from trellis.cli import main
from trellis.commands import _service
from trellis.service.access.database import UNALTERED
from trellis.service.access.roles import OWNER_ROLE

Said = pytest.CaptureFixture[str]


@pytest.fixture
def sealed(committed: str, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    # The tests have set Django up, on a database of their own.
    monkeypatch.setattr(_service, "prepare", lambda **_: None)
    monkeypatch.setitem(connections["steward"].settings_dict, "NAME", committed)
    settings.ANCHORS = tmp_path
    make_person(make_cast())
    assert main(["seal"]) == 0
    return committed


def tamper(database: str, *statements: str) -> None:
    with opened(database, OWNER_ROLE) as owner:
        for table in UNALTERED:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY")
        for statement in statements:
            assert owner.execute(statement).rowcount == 1


@pytest.fixture(autouse=True)
def _closed() -> Any:
    yield
    connections["steward"].close()


@pytest.mark.requirement("SEC-02")
def test_a_whole_trail_is_counted(sealed: str, capsys: Said) -> None:
    assert main(["seal"]) == 0
    assert main(["verify-audit"]) == 0
    said = capsys.readouterr().out
    assert "0 events sealed.\nAnchored at seal " in said
    assert "The trail is whole: " in said
    assert "2 anchors, the last of " in said
    assert "rows a second." in said


@pytest.mark.requirement("SEC-02")
def test_an_edit_is_placed_and_the_command_fails(sealed: str, capsys: Said) -> None:
    tamper(sealed, "UPDATE audit_changeevent SET actor_id = 1 WHERE table_name = 'people_person'")
    assert main(["verify-audit"]) == 1
    said = capsys.readouterr()
    assert "The trail is broken. Change event " in said.err
    assert "was edited since." in said.err
    assert "whole" not in said.out


def test_a_cut_end_is_seen_against_the_anchor_and_only_against_it(sealed: str, capsys: Said, tmp_path: Path) -> None:
    last = "(SELECT max(seq) FROM audit_seal)"
    tamper(
        sealed,
        f"INSERT INTO audit_unsealed (change_id) SELECT change_id FROM audit_seal WHERE seq = {last}",
        f"DELETE FROM audit_seal WHERE seq = {last}",
    )
    assert main(["verify-audit"]) == 1
    assert "its end was cut off" in capsys.readouterr().err
    assert main(["verify-audit", "--without-anchors"]) == 0
    assert "1 events await their seal" in capsys.readouterr().out
    assert main(["verify-audit", "--anchors", str(tmp_path / "nowhere")]) == 1
    assert "There is no anchor in" in capsys.readouterr().err


def test_an_altered_anchor_fails(sealed: str, capsys: Said, tmp_path: Path) -> None:
    (file,) = tmp_path.glob("*.jsonl")
    file.write_text(file.read_text().replace('"seq": ', '"seq": 1'))
    assert main(["verify-audit", "--anchors", str(file)]) == 1
    assert "Line 1 of anchors.jsonl does not fit its signature" in capsys.readouterr().err


def test_without_the_steward_it_says_what_to_set(sealed: str, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    monkeypatch.delitem(connections.settings, "steward")
    assert main(["verify-audit"]) == 2
    assert "set TRELLIS_STEWARD_DATABASE_URL" in capsys.readouterr().err


def test_an_anchor_that_cannot_be_written_is_told_of(sealed: str, settings: Any, capsys: Said, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.ANCHORS = tmp_path / "file"
    assert main(["seal"]) == 2
    assert "look at TRELLIS_ANCHORS" in capsys.readouterr().err
    assert main(["seal", "--no-anchor"]) == 0
