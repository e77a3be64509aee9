"""Time at risk against its slow and obvious twin: the rules' intervals, one person and one day at a time."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trellis.evaluation.exposure import (
    DEFAULT_TREATMENT,
    SENTENCED_KINDS,
    CustodyTreatment,
    annual_rate,
    days_at_risk,
    merged_spells,
    totals_by_treatment,
)
from trellis.evaluation.measures import mark_committed_in_custody
from trellis.rules.errors import Refused
from trellis.rules.intervals import Interval, days_within, union

FIRST = date(2026, 1, 1)
DATA_END = FIRST + timedelta(days=70)
KINDS = ("remand", "sentence", "recall", "other", "tag", "hdc")
Spell = tuple[int, date, date | None, str]
Window = tuple[int, date, date | None]

day = st.integers(0, 90).map(lambda n: FIRST + timedelta(days=n))
person = st.integers(1, 4)


@st.composite
def bounds(draw: st.DrawFn) -> tuple[date, date | None]:
    start = draw(day)
    return start, draw(st.none() | st.integers(0, 50).map(lambda n: start + timedelta(days=n)))


windows = st.lists(st.tuples(person, bounds()).map(lambda drawn: (drawn[0], *drawn[1])), max_size=6)
spells = st.lists(
    st.tuples(person, bounds(), st.sampled_from(KINDS)).map(lambda drawn: (drawn[0], *drawn[1], drawn[2])), max_size=12
)


def windows_table(rows: list[Window]) -> pl.DataFrame:
    return pl.DataFrame(rows, {"person_id": pl.Int64, "from": pl.Date, "to": pl.Date}, orient="row")


def custody_table(rows: list[Spell]) -> pl.DataFrame:
    schema = {"person_id": pl.Int64, "from": pl.Date, "to": pl.Date, "kind": pl.String}
    return pl.DataFrame(rows, schema, orient="row")


def counts(kind: str, treatment: CustodyTreatment) -> bool:
    sentenced = kind in SENTENCED_KINDS
    return {"all_held": kind not in {"tag", "hdc"}, "sentenced": sentenced, "none": False}[treatment]


def cut(start: date, end: date | None) -> Interval | None:
    last = min(end or DATA_END, DATA_END)
    return Interval(start, last) if start < last else None


def twin(window: Window, custody: list[Spell], treatment: CustodyTreatment) -> tuple[int, int]:
    """Days of the window and days held in it, by the rules' intervals and again by looking at each day."""
    whole = cut(window[1], window[2])
    if whole is None:
        return 0, 0
    mine = [cut(start, end) for who, start, end, kind in custody if who == window[0] and counts(kind, treatment)]
    held = [spell for spell in mine if spell is not None]
    days = [whole.starts + timedelta(days=n) for n in range(whole.days)]
    by_day = sum(any(spell.contains(each) for spell in held) for each in days)
    assert by_day == days_within(held, whole)
    return whole.days, by_day


@settings(max_examples=80, deadline=None)
@given(windows, spells, st.sampled_from(CustodyTreatment))
@pytest.mark.requirement("PERF-13")
def test_days_at_risk_are_those_counted_day_by_day(
    asked: list[Window], custody: list[Spell], treatment: CustodyTreatment
) -> None:
    table = days_at_risk(windows_table(asked), custody_table(custody), treatment=treatment, data_end=DATA_END)
    assert table["person_id"].to_list() == [window[0] for window in asked]
    expected = [twin(window, custody, treatment) for window in asked]
    assert table.select("window_days", "held_days").rows() == expected
    at_risk = [whole - held for whole, held in expected]
    assert table["at_risk_days"].to_list() == at_risk
    assert table["flagged"].to_list() == [days < 30 for days in at_risk]
    assert table["no_exposure"].to_list() == [days == 0 for days in at_risk]


@settings(max_examples=40, deadline=None)
@given(spells)
def test_spells_are_merged_as_the_rules_unite_them(custody: list[Spell]) -> None:
    merged = merged_spells(custody_table(custody).drop("kind"), data_end=DATA_END)
    for who in range(1, 5):
        mine = [cut(start, end) for owner, start, end, _ in custody if owner == who]
        expected = [(spell.starts, spell.ends) for spell in union(spell for spell in mine if spell is not None)]
        assert merged.filter(person_id=who).select("from", "to").rows() == expected


