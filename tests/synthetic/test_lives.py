"""The process behind the files: custody stops offending, bursts pass, those chosen at their worst fall back."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from trellis.predictors import ogrs3
from trellis.synthetic.force import Settings, Truth, World, generate
from trellis.synthetic.offences import NEIGHBOURHOOD
from trellis.synthetic.rates import bursts

YEAR = pl.duration(days=365)


def _while_inside(truth: Truth, events: pl.DataFrame, day: str) -> pl.DataFrame:
    return events.join(truth.custody, on="person").filter(
        pl.col(day) >= pl.col("starts"), pl.col("ends").is_null() | (pl.col(day) < pl.col("ends"))
    )


def test_nobody_offends_or_is_arrested_inside(truth: Truth) -> None:
    assert truth.custody.height > 1000
    assert _while_inside(truth, truth.offences, "happened_on").is_empty()
    arrests = truth.cases.with_columns(arrested_on=pl.col("arrested_at").dt.date())
    assert _while_inside(truth, arrests, "arrested_on").is_empty()


def test_time_inside_is_in_spells_that_do_not_overlap(truth: Truth) -> None:
    spells = truth.custody.with_columns(
        before=pl.col("ends").shift().over("person"), nth=pl.int_range(pl.len()).over("person")
    )
    later = spells.filter(pl.col("nth") > 0)
    assert later.filter(pl.col("before").is_null() | (pl.col("before") >= pl.col("starts"))).is_empty()
    assert spells.filter(pl.col("ends") <= pl.col("starts")).is_empty()


def test_things_happen_in_their_order(truth: Truth) -> None:
    known = truth.offences.filter(pl.col("case").is_not_null()).join(truth.cases.drop("person", "ho_code"), on="case")
    assert known.filter(pl.col("happened_on") > pl.col("arrested_at").dt.date()).is_empty()
    assert known.filter(pl.col("court_on") < pl.col("arrested_at").dt.date()).is_empty()
    assert truth.cases.filter(pl.col("disposal").is_not_null() & pl.col("finding").eq("Not guilty")).is_empty()
    assert truth.cases.filter(pl.col("court_on").is_not_null() & pl.col("finding").is_null()).is_empty()


def test_those_who_offend_more_are_inside_more(truth: Truth) -> None:
    counts = truth.offences.group_by("person").agg(offences=pl.len())
    days = truth.custody.with_columns(
        days=(pl.col("ends").fill_null(truth.settings.as_at) - pl.col("starts")).dt.total_days()
    )
    inside = counts.join(days.group_by("person").agg(pl.col("days").sum()), on="person", how="left").fill_null(0)
    often = inside["offences"] >= inside["offences"].quantile(0.9)
    assert inside.filter(often)["days"].mean() > 3 * inside.filter(~often)["days"].mean()


def test_bursts_come_and_go() -> None:
    world = World()
    factor = bursts(np.random.default_rng(7), world, 20_000, 12)
    assert factor.mean() == pytest.approx(1, abs=0.02)
    log = np.log(factor)
    assert log.std() == pytest.approx(world.burst_spread, rel=0.02)
    assert np.corrcoef(log[:, 4], log[:, 5])[0, 1] == pytest.approx(world.burst_persistence, abs=0.02)
    assert np.corrcoef(log[:, 4], log[:, 8])[0, 1] == pytest.approx(world.burst_persistence**4, abs=0.02)


def test_counts_vary_more_than_chance_alone_would_make_them(truth: Truth) -> None:
    year = truth.offences.filter(pl.col("happened_on").is_between(date(2025, 1, 1), date(2025, 12, 31)))
    counts = np.bincount(year["person"].to_numpy(), minlength=truth.people.height)
    assert counts.var() > 3 * counts.mean()


def _before_and_after(truth: Truth) -> tuple[int, int]:
    seen = truth.memberships.filter(pl.col("adopted_on") <= truth.settings.as_at - YEAR).join(
        truth.offences, on="person"
    )
    since = seen.select((pl.col("happened_on") - pl.col("adopted_on")).dt.total_days())
    return int(since.to_series().is_between(-365, -1).sum()), int(since.to_series().is_between(0, 364).sum())


def test_those_chosen_at_their_worst_fall_though_nothing_was_done() -> None:
    pairs = [_before_and_after(generate(Settings(seed=seed))) for seed in range(5)]
    ratio = sum(after for _, after in pairs) / sum(before for before, _ in pairs)
    assert 0.4 < ratio < 0.7
    assert all(after < before for before, after in pairs)


@pytest.fixture(scope="module")
def null() -> Truth:
    return generate(Settings(people=4000, managed=400))


def test_an_effect_changes_only_what_comes_after_adoption(null: Truth) -> None:
    world = generate(Settings(people=4000, managed=400, world=World(effect=0.6)))
    columns = ["person", "adopted_on", "left_on", "cohort"]
    assert world.memberships.select(columns).equals(null.memberships.select(columns))
    for name, day in (("offences", "happened_on"), ("custody", "starts")):
        assert _until_adopted(world, name, day).equals(_until_adopted(null, name, day))
    assert _before_and_after(world)[1] == pytest.approx(0.6 * _before_and_after(null)[1], rel=0.15)


def test_an_effect_may_do_harm(null: Truth) -> None:
    before, after = _before_and_after(generate(Settings(people=4000, managed=400, world=World(effect=1.5))))
    null_before, null_after = _before_and_after(null)
    assert after / before > 1.2 * null_after / null_before


def _until_adopted(truth: Truth, table: str, day: str) -> pl.DataFrame:
    rows = getattr(truth, table).join(truth.memberships, on="person", how="left", maintain_order="left")
    return rows.filter(pl.col("adopted_on").is_null() | (pl.col(day) < pl.col("adopted_on"))).select("person", day)


def test_enough_people_are_eligible_and_not_managed(truth: Truth) -> None:
    table = _scoring_table(truth)
    scores = ogrs3.score(table)
    assert not scores.faults.any()
    code = table["ho_code"]
    neighbourhood = code.is_in(list(NEIGHBOURHOOD)).to_numpy()
    grave = code.str.head(3).is_in(["028", "029", "030", "031", "034"]).to_numpy()
    eligible = ((scores.pct_2y >= 75) & neighbourhood) | ((scores.pct_2y >= 50) & grave)
    managed = table["person"].is_in(truth.memberships["person"].implode()).to_numpy()
    assert 50 <= (eligible & ~managed).sum() <= 120
    assert (eligible & managed).sum() >= 20


def _scoring_table(truth: Truth) -> pl.DataFrame:
    """Everyone's latest sanction as the predictor asks for it, at liberty from today."""
    proven = truth.cases.filter(pl.col("disposal").is_not_null()).sort("court_on")
    people = proven.group_by("person", maintain_order=True).agg(
        total_sanctions=pl.col("court_on").n_unique(),
        first=pl.col("court_on").first(),
        conviction_date=pl.col("court_on").last(),
        ho_code=pl.col("ho_code").last(),
    )
    joined = people.join(truth.people.select("person", "sex", "born"), on="person")
    return joined.with_columns(
        date_of_birth="born",
        followup_date=pl.lit(truth.settings.as_at),
        age_at_first_sanction=((pl.col("first") - pl.col("born")).dt.total_days() / 365.2425).floor().cast(pl.Int64),
    )


