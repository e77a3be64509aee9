"""The page on before and after: what it says is what the worlds give, and its pictures are those drawn from them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from scipy.stats import nbinom

from tools.before_and_after import METHODS, PAGE, PICTURES, ROOT, figures, pictures, tables, with_tables

TEXT = (ROOT / PAGE).read_text(encoding="utf-8")


def cells(table: str) -> list[list[str]]:
    found = re.search(rf"<!-- table: {table} -->\n(.*?)\n<!-- end -->", TEXT, re.DOTALL)
    assert found
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in found[1].splitlines()[2:]]


def percent(cell: str) -> float:
    return float(cell.removesuffix(" %").replace("−", "-"))


def test_the_text_quotes_its_own_tables() -> None:
    methods = {row[0]: row[1] for row in cells("methods")}
    assert tuple(methods) == METHODS
    assert f"{methods['The same, custody taken out']} in place of {methods['Before and after']}" in TEXT
    assert f"for a lasting one: {methods['Empirical Bayes, one year']}" in TEXT
    seen = {row[0]: percent(row[2]) for row in cells("worlds")}
    assert all(change < -40 for change in seen.values())
    caption = "45 % for a scheme that does nothing, 55 % for one that works and 41 % for one that does harm"
    assert caption in TEXT
    assert [f"{-change:.0f}" for change in seen.values()] == re.findall(r"(\d+) %", caption)


def test_the_sum_by_hand() -> None:
    counts = np.arange(8, 400)
    chance = nbinom.pmf(counts, 0.55, 0.55 / (0.55 + 1.1))
    now = (counts * chance).sum() / chance.sum()
    later = ((0.55 + counts) / (0.55 / 1.1 + 1) * chance).sum() / chance.sum()
    assert f"they had {now:.1f} on average and will have {later:.1f}. A fall of {100 * (1 - later / now):.0f} %" in TEXT


@pytest.mark.parametrize("name", ["quarters", "worlds", "methods"])
def test_each_picture_is_whole_and_has_words_for_who_cannot_see_it(name: str) -> None:
    path = ROOT / PICTURES / f"before-and-after-{name}.svg"
    drawing = ElementTree.parse(path).getroot()
    assert not [each for each in drawing.iter() if each.tag.endswith("script")]
    assert re.search(rf"!\[[^\]]{{60,}}\]\(\.\./pictures/{path.name}\)", TEXT)
    assert f"<!-- table: {name} -->" in TEXT


@pytest.mark.prove
def test_the_page_and_its_pictures_come_from_the_worlds() -> None:
    found = figures()
    assert with_tables(TEXT, tables(found)) == TEXT
    for name, drawing in pictures(found).items():
        assert (ROOT / PICTURES / f"{name}.svg").read_text(encoding="utf-8") == drawing
