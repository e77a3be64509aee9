"""Before, during and after against a slow twin, and each rule by an example."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evaluation.before_after_twin import Offence, Spell, at_risk, counted, windows_of
from trellis.evaluation.attribution import NaturalFall, NotAssessed
from trellis.evaluation.before_after import BeforeAfter, Phase, PhaseRules, Scope, Settings, before_after
from trellis.evaluation.before_after.ranges import MOST_UNITS
from trellis.evaluation.definitions import UnitCostSet, read_unit_costs
from trellis.evaluation.exposure import CustodyTreatment
from trellis.evaluation.measures import EventType
from trellis.rules.errors import Refused

GMCA = read_unit_costs(Path(__file__).parents[2] / "definitions" / "unit_costs" / "gmca_v1_4.yaml")
FIRST = date(2022, 1, 1)
DATA_END = date(2024, 1, 1)
NOT_DONE = NotAssessed("there is no pool")
PRICES = {"03401": 3674.0, "02803": 1361.0}

day = st.integers(0, 760).map(lambda n: FIRST + timedelta(days=n))
span = st.tuples(day, st.none() | st.integers(0, 300)).map(
    lambda drawn: (drawn[0], None if drawn[1] is None else drawn[0] + timedelta(days=drawn[1]))
)
spell = st.tuples(st.integers(1, 3), span).map(lambda drawn: (drawn[0], *drawn[1]))
offence = st.tuples(
    st.integers(1, 4), day, st.none() | st.integers(-3, 300), st.sampled_from(["03401", "02803", "09251", "burglary"])
).map(lambda drawn: (drawn[0], drawn[1], None if drawn[2] is None else drawn[1] + timedelta(days=drawn[2]), drawn[3]))
rules = st.builds(
    PhaseRules,
    baseline_months=st.integers(1, 12),
    gap_months=st.integers(0, 3),
    after_months=st.none() | st.integers(1, 9),
    proof_months=st.none() | st.integers(0, 9),
)


def people(*sexes: str | None) -> pl.DataFrame:
    return pl.DataFrame(
        {"person_id": range(1, len(sexes) + 1), "sex": sexes}, {"person_id": pl.Int64, "sex": pl.String}
    )


def spells(rows: list[Spell]) -> pl.DataFrame:
    return pl.DataFrame(rows, {"person_id": pl.Int64, "from": pl.Date, "to": pl.Date}, orient="row")


def offences(rows: list[Offence]) -> pl.DataFrame:
    schema = {"person_id": pl.Int64, "offence_date": pl.Date, "proven_date": pl.Date, "ho_code": pl.String}
    return pl.DataFrame(rows, schema, orient="row")


def chosen(scope: Scope = Scope.ALL_SINCE, *, unit_costs: UnitCostSet | None = GMCA, **changed: object) -> Settings:
    given = {"data_end": DATA_END, "seed": 1, "since": FIRST, "replicates": 50, "unit_costs": unit_costs} | changed
    return Settings(scope, **given)  # type: ignore[arg-type]


@settings(max_examples=35, deadline=None)
@given(st.lists(spell, min_size=1, max_size=5), st.lists(offence, max_size=25), st.lists(spell, max_size=4), rules)
@pytest.mark.requirement("PERF-14", "PERF-15")
def test_events_days_and_pounds_of_each_phase_are_the_twins(
    managed: list[Spell], committed: list[Offence], custody: list[Spell], asked: PhaseRules
) -> None:
    how = chosen(rules=asked, since=date(2000, 1, 1))
    who = sorted({person for person, start, end in managed if start < min(end or DATA_END, DATA_END)})
    tables = (people("M", "F", None), spells(managed), offences(committed), spells(custody))
    if not who:
        with pytest.raises(Refused, match="Nobody was managed"):
            before_after(*tables, how, expected=NOT_DONE)
        return
    found = before_after(*tables, how, expected=NOT_DONE)
    events, days, pounds = Counter[Phase](), Counter[Phase](), Counter[Phase]()
    for person in who:
        for phase, inside in windows_of(person, managed, asked, how.until, DATA_END):
            free = at_risk(person, inside, custody)
            codes = counted(person, inside, committed, asked, DATA_END) if free else Counter[str]()
            days[phase] += free
            events[phase] += codes.total()
            pounds[phase] += sum(PRICES.get(code, 0) * count for code, count in codes.items())
    for phase, totals in found.phases.items():
        assert (totals.events, totals.days) == (events[phase], days[phase])
        if totals.costing and totals.costing.pounds is not None:
            assert totals.costing.pounds == pytest.approx(pounds[phase] * 365.25 / days[phase] * len(who))


def year_apart(before: int, after: int, *, held: list[Spell] | None = None, **changed: object) -> BeforeAfter:
    """One person, managed for 2023, with so many robberies in the year before and in that one."""
    managed: list[Spell] = [(1, date(2023, 1, 1), None)]
    rows = [
        (1, start + timedelta(days=n), start + timedelta(days=n + 30), "03401")
        for start, many in ((date(2022, 2, 1), before), (date(2023, 2, 1), after))
        for n in range(many)
    ]
    how = chosen(**({"rules": PhaseRules(proof_months=None)} | changed))  # type: ignore[arg-type]
    return before_after(people("M"), spells(managed), offences(rows), spells(held or []), how, expected=NOT_DONE)


@pytest.mark.requirement("PERF-11")
def test_forty_to_four_a_year_is_a_fall_of_nine_tenths_although_every_year_has_a_conviction() -> None:
    found = year_apart(40, 4)
    assert found.table.offences.share == pytest.approx(-0.9)
    assert found.table.rows[1][4] == "−90.0 %"


@pytest.mark.requirement("PERF-06")
def test_annual_figures_are_scaled_by_days_at_risk_and_say_so() -> None:
    half = year_apart(4, 4, held=[(1, date(2023, 7, 2), None)])
    assert half.compared.days == 182
    assert half.compared.projected == pytest.approx(4 * 365.25 / 182)
    assert "Annual figures are events / days at risk x 365.25 x people" in " ".join(half.notes)
    assert "4 in 182 days since" in " ".join(half.notes)


@pytest.mark.requirement("PERF-13")
def test_the_treatment_of_custody_changes_the_figures_and_is_named() -> None:
    held: list[Spell] = [(1, date(2023, 7, 2), None)]
    kept_in = year_apart(4, 4, held=held, treatment=CustodyTreatment.NONE)
    assert kept_in.compared.days == 365
    assert "Custody: no held days are subtracted." in " ".join(kept_in.notes)
    assert "Custody: all held days are subtracted." in " ".join(year_apart(4, 4).notes)


@pytest.mark.requirement("PERF-13")
def test_where_treatments_of_custody_differ_the_change_under_each_is_told() -> None:
    held: list[Spell] = [(1, date(2023, 7, 2), None)]
    assert year_apart(4, 4).other_treatments == ()
    assert year_apart(4, 2, held=held).other_treatments == (
        "No held days are subtracted: the change would be −50.0 %.",
    )
    custody = spells(held).with_columns(kind=pl.lit("remand"))
    managed: list[Spell] = [(1, date(2023, 1, 1), None)]
    rows: list[Offence] = [
        (1, date(2022, 5, 1), date(2022, 6, 1), "03401"),
        (1, date(2023, 5, 1), date(2023, 6, 1), "03401"),
    ]
    how = chosen(treatment=CustodyTreatment.NONE, rules=PhaseRules(proof_months=None))
    found = before_after(people("M"), spells(managed), offences(rows), custody, how, expected=NOT_DONE)
    assert found.other_treatments == (
        "All held days are subtracted: the change would be +100.5 %.",
        "Only days held under a sentence are subtracted: the change would be 0.0 %.",
    )
    assert set(found.other_treatments) <= set(found.notes)


@pytest.mark.requirement("PERF-14")
def test_a_baseline_that_the_data_cuts_short_is_counted_and_the_run_up_can_be_left_out() -> None:
    cut = year_apart(4, 4, data_start=date(2022, 1, 2))
    assert (cut.short_baselines, cut.before.days) == (1, 364)
    assert "The data begins too late for the whole baseline of 1 people." in cut.notes
    assert year_apart(4, 4, data_start=date(2022, 1, 1)).short_baselines == 0
    gap = year_apart(4, 4, rules=PhaseRules(baseline_months=6, gap_months=3, proof_months=None))
    assert gap.before.days == (date(2022, 10, 1) - date(2022, 4, 1)).days
    assert gap.notes[0].startswith("Before is 6 months, ending 3 months before the person was first managed")


@pytest.mark.requirement("PERF-05")
def test_the_two_scopes_take_different_people_and_compare_different_phases() -> None:
    managed: list[Spell] = [
        (1, date(2023, 1, 1), None),
        (2, date(2023, 1, 1), date(2023, 6, 1)),
        (3, date(2021, 1, 1), date(2021, 12, 1)),
    ]
    tables = (people("M", "F", None), spells(managed), offences([]), spells([]))
    ever = before_after(*tables, chosen(Scope.ALL_SINCE), expected=NOT_DONE)
    now = before_after(*tables, chosen(Scope.CURRENT), expected=NOT_DONE)
    assert (ever.people.words, now.people.words) == (
        "2 (1 male, 1 female, 0 unknown)", "1 (1 male, 0 female, 0 unknown)",
    )  # fmt: skip
    assert (ever.compared.phases, now.compared.phases) == ((Phase.DURING, Phase.AFTER), (Phase.DURING,))
    assert ever.table.title == "Everyone managed at any time since 1 January 2022: proven offences before and after"
    assert ever.table.after_label == "During and after"
    assert now.table.title.startswith("Everyone managed on 31 December 2023")
    with pytest.raises(Refused, match="Say since which day"):
        before_after(*tables, chosen(since=None), expected=NOT_DONE)


@pytest.mark.requirement("PERF-07")
def test_each_sex_and_unknown_have_figures_of_their_own_that_add_up() -> None:
    managed: list[Spell] = [(person, date(2023, 1, 1), None) for person in (1, 2, 3, 4)]
    rows: list[Offence] = [(person, date(2022, 5, 1), date(2022, 6, 1), "03401") for person in (1, 2, 3, 3)]
    table = people("M", "female", None, "X")
    found = before_after(table, spells(managed), offences(rows), spells([]), chosen(), expected=NOT_DONE)
    assert {name: (before.people, before.events) for name, (before, _) in found.by_sex.items()} == {
        "male": (1, 1), "female": (1, 1), "unknown": (2, 2),
    }  # fmt: skip
    assert found.before.events == 4


@pytest.mark.requirement("PERF-12", "PERF-24")
def test_the_event_type_is_stated_and_proof_is_not_everything() -> None:
    proven = year_apart(4, 2)
    assert "Counted: proven offences." in " ".join(proven.notes)
    assert "Proven offences are not all offences: in 2019, 76 % of thefts and 58 % of robberies" in " ".join(
        proven.notes
    )
    arrests = pl.DataFrame({"person_id": [1, 1], "arrest_date": [date(2022, 5, 1), date(2023, 12, 30)]})
    managed = spells([(1, date(2023, 1, 1), None)])
    found = before_after(
        people("M"),
        managed,
        arrests,
        spells([]),
        chosen(event_type=EventType.ARREST, unit_costs=None),
        expected=NOT_DONE,
    )
    # Nobody waits for proof of an arrest, so the last months of the data count.
    assert (found.before.events, found.compared.events) == (1, 1)
    assert found.table.title.endswith("arrests before and after")
    assert not any("Proven offences are not all" in note for note in found.notes)


def test_recent_months_wait_for_proof_so_that_they_do_not_look_better_than_they_are() -> None:
    settled = year_apart(0, 0, rules=PhaseRules())
    assert settled.settings.until == date(2023, 7, 1)
    assert settled.compared.days == 181
    assert "proven within 6 months of the day it was committed, in every phase alike" in settled.notes[1]
    assert settled.notes[1].endswith("so phases end on 1 July 2023 at the latest.")


@pytest.mark.requirement("PERF-02")
def test_cost_before_less_cost_during_never_stands_without_interval_and_natural_fall() -> None:
    managed: list[Spell] = [(person, date(2023, 1, 1), None) for person in range(1, 41)]
    rng = np.random.default_rng(3)
    rows: list[Offence] = []
    for start, most in ((date(2022, 1, 1), 9), (date(2023, 1, 1), 6)):
        for person in range(1, 41):
            days = rng.integers(0, 180, rng.integers(1, most))
            rows += [
                (person, start + timedelta(days=int(n)), start + timedelta(days=int(n) + 9), "03401") for n in days
            ]
    fall = NaturalFall(0.3, 0.25, 0.35, "placebo cohort")
    everyone = people(*["M"] * 40)
    found = before_after(everyone, spells(managed), offences(rows), spells([]), chosen(), expected=fall)
    table = found.table
    assert table.cost is not None
    assert found.cost_range is not None
    assert found.cost_range.low < table.cost.difference < found.cost_range.high
    assert "not attributable" in table.words[0]
    assert "−30.0 % would be expected with no scheme at all" in table.words[1]
    assert any(words.startswith("The difference in cost has a 95 % interval of") for words in table.words)
    again = before_after(everyone, spells(managed), offences(rows), spells([]), chosen(), expected=fall)
    assert again.cost_range == found.cost_range
    with pytest.raises(TypeError, match="expected"):
        before_after(everyone, spells(managed), offences(rows), spells([]), chosen())  # type: ignore[call-arg]


def test_too_few_people_give_no_interval_and_nobody_at_risk_no_table() -> None:
    assert year_apart(0, 1).share_range is None
    with pytest.raises(Refused, match="Nobody was at risk in one of the phases"):
        _ = year_apart(1, 1, held=[(1, date(2020, 1, 1), None)]).table


def test_very_many_people_are_resampled_in_groups_that_keep_their_spread() -> None:
    many = 4 * MOST_UNITS
    managed = pl.DataFrame({"person_id": range(many), "from": [date(2023, 1, 1)] * many, "to": [None] * many})
    rng = np.random.default_rng(5)
    counts = rng.poisson(rng.gamma(0.7, 3 / 0.7, many))
    ids = np.repeat(np.arange(many), counts)
    happened = np.datetime64("2022-01-01") + rng.integers(0, 365, len(ids))
    rows = pl.DataFrame({"person_id": ids, "offence_date": happened, "proven_date": happened, "ho_code": "03401"})
    after = rows.filter(pl.Series(rng.random(len(ids)) < 0.3)).with_columns(
        pl.col("offence_date", "proven_date").dt.offset_by("12mo")
    )
    everyone = pl.DataFrame({"person_id": range(many), "sex": "M"})
    how = chosen(replicates=400, rules=PhaseRules(proof_months=None))
    found = before_after(everyone, managed, pl.concat([rows, after]), spells([]), how, expected=NOT_DONE)
    assert found.share_range is not None
    width = found.share_range.high - found.share_range.low
    of_person = np.column_stack([counts, np.bincount(after["person_id"].to_numpy(), minlength=many)]).astype(float)
    residual = of_person[:, 1] - of_person[:, 1].sum() / of_person[:, 0].sum() * of_person[:, 0]
    linearised = 2 * 1.96 * residual.std() * np.sqrt(many) / of_person[:, 0].sum()
    # The ratio of sums has this standard error (Cochran 1977, 6.4); the bootstrap has its own noise.
    assert width == pytest.approx(linearised, rel=0.12)


def test_whoever_is_managed_must_be_in_the_table_of_people() -> None:
    managed: list[Spell] = [(2, date(2023, 1, 1), None)]
    with pytest.raises(Refused, match="1 managed people are not in the table of people"):
        before_after(people("M"), spells(managed), offences([]), spells([]), chosen(), expected=NOT_DONE)
    with pytest.raises(Refused, match="The baseline and the time after must be at least a month"):
        PhaseRules(baseline_months=0)
