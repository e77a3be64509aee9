"""Reading the five files: good rows go through, wrong ones are told, and a missing column is a sentence."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evaluation.folders import write_folder
from trellis.evaluation.world import cohort_of, lives_of, read_world
from trellis.evaluation.world.lives import NEVER, date_of
from trellis.rules.errors import Refused
from trellis.rules.intervals import Interval, days_within

PEOPLE = ["A,1990-03-04,F,North", "B,1985-11-30,male,North", "C,01/02/1979,,"]


def test_a_good_row_goes_through_whatever_stands_beside_it(tmp_path: Path) -> None:
    offences = [
        "A,2024-05-01,2024-06-01,28/1",
        "A,2024-05-01,2024-06-01,028/01",
        "B,2024-05-02,,10401",
        "Z,2024-05-01,2024-06-01,02801",
        "A,2024-02-30,2024-06-01,02801",
        "A,2024-05-01,2024-04-01,02801",
        ",2024-05-01,2024-06-01,02801",
        "B,2026-02-17,,02801",
        "B,2024-05-01,soon,02801",
        "B,2024-05-01,,",
    ]
    world = read_world(write_folder(tmp_path, {"people.csv": PEOPLE, "offences.csv": offences}))
    assert world.offences["ho_code"].to_list() == ["02801", "10401"]
    assert world.doubled["offences.csv"] == 1
    told = {row["line"]: (row["what"], row["mend"]) for row in world.quarantine.to_dicts()}
    assert sorted(told) == [5, 6, 7, 8, 9, 10, 11]
    assert told[5] == ("person_id “Z” is not in people.csv", "Add the person to people.csv, or mend the person_id.")
    assert told[6][0] == "offence_date “2024-02-30” is no date"
    assert told[7][0] == "it was proven on 2024-04-01, before it was committed on 2024-05-01"
    assert told[8][0] == "person_id is empty"
    assert "not before as_at" in told[9][0]
    assert told[10] == (
        "proven_date “soon” is no date",
        "Write dates as 2026-02-17 or 17/02/2026. Leave it empty if there is none yet.",
    )
    assert told[11][0] == "ho_code is empty"


def test_people_keep_their_first_particulars(tmp_path: Path) -> None:
    people = [*PEOPLE, "A,1990-03-04,F,North", "B,1985-11-30,M,South", "D,2030-01-01,M,North"]
    world = read_world(write_folder(tmp_path, {"people.csv": people}))
    assert world.people.rows() == [
        ("A", date(1990, 3, 4), "F", "North"),
        ("B", date(1985, 11, 30), "M", "North"),
        ("C", date(1979, 2, 1), "unknown", "unknown"),
    ]
    assert world.doubled["people.csv"] == 1
    assert sorted(world.quarantine["line"].to_list()) == [6, 7]


def test_spells_may_be_open_but_not_backwards(tmp_path: Path) -> None:
    spells = ["A,2024-01-01,", "A,2024-01-05,2024-01-01", "B,2027-01-01,", "B,2024-01-01,2024-01-01"]
    world = read_world(write_folder(tmp_path, {"people.csv": PEOPLE, "custody.csv": spells, "managed.csv": spells}))
    assert world.custody.rows() == [("A", date(2024, 1, 1), None), ("B", date(2024, 1, 1), date(2024, 1, 1))]
    assert world.quarantine.filter(pl.col("file") == "managed.csv")["line"].to_list() == [3, 4]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("people.csv", None, "There is no people.csv"),
        ("people.csv", "person_id,sex,area\n", "people.csv has no column date_of_birth"),
        ("offences.csv", "", "offences.csv is empty"),
        ("settings.json", "{}", "settings.json has no as_at"),
        ("settings.json", '{"as_at": "soon"}', "as_at is “soon”, which is no date"),
        ("settings.json", "{", "settings.json cannot be read as JSON"),
        ("settings.json", None, "There is no settings.json"),
    ],
)
def test_what_is_missing_is_a_sentence(tmp_path: Path, name: str, content: str | None, said: str) -> None:
    folder = write_folder(tmp_path, {"people.csv": PEOPLE})
    (folder / name).unlink() if content is None else (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(Refused, match=said.replace("(", r"\(")):
        read_world(folder)


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="There is no folder"):
        read_world(tmp_path / "nowhere")


def test_heads_may_be_written_by_excel(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {"people.csv": PEOPLE})
    text = (folder / "people.csv").read_text(encoding="utf-8").replace("person_id", " Person_ID ", 1)
    (folder / "people.csv").write_text("\ufeff" + text.replace("\n", "\r\n"), encoding="utf-8")
    assert read_world(folder).people.height == 3


def test_the_first_spell_counts_and_leaving_early_changes_nothing(tmp_path: Path) -> None:
    managed = ["A,2024-03-01,2024-03-08", "A,2025-03-01,", "B,2025-12-01,", "C,2020-03-01,2021-03-01"]
    offences = ["A,2020-01-05,2020-02-01,02801"]
    world = read_world(write_folder(tmp_path, {"people.csv": PEOPLE, "managed.csv": managed, "offences.csv": offences}))
    lives = lives_of(world)
    cohort = cohort_of(lives)
    assert lives.ids.gather(cohort.evaluated).to_list() == ["A"]
    assert [date_of(day) for day in cohort.index.tolist()] == [date(2024, 3, 1)]
    assert lives.ids.gather(cohort.immature).to_list() == ["B"]
    assert lives.ids.gather(cohort.too_early).to_list() == ["C"]
    late = cohort_of(lives, window=(date(2025, 1, 1), None))
    assert lives.ids.gather(late.outside).to_list() == ["A", "C"]


def test_an_unknown_start_is_never(tmp_path: Path) -> None:
    lives = lives_of(read_world(write_folder(tmp_path, {"people.csv": PEOPLE})))
    assert lives.managed_from.tolist() == [NEVER] * 3


DAY = st.integers(0, 400)


@settings(max_examples=40, deadline=None)
@given(
    held=st.lists(st.tuples(st.integers(0, 2), DAY, st.integers(0, 90)), max_size=12),
    done=st.lists(st.tuples(st.integers(0, 2), DAY, st.integers(0, 250)), max_size=25),
    first=DAY,
    length=st.integers(1, 200),
)
def test_counts_and_days_free_are_those_of_one_day_at_a_time(
    tmp_path_factory: pytest.TempPathFactory,
    held: list[tuple[int, int, int]],
    done: list[tuple[int, int, int]],
    first: int,
    length: int,
) -> None:
    origin = date(2023, 1, 1).toordinal()

    def day(number: int) -> date:
        return date.fromordinal(origin + number)

    names = "ABC"
    custody = [f"{names[w]},{day(a)},{day(a + n)}" for w, a, n in held]
    offences = [f"{names[w]},{day(a)},{day(a + lag)},{100 + i}01" for i, (w, a, lag) in enumerate(done)]
    folder = tmp_path_factory.mktemp("twin")
    lives = lives_of(
        read_world(write_folder(folder, {"people.csv": PEOPLE, "custody.csv": custody, "offences.csv": offences}))
    )
    who = np.arange(3)
    start = np.full(3, (day(first) - date(1970, 1, 1)).days)
    window = Interval(day(first), day(first + length))
    for place in range(3):
        spells = [Interval(day(a), day(a + n)) for w, a, n in held if w == place and n]
        free = length - days_within(spells, window)
        assert lives.free(who, start, start + length)[place] == free
        proven = [
            1 for w, a, lag in done if w == place and first <= a < first + length and a + lag < first + length + 183
        ]
        assert lives.counts(who, start, start + length)[place] == len(proven)


def test_unused_columns_are_named_and_settings_kept(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {"people.csv": PEOPLE})
    table = pl.read_csv(folder / "people.csv", infer_schema=False).with_columns(risk=pl.lit("9"))
    table.write_csv(folder / "people.csv")
    (folder / "settings.json").write_text(json.dumps({"as_at": "2026-02-17", "selected_from": "2020-01-01"}))
    world = read_world(folder)
    assert world.unused["people.csv"] == ("risk",)
    assert world.options == {"selected_from": "2020-01-01"}


def test_a_year_is_final_after_eighteen_months_by_whichever_count(tmp_path: Path) -> None:
    managed = ["A,2024-08-17,", "B,2024-09-17,"]
    offences = ["A,2020-01-05,2020-02-01,02801"]
    world = read_world(write_folder(tmp_path, {"people.csv": PEOPLE, "managed.csv": managed, "offences.csv": offences}))
    cohort = cohort_of(lives_of(world))
    assert len(cohort.evaluated) == 1
    assert len(cohort.immature) == 1
