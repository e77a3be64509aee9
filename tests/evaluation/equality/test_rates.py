"""Decision points, enforcement by time, and what of them may leave."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from trellis.disclosure import Policy
from trellis.evaluation.equality import (
    SCHEME_STAGES,
    equality_ledger,
    equality_report,
    exposure_rates,
    publish_rates,
    ratio_of_shares,
    relative_rates,
)
from trellis.evaluation.equality.comparisons import Method
from trellis.evaluation.equality.leaving import progress
from trellis.rules.errors import Refused

STAGES = (("selected", "identified"), ("enforced", "selected"))


def scheme(seed: int = 0, people: int = 3_000) -> pl.DataFrame:
    """Selects Black people half as often again, and enforces alike; of one in ten the ethnicity is not recorded."""
    rng = np.random.default_rng(seed)
    ethnicity = rng.choice(["White", "Black", "Asian", ""], people, p=[0.6, 0.15, 0.15, 0.1])
    sex = rng.choice(["Male", "Female"], people, p=[0.9, 0.1])
    selected = rng.random(people) < np.where(ethnicity == "Black", 0.45, 0.3)
    enforced = selected & (rng.random(people) < 0.4)
    return pl.DataFrame(
        {
            "ethnicity": ethnicity,
            "sex": sex,
            "identified": np.ones(people, dtype=bool),
            "selected": selected,
            "enforced": enforced,
        }
    ).with_columns(pl.col("ethnicity").replace("", None))


@pytest.mark.requirement("EQ-01")
def test_each_decision_is_judged_by_who_reached_it() -> None:
    people = scheme()
    selection, enforcement = relative_rates(people, characteristic="ethnicity", reference="White", stages=STAGES)
    assert [rate.group for rate in selection.groups] == ["White", "Asian", "Black", "Unknown"]
    assert sum(rate.reached for rate in selection.groups) == 3_000
    assert [rate.reached for rate in enforcement.groups] == [rate.taken for rate in selection.groups]
    chosen = {rate.group: rate for rate in selection.groups}["Black"]
    enforced = {rate.group: rate for rate in enforcement.groups}["Black"]
    white = {rate.group: rate for rate in selection.groups}["White"]
    assert chosen.versus_reference is not None
    assert chosen.versus_reference.excludes_one
    assert chosen.versus_reference == ratio_of_shares(chosen.taken, chosen.reached, white.taken, white.reached)
    assert enforced.versus_reference is not None
    assert not enforced.versus_reference.excludes_one
    assert chosen.versus_everyone.ratio == pytest.approx(
        chosen.per_100 / (100 * people["selected"].mean())  # type: ignore[operator]
    )
    assert chosen.difference is not None
    assert chosen.difference.low > 0
    assert white.versus_reference is None


@pytest.mark.requirement("EQ-01")
def test_the_report_covers_every_characteristic_and_every_decision_from_considered_to_exited() -> None:
    decisions = {stage for stage, _ in SCHEME_STAGES}
    assert decisions == {"eligible", "selected", "refused", "enhanced", "enforced", "recalled", "deselected"}
    people = scheme().with_columns(
        eligible=pl.col("identified"),
        refused=~pl.col("selected"),
        enhanced=pl.col("enforced"),
        recalled=pl.col("enforced"),
        deselected=pl.col("selected"),
    )
    report = equality_report(people, references={"ethnicity": "White", "sex": "Male"})
    assert report.group_by("characteristic").len().sort("characteristic")["len"].to_list() == [4 * 7, 2 * 7]
    assert report.filter(group="Unknown")["reached"].min() > 0  # type: ignore[operator]
    assert report.filter(pl.col("group") == pl.col("reference"))["ratio"].null_count() == 2 * 7


def test_one_group_alone_has_a_report() -> None:
    report = equality_report(scheme().filter(sex="Male"), references={"sex": "Male"}, stages=STAGES)
    assert report["ratio"].to_list() == [None, None]


def test_rows_that_cannot_be_are_refused() -> None:
    people = scheme()
    with pytest.raises(Refused, match="Nobody is in the reference group “Martian”"):
        relative_rates(people, characteristic="ethnicity", reference="Martian", stages=STAGES)
    with pytest.raises(Refused, match="no column “religion”"):
        relative_rates(people, characteristic="religion", reference="None", stages=STAGES)
    with pytest.raises(Refused, match="people are “selected” and not “enforced”"):
        relative_rates(people, characteristic="sex", reference="Male", stages=(("selected", "enforced"),))
    with pytest.raises(Refused, match="must be true or false"):
        relative_rates(people.with_columns(selected=1), characteristic="sex", reference="Male", stages=STAGES)


def enforced_against(seed: int) -> pl.DataFrame:
    """Twice the time in the scheme, so twice the events; a few people have most of them."""
    rng = np.random.default_rng(seed)
    group = np.repeat(["White", "Black"], 400)
    days = np.where(group == "Black", 360, 180)
    events = rng.poisson(days / 180 * rng.gamma(0.7, 1 / 0.7, 800))
    return pl.DataFrame({"ethnicity": group, "events": events, "days": days})


@pytest.mark.requirement("EQ-02")
def test_enforcement_is_judged_by_time_in_the_scheme_and_not_by_people() -> None:
    people = enforced_against(0)
    white, black = exposure_rates(people, characteristic="ethnicity", reference="White", events="events", days="days")
    assert black.events > 1.7 * white.events
    assert black.versus_reference is not None
    assert not black.versus_reference.excludes_one
    assert black.versus_reference.method is Method.PERSON_ROBUST
    assert white.person_months == pytest.approx(400 * 180 / 30.4375)
    assert white.per_100_months == pytest.approx(100 * white.events / white.person_months)
    overall = people["events"].sum() / people["days"].sum()
    assert black.versus_everyone.ratio == pytest.approx(black.events / (400 * 360) / overall)


def test_the_robust_interval_is_that_of_drawing_people_anew() -> None:
    people = enforced_against(1)
    _, black = exposure_rates(people, characteristic="ethnicity", reference="White", events="events", days="days")
    rng = np.random.default_rng(0)
    logs = []
    for _ in range(2_000):
        total = 0.0
        for sign, group in ((1, "Black"), (-1, "White")):
            rows = people.filter(ethnicity=group)
            drawn = rng.integers(0, rows.height, rows.height)
            total += sign * float(np.log(rows["events"].to_numpy()[drawn].sum() / rows["days"].to_numpy()[drawn].sum()))
        logs.append(total)
    assert black.versus_reference is not None
    ratio = black.versus_reference
    assert (ratio.low, ratio.high) == pytest.approx(tuple(np.exp(np.quantile(logs, [0.025, 0.975]))), rel=0.03)


def test_few_events_have_the_mid_p_interval() -> None:
    """11 in 100 days against 20 in 120: one more row makes it 9, and one-sided at zero."""
    frame = pl.DataFrame({"g": ["a", "b"], "events": [9, 20], "days": [100, 120]})
    _, second = exposure_rates(frame, characteristic="g", reference="a", events="events", days="days")
    assert second.versus_reference is not None
    assert second.versus_reference.method is Method.MID_P
    none = frame.with_columns(events=pl.Series([5, 0]), days=pl.Series([60, 50]))
    _, second = exposure_rates(none, characteristic="g", reference="a", events="events", days="days")
    assert second.versus_reference is not None
    assert second.versus_reference.low == 0
    assert 0 < second.versus_reference.high < 0.9847  # type: ignore[operator]


def test_a_group_without_time_has_no_rate() -> None:
    frame = pl.DataFrame({"g": ["a", "b"], "events": [9, 0], "days": [100, 0]})
    _, second = exposure_rates(frame, characteristic="g", reference="a", events="events", days="days")
    assert second.per_100_months is None
    assert second.versus_reference is not None
    assert second.versus_reference.ratio is None


def test_events_without_time_are_refused() -> None:
    frame = pl.DataFrame({"g": ["a", "b"], "events": [9, 2], "days": [100, 0]})
    with pytest.raises(Refused, match="1 people have “events” and no “days”"):
        exposure_rates(frame, characteristic="g", reference="a", events="events", days="days")
    with pytest.raises(Refused, match="whole numbers"):
        exposure_rates(frame.with_columns(events=0.5), characteristic="g", reference="a", events="events", days="days")


GROUPS = {"ethnicity": ("Asian", "Black", "White", "Unknown"), "sex": ("Female", "Male", "Unknown")}


def test_progress_has_a_value_for_each_way_through() -> None:
    dimension = progress(STAGES)
    assert dimension.leaves == ("identified", "identified and selected", "enforced and identified and selected")
    assert dimension.shown["identified, not selected"] == ("identified",)
    assert len(progress(SCHEME_STAGES).leaves) == 35


def test_what_leaves_holds_no_small_number_and_no_ratio_of_few() -> None:
    people = scheme(people=400)
    published, ledger = publish_rates(
        people,
        equality_ledger(GROUPS, stages=STAGES),
        characteristic="ethnicity",
        reference="White",
        as_known=date(2026, 6, 1),
        stages=STAGES,
    )
    inside = equality_report(people, references={"ethnicity": "White"}, stages=STAGES)
    assert published["group"].to_list() == inside["group"].to_list()
    shown = [int(count) for count in published["taken"] if count != "[c]"]
    assert all(count == 0 or (count >= 5 and count % 5 == 0) for count in shown)
    few = published.filter(pl.Series(inside["taken"] < 18) & (pl.col("group") != "White"))
    assert few.height > 0
    assert set(few["relative_rate"]) <= {"[c]", "[u]"}
    assert len(ledger.entries) == 1


def test_two_characteristics_leave_by_one_ledger() -> None:
    people = scheme(people=400)
    ledger = equality_ledger(GROUPS, stages=STAGES, policy=Policy(rate_events=5))
    for characteristic, reference in (("ethnicity", "White"), ("sex", "Male")):
        published, ledger = publish_rates(
            people,
            ledger,
            characteristic=characteristic,
            reference=reference,
            as_known=date(2026, 6, 1),
            stages=STAGES,
        )
        assert published.filter(group=reference)["relative_rate"].to_list() == ["1", "1"]
    assert len(ledger.entries) == 2


def test_a_group_that_the_ledger_lacks_is_refused() -> None:
    ledger = equality_ledger({"sex": ("Female",)}, stages=STAGES)
    with pytest.raises(Refused, match="the ledger does not have the group"):
        publish_rates(
            scheme(people=50),
            ledger,
            characteristic="sex",
            reference="Male",
            as_known=date(2026, 6, 1),
            stages=STAGES,
        )
