"""`trellis evaluate world`: JSON with stable names, a report, a page, a PDF, and sentences for what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.evaluation.folders import small_world, write_folder
from trellis.cli import main

STABLE = {"verdict", "headline", "methods", "natural_fall", "saving", "gates", "warnings"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("world")
    small_world(where, "zero", seed=8)
    return where


def test_json_has_the_names_that_others_rely_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "world", str(folder), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert set(shown) >= STABLE
    assert shown["verdict"] in {"fewer", "more", "cannot tell", "not assessed"}
    assert set(shown["headline"]) == {"rate_ratio", "low", "high"}
    assert {"name", "rate_ratio", "low", "high"} <= set(shown["methods"][0])
    assert {"amount", "low", "high"} <= set(shown["saving"])
    assert [gate["name"] for gate in shown["gates"]] == [
        "size", "maturity", "overlap", "balance", "agreement", "disclosure",
    ]  # fmt: skip


@pytest.mark.requirement("PERF-16")
def test_the_report_is_read_printed_and_shown(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, printed = tmp_path / "report.html", tmp_path / "report.pdf"
    assert main(["evaluate", "world", str(folder), "--html", str(page), "--pdf", str(printed)]) == 0
    said, shown = capsys.readouterr().out, page.read_text(encoding="utf-8")
    assert said.startswith("Does the scheme work?")
    for words in ("not attributable", "would be expected with no scheme", "found four times in five", "Protocol"):
        assert words in shown
    assert shown.count("<svg") == 4
    assert "<script" not in shown
    assert shown.count("<table") >= 8
    assert printed.read_bytes().startswith(b"%PDF")


def test_what_is_wrong_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "world", str(tmp_path / "nowhere")]) == 2
    assert "There is no folder" in capsys.readouterr().err
    write_folder(tmp_path, {})
    assert main(["evaluate", "world", str(tmp_path)]) == 2
    assert "nobody to evaluate" in capsys.readouterr().err
    assert main(["evaluate", "world", str(tmp_path), "--costs", "guesses"]) == 2
    assert "no set of unit costs guesses" in capsys.readouterr().err
    assert main(["evaluate", "world", str(tmp_path), "--harm", "guesses"]) == 2
    assert "no harm index guesses" in capsys.readouterr().err
