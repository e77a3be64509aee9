"""Prices of offences, the agencies' parts, what is not costed, and break-even."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from trellis.evaluation.attribution import NotAssessed
from trellis.evaluation.cost import NOT_SPLIT, break_even, cost, in_prices_of, pounds_text, who_benefits
from trellis.evaluation.definitions import UnitCostSet, read_unit_costs
from trellis.rules.errors import Refused

NOT_DONE = NotAssessed("there is no pool")
FOLDER = Path(__file__).parents[2] / "definitions" / "unit_costs"


@pytest.fixture
def gmca() -> UnitCostSet:
    return read_unit_costs(FOLDER / "gmca_v1_4.yaml")


@pytest.fixture
def rr99() -> UnitCostSet:
    return read_unit_costs(FOLDER / "home_office_rr99.yaml")


@pytest.mark.requirement("PERF-01")
def test_cost_is_count_times_unit_cost_and_names_set_basis_and_year(gmca: UnitCostSet) -> None:
    found = cost({"03401": 3, "03402": 1, "02803": 2}, gmca)
    assert found.lines.select("line", "count", "unit_cost", "pounds").rows() == [
        ("robbery", 4.0, 3674.0, 14_696.0),
        ("burglary_dwelling", 2.0, 1361.0, 2722.0),
    ]
    assert found.pounds == 17_418
    assert "public purse cost in 2010/11 prices" in found.words[0]


def test_the_worked_use_of_the_published_cost_of_burglary_to_the_police(rr99: UnitCostSet) -> None:
    # Gloucestershire: 900 fewer burglaries at £530 of police cost each are £477,000.
    assert cost({"02803": 900}, rr99).agencies["police"] == 477_000


@pytest.mark.requirement("PERF-01")
def test_what_has_no_price_is_not_costed_and_never_nothing(rr99: UnitCostSet) -> None:
    mixed = cost({"03401": 1, "09251": 7, "": 2}, rr99)
    assert mixed.pounds == 11_320
    assert mixed.not_costed.rows() == [("", 2.0), ("09251", 7.0)]
    assert "9 of these offences are not costed" in mixed.words[1]
    drugs = cost({"09251": 7}, rr99)
    assert drugs.pounds is None
    assert pounds_text(drugs.pounds) == "not costed"
    assert cost({}, rr99).pounds == 0
    assert pounds_text(-14_985.7) == "−£14,986"


def test_a_cost_that_rests_on_examples_says_so(rr99: UnitCostSet) -> None:
    said = cost({"03401": 1, "02803": 1}, rr99).words
    assert said[-1] == "34 % of the cost rests on example prices that nobody confirmed."
    assert len(cost({"03401": 1}, rr99).words) == 1


@pytest.mark.requirement("PERF-32")
def test_who_benefits_adds_up_to_the_whole_difference(gmca: UnitCostSet) -> None:
    before, after = cost({"03401": 10, "04600": 50}, gmca), cost({"03401": 4, "04600": 60}, gmca)
    found = who_benefits(before, after, expected=NOT_DONE)
    table = found.table
    assert table["agency"].to_list() == [
        "police", "probation", "courts", "prison", "other criminal justice", "health", NOT_SPLIT,
    ]  # fmt: skip
    assert table["before"].sum() == pytest.approx(before.pounds)
    assert table["after"].sum() == pytest.approx(after.pounds)
    police = table.row(0, named=True)
    assert police["difference"] == -6 * 1041 + 10 * 12
    assert table["share"].sum() == pytest.approx(1)
    assert "not attributable" in found.words[0]
    assert "The natural fall is not assessed (there is no pool)" in found.words[1]
    assert "public purse cost in 2010/11 prices" in found.words[-1]


def test_two_sets_are_never_set_side_by_side(gmca: UnitCostSet, rr99: UnitCostSet) -> None:
    with pytest.raises(Refused, match="Use one set for both"):
        who_benefits(cost({"03401": 1}, gmca), cost({"03401": 1}, rr99), expected=NOT_DONE)


def test_no_change_has_no_shares(gmca: UnitCostSet) -> None:
    same = cost({"03401": 1}, gmca)
    assert who_benefits(same, same, expected=NOT_DONE).table["share"].is_null().all()


@pytest.mark.requirement("PERF-30")
def test_break_even_says_how_much_must_be_prevented(gmca: UnitCostSet) -> None:
    before = cost({"03401": 100, "02803": 100, "09251": 40}, gmca)
    found = break_even(before, delivery_pounds=50_350, delivery_price_year="2010/11", people=50)
    assert found.per_person == 1007
    assert found.cost_of_one == pytest.approx((3674 + 1361) / 2)
    assert found.offences_to_avoid == pytest.approx(20)
    assert found.fall_needed == pytest.approx(0.1)
    assert "prevents 20.0 offences of their usual mix, 10.0 % of what they did before" in found.words[1]
    assert "is not the fall from before to after" in found.words[2]


def test_break_even_asks_for_one_price_year(gmca: UnitCostSet) -> None:
    before = cost({"03401": 100}, gmca)
    with pytest.raises(Refused, match="Delivery is in 2024/25 prices and offences in 2010/11 prices"):
        break_even(before, delivery_pounds=1, delivery_price_year="2024/25", people=1)
    with pytest.raises(Refused, match="some costed offences"):
        break_even(cost({}, gmca), delivery_pounds=1, delivery_price_year="2010/11", people=1)
    index = {"2010/11": 80.0, "2024/25": 120.0}
    assert in_prices_of(300, from_year="2024/25", to_year="2010/11", index=index) == pytest.approx(200)
    with pytest.raises(Refused, match="no value for 2030/31"):
        in_prices_of(1, from_year="2030/31", to_year="2010/11", index=index)


def test_tables_keep_their_types_when_empty(gmca: UnitCostSet) -> None:
    assert cost({}, gmca).lines.schema["pounds"] == pl.Float64
    assert cost({}, gmca).words == (cost({}, gmca).words[0],)
