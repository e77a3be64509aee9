"""`trellis import` on a database where work is really committed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cast import make_cast
from tests.service.feeds.loading import QUILL, extract, make_agencies, nominal
from trellis.cli import main
from trellis.commands import _service
from trellis.service.access.actor import acting
from trellis.service.people.models import Person

BAD = nominal("NM3", "MARROWBY", born="31/02/1980")


@pytest.fixture
def index(committed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # The tests have set Django up, on a database of their own.
    monkeypatch.setattr(_service, "prepare", lambda **_: None)
    make_cast()
    make_agencies()
    file = tmp_path / "index.csv"
    file.write_bytes(extract("police_nominals", QUILL, BAD))
    return file


def run(file: Path, *more: str) -> int:
    return main(["import", str(file), "--feed", "sample_police_nominals", *more])


def test_a_file_is_applied_and_what_waits_is_counted(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(index) == 0
    said = capsys.readouterr().out
    assert "applied to line 3 of 3" in said
    assert "2 rows: 1 added, 0 corrected, 0 told nothing new, 1 waiting." in said
    with acting("feeds"):
        assert str(Person.objects.get()) == "Osric Quillfeather"
    assert run(index, "--scheme", "fable") == 0
    assert "This file was received before" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--scheme", "nowhere"], "There is no scheme “nowhere”. There are fable."),
        (["--feed", "nothing"], "There is no feed “nothing”."),
        (["--feed", "sample_court_results"], "The first line does not name the column pncId"),
    ],
)
def test_a_refusal_is_a_sentence(
    index: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert run(index, *arguments) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(index.with_name("other.csv")) == 2
    assert "could not be read (No such file or directory)" in capsys.readouterr().err
