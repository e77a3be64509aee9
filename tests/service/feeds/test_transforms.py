"""Cells are read a column at a time, as the rules read them one by one."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.errors import Refused
from trellis.rules.identifiers import normalise_identifier
from trellis.rules.vocabulary import IdentifierKind
from trellis.service.feeds.mapping import FieldDefinition
from trellis.service.feeds.transforms import ITEM, PART, Surroundings, ho_code, read_column, split_aliases, tidy_name

AROUND = Surroundings(date(2026, 11, 22), areas={"little-fabling": 3}, users={"wren": 7})


def read(name: str, *cells: str | None, **rule: object) -> tuple[list[object], list[object]]:
    definition = FieldDefinition.model_validate({"column": "C", **rule})
    reading = read_column(name, pl.Series("C", cells, dtype=pl.String), definition, AROUND)
    return reading.values.to_list(), reading.faults.to_list()


@pytest.mark.parametrize(
    ("sent", "tidied"),
    [
        ("NETTLESHIP-VALE", "Nettleship-Vale"), ("O’FABLE", "O’Fable"), ("o'fable", "O'Fable"), ("McFable", "McFable"),
        ("  VAN   DER FABLE ", "Van Der Fable"), ("Zoë", "Zoë"), ("ÅSA", "Åsa"),
    ],
)  # fmt: skip
def test_names_read_as_people_write_them(sent: str, tidied: str) -> None:
    assert tidy_name(sent) == tidied


@given(st.text(max_size=40))
def test_a_tidied_name_is_tidy_and_keeps_its_letters(text: str) -> None:
    tidied = tidy_name(text)
    assert tidy_name(tidied) == tidied or tidied.isupper() or tidied.islower()
    assert "".join(tidied.split()).casefold() == "".join(text.split()).casefold()


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        ("KETTLEWICK Hec / SALTMARSH Hector", [("Kettlewick", "Hec"), ("Saltmarsh", "Hector")]),
        ("VAN DER FABLE Jan", [("Van Der Fable", "Jan")]),
        ("Inkpenny Gid", [("Inkpenny", "Gid")]),
        ("OAK / / OAK", [("Oak", "")]),
    ],
)
def test_aliases_are_split_into_family_and_given_names(sent: str, names: list[tuple[str, str]]) -> None:
    assert [tuple(name.split(PART)) for name in split_aliases(sent, "/").split(ITEM)] == names


@pytest.mark.parametrize(
    ("sent", "code"), [("046/00", "04600"), ("28/1", "02801"), ("02803", "02803"), ("803/01", "80301")]
)
def test_home_office_codes_become_five_digits(sent: str, code: str) -> None:
    assert ho_code(sent) == code


@given(st.text(alphabet="0123456789/ABC ", max_size=8))
def test_a_home_office_code_is_five_digits_or_refused(text: str) -> None:
    with suppress(Refused):
        assert re.fullmatch("[0-9]{5}", ho_code(text))


def test_a_date_must_exist_and_have_come() -> None:
    values, faults = read(
        "happened", "20260101", "20260231", "20270101", None, "01012026", read="date", formats=["%Y%m%d"]
    )
    assert values == [date(2026, 1, 1), None, None, None, None]
    assert faults[0] is faults[3] is None
    assert faults[1] == "“20260231” is not a date that exists. Write it like 19901231."
    assert faults[2] == "“20270101” had not come yet when the file was received. Correct the date."
    assert faults[4] == "“01012026” is not a date that exists. Write it like 19901231."


def test_a_date_may_lie_ahead_where_the_mapping_says_so_and_never_before_1900() -> None:
    rule = {"read": "date", "formats": ["%d/%m/%Y", "%Y-%m-%d"], "ahead": True}
    values, faults = read("order_ends", "01/02/2027", "2027-02-03", "01/02/27", **rule)
    assert values == [date(2027, 2, 1), date(2027, 2, 3), None]
    assert faults[2] == "“01/02/27” is not in the years 1900 to 2100. Correct the year."


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2026, 11, 21)))
def test_every_moment_written_in_a_form_is_read_back(moment: datetime) -> None:
    moment = moment.replace(second=0, microsecond=0)
    values, faults = read("happened", f"{moment:%d/%m/%Y %H:%M}", read="datetime", formats=["%d/%m/%Y %H:%M"])
    assert (values, faults) == ([moment], [None])


@given(
    st.lists(
        st.one_of(st.none(), st.sampled_from(["2002/3186819R", "20023186819r", "02/3186819R", "x", "2002/318"])),
        max_size=8,
    )
)
def test_a_column_of_identifiers_reads_as_the_rule_reads_each(cells: list[str | None]) -> None:
    values, faults = read("pnc", *cells, read="identifier")
    for cell, value, fault in zip(cells, values, faults, strict=True):
        assert (value, fault) == by_rule(cell)


def by_rule(cell: str | None) -> tuple[str | None, str | None]:
    try:
        return (normalise_identifier(IdentifierKind.PNC, cell) if cell else None), None
    except Refused as refusal:
        return None, str(refusal)


def test_codes_are_known_whatever_their_case_and_others_are_told_what_to_use() -> None:
    values, faults = read("sex", "male", "Q", read="code", codes={"Male": "M", "Female": "F"})
    assert values == ["M", None]
    assert faults[1] == "“Q” is not a code that this feed knows. Use one of Male, Female."


def test_places_and_people_are_found_by_name() -> None:
    assert read("area", "LF", read="area", codes={"LF": "little-fabling"}) == ([3], [None])
    values, faults = read("police_lead", "Wren", "nobody", read="user")
    assert values == [7, None]
    assert faults[1] == "“nobody” is no user that Trellis knows. Correct it, or have it set up."


def test_numbers_registers_and_texts_have_bounds() -> None:
    assert read("score", "7", "101", "7.5", "-1", read="integer", most=100)[0] == [7, None, None, None]
    rule = {"read": "registrations", "separator": "|", "registers": {"IIOM": {"title": "Managed"}}}
    assert read("registrations", "IIOM|IIOM", "IIOM|XX", **rule) == (
        ["IIOM", None],
        [None, "“XX” is not a register that this feed knows. Use IIOM."],
    )
    assert read("address", "a" * 301)[1] == [f"“{'a' * 40}…” is longer than 300 characters. Shorten it."]
