"""Harm, the principal offence, what was delivered, and all measures side by side."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from trellis.evaluation.definitions import HarmIndex, read_harm_index
from trellis.evaluation.exposure import CustodyTreatment
from trellis.evaluation.measures import (
    EventType,
    Panel,
    Reoffending,
    dose,
    harm_weighted,
    principal_offences,
    rates,
    reoffending,
    side_by_side,
)
from trellis.evaluation.measures.principal import rule_words
from trellis.rules.errors import Refused

FOLDER = Path(__file__).parents[2] / "definitions" / "harm_weights"
CCHI, SEVERITY = (read_harm_index(FOLDER / f"{key}.yaml") for key in ("cchi_2026", "ons_severity"))
INDEX = date(2024, 1, 1)
AS_AT = date(2025, 12, 31)


def measured(codes: dict[int, list[str]], n: int = 10) -> Reoffending:
    """People 1 to n, who each did what stands under their number in the follow-up."""
    people = pl.DataFrame(
        {"person_id": range(1, n + 1), "index_date": [INDEX] * n}, {"person_id": pl.Int64, "index_date": pl.Date}
    )
    rows = [
        (person, INDEX + timedelta(days=9 * n), code) for person, many in codes.items() for n, code in enumerate(many)
    ]
    schema = {"person_id": pl.Int64, "offence_date": pl.Date, "ho_code": pl.String}
    offences = pl.DataFrame(rows, schema, orient="row").with_columns(proven_date="offence_date")
    return reoffending(people, offences, as_at=AS_AT)


@pytest.mark.requirement("PERF-10")
def test_harm_is_weight_per_person_by_a_named_index() -> None:
    found = harm_weighted(measured({1: ["03401", "04600"], 2: ["04600", "09999"]}), CCHI, seed=1)
    assert (found.total, found.per_person, found.unweighted) == (367.0, 36.7, 1)
    assert found.heaviest_share == pytest.approx(366 / 367)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 36.7 < found.high
    assert found.words.startswith("Harm by Cambridge Crime Harm Index 2026, medians by subgroup, version 1, in days of")
    assert "One person carries 100 % of it. 1 events have no weight" in found.words
    assert harm_weighted(measured({1: ["03401", "04600"], 2: ["04600", "09999"]}), CCHI, seed=1) == found


@pytest.mark.requirement("PERF-10")
def test_two_indices_rank_the_same_offences_differently() -> None:
    def weighed(index: HarmIndex, code: str) -> float:
        return harm_weighted(measured({1: [code]}), index, seed=1, replicates=10).total

    assert weighed(CCHI, "03900") < weighed(CCHI, "04600") * 3
    assert weighed(SEVERITY, "03900") > weighed(SEVERITY, "04600") * 3


def test_no_harm_is_nothing_and_no_weight_is_not_nothing() -> None:
    nothing = harm_weighted(measured({}), CCHI, seed=1, replicates=10)
    assert (nothing.per_person, nothing.low, nothing.high, nothing.heaviest_share) == (0.0, 0.0, 0.0, None)
    unknown = harm_weighted(measured({1: ["09999"]}), CCHI, seed=1, replicates=10)
    assert unknown.per_person is None
    assert "no weight can be given. 1 events have no weight" in unknown.words


def appearance(*rows: tuple[str, date, bool | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "person_id": [1] * len(rows),
            "offence_date": [row[1] for row in rows],
            "proven_date": [date(2024, 6, 1)] * len(rows),
            "ho_code": [row[0] for row in rows],
            "principal": [row[2] for row in rows],
        }
    )


def test_one_offence_stands_for_an_appearance() -> None:
    early, late = date(2024, 3, 1), date(2024, 4, 1)
    marked = principal_offences(appearance(("03401", early, False), ("04600", late, True)), CCHI)
    assert marked.select("ho_code", "of").rows() == [("04600", 2)]
    heaviest = principal_offences(appearance(("04600", early, None), ("03401", late, None)), CCHI)
    assert heaviest["ho_code"].to_list() == ["03401"]
    earliest = principal_offences(appearance(("04900", late, None), ("03900", early, None)), CCHI)
    assert earliest["ho_code"].to_list() == ["03900"]
    lowest = principal_offences(appearance(("04900", early, None), ("03900", early, None)), CCHI)
    assert lowest["ho_code"].to_list() == ["03900"]
    unknown = principal_offences(appearance(("09999", early, None), ("04600", late, None)).drop("principal"), CCHI)
    assert unknown["ho_code"].to_list() == ["04600"]
    assert "heaviest by Cambridge Crime Harm Index 2026" in rule_words(CCHI)


def test_each_appearance_and_person_has_a_principal_offence_and_the_unproven_none() -> None:
    table = pl.concat(
        [
            appearance(("03401", INDEX, None)),
            appearance(("03401", INDEX, None)).with_columns(person_id=pl.lit(2, pl.Int64)),
            appearance(("04600", INDEX, None)).with_columns(proven_date=pl.lit(date(2024, 7, 1))),
            appearance(("04600", INDEX, None)).with_columns(proven_date=pl.lit(None, pl.Date)),
        ]
    )
    assert principal_offences(table, CCHI).select("person_id", "ho_code").rows() == [
        (1, "03401"), (1, "04600"), (2, "03401"),
    ]  # fmt: skip


WINDOWS = pl.DataFrame({"person_id": range(1, 11), "from": [INDEX] * 10, "to": [INDEX + timedelta(days=366)] * 10})


@pytest.mark.requirement("PERF-18")
def test_what_was_delivered_is_counted_in_the_windows() -> None:
    contacts = pl.DataFrame(
        {
            "person_id": [1, 1, 2, 2, 11],
            "on": [INDEX, INDEX + timedelta(days=365), INDEX + timedelta(days=366), INDEX, INDEX],
            "kind": ["home visit", "home visit", "home visit", None, "home visit"],
        }
    )
    found = dose(WINDOWS, contacts)
    assert (found.contacts, dict(found.by_kind), found.without) == (3, {"home visit": 2, "of no kind": 1}, 8)
    assert found.per_month == pytest.approx(3 / 3660 * 365.25 / 12)
    assert found.words[1] == "8 of 10 people had none: a change among them cannot come of contacts."
    assert dose(WINDOWS.clear(), contacts).per_month is None


HELD = pl.DataFrame({"person_id": [1], "from": [INDEX], "to": [INDEX + timedelta(days=30)], "kind": ["remand"]})


def panel(codes: dict[int, list[str]]) -> Panel:
    found = measured(codes)
    delivered = dose(WINDOWS, pl.DataFrame({"person_id": [1], "on": [INDEX], "kind": ["home visit"]}))
    return Panel(found, rates(found, HELD), harm_weighted(found, CCHI, seed=1, replicates=20), delivered)


@pytest.mark.requirement("PERF-09", "PERF-18", "PERF-34")
def test_a_panel_never_gives_yes_or_no_alone() -> None:
    said = " ".join(panel({1: ["03401"]}).words)
    for part in (
        "had at least one",
        "per person who reoffended",
        "Harm by",
        "Time held: 3.0 days",
        "Delivered: 1 contacts",
    ):
        assert part in said
    found = panel({1: ["03401"]})
    assert "Delivered: not recorded." in Panel(found.reoffending, found.rates, found.harm, None).words


@pytest.mark.requirement("PERF-09", "PERF-34")
def test_groups_stand_in_the_order_of_their_names_whatever_the_measures_say() -> None:
    many, few = panel({1: ["03401"] * 9, 2: ["03401"]}), panel({3: ["04600"]})
    table = side_by_side({"North": few, "East": many, "South": few})
    assert table["group"].to_list() == ["East", "North", "South"]
    assert table.columns[2:9] == [
        "reoffended", "share", "per_person", "per_reoffender", "per_year_at_risk", "harm_per_person",
        "held_days_per_person",
    ]  # fmt: skip
    assert table["per_reoffender"].to_list() == [5.0, 1.0, 1.0]


@pytest.mark.requirement("PERF-12")
def test_groups_counted_in_different_ways_do_not_stand_in_one_table() -> None:
    proven = panel({1: ["03401"]})
    people = pl.DataFrame({"person_id": [1], "index_date": [INDEX]})
    arrests = pl.DataFrame({"person_id": [1], "arrest_date": [INDEX]})
    arrested = reoffending(people, arrests, as_at=AS_AT, event_type=EventType.ARREST)
    other = Panel(arrested, proven.rates, proven.harm, None)
    with pytest.raises(Refused, match="cannot stand in one table"):
        side_by_side({"a": proven, "b": other})
    points = Panel(proven.reoffending, proven.rates, harm_weighted(proven.reoffending, SEVERITY, seed=1), None)
    with pytest.raises(Refused, match="different harm indices"):
        side_by_side({"a": proven, "b": points})
    whole = Panel(
        proven.reoffending, rates(proven.reoffending, HELD, treatment=CustodyTreatment.NONE), proven.harm, None
    )
    with pytest.raises(Refused, match="custody is treated in different ways"):
        side_by_side({"a": proven, "b": whole})


@pytest.mark.requirement("PERF-13")
def test_the_rate_in_use_stands_beside_the_national_one_and_all_three_where_they_differ() -> None:
    found = measured({1: ["03401"] * 4, 2: ["03401"]})
    alike = rates(found, HELD)
    assert alike.used.per_year == pytest.approx(365.25 * 5 / (10 * 366 - 30))
    assert alike.words == (
        "0.50 events for each person and year at risk. All held days are subtracted.",
        "0.50 events for each person and year at risk. No held days are subtracted (the national way).",
    )
    long = pl.DataFrame(
        {
            "person_id": [3, 4, 5, 6],
            "from": [INDEX] * 4,
            "to": [None, INDEX + timedelta(days=340), None, INDEX + timedelta(days=337)],
            "kind": ["sentence", "remand", "recall", "remand"],
        }
    )
    differ = rates(found, long)
    assert differ.disagree
    assert [each.days for each in differ.by_treatment.values()] == [6 * 366 + 26 + 29, 8 * 366, 10 * 366]
    assert differ.used.never_at_risk.to_list() == [3, 5]
    assert differ.used.under_30_days.to_list() == [4, 6]
    assert [words.split(". ")[1] for words in differ.words[:3]] == [
        "All held days are subtracted.",
        "Only days held under a sentence are subtracted.",
        "No held days are subtracted (the national way).",
    ]
    assert differ.words[3:] == (
        "2 people were never at risk and are in no rate.",
        "2 people were at risk for fewer than 30 days: their own figures would mean little.",
    )


def test_without_kinds_of_custody_sentenced_days_are_not_guessed() -> None:
    found = measured({1: ["03401"]})
    assert CustodyTreatment.SENTENCED not in rates(found, HELD.drop("kind")).by_treatment
    with pytest.raises(Refused, match="no column kind"):
        rates(found, HELD.drop("kind"), treatment=CustodyTreatment.SENTENCED)
    assert rates(measured({}, n=0), HELD).used.per_year is None
