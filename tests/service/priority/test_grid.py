"""What a grid's file says beside its lines: each colour's meaning, its national colour, and words for at large."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from trellis.rules.vocabulary import PriorityColour
from trellis.service.schemes.definitions import DefinitionsRefused, load_all

RED, AMBER, GREEN, BLUE = PriorityColour


@pytest.fixture
def grid(tmp_path: Path) -> Path:
    """The grid's file in a copy of the definitions."""
    shutil.copytree(settings.DEFINITIONS, tmp_path / "definitions")
    return tmp_path / "definitions" / "priority_grids" / "hm_2014.yaml"


@pytest.mark.requirement("RAG-06", "RAG-10")
def test_a_local_colour_counts_as_the_national_one_that_the_scheme_says(grid: Path) -> None:
    usual = load_all(grid.parents[1]).grid("hm_2014")
    assert [usual.national(colour) for colour in PriorityColour] == list(PriorityColour)
    text = grid.read_text(encoding="utf-8")
    grid.write_text(text.replace("national: green", "national: amber"), encoding="utf-8")
    local = load_all(grid.parents[1]).grid("hm_2014")
    assert [local.national(colour) for colour in PriorityColour] == [RED, AMBER, AMBER, BLUE]


def test_a_colour_without_a_meaning_is_refused(grid: Path) -> None:
    text = grid.read_text(encoding="utf-8")
    blue = text[text.index("  blue:\n") : text.index("# Days past its review")]
    grid.write_text(text.replace(blue, ""), encoding="utf-8")
    with pytest.raises(DefinitionsRefused, match="say what blue means"):
        load_all(grid.parents[1])


def test_a_prisons_reason_says_whether_somebody_is_at_large(grid: Path) -> None:
    definition = load_all(grid.parents[1]).grid("hm_2014")
    for reason, says in (("Absconded from ROTL", True), ("ESCAPE", True), ("Conditional release", False), ("", False)):
        assert definition.says_at_large(reason) is says, reason
