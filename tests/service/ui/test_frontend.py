"""The assembled front end is whole, ours and asks nothing of anybody else's server."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find

from trellis.service.ui import frontend

# Not fetched: a name for a kind of markup, and the start of an address that a style sheet looks for when printing.
NOT_ADDRESSES = re.compile(r"""http://www\.w3\.org/|\[href\^=["']?https?://["']?\]""")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("built")
    frontend.assemble(built=target)
    return target / frontend.PREFIX


def test_no_built_file_names_an_outside_address_a_font_or_a_source_map(built: Path) -> None:
    for path in [path for path in built.rglob("*") if path.suffix in {".css", ".js"}]:
        text = NOT_ADDRESSES.sub("", path.read_text())
        assert re.findall(r"https?:\S{0,40}|url\(['\"]?//\S*", text) == [], path.name
        assert "sourceMappingURL" not in text
        assert "@font-face" not in text
        assert "GDS Transport" not in text
        assert "crest" not in "".join(re.findall(r"url\([^)]*\)", text))


def test_every_image_a_style_sheet_names_is_there(built: Path) -> None:
    named = [name for path in built.glob("*.css") for name in re.findall(r"url\(([^)]+)\)", path.read_text())]
    assert named
    assert [name for name in named if not name.startswith("data:") and not (built / name).exists()] == []


def test_a_missing_package_says_how_to_fetch_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="Run `make setup`"):
        frontend.assemble(packages=tmp_path, built=tmp_path / "built")
    assert not (tmp_path / "built").exists()


@pytest.mark.parametrize("name", ["ui/trellis.css", "ui/print.css", "ui/start.js", "ui/supported.js", "ui/favicon.svg"])
def test_our_own_files_are_served(name: str) -> None:
    assert find(name)
