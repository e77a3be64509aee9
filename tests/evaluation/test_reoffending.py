"""Reoffending against a twin that judges one offence at a time, and each rule by an example."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from trellis.evaluation.measures import (
    Circumstance,
    EventType,
    Reoffending,
    Unit,
    proportion,
    reoffending,
    within_nine_months,
)
from trellis.evaluation.measures.events import same_type
from trellis.rules.dates import add_months
from trellis.rules.errors import Refused

INDEX = date(2024, 1, 31)
LATER = date(2026, 1, 1)
Offence = tuple[int, date, date | None, str | None]

days = st.integers(-60, 700).map(lambda n: INDEX + timedelta(days=n))
offence = st.tuples(
    st.integers(1, 4), days, st.none() | days, st.none() | st.sampled_from([each.value for each in Circumstance])
)


def people(*index: date) -> pl.DataFrame:
    return pl.DataFrame({"person_id": range(1, len(index) + 1), "index_date": index})


def offences(rows: list[Offence]) -> pl.DataFrame:
    schema = {"person_id": pl.Int64, "offence_date": pl.Date, "proven_date": pl.Date, "circumstance": pl.String}
    return pl.DataFrame(rows, schema, orient="row")


def proven(*rows: tuple[date, date | None], as_at: date = LATER, unit: Unit = Unit.OFFENCE) -> Reoffending:
    return reoffending(people(INDEX), offences([(1, *row, None) for row in rows]), as_at=as_at, unit=unit)


@settings(max_examples=80, deadline=None)
@given(st.lists(offence, max_size=12), days)
@pytest.mark.requirement("PERF-08")
def test_counts_are_those_of_a_twin_that_takes_one_offence_at_a_time(rows: list[Offence], as_at: date) -> None:
    result = reoffending(people(INDEX, INDEX, INDEX), offences(rows), as_at=as_at)
    counts, firsts = dict.fromkeys((1, 2, 3), 0), dict.fromkeys((1, 2, 3), INDEX + timedelta(days=9999))
    for person, happened, known, circumstance in rows:
        in_follow_up = INDEX <= happened < add_months(INDEX, 12) and happened <= as_at
        in_time = known is not None and happened <= known < add_months(INDEX, 18) and known <= as_at
        if person in counts and in_follow_up and in_time and circumstance is None:
            counts[person] += 1
            firsts[person] = min(firsts[person], happened)
    assert result.people["count"].to_list() == list(counts.values())
    assert result.events == sum(counts.values())
    assert result.reoffenders == sum(count > 0 for count in counts.values())
    ends = max(min(add_months(INDEX, 12), as_at + timedelta(days=1)), INDEX)
    assert result.people["time_days"].to_list() == [(min(first, ends) - INDEX).days for first in firsts.values()]
    assert result.people["observed_days"].to_list() == [(ends - INDEX).days] * 3
    assert abs(result.identity_gap) < 1e-12


def test_the_follow_up_takes_its_first_day_and_not_its_last() -> None:
    assert proven((INDEX, LATER - timedelta(days=365))).events == 1
    assert proven((date(2025, 1, 30), date(2025, 7, 30))).events == 1
    late = proven((date(2025, 1, 30), date(2025, 7, 31)))
    assert (late.events, late.set_aside["too_late"]) == (0, 1)
    assert proven((date(2025, 1, 31), date(2025, 2, 1))).events == 0


def test_what_is_left_out_is_counted_by_reason() -> None:
    day = INDEX + timedelta(days=40)
    rows: list[Offence] = [
        (1, INDEX - timedelta(days=9), day, None), (1, day, None, None), (1, day, day - timedelta(days=1), None),
        (1, day, day, "tic"), (1, day, day, "breach"), (1, day, day, "recall"), (1, day, day, "prison"),
        (1, day, day, None), (1, day, day, None),
    ]  # fmt: skip
    undated = pl.DataFrame({"person_id": [1], "offence_date": None, "proven_date": [day], "circumstance": None})
    table = pl.concat([offences(rows), undated], how="vertical_relaxed")
    result = reoffending(people(INDEX), table, as_at=LATER, unit=Unit.EVENT)
    assert result.events == 1
    assert {reason for reason, count in result.set_aside.items() if count == 1} == {
        "pseudo", "unproven", "wrong_order", "tic", "breach", "recall", "prison", "same_event", "no_date",
    }  # fmt: skip
    every = reoffending(people(INDEX), table, as_at=LATER, leave_out=())
    assert every.events == 6


def test_an_event_may_have_a_number_of_its_own() -> None:
    day = INDEX + timedelta(days=40)
    table = offences([(1, day, day, None), (1, day + timedelta(days=1), day + timedelta(days=9), None)])
    numbered = table.with_columns(event_id=pl.Series(["A", "A"]))
    assert reoffending(people(INDEX), numbered, as_at=LATER, unit=Unit.EVENT).events == 1
    assert reoffending(people(INDEX), table, as_at=LATER, unit=Unit.EVENT).events == 2


@pytest.mark.requirement("PERF-08", "PERF-34")
def test_whether_and_how_often_stand_together_with_their_denominators() -> None:
    rows: list[Offence] = [(1, INDEX + timedelta(days=n), INDEX + timedelta(days=n + 9), None) for n in (5, 50, 90)]
    result = reoffending(people(*[INDEX] * 4), offences(rows), as_at=LATER)
    assert (result.per_person, result.per_reoffender, result.per_100) == (0.75, 3.0, 75.0)
    said = " ".join(result.sentences)
    assert "1 of 4 (25.0 %, 95 % interval 4.6 to 69.9) had at least one" in said
    assert "3 in all: 0.75 per person, 3.00 per person who reoffended, 75 per 100 people" in said


def test_nobody_reoffending_leaves_no_frequency_per_reoffender() -> None:
    result = reoffending(people(INDEX), offences([]), as_at=LATER)
    assert (result.per_reoffender, result.per_person) == (None, 0.0)
    assert "0.00 per person, none per person who reoffended" in result.sentences[1]


@pytest.mark.requirement("PERF-15")
def test_the_follow_up_can_be_chosen_and_young_results_are_provisional() -> None:
    young = reoffending(people(INDEX, date(2025, 3, 1)), offences([]), as_at=date(2025, 7, 31))
    assert (young.maturity, young.provisional) == ("provisional, 1 of 2 mature", True)
    assert young.sentences[-1] == "As at 31 July 2025 the figures are provisional, 1 of 2 mature."
    assert not reoffending(people(INDEX), offences([]), as_at=date(2025, 7, 31)).provisional
    assert reoffending(people(INDEX), offences([]), as_at=date(2025, 7, 30)).provisional
    two_years = reoffending(people(INDEX), offences([]), as_at=date(2025, 7, 31), follow_up_months=24)
    assert two_years.people["time_days"].item() == (date(2025, 8, 1) - INDEX).days
    with pytest.raises(Refused, match="at least one month"):
        reoffending(people(INDEX), offences([]), as_at=LATER, follow_up_months=0)


@pytest.mark.requirement("PERF-12")
def test_arrests_charges_and_proof_are_three_measures_and_are_never_mixed() -> None:
    day = INDEX + timedelta(days=30)
    table = pl.DataFrame(
        {
            "person_id": [1, 1, 1],
            "arrest_date": [day, day + timedelta(days=1), day + timedelta(days=2)],
            "charge_date": [None, day, day],
            "offence_date": [day] * 3,
            "proven_date": [None, None, day + timedelta(days=30)],
        }
    )
    results = {
        kind: reoffending(people(INDEX), table, as_at=LATER, event_type=kind, unit=Unit.OFFENCE) for kind in EventType
    }
    assert [result.events for result in results.values()] == [3, 2, 1, 2]
    assert results[EventType.ARREST].sentences[0].startswith("Arrests, 12 months")
    # Nobody waits for proof of an arrest, so it is final as soon as the follow-up is over.
    assert results[EventType.ARREST].conviction_months == 0
    with pytest.raises(Refused, match="arrests and proven offences cannot stand in one table"):
        same_type([EventType.ARREST, EventType.PROVEN])
    with pytest.raises(Refused, match="to count arrests has no column arrest_date"):
        reoffending(people(INDEX), offences([]), as_at=LATER, event_type=EventType.ARREST)


@pytest.mark.requirement("PERF-22")
def test_the_nine_month_measure_of_the_joint_inspection() -> None:
    cohort = people(*[INDEX] * 100)
    inside, outside = INDEX + timedelta(days=260), INDEX + timedelta(days=280)
    charged = [inside if n < 40 else None for n in range(100)]
    convicted = [inside if 30 <= n < 63 else outside for n in range(100)]
    table = pl.DataFrame({"person_id": range(1, 101), "charge_date": charged, "proven_date": convicted})
    result = within_nine_months(cohort, table, as_at=LATER)
    assert (result.reoffenders, result.n, result.follow_up_months) == (63, 100, 9)
    assert "Offences charged, cautioned or convicted, 9 months" in result.sentences[0]


def test_the_first_index_date_counts_and_the_dead_stay_in() -> None:
    cohort = pl.DataFrame({"person_id": [1, 1, 2], "index_date": [date(2024, 6, 1), INDEX, INDEX]})
    left = pl.DataFrame({"person_id": [2], "censored_on": [INDEX + timedelta(days=20)], "reason": ["death"]})
    day = INDEX + timedelta(days=30)
    result = reoffending(cohort, offences([(1, day, day, None), (2, day, day, None)]), as_at=LATER, censored=left)
    assert (result.n, result.later_index_dates, dict(result.left)) == (2, 1, {"death": 1})
    assert result.people.select("time_days", "event").rows() == [(30, True), (20, False)]
    assert result.set_aside["after_censoring"] == 1


def test_what_cannot_be_read_is_refused_with_a_sentence() -> None:
    with pytest.raises(Refused, match="person_id is Int64 among the people and String among the offences"):
        reoffending(people(INDEX), offences([]).cast({"person_id": pl.String}), as_at=LATER)
    with pytest.raises(Refused, match="“tics” is no circumstance"):
        reoffending(people(INDEX), offences([(1, INDEX, INDEX, "tics")]), as_at=LATER)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_of_a_share_is_wilsons(drawn: tuple[int, int]) -> None:
    count, of = drawn
    ours = proportion(count, of)
    assert (ours.low, ours.high) == pytest.approx(proportion_confint(count, of, method="wilson"), abs=1e-12)


def test_no_share_of_nobody() -> None:
    assert proportion(0, 0).share is None
    assert proportion(0, 0).words == "0 of 0"
    assert proportion(1, 2).share == 0.5
