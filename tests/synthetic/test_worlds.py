"""Worlds with a known effect: the files, their truth, and what a scheme that changes nothing shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from trellis.synthetic.worlds import WORLDS, Lives, Truth, WorldSettings, simulate, write_world
from trellis.synthetic.worlds.counting import counts_within, days_free_within
from trellis.synthetic.worlds.selection import NEVER

FILES = ("people.csv", "offences.csv", "custody.csv", "managed.csv", "settings.json")


def small(name: str) -> WorldSettings:
    settings = WORLDS[name]
    return replace(settings, people_per_area=1500, managed=min(settings.managed, 80))


def read(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(folder / f"{name}.csv", try_parse_dates=True)


@pytest.fixture(scope="module")
def zero(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("zero")
    return folder, write_world(folder, small("zero"), seed=1)


@pytest.fixture(scope="module")
def lives() -> Lives:
    return simulate(small("zero"), seed=1)


def test_the_same_seed_writes_the_same_bytes_and_another_does_not(zero: tuple[Path, Truth], tmp_path: Path) -> None:
    folder, truth = zero
    assert write_world(tmp_path / "again", small("zero"), seed=1) == truth
    assert write_world(tmp_path / "other", small("zero"), seed=2) != truth
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()
    assert (tmp_path / "other" / "offences.csv").read_bytes() != (folder / "offences.csv").read_bytes()


def test_the_folder_holds_five_files_and_no_word_of_the_truth(zero: tuple[Path, Truth]) -> None:
    folder, _ = zero
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert read(folder, "people").columns == ["person_id", "date_of_birth", "sex", "area"]
    assert read(folder, "offences").columns == ["person_id", "offence_date", "proven_date", "ho_code"]
    assert read(folder, "custody").columns == read(folder, "managed").columns == ["person_id", "from", "to"]
    assert json.loads((folder / "settings.json").read_text()) == {"as_at": "2023-07-01"}


def test_the_files_agree_with_one_another(zero: tuple[Path, Truth]) -> None:
    folder, truth = zero
    people, managed = read(folder, "people"), read(folder, "managed")
    assert people.height == 3000
    assert people["person_id"].is_unique().all()
    assert managed["person_id"].to_list() == list(truth.managed)
    assert managed.height == 80
    assert managed.join(people, on="person_id")["area"].unique().to_list() == ["Fable Vale"]
    for name in ("offences", "custody"):
        assert read(folder, name).join(people, on="person_id", how="anti").is_empty()
    offences = read(folder, "offences")
    waited = (offences["proven_date"] - offences["offence_date"]).dt.total_days()
    assert 1 <= waited.min() < waited.max() <= 180
    assert offences["offence_date"].max() < pl.select(pl.date(2023, 7, 1)).item()


def test_nobody_offends_in_custody_and_no_stays_overlap(zero: tuple[Path, Truth]) -> None:
    folder, _ = zero
    custody = read(folder, "custody").sort("person_id", "from")
    before = custody.with_columns(pl.col("to").shift(1).over("person_id").alias("left"))
    assert before.filter(pl.col("from") < pl.col("left")).is_empty()
    inside = (
        read(folder, "offences")
        .join(custody, on="person_id")
        .filter((pl.col("offence_date") >= pl.col("from")) & (pl.col("offence_date") < pl.col("to")))
    )
    assert inside.is_empty()
    free_when_selected = read(folder, "managed").join(custody, on="person_id", suffix="_custody")
    assert free_when_selected.filter(
        (pl.col("from") >= pl.col("from_custody")) & (pl.col("from") < pl.col("to_custody"))
    ).is_empty()


def test_windows_count_as_a_day_by_day_count_does(lives: Lives) -> None:
    who = np.flatnonzero(lives.managed_from != NEVER)
    first, last = lives.managed_from[who] - 365, lives.managed_from[who] + 200
    fast = counts_within(lives.offences, who, first, last)
    free = days_free_within(lives.custody, who, first, last)
    for position, person in enumerate(who):
        days = lives.offences.day[lives.offences.person == person]
        assert fast[position] == ((days >= first[position]) & (days < last[position])).sum()
        stays = np.flatnonzero(lives.custody.person == person)
        held = {day for stay in stays for day in range(lives.custody.starts[stay], lives.custody.ends[stay])}
        assert free[position] == len(set(range(first[position], last[position])) - held)


def test_the_truth_of_a_scheme_that_changes_nothing_is_a_large_fall(
    zero: tuple[Path, Truth], figure: Callable[[str], None]
) -> None:
    _, truth = zero
    figure(f"a small world with no effect: offending at liberty falls by {truth.natural_fall:.0%} all the same")
    assert truth.rate_ratio == 1
    assert 0.2 < truth.natural_fall < 0.6


def test_only_what_happens_once_managed_differs_between_effects() -> None:
    none, fewer = (simulate(small(name), seed=3) for name in ("zero", "minus-20"))
    assert (none.managed_from == fewer.managed_from).all()
    index = none.managed_from
    early = [world.offences.only(world.offences.day < index[world.offences.person]) for world in (none, fewer)]
    assert (early[0].day == early[1].day).all()
    untouched = [world.offences.only(index[world.offences.person] == NEVER) for world in (none, fewer)]
    assert (untouched[0].day == untouched[1].day).all()
    assert len(fewer.offences.day) < len(none.offences.day)


def test_more_offending_is_true_when_it_is_set() -> None:
    worlds = [simulate(replace(small("plus-10"), managed=600, effect=effect), seed=4) for effect in (1.0, 1.1, 2.0)]
    after = [float((world.offences.day >= world.managed_from[world.offences.person]).sum()) for world in worlds]
    assert after[0] < after[1] < after[2]


def test_a_scheme_may_select_on_several_days() -> None:
    staggered = simulate(replace(small("zero"), panels=4), seed=5)
    chosen = staggered.managed_from[staggered.managed_from != NEVER]
    assert np.unique(chosen, return_counts=True)[1].tolist() == [20, 20, 20, 20]
    assert np.diff(np.unique(chosen)).tolist() == [91, 91, 91]


def test_the_other_area_offends_less_where_it_should() -> None:
    world = simulate(small("unlike-pool"), seed=6)
    here = world.in_scheme_area[world.without_scheme.person]
    assert 0.5 < (~here).sum() / here.sum() < 0.75


def test_an_immature_world_ends_before_reoffences_can_be_proven(tmp_path: Path) -> None:
    write_world(tmp_path, small("immature"), seed=7)
    assert json.loads((tmp_path / "settings.json").read_text()) == {"as_at": "2022-08-05"}
    offences = read(tmp_path, "offences")
    assert offences["proven_date"].null_count() > 0
    assert offences["proven_date"].max() < pl.select(pl.date(2022, 8, 5)).item()


def test_a_later_score_is_planted_and_changes_nothing_else(tmp_path: Path) -> None:
    plain, planted = tmp_path / "plain", tmp_path / "planted"
    write_world(plain, small("zero"), seed=8)
    truth = write_world(planted, small("later-covariate"), seed=8)
    for name in FILES[1:]:
        assert (plain / name).read_bytes() == (planted / name).read_bytes()
    people = read(planted, "people").filter(pl.col("person_id").is_in(truth.managed))
    assert people.select(pl.col("risk_score_on").min()).item() > read(planted, "managed")["from"].max()
    assert people["risk_score"].sum() > 0


def test_intelligence_picks_people_whose_record_shows_less() -> None:
    def last_year(name: str) -> float:
        world = simulate(small(name), seed=9)
        who = np.flatnonzero(world.managed_from != NEVER)
        index = world.managed_from[who]
        return float(counts_within(world.offences, who, index - 365, index).mean())

    assert last_year("hidden-intelligence") < last_year("zero")


def test_a_world_without_people_to_choose_from_is_still_a_world(tmp_path: Path) -> None:
    truth = write_world(tmp_path, WorldSettings(people_per_area=30, managed=40), seed=10)
    assert 0 < len(truth.managed) <= 30


def test_the_page_names_every_world() -> None:
    page = (Path(__file__).parents[2] / "docs/explanation/synthetic-force.md").read_text(encoding="utf-8")
    rows = page.partition("| world |")[2].splitlines()[2:]
    named = [row.split("`")[1] for row in rows if row.startswith("| `")]
    assert named == list(WORLDS)
