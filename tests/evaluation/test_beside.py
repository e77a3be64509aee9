"""What the report shows beside the headline: it is marked as no headline, told together, and hides a few people."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.evaluation.folders import small_world
from trellis.commands._evaluate_world import harm_index, unit_costs
from trellis.evaluation import report
from trellis.evaluation.comparing import otherwise
from trellis.evaluation.gates import Gate, State
from trellis.evaluation.measures import proportion
from trellis.evaluation.report import beside, charts
from trellis.evaluation.result import Evaluation, Found
from trellis.evaluation.run import evaluate


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Evaluation]:
    folder = tmp_path_factory.mktemp("beside")
    small_world(folder, "minus-20", seed=3)
    found = evaluate(folder, costs=unit_costs("gmca_v1_4"), harm=harm_index("cchi_2026"), replicates=200)
    return folder, found


def inside(found: Evaluation) -> Found:
    assert found.found is not None
    return found.found


def test_the_question_is_asked_otherwise_in_every_planned_way(world: tuple[Path, Evaluation]) -> None:
    found = world[1]
    assert [each.name for each in inside(found).otherwise] == list(otherwise.NAMES)
    assert found.protocol.protocol.asked_otherwise == otherwise.NAMES
    assert len({round(each.rate_ratio, 6) for each in inside(found).otherwise}) == len(otherwise.NAMES)
    matched = next(each for each in inside(found).methods if each.name.startswith("Matched comparison"))
    for each in inside(found).otherwise[:-1]:
        assert abs(np.log(each.rate_ratio / matched.rate_ratio)) < 0.3
        assert each.worst is not None
        assert each.worst < 0.5
    for said in (report.text(found), report.html(found)):
        assert "None of these is the headline" in said
    shape = report.shape(found)
    assert not any(each["headline"] for each in shape["asked_otherwise"])


def test_the_e_value_is_that_of_a_headline_that_is_shown(world: tuple[Path, Evaluation]) -> None:
    found = world[1]
    ratio = inside(found).headline.value
    above = max(ratio, 1 / ratio)
    shown = report.shape(found)["e_value"]
    assert found.headline is not None
    assert shown["estimate"] == pytest.approx(above + sqrt(above * (above - 1)), abs=1e-5)
    closed = replace(found, gates=(*found.gates[:4], Gate("agreement", State.FAIL, "The methods disagree.")))
    assert report.shape(closed)["e_value"] is None
    assert beside.otherwise_notes(closed, inside(found)) == (beside.NOT_HEADLINE,)


@pytest.mark.requirement("PERF-08", "PERF-09", "PERF-10")
def test_whether_how_often_and_how_seriously_stand_in_one_table(world: tuple[Path, Evaluation]) -> None:
    """Each figure against a count by hand from the files."""
    folder, found = world
    own = inside(found).together
    first = pl.read_csv(folder / "managed.csv", try_parse_dates=True).group_by("person_id").agg(pl.col("from").min())
    offences = pl.read_csv(folder / "offences.csv", try_parse_dates=True).unique()
    joined = offences.join(first, on="person_id").with_columns(
        since=(pl.col("offence_date") - pl.col("from")).dt.total_days(),
        proof=(pl.col("proven_date") - pl.col("from")).dt.total_days(),
    )
    counted = joined.filter((pl.col("since") >= 0) & (pl.col("since") < 365) & (pl.col("proof") < 365 + 183))
    assert own.events == counted.height
    assert own.binary.count == counted["person_id"].n_unique()
    assert own.per_person == pytest.approx(own.binary.share * own.per_reoffender)
    index = harm_index("cchi_2026")
    lines = index.lines_of(f"{int(code):05d}" for code in counted["ho_code"])
    codes = [f"{int(code):05d}" for code in counted["ho_code"]]
    weighed = sum(lines[code].weight for code in codes if code in lines)
    assert own.harm is not None
    assert own.harm.total == pytest.approx(weighed)
    for said in (report.text(found), report.html(found)):
        for words in ("People of every 100 who reoffended", "Proven offences for each person who", "Harm for each"):
            assert words in said
        assert "mature" in said
        assert index.label in said


@pytest.mark.requirement("PERF-01")
def test_before_and_since_stands_beside_the_natural_fall(world: tuple[Path, Evaluation]) -> None:
    found = world[1]
    change = inside(found).change_table
    assert change is not None
    fall = inside(found).natural_fall.value
    notes = beside.change_notes(found, change)
    assert "not attributable" in notes[0]
    assert f"−{100 * fall:.1f} %" in notes[1]
    assert "unknown" in " ".join(notes)
    for said in (report.text(found), report.html(found)):
        assert "a change, not attributable" in said
        assert "would be expected with no scheme at all" in said
    table = report.shape(found)["before_and_since"]
    assert table["cost"][0] > table["cost"][1]


def test_without_prices_there_is_no_table_of_cost(world: tuple[Path, Evaluation]) -> None:
    found = evaluate(world[0], replicates=60)
    assert inside(found).change_table is None
    assert inside(found).together.harm is None
    assert "Before the scheme and since" not in report.html(found)
    assert "no index was given" in report.text(found)


@pytest.mark.parametrize("count", [2, 98])
def test_a_few_who_reoffended_or_did_not_are_not_told(world: tuple[Path, Evaluation], count: int) -> None:
    """Two of a hundred, or all but two: neither share, nor frequency per reoffender, nor title or sentence tells."""
    found = world[1]
    own = replace(inside(found).together, binary=proportion(count, 100))
    hidden = replace(found, found=replace(inside(found), together=own))
    assert beside.share(inside(hidden)) is None
    rows = beside.together_rows(inside(hidden))
    assert rows[0][1] == rows[2][1] == "[c]"
    assert "is withheld" in report.text(hidden)
    assert "reoffended within a year" not in charts.survival(inside(hidden))


def test_totals_go_with_the_number_of_people(world: tuple[Path, Evaluation]) -> None:
    """Three provisional people: the number evaluated may be withheld, and then no total gives it away."""
    found = world[1]
    flow = replace(found.flow, immature=3, submitted=found.flow.submitted + 3)
    few = replace(found, flow=flow)
    change = inside(found).change_table
    assert change is not None
    rows, open_rows = beside.change_rows(few, change), beside.change_rows(found, change)
    assert open_rows[0][1].count("(") == 1
    withheld = "The number of people is withheld" in " ".join(beside.change_notes(few, change))
    assert withheld == (rows[0][3] == "[c]")
    assert withheld == ("(" not in rows[0][1])
