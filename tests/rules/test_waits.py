"""Waits: what has begun is measured, what goes on is counted apart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.errors import Refused
from trellis.rules.waits import Wait, Waiting, waiting

TODAY = date(2028, 3, 26)


@pytest.mark.requirement("INT-08")
def test_the_median_is_of_those_that_began_and_the_longest_of_those_that_go_on() -> None:
    leap = date(2028, 2, 28)
    made = [
        Wait(leap, date(2028, 3, 1)),
        Wait(leap, leap),
        Wait(leap, date(2028, 3, 9)),
        Wait(date(2028, 3, 20)),
        Wait(leap),
    ]
    assert waiting(made, TODAY) == Waiting(started=3, median_days=2.0, waiting=2, longest_days=27)
    assert waiting([], TODAY) == Waiting(0, None, 0, None)


def test_a_start_before_the_asking_is_refused() -> None:
    with pytest.raises(Refused, match="before it was asked for"):
        Wait(TODAY, TODAY - timedelta(1))


@given(st.lists(st.tuples(st.integers(0, 400), st.none() | st.integers(0, 400)), max_size=12))
def test_every_wait_is_counted_once(drawn: list[tuple[int, int | None]]) -> None:
    made = [Wait(TODAY - timedelta(back), None if took is None else TODAY - timedelta(back) + timedelta(took))
            for back, took in drawn]  # fmt: skip
    found = waiting(made, TODAY)
    assert found.started + found.waiting == len(made)
    over = [took for _, took in drawn if took is not None]
    if over:
        assert found.median_days is not None
        assert min(over) <= found.median_days <= max(over)
