"""Index dates: nobody is compared from a day on which they could not have been selected."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trellis.evaluation import risk_sets
from trellis.rules.errors import Refused

START = date(2024, 1, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def spells(rows, *names):
    schema = {"person_id": pl.String, **dict.fromkeys(names, pl.Date)}
    return pl.DataFrame(rows, schema=schema, orient="row")


MANAGED = spells(
    [("a", date(2024, 2, 1), None), ("b", date(2024, 3, 5), None), ("a", date(2024, 8, 1), None)], "from", "to"
)
POOL = pl.DataFrame({"person_id": ["a", "b", "c", "d"]})
CUSTODY = spells([("c", date(2024, 1, 1), date(2024, 2, 2)), ("d", date(2024, 3, 5), None)], "from", "to")


@pytest.mark.requirement("PERF-16")
def test_comparators_are_free_and_not_yet_managed_on_somebodys_first_day() -> None:
    rows = risk_sets.risk_sets(MANAGED, POOL, CUSTODY, seed=1, every_date=True)
    assert rows.filter("managed").select("person_id", "index_date").rows() == [
        ("a", date(2024, 2, 1)),
        ("b", date(2024, 3, 5)),
    ]
    # b is not managed yet on a's first day; c is held on it, and d on b's.
    assert rows.filter(~pl.col("managed")).select("person_id", "index_date").rows() == [
        ("b", date(2024, 2, 1)),
        ("d", date(2024, 2, 1)),
        ("c", date(2024, 3, 5)),
    ]
    assert rows["quarter"].unique().to_list() == ["2024Q1"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 300)), min_size=1, max_size=8),
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 300), st.integers(1, 90)), max_size=8),
)
def test_the_rows_are_those_of_asking_everybody_about_every_day(managed, held) -> None:
    pool = list("abcdefgh")
    first = {who: min(when for other, when in managed if other == who) for who, _when in managed}
    expected = {
        (who, day(when))
        for when in first.values()
        for who in pool
        if first.get(who, 999) > when and not any(w == who and s <= when < s + long for w, s, long in held)
    }
    arguments = (
        spells([(who, day(when), None) for who, when in managed], "from", "to"),
        pl.DataFrame({"person_id": pool}),
        spells([(who, day(start), day(start + long)) for who, start, long in held], "from", "to"),
    )
    every = risk_sets.risk_sets(*arguments, seed=1, every_date=True).filter(~pl.col("managed"))
    assert set(every.select("person_id", "index_date").rows()) == expected
    drawn = risk_sets.risk_sets(*arguments, seed=5).filter(~pl.col("managed"))
    assert set(drawn.select("person_id", "index_date").rows()) <= expected
    assert drawn.select("person_id", "quarter").is_unique().all()
    assert drawn.equals(risk_sets.risk_sets(*arguments, seed=5).filter(~pl.col("managed")))


def test_what_became_known_later_is_not_counted() -> None:
    index = pl.DataFrame({"person_id": ["a", "b"], "index_date": [date(2024, 2, 1), date(2024, 2, 1)]})
    events = spells(
        [
            ("a", date(2024, 1, 5), date(2024, 1, 20)),
            ("a", date(2023, 12, 1), date(2024, 3, 1)),
            ("a", date(2023, 2, 1), date(2023, 3, 1)),
            ("a", date(2023, 1, 31), date(2023, 3, 1)),
            ("a", date(2024, 2, 1), date(2024, 2, 1)),
            ("a", date(2020, 1, 1), date(2020, 2, 1)),
        ],
        "date",
        "known",
    )
    counts = risk_sets.yearly_counts(index, events)
    assert counts.select("count_1", "count_2", "count_3").rows() == [(2, 1, 0), (0, 0, 0)]


def test_strata_are_quarters_crossed_with_what_must_be_the_same() -> None:
    rows = pl.DataFrame({"sex": ["F", "M", "F", "F"], "quarter": ["2024Q1", "2024Q1", "2024Q2", "2024Q1"]})
    numbers = risk_sets.strata(rows, ["sex"])
    assert numbers[0] == numbers[3]
    assert len(set(numbers.tolist())) == 3
    with pytest.raises(Refused, match="no column index_type"):
        risk_sets.strata(rows, ["index_type"])


def test_tables_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(Refused, match="custody has no column to"):
        risk_sets.risk_sets(MANAGED, POOL, CUSTODY.drop("to"), seed=1)
    with pytest.raises(Refused, match="before it starts"):
        risk_sets.risk_sets(MANAGED, POOL, spells([("c", day(9), day(2))], "from", "to"), seed=1)
