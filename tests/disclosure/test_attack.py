"""The attack on what leaves: it finds planted weaknesses, and nothing in what was protected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.disclosure.attack import Reader, widths, withheld_groups
from tests.disclosure.pages import AREA, AREAS, GROUP, SEX, invented, people
from trellis.disclosure import DEFAULT, Dimension, Ledger, Policy, Publication, Table, protect, suppression
from trellis.disclosure.publication import small, stated_counts

DAY = date(2026, 6, 1)
NARROWEST = DEFAULT.protection
FEW = range(2)
MANY = range(15)


def only_small_withheld(table: Table, policy: Policy = DEFAULT) -> Publication:
    """What somebody makes who withholds small numbers and nothing else."""
    shown = ~small(table.cells, table.group_sizes, policy)
    return Publication(table, policy, shown, stated_counts(table.cells, policy))


def narrowest(pages: list[Publication], *, exact: bool, values: dict[str, tuple[str, ...]] | None = None) -> int:
    """The narrowest range that a reader of all the pages is left with for any withheld cell of any."""
    reader = Reader({name: list(leaves) for name, leaves in (values or leaves_of(pages)).items()})
    for page in pages:
        reader.read(page, exact)
    return min((width for page in pages for width in widths(reader, page).values()), default=NARROWEST)


def leaves_of(pages: list[Publication]) -> dict[str, tuple[str, ...]]:
    return {dimension.name: dimension.leaves for page in pages for dimension in page.table.dimensions}


def test_the_attack_finds_a_lone_withheld_cell() -> None:
    """Calibration: three of a known total."""
    outcome = Dimension.flat("outcome", ["recalled", "breached", "neither"])
    weak = only_small_withheld(Table("managed", (outcome,), np.array([3, 20, 40])), replace(DEFAULT, round_to=1))
    reader = Reader({"outcome": list(outcome.leaves)}, base=1)
    reader.read(weak)
    assert [reader.range(group) for _, group in withheld_groups(reader, weak)] == [(3, 3)]
    assert [reader.relaxed_range(group) for _, group in withheld_groups(reader, weak)] == [(3, 3)]


def test_the_attack_finds_a_lone_withheld_cell_even_behind_rounding() -> None:
    """Calibration: four cells rounded down under a total rounded up leave one value each."""
    outcome = Dimension.flat("outcome", ["a", "b", "c", "d"])
    weak = only_small_withheld(Table("managed", (outcome,), np.array([12, 12, 12, 12])))
    reader = Reader({"outcome": list(outcome.leaves)})
    reader.read(weak)
    assert reader.range(reader.group(outcome=("a",))) == (12, 12)


def test_the_attack_finds_two_withheld_cells_of_a_small_sum() -> None:
    """Calibration: two cells of 1 hide each other in name only."""
    outcome = Dimension.flat("outcome", ["recalled", "breached", "neither"])
    weak = only_small_withheld(Table("managed", (outcome,), np.array([1, 1, 40])))
    assert narrowest([weak], exact=True) == 2
    assert narrowest([protect(weak.table)], exact=True) >= NARROWEST


@pytest.mark.parametrize("seed", FEW)
def test_the_attack_finds_tables_with_small_numbers_alone_withheld(seed: int) -> None:
    """Calibration: of random tables too."""
    table = Table("managed", (AREA, SEX), invented((AREA, SEX), 25, seed))
    weak = only_small_withheld(table)
    assert not weak.shown.all()
    assert narrowest([weak], exact=True) < NARROWEST


def check_single(dimensions: tuple[Dimension, ...], mean: float, seed: int) -> int:
    page = protect(Table("managed", dimensions, invented(dimensions, mean, seed)))
    for exact in (False, True):
        assert narrowest([page], exact=exact) >= NARROWEST
    return int((~page.shown).sum())


OUTCOME = Dimension.flat("outcome", ["recalled", "breached", "warned", "neither"])
FLAT_AREA = Dimension.flat("area", AREAS)


@pytest.mark.parametrize("mean", [6, 30])
@pytest.mark.parametrize("seed", FEW)
def test_nothing_is_found_in_one_table_with_totals(seed: int, mean: float) -> None:
    check_single((FLAT_AREA, OUTCOME), mean, seed)


@pytest.mark.parametrize("seed", FEW)
def test_nothing_is_found_in_nested_areas(seed: int) -> None:
    check_single((AREA, OUTCOME), 20, seed)


def check_overlapping(seed: int) -> int:
    """Two tables share a margin, and a third leaves one area out."""
    counts = people(8, seed)[:4]
    area = Dimension.nested("area", dict(list(AREAS.items())[:4]))
    fewer = Dimension.flat("area", area.leaves[:3])
    ledger = Ledger({"area": area.leaves, "sex": SEX.leaves, "ethnicity": GROUP.leaves})
    pages = []
    for table in (
        Table("managed", (area, SEX), counts.sum(axis=2)),
        Table("managed", (area, GROUP), counts.sum(axis=1)),
        Table("managed", (GROUP, fewer), counts[:3].sum(axis=1).T),
    ):
        page, ledger = ledger.publish(table, as_known=DAY)
        pages.append(page)
    for exact in (False, True):
        assert narrowest(pages, exact=exact, values=dict(ledger.values)) >= NARROWEST
    return sum(int((~page.shown).sum()) for page in pages)


def test_nothing_is_found_in_overlapping_tables() -> None:
    assert check_overlapping(seed=0) > 0


def all_and_all_but_one() -> tuple[Table, Table]:
    """Everybody, and everybody but the three people of Dell, by sex."""
    area = Dimension("area", ("Ash", "Dell"), {"All": ("Ash", "Dell")})
    ash = Dimension("area", ("Ash",), {"All": ("Ash",)})
    counts = np.array([[30, 52], [0, 3]])
    sex = Dimension.flat("sex", ["Female", "Male"])
    return Table("managed", (area, sex), counts), Table("managed", (ash, sex), counts[:1])


DELL = {"area": ("Ash", "Dell"), "sex": ("Female", "Male")}


def people_in_dell(pages: list[Publication], base: int) -> tuple[int, int]:
    reader = Reader({name: list(leaves) for name, leaves in DELL.items()}, base=base)
    for page in pages:
        reader.read(page)
    return reader.range(reader.group(area=("Dell",)))


def test_two_exports_that_are_each_safe_are_differenced_without_a_ledger() -> None:
    """Calibration: 85 people less 82 people are 3."""
    policy = Policy(round_to=1)
    everybody, others = all_and_all_but_one()
    assert people_in_dell([protect(everybody, policy), protect(others, policy)], base=1) == (3, 3)


@pytest.mark.parametrize("base", [1, 5])
def test_two_exports_cannot_be_differenced_with_a_ledger(base: int) -> None:
    everybody, others = all_and_all_but_one()
    ledger = Ledger(DELL, Policy(round_to=base))
    first, ledger = ledger.publish(everybody, as_known=DAY)
    second, ledger = ledger.publish(others, as_known=DAY)
    low, high = people_in_dell([first, second], base)
    assert high - low >= NARROWEST
    assert first.shown.all()
    assert second.shown.all() == (base == 5)


def test_enforcement_to_july_cannot_be_differenced_from_enforcement_to_june() -> None:
    months = ("May", "June", "July")
    ledger = Ledger({"period": months}, Policy(round_to=1))
    to_june = Dimension("period", months[:2], {"May to June": months[:2]})
    to_july = Dimension("period", months, {"May to July": months})
    first, ledger = ledger.publish(Table("recalls", (to_june,), np.array([30, 22])), as_known=DAY)
    second, _ = ledger.publish(Table("recalls", (to_july,), np.array([30, 22, 2])), as_known=DAY)
    assert first.figures()["figure"].to_list() == ["52"]
    assert second.figures()["figure"].to_list() == ["[c]"]


@pytest.mark.prove
def test_nothing_is_found_in_many_tables(figure: Callable[[str], None]) -> None:
    withheld = sum(check_single((AREA, SEX, OUTCOME), 12, seed) for seed in range(3))
    withheld += sum(
        check_single((area, OUTCOME), mean, seed) for seed in MANY for area in (AREA, FLAT_AREA) for mean in (6, 30)
    )
    overlapping = sum(check_overlapping(seed) for seed in range(5))
    figure(
        f"Disclosure: {withheld:,} withheld cells of 63 tables and {overlapping:,} of 5 sets of overlapping tables"
        f" attacked; none was placed in a range narrower than {NARROWEST}."
    )


def test_protection_is_reached_also_where_the_lines_of_a_cell_offer_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression, "next_to_withhold", lambda *_: None)
    page = protect(Table("managed", (SEX,), np.array([3, 20, 40])))
    assert page.shown.tolist() == [False, False, True, True]
    assert not protect(Table("managed", (SEX,), np.array([1, 0, 0]))).shown.any()
