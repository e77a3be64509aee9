"""The macros draw what the installed GOV.UK Frontend expects, by its own fixtures, for every component we use."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from trellis.service.ui import components
from trellis.service.ui.components import macro_html
from trellis.service.ui.frontend import GOVUK, NODE_MODULES

SERVICE = Path(components.__file__).parents[1]
IMPORT = re.compile(r"govuk_frontend_jinja/components/([a-z-]+)/macro\.html")
NAMED = re.compile(r'"govuk([A-Z][A-Za-z]+)"')

# What GOV.UK Frontend 6.6 draws and the macros (made for 6.3) do not: options that none of our pages gives.
KNOWN_MISSES = {
    "button": {"start link with html"},
    "character-count": {
        "with maxwords",
        "with count type 'length'",
        "with count type 'characters'",
        "with count type 'characters' and value",
        "with count type 'characters' and error message",
        "with count type 'characters' and threshold",
        "with count type 'words'",
        "with count type 'words' and value",
        "with count type 'words' and error message",
        "with count type 'words' and threshold",
    },
    "service-navigation": {"with `inline` end slot", "with right-aligned language navigation"},
}


def kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def used() -> list[str]:
    """Every component that a template imports or the form layer draws."""
    imported = {name for path in SERVICE.rglob("*.html") for name in IMPORT.findall(path.read_text())}
    drawn = {kebab(name) for name in NAMED.findall(Path(components.__file__).read_text())}
    return sorted(imported | drawn)


class Normal(HTMLParser):
    """Markup as a list in which only what a browser would see differently differs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, sorted((name, " ".join((value or "").split())) for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.parts.append(" ".join(data.split()))


def normal(html: str) -> list[Any]:
    parser = Normal()
    parser.feed(html)
    return parser.parts


def fixtures(component: str) -> list[dict[str, Any]]:
    path = NODE_MODULES / GOVUK / "components" / component / "fixtures.json"
    return list(json.loads(path.read_text())["fixtures"])


@pytest.mark.parametrize("component", used())
def test_a_component_is_drawn_as_gov_uk_draws_it(component: str) -> None:
    macro = "govuk" + component.replace("-", " ").title().replace(" ", "")
    missed = {
        fixture["name"]
        for fixture in fixtures(component)
        if normal(macro_html(macro, fixture["options"])) != normal(fixture["html"])
    }
    assert missed == KNOWN_MISSES.get(component, set())


def test_the_components_we_use_are_found() -> None:
    assert {"input", "radios", "checkboxes", "select", "error-summary", "button", "character-count"} <= set(used())


def test_a_changed_attribute_is_noticed() -> None:
    assert normal('<p class="a  b" id="x">one\n two</p>') == normal('<p id="x" class="a b">one two</p>')
    assert normal('<p class="a">one</p>') != normal('<p class="b">one</p>')