def test_priorities_follow_custody_and_contacts_are_recent(truth: Truth) -> None:
    latest = truth.priorities.sort("person", "set_on").group_by("person", maintain_order=True).last()
    current = truth.memberships.filter(pl.col("left_on").is_null())
    now = current.join(latest, on="person")
    assert now.height == current.height
    assert set(now["colour"]) == {"Red", "Amber", "Green", "Blue"}
    blue = truth.priorities.filter(pl.col("colour") == "Blue")
    assert _while_inside(truth, blue, "set_on").height == blue.height
    contacts = truth.contacts.join(current, on="person")
    assert contacts.height == truth.contacts.height
    assert contacts.filter(pl.col("at").dt.date() >= truth.settings.as_at).is_empty()
    assert contacts["person"].n_unique() >= 90
    assert (contacts["outcome"] == "Seen").mean() > 0.6
    assert contacts["agency"].n_unique() == 5


def test_supervision_follows_disposals(truth: Truth) -> None:
    kinds = {"Community Order", "Suspended Sentence Order", "Licence", "Post Sentence Supervision"}
    assert set(truth.orders["kind"]) == kinds
    licences = truth.orders.filter(pl.col("kind") == "Licence")
    released = licences.join(truth.custody, left_on=["person", "starts"], right_on=["person", "ends"])
    assert released.height == licences.height
    community = truth.orders.filter(pl.col("kind") == "Community Order")
    assert community.height == truth.cases.filter(pl.col("disposal") == "Community order").height
