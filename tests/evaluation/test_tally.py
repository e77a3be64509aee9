"""Counting millions of events: identifiers of every kind, codes that are none, and what lies in no window."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from trellis.evaluation.measures import EventType
from trellis.evaluation.tally import NOWHERE, Tally, as_windows, positions, tally

PEOPLE = st.lists(st.integers(-(10**12), 10**12) | st.integers(0, 40), min_size=1, max_size=20, unique=True)


@settings(deadline=None)
@given(PEOPLE, st.lists(st.integers(0, 45), max_size=20))
def test_every_identifier_is_found_where_it_stands(people: list[int], wanted: list[int]) -> None:
    expected = [people.index(each) if each in people else NOWHERE for each in wanted]
    numbers = positions(pl.Series(wanted, dtype=pl.Int64), pl.Series(people, dtype=pl.Int64))
    assert numbers.tolist() == expected
    assert positions(pl.Series([None, *wanted], dtype=pl.Int64), pl.Series(people, dtype=pl.Int64)).tolist() == [
        NOWHERE,
        *expected,
    ]
    texts = positions(pl.Series(map(str, wanted), dtype=pl.String), pl.Series(map(str, people)))
    assert texts.tolist() == expected


def test_nobody_is_found_among_none() -> None:
    assert positions(pl.Series([1, 2]), pl.Series([], dtype=pl.Int64)).tolist() == [NOWHERE, NOWHERE]


def counted(events: pl.DataFrame | pl.LazyFrame) -> Tally:
    people = pl.Series([1, 2])
    windows = pl.DataFrame(
        {
            "person_id": [1, 1, 2],
            "phase": ["before", "during", "during"],
            "from": [date(2022, 1, 1), date(2023, 1, 1), date(2023, 1, 1)],
            "to": [date(2023, 1, 1), date(2024, 1, 1), date(2023, 2, 1)],
        }
    )
    return tally(
        as_windows(people, windows, {"before": 0, "during": 1}),
        events,
        event_type=EventType.PROVEN,
        group=np.zeros(2, np.int8),
        unit_costs=None,
        as_at_day=(date(2024, 6, 1) - date(1970, 1, 1)).days,
        proof_months=6,
        phases=2,
        groups=1,
    )


EVENTS = pl.DataFrame(
    [
        (1, date(2022, 12, 31), date(2023, 6, 29), "03401", None),
        (1, date(2022, 12, 31), date(2023, 6, 30), "03401", None),
        (1, date(2023, 1, 1), date(2023, 2, 1), "806", None),
        (1, date(2023, 1, 1), date(2023, 2, 1), None, None),
        (1, date(2023, 1, 1), date(2023, 2, 1), "00806", None),
        (1, date(2023, 1, 1), date(2023, 2, 1), "00806", "tic"),
        (1, None, date(2023, 2, 1), "00806", None),
        (1, date(2023, 1, 1), None, "00806", None),
        (2, date(2023, 2, 1), date(2023, 2, 1), "00806", None),
        (3, date(2023, 1, 1), date(2023, 2, 1), "00806", None),
    ],
    ["person_id", "offence_date", "proven_date", "ho_code", "circumstance"],
    orient="row",
)


def test_an_event_counts_once_in_the_window_that_holds_it() -> None:
    found = counted(EVENTS)
    assert found.events.tolist() == [[1.0, 3.0], [0.0, 0.0]]
    assert found.by_code((0,), (0,)) == {"03401": 1}
    assert found.by_code((0,), (1,)) == {"": 2, "00806": 1}
    assert found.pounds.sum() == 0


def test_a_scan_of_parquet_counts_as_a_table_does(tmp_path: Path) -> None:
    EVENTS.write_parquet(tmp_path / "events.parquet")
    assert counted(pl.scan_parquet(tmp_path / "events.parquet")).events.tolist() == counted(EVENTS).events.tolist()
    shuffled = EVENTS.sample(fraction=1, shuffle=True, seed=4)
    assert counted(shuffled).events.tolist() == counted(EVENTS).events.tolist()


def test_without_codes_every_event_is_of_no_code() -> None:
    assert counted(EVENTS.drop("ho_code", "circumstance")).by_code((0,), (1,)) == {"": 4}


def test_windows_stand_in_the_order_of_people() -> None:
    windows = pl.DataFrame(
        {
            "person_id": [9, 7],
            "phase": ["during", "during"],
            "from": [date(1970, 1, 2)] * 2,
            "to": [date(1970, 1, 9), date(1970, 1, 5)],
        }
    )
    found = as_windows(pl.Series([7, 8, 9]), windows, {"during": 0})
    assert found.ends.tolist() == [[4, 0, 8]]
    assert found.phase.tolist() == [[0, NOWHERE, 0]]