@pytest.mark.requirement("PERF-13")
def test_the_three_treatments_and_their_default() -> None:
    asked = windows_table([(1, FIRST, FIRST + timedelta(days=60))])
    held = custody_table(
        [(1, FIRST, FIRST + timedelta(days=10), "remand"), (1, FIRST + timedelta(days=5), None, "sentence")]
    )
    totals = totals_by_treatment(asked, held, data_end=FIRST + timedelta(days=30))
    assert dict(totals.at_risk_days) == {"all_held": 0, "sentenced": 5, "none": 30}
    assert totals.disagree
    assert DEFAULT_TREATMENT is CustodyTreatment.ALL_HELD
    assert DEFAULT_TREATMENT.label == "All held days are subtracted"


def test_treatments_that_differ_by_a_tenth_or_less_agree() -> None:
    asked = windows_table([(1, FIRST, FIRST + timedelta(days=66))])
    ten = custody_table([(1, FIRST, FIRST + timedelta(days=6), "remand")])
    assert not totals_by_treatment(asked, ten, data_end=DATA_END).disagree
    more = custody_table([(1, FIRST, FIRST + timedelta(days=7), "remand")])
    assert totals_by_treatment(asked, more, data_end=DATA_END).disagree


def test_a_spell_without_a_kind_is_held_but_cannot_be_called_sentenced() -> None:
    asked = windows_table([(1, FIRST, FIRST + timedelta(days=60))])
    unsaid = pl.DataFrame({"person_id": [1], "from": [FIRST], "to": [None], "kind": [None]})
    assert days_at_risk(asked, unsaid, data_end=DATA_END)["at_risk_days"].item() == 0
    with pytest.raises(Refused, match="1 of 1 custody spells have no kind"):
        days_at_risk(asked, unsaid, treatment=CustodyTreatment.SENTENCED, data_end=DATA_END)
    assert days_at_risk(asked, unsaid.drop("kind"), data_end=DATA_END)["at_risk_days"].item() == 0
    with pytest.raises(Refused, match="no column kind"):
        days_at_risk(asked, unsaid.drop("kind"), treatment=CustodyTreatment.SENTENCED, data_end=DATA_END)


def test_the_rate_is_of_everyone_together_and_none_where_nobody_was_at_risk() -> None:
    assert annual_rate(3, 2 * 365.25) == pytest.approx(1.5)
    assert annual_rate(0, 0) is None


def test_what_cannot_be_read_is_refused_with_a_sentence() -> None:
    asked = windows_table([(1, FIRST, FIRST + timedelta(days=60))])
    held = custody_table([(1, FIRST, FIRST - timedelta(days=1), "remand")])
    with pytest.raises(Refused, match="Row 1 of the table of custody ends on 31/12/2025, before it starts"):
        days_at_risk(asked, held, data_end=DATA_END)
    with pytest.raises(Refused, match="“remnd” is no kind of custody"):
        days_at_risk(asked, custody_table([(1, FIRST, None, "remnd")]), data_end=DATA_END)
    with pytest.raises(Refused, match="The table of windows has no column to"):
        days_at_risk(asked.drop("to"), held, data_end=DATA_END)
    with pytest.raises(Refused, match="holds String, not days"):
        days_at_risk(asked.with_columns(pl.col("from").cast(pl.String)), held, data_end=DATA_END)
    with pytest.raises(Refused, match="empty in row 2"):
        days_at_risk(windows_table([(1, FIRST, None), (None, FIRST, None)]), held, data_end=DATA_END)  # type: ignore[list-item]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(person, day), max_size=12), spells)
def test_offences_are_in_custody_when_the_days_before_and_after_say_so(
    committed: list[tuple[int, date]], custody: list[Spell]
) -> None:
    table = pl.DataFrame(committed, {"person_id": pl.Int64, "offence_date": pl.Date}, orient="row")
    found = mark_committed_in_custody(table, custody_table(custody))["circumstance"].to_list()
    for (who, on), circumstance in zip(committed, found, strict=True):
        mine = [(start, end) for owner, start, end, kind in custody if owner == who and counts(kind, DEFAULT_TREATMENT)]
        held = union(Interval(start, end) for start, end in mine if start != end)
        inside = any(each.contains(on) and each.starts < on for each in held)
        assert circumstance == ("prison" if inside else None)


def test_a_circumstance_that_was_given_stays() -> None:
    table = pl.DataFrame({"person_id": [1, 1], "offence_date": [DATA_END] * 2, "circumstance": ["tic", None]})
    held = custody_table([(1, FIRST, None, "remand")])
    assert mark_committed_in_custody(table, held)["circumstance"].to_list() == ["tic", "prison"]
    assert mark_committed_in_custody(table, held.clear())["circumstance"].to_list() == ["tic", None]
