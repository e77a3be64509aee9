"""Thresholds, symbols, and what is made of counts as shown."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.disclosure import (
    CONFIDENTIAL,
    DEFAULT,
    UNRELIABLE,
    Dimension,
    Policy,
    Table,
    percentage,
    protect,
    range_behind,
    rate,
    rounded,
    single_count,
    tabulate,
)
from trellis.rules.errors import Refused


def test_the_policy_says_what_it_does() -> None:
    said = " ".join(Policy(smallest_shown=10, round_to=5, percentage_base=20).sentences())
    assert "from 1 to 9 are withheld" in said
    assert "rounded to the nearest 5" in said
    assert "fewer than 20 people" in said
    assert "exact" in " ".join(Policy(round_to=1).sentences())


@pytest.mark.parametrize(
    "thresholds", [{"smallest_shown": 1}, {"round_to": 0}, {"protection": 0}, {"rate_events": -1}], ids=str
)
def test_a_policy_that_would_let_small_numbers_out_is_refused(thresholds: dict[str, int]) -> None:
    with pytest.raises(Refused, match="set"):
        Policy(**thresholds)


@given(st.integers(0, 10_000), st.integers(1, 20))
def test_rounding_takes_the_nearest_multiple_and_halves_up(count: int, base: int) -> None:
    nearest = min((multiple for multiple in range(0, count + 2 * base, base)), key=lambda m: (abs(m - count), -m))
    assert rounded(count, base) == nearest


@given(st.integers(2, 12), st.integers(1, 12), st.integers(0, 300))
def test_the_range_behind_a_figure_is_every_count_that_would_be_shown_so(smallest: int, base: int, count: int) -> None:
    policy = Policy(smallest_shown=smallest, round_to=base)
    if 0 < count < smallest:
        return
    figure = int(rounded(count, base))
    could = [
        other
        for other in range(count + 3 * base)
        if (other == 0 or other >= smallest) and rounded(other, base) == figure
    ]
    low, high = range_behind(figure, policy)
    assert (low, high) == (min(could), max(could))


@pytest.mark.parametrize(("count", "shown"), [(0, None), (1, None), (4, None), (5, 5), (7, 5), (8, 10), (212, 210)])
def test_one_count_alone(count: int, shown: int | None) -> None:
    assert single_count(count, DEFAULT) == shown


def test_a_zero_is_shown_only_in_a_group_of_ten_or_more() -> None:
    outcome = Dimension.flat("outcome", ["recalled", "not"])
    area = Dimension.flat("area", ["Ash", "Birch", "Cedar"])
    page = protect(Table("managed", (area, outcome), np.array([[0, 9], [0, 40], [20, 30]])))
    assert page.count(area="Ash", outcome="recalled") is None
    assert page.count(area="Birch", outcome="recalled") == 0


def test_the_group_that_a_zero_is_judged_by_can_be_named() -> None:
    outcome = Dimension.flat("outcome", ["recalled", "not"])
    area = Dimension.flat("area", ["Ash", "Birch", "Cedar"])
    page = protect(Table("managed", (area, outcome), np.array([[0, 9], [0, 40], [20, 30]]), group=()))
    assert page.count(area="Ash", outcome="recalled") == 0


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (5, 20, "25%"),
        (None, 20, CONFIDENTIAL),
        (5, None, CONFIDENTIAL),
        (5, 5, UNRELIABLE),
        (15, 10, "100%"),
        (0, 0, "[u]"),
    ],
)
def test_no_percentage_of_fewer_than_ten(part: int | None, whole: int | None, printed: str) -> None:
    assert percentage(part, whole, DEFAULT) == printed


@pytest.mark.parametrize(
    ("events", "exposure", "printed"),
    [(20, 400.0, "5"), (15, 400.0, UNRELIABLE), (None, 400.0, CONFIDENTIAL), (25, 0, "[u]")],
)
def test_no_rate_of_fewer_than_twenty_events(events: int | None, exposure: float, printed: str) -> None:
    assert rate(events, exposure, DEFAULT) == printed


def test_what_is_not_recorded_is_counted_as_unknown() -> None:
    ethnicity = Dimension.flat("ethnicity", ["Asian", "White", "Unknown"])
    rows = pl.DataFrame({"ethnicity": ["White", None, "Asian", None]})
    assert tabulate(rows, "managed", [ethnicity]).counts.tolist() == [1, 1, 2]


def test_a_value_that_the_table_lacks_drops_nobody_unseen() -> None:
    rows = pl.DataFrame({"ethnicity": ["White", None]})
    with pytest.raises(Refused, match="“ethnicity” has the value 'Unknown'"):
        tabulate(rows, "managed", [Dimension.flat("ethnicity", ["White"])])


def test_tables_that_cannot_be_are_refused() -> None:
    sex = Dimension.flat("sex", ["Female", "Male"])
    with pytest.raises(Refused, match="do not fit"):
        Table("managed", (sex,), np.array([1, 2, 3]))
    with pytest.raises(Refused, match="whole numbers"):
        Table("managed", (sex,), np.array([1, -2]))
    with pytest.raises(Refused, match="no dimension called area"):
        Table("managed", (sex,), np.array([1, 2]), group=("area",))
    with pytest.raises(Refused, match="must hold values out of"):
        Dimension("sex", ("Female",), {"All": ("Female", "Male")})
    with pytest.raises(Refused, match="different"):
        Dimension.flat("sex", [])
