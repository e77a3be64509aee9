"""No cell of an export starts a formula, whatever reads it, and every cell can be read back."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.exported import formulas_in
from trellis.service.common.exports import (
    Table,
    as_csv,
    as_zip,
    cell_text,
    fields_that_may_leave,
    file_name,
    plain,
    read_back,
    safe_text,
)
from trellis.service.people.models import Address, Person, ProtectedCharacteristics, SearchToken

ATTACK = st.text(
    st.sampled_from(
        [*"=+-@\t\r\n;|,'\"` ‘“", "\u3000", "\u200b", "\ufeff", "＝", "＋", "－", "＠", "﹣", "−", "\xa0", "A", "1"]
    )
)
# A busy machine may take its time: nothing here is about time.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANY = st.one_of(ATTACK, st.text(), st.builds("{}{}".format, ATTACK, st.text(max_size=5)))
ATTACKS = (
    *("=1+1", "+44 7700 900123", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", '"=1', "“=1", "＝1", "－1", "−1"),
    *("\u200b=1", "\ufeff@x", "\xa0-1", "a;=1", "a\n=1", "a|@x", "a\t+1", "=cmd|'/C calc'!A0", "; ;=1"),
)
TEXTS = ("'=1", "''=1", "'", "", "\n", "'\n", "'\n=1", "a-b", "1=1", "O'Quill", "07700 900123", "Siân")


@pytest.mark.parametrize("text", [*ATTACKS, *TEXTS])
def test_known_attacks_are_text(text: str) -> None:
    assert formulas_in(as_csv(Table("t", ["One"], [[text]]))) == []
    assert plain(safe_text(text)) == text


@pytest.mark.requirement("SEC-04")
@PATIENT
@given(st.lists(st.tuples(ANY, ANY), max_size=4), ANY)
@example([("=1", "a;=1")], "=h")
def test_no_cell_starts_a_formula_and_every_cell_is_read_back(rows: list[tuple[str, str]], heading: str) -> None:
    content = as_csv(Table("t", ["One", heading], rows), "OFFICIAL-SENSITIVE")
    assert formulas_in(content) == []
    assert read_back(content) == ("OFFICIAL-SENSITIVE", ["One", heading], [list(row) for row in rows])


@PATIENT
@given(ANY)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    harmless = "a" + text.translate(dict.fromkeys(map(ord, ";|\t\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")))
    assert safe_text(harmless) == harmless


@PATIENT
@given(st.text(), st.text())
def test_two_texts_are_never_one_cell(one: str, other: str) -> None:
    assert (safe_text(one) == safe_text(other)) is (one == other)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-5, "-5"), (-0.25, "-0.25"), (Decimal("-1.50"), "-1.50"), (float("-inf"), ""), (float("nan"), ""), (None, ""),
        (True, "yes"), (date(2026, 2, 1), "2026-02-01"), ([3, 5], "3, 5"), ("-5", "'-5"), ([-1], "'-1"),
        (datetime(2026, 7, 1, 11, 30, tzinfo=UTC), "2026-07-01 12:30:00+01:00"),
    ],
)  # fmt: skip
def test_values_as_they_stand_in_the_file(value: object, text: str) -> None:
    assert cell_text(value) == text  # type: ignore[arg-type]


def test_a_spreadsheet_learns_that_the_file_is_unicode_and_how_it_is_marked() -> None:
    content = as_csv(Table("t", ["Name"], [["Siân"]]), "OFFICIAL")
    assert content.startswith(b'\xef\xbb\xbf"OFFICIAL"\r\n"Name"\r\n')
    assert "Siân" in content.decode()


def test_a_row_of_another_width_is_a_fault() -> None:
    with pytest.raises(ValueError, match="2 headings and a row of 1 cells"):
        as_csv(Table("t", ["One", "Two"], [["1"]]))


def test_files_of_a_folder_have_names_of_their_own() -> None:
    tables = [Table("Court results", ["A"], [["x"]]), Table("Court results", ["A"], [["y"]])]
    with zipfile.ZipFile(io.BytesIO(as_zip(tables, "OFFICIAL"))) as archive:
        assert archive.namelist() == ["official_court-results.csv", "official_court-results-2.csv"]
        assert all(archive.read(name).decode("utf-8-sig").startswith('"OFFICIAL"') for name in archive.namelist())


def test_a_name_of_a_file_says_how_it_is_marked_and_where_its_line_in_the_trail_is() -> None:
    name = file_name("Who has seen", "0123456789abcdef", "csv", "OFFICIAL-SENSITIVE")
    assert name.startswith("official-sensitive_who-has-seen_2")
    assert name.endswith("_0123456789ab.csv")


def test_only_what_the_register_lets_leave_leaves() -> None:
    assert {field.name for field in fields_that_may_leave(Address)} > {"text", "starts", "agency", "recorded_by"}
    assert "sex" not in {field.name for field in fields_that_may_leave(Person)}
    assert fields_that_may_leave(ProtectedCharacteristics) == []
    assert fields_that_may_leave(SearchToken) == []


@pytest.mark.parametrize("text", ATTACKS)
def test_the_search_for_formulas_finds_what_is_not_guarded(text: str) -> None:
    inside = text.replace('"', '""')
    assert formulas_in(f'"x","{inside}"\r\n'.encode("utf-8-sig"))
