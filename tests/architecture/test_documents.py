"""The documents hold together: links lead somewhere, indexes are whole, generated pages are up to date."""

import re
from argparse import Namespace
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, name_of, text_of, tracked
from trellis.commands import docs
from trellis.reference.register import read_register
from trellis.reference.requirements import REGISTER

DECISIONS = ROOT / "docs" / "adr"
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
WORDS_ON_A_PAGE = 600


def decisions() -> list[Path]:
    return sorted(path for path in DECISIONS.glob("[0-9]*.md"))


def test_every_link_in_a_document_leads_somewhere() -> None:
    dead = [
        f"{name_of(path)} -> {target}"
        for path in tracked()
        if path.suffix == ".md"
        for target in LINK.findall(text_of(path))
        if not (path.parent / target).exists()
    ]
    assert dead == []


def test_decisions_are_numbered_indexed_and_at_most_a_page() -> None:
    numbers = [int(path.name[:4]) for path in decisions()]
    assert numbers == list(range(1, len(numbers) + 1))
    index = text_of(DECISIONS / "README.md")
    assert [path.name for path in decisions() if f"({path.name})" not in index] == []
    assert [path.name for path in decisions() if len(text_of(path).split()) > WORDS_ON_A_PAGE] == []


@pytest.mark.parametrize("heading", ["## Context", "## Decision", "## Consequences"])
def test_a_decision_says_why_what_and_what_follows(heading: str) -> None:
    assert [path.name for path in decisions() if heading not in text_of(path)] == []


def test_the_glossary_is_in_order_and_gives_each_term_a_meaning() -> None:
    rows = re.findall(r"^\*\*(.+?)\*\*: (.*)$", text_of(ROOT / "GLOSSARY.md"), re.MULTILINE)
    terms = [term.casefold() for term, _ in rows]
    assert len(terms) > 40
    assert terms == sorted(terms)
    assert [term for term, meaning in rows if len(meaning) < 20] == []


def test_the_changelog_says_what_is_new() -> None:
    text = text_of(ROOT / "CHANGELOG.md")
    latest = text.partition("\n## [")[2].partition("\n## [")[0]
    assert "### Added" in latest
    assert "\n- " in latest


def test_the_register_is_whole() -> None:
    assert len(read_register(ROOT / REGISTER)) == 372


def test_generated_pages_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert docs.run(Namespace(check=True)) == 0, capsys.readouterr().err
