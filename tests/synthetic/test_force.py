"""The same bytes from the same settings; as many people as asked for; every file about the same people."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.synthetic.reading import HABITS
from trellis.predictors.ogrs3 import category
from trellis.rules.vocabulary import AgencyKind
from trellis.synthetic.force import FILES, Settings, Truth, World, write_extracts
from trellis.synthetic.offences import CODES
from trellis.synthetic.places import AGENCIES, AREAS, OFFICERS

Files = dict[str, pl.DataFrame]


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_same_settings_same_bytes(tmp_path: Path) -> None:
    small = Settings(people=300, managed=30)
    write_extracts(tmp_path / "a", small)
    write_extracts(tmp_path / "b", small)
    first = _bytes(tmp_path / "a")
    assert set(first) == set(HABITS)
    assert len(FILES) == len(HABITS)
    assert first == _bytes(tmp_path / "b")


def test_another_seed_gives_another_force(tmp_path: Path) -> None:
    write_extracts(tmp_path / "a", Settings(people=300, managed=30, seed=1))
    write_extracts(tmp_path / "b", Settings(people=300, managed=30, seed=2))
    other = _bytes(tmp_path / "b")
    assert all(content != other[name] for name, content in _bytes(tmp_path / "a").items())


def test_default_force_is_the_size_asked_for(truth: Truth) -> None:
    assert truth.people.height == 2000
    assert truth.memberships.height == 150
    assert truth.memberships["person"].n_unique() == 150
    assert truth.memberships["left_on"].null_count() == 96
    assert set(truth.memberships["cohort"]) == {"Fixed", "Flex", "Free"}
    assert len(AREAS) == 3
    assert len(AGENCIES) == 8
    assert set(truth.people["area"]) == {area.code for area in AREAS}
    assert {agency.kind for agency in AGENCIES} <= set(AgencyKind)
    assert truth.settings.start == date(2016, 10, 28)
    for table, column in (("offences", "happened_on"), ("cases", "court_on"), ("custody", "starts")):
        days = getattr(truth, table)[column].drop_nulls()
        assert days.min() >= truth.settings.start
        assert days.max() <= truth.settings.as_at
        assert days.dt.year().n_unique() == 11


def test_people_look_like_those_a_scheme_knows(truth: Truth) -> None:
    managed = truth.people.filter(pl.col("person").is_in(truth.memberships["person"].implode()))
    assert (managed["sex"] == "M").mean() >= 0.9
    ages = (truth.settings.as_at - truth.people["born"]).dt.total_days() / 365.25
    assert ages.min() >= 18
    assert ages.max() < 61
    assert truth.people["ethnicity"].n_unique() == 17
    youngest = truth.memberships.join(truth.people, on="person").select(
        (pl.col("adopted_on") - pl.col("born")).dt.total_days().min() / 365.25
    )
    assert youngest.item() >= 17.99


def test_every_code_is_one_the_home_office_has() -> None:
    assert all(category(code) for code in CODES)


def test_everyone_ever_managed_is_in_the_files(truth: Truth, files: Files) -> None:
    managed = truth.people.filter(pl.col("person").is_in(truth.memberships["person"].implode()))
    nominals = set(files["fable_police_nominals.csv"]["FORCE_REF"])
    assert set(managed["force_ref"]) <= nominals
    results = set(files["fable_court_results.csv"]["PNC_ID"])
    assert set(managed["pnc"]) <= results
    for name in ("fable_cohort_list.csv", "fable_priority_history.csv"):
        rows = files[name]
        listed = set(rows["FORCE_REF"]) | set(rows["PNC"])
        assert all({one, other} & listed for one, other in managed.select("force_ref", "pnc").iter_rows())
    leads = files["fable_cohort_list.csv"].select("POLICE_LEAD", "PROBATION_LEAD")
    assert leads.filter(pl.all_horizontal(pl.all().is_null())).is_empty()
    named = set(leads["POLICE_LEAD"]) | set(leads["PROBATION_LEAD"])
    assert named <= {None, *(officer.username for officer in OFFICERS)}


def test_files_speak_of_the_same_people(truth: Truth, files: Files) -> None:
    known = set(truth.people["pnc"])
    for name, column in (
        ("fable_police_nominals.csv", "PNC_ID"),
        ("fable_police_custody_records.csv", "PNC_ID"),
        ("fable_court_results.csv", "PNC_ID"),
        ("fable_probation_cases.csv", "PNC_ID"),
        ("fable_prison_movements.csv", "PNC_ID"),
        ("fable_cohort_list.csv", "PNC"),
        ("fable_contacts.csv", "PNC"),
    ):
        assert set(files[name][column].drop_nulls()) <= known
    assert set(files["fable_probation_cases.csv"]["CRN"].drop_nulls()) == set(truth.people["crn"].drop_nulls())
    assert set(files["fable_prison_movements.csv"]["NOMS_NO"].drop_nulls()) == set(truth.people["noms"].drop_nulls())
    keyless = files["fable_police_custody_records.csv"].filter(
        pl.col("FORCE_REF").is_null() & pl.col("PNC_ID").is_null()
    )
    assert keyless.height <= 0.002 * files["fable_police_custody_records.csv"].height


def test_every_case_with_a_result_has_one_principal_offence(files: Files) -> None:
    results = files["fable_court_results.csv"].unique("RESULT_REF")
    by_case = results.with_columns(case=pl.col("RESULT_REF").str.head(9)).group_by("case")
    assert set(by_case.agg(principals=(pl.col("PRINCIPAL") == "Y").sum())["principals"]) == {1}


def test_a_few_rows_are_bad_and_fewer_than_one_in_a_hundred(files: Files) -> None:
    expected = {
        "fable_police_nominals.csv": ("DOB", "31/02/1990"),
        "fable_court_results.csv": ("HO_CODE", "ABC"),
        "fable_probation_cases.csv": ("CRN", None),
        "fable_prison_movements.csv": ("MOVED_AT", "2023-02-30T09:15:00"),
    }
    for name, (column, value) in expected.items():
        cells = files[name][column]
        bad = cells.null_count() if value is None else (cells == value).sum()
        assert 1 <= bad < cells.len() / 100
    for name, key in (("fable_court_results.csv", "RESULT_REF"), ("fable_contacts.csv", "CONTACT_REF")):
        assert 1 <= files[name].height - files[name][key].n_unique() < files[name].height / 100


def test_agencies_differ_about_the_same_person(truth: Truth, files: Files) -> None:
    nominals = files["fable_police_nominals.csv"]
    again = nominals.filter(pl.col("FORCE_REF").str.starts_with("FB8"))
    assert 30 <= again.height <= 100
    assert 0.2 < again["PNC_ID"].null_count() / again.height < 0.6
    assert nominals["ALIASES"].drop_nulls().str.contains(" / ").any()
    cases = files["fable_probation_cases.csv"].unique("CRN").join(truth.people, left_on="CRN", right_on="crn")
    assert 0.03 < (cases["LAST_NAME"] != cases["surname"]).mean() < 0.1
    assert 0.04 < cases["PNC_ID"].null_count() / cases.height < 0.13


PLAINLY_INVENTED = {
    "fable_police_nominals.csv": {
        "PHONE": r"(07700 |\+447700)900\d{3}",
        "POSTCODE": r"(?i)ZZ[123] ?\d[A-Z]{2}",
        "VRM": r"ZZ00 [A-Z]{3}",
        "FORCE_REF": r"FB[78]\d{6}",
        "CRO": r"9\d{5}/\d\d[A-Z]",
    },
    "fable_probation_cases.csv": {"CRN": r"X9\d{5}"},
    "fable_prison_movements.csv": {"NOMS_NO": r"A\d{4}Z[A-Z]"},
}


@pytest.mark.parametrize("name", PLAINLY_INVENTED)
def test_identifiers_lie_in_ranges_nobody_has(files: Files, name: str) -> None:
    for column, form in PLAINLY_INVENTED[name].items():
        cells = files[name][column].drop_nulls()
        assert cells.len() > 100
        assert all(re.fullmatch(form, cell) for cell in cells)


def test_check_letters_are_always_wrong(truth: Truth) -> None:
    letters = "ZABCDEFGHJKLMNPQRTUVWXY"
    assert truth.people["pnc"].n_unique() == truth.people.height
    for pnc in truth.people["pnc"]:
        assert re.fullmatch(r"\d{4}/9\d{6}[A-HJ-NP-RT-Z]", pnc)
        assert letters[int(pnc[2:4] + pnc[5:12]) % 23] != pnc[-1]
    for cro in truth.people["cro"].drop_nulls():
        assert letters[int(cro[7:9] + cro[:6]) % 23] != cro[-1]


@pytest.mark.parametrize(
    "wrong",
    [{"people": 99}, {"people": 100_001}, {"years": 4}, {"managed": 201}, {"managed": -1}],
)
def test_settings_that_do_not_fit_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be from"):
        Settings(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [{"rate_mean": 0}, {"burst_persistence": 1}, {"detection": 1.1}, {"effect": 0}])
def test_worlds_that_cannot_be_drawn_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must be|probability"):
        World(**wrong)
