"""What the tracked files may not say."""

import re

import pytest

from tests.architecture.tree import ROOT, SERVICE, name_of, text_of, tracked

SELF = "tests/architecture/test_words.py"
LOCKS = {"package-lock.json"}
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/[a-z])(?:/|\b)|/tmp/[a-z]")
INDEX = re.compile(
    r"--(?:extra-)?index-url|--find-links|\bindex-url\s*=|registry\.npmjs|pypi\.org|pythonhosted\.org|\"resolved\":"
)
OUTSIDE = re.compile(
    r"""(?:src|href|action|poster|data)\s*=\s*["'](?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import\s+["'](?:https?:)?//"""
)
INLINE = re.compile(r"""<script(?![^>]*\bsrc=)[^>]*>|\sstyle=["']|<style\b|\son[a-z]+=["']""")
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")


def saying(pattern: re.Pattern[str], *suffixes: str) -> list[str]:
    return [
        f"{name_of(path)}:{number}: {line.strip()[:100]}"
        for path in tracked()
        if name_of(path) != SELF and (not suffixes or path.suffix in suffixes)
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_names_a_package_index() -> None:
    """A pinned requirement comes from whatever index the machine is set to; the file names none."""
    assert [line for line in saying(INDEX) if not line.startswith(("Makefile:", "docs/adr/"))] == []


def test_no_file_names_a_place_on_one_machine() -> None:
    assert saying(MACHINE) == []


@pytest.mark.parametrize("suffix", [".html", ".css", ".js"])
def test_no_page_fetches_from_outside(suffix: str) -> None:
    assert [line for line in saying(OUTSIDE, suffix) if SERVICE.name in line] == []


def test_no_page_has_script_or_style_of_its_own() -> None:
    """The content security policy would refuse them."""
    assert [line for line in saying(INLINE, ".html") if SERVICE.name in line] == []


def test_nothing_is_left_unfinished_in_a_comment() -> None:
    assert saying(UNFINISHED, ".py", ".html", ".yaml", ".toml") == []


def test_people_are_called_people() -> None:
    """ "Offender" stands only in the names of schemes, roles, laws and predictors (HM 6.14)."""
    named = re.compile(
        r"offender (?:managers?|management|group|registration|assessment|rehabilitation)|sex offender|young offender"
        r"|offender[_-]manag|offender_assessment",
        re.IGNORECASE,
    )
    pages = saying(re.compile("offender", re.IGNORECASE), ".html")
    assert [line for line in pages if not named.search(line)] == []


def test_the_readme_opens_with_the_two_commands() -> None:
    lines = [line.strip() for line in text_of(ROOT / "README.md").splitlines() if line.strip()]
    assert lines[0] == "# Trellis"
    assert [line for line in lines[1:6] if line.startswith("make ")] == ["make demo", "make test"]
