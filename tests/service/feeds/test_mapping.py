"""Mapping files are data: all of them load, and a wrong one is refused in sentences."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from trellis.rules.errors import Refused
from trellis.service.feeds.mapping import all_mappings, mapping

GOOD = """
name: Court
source: Made up
status: example
version: 1
agency: fable-courts
target: disposal
delimiter: ","
encoding: utf-8
row_key: [pnc, happened]
fields:
  pnc: {column: PNC, read: identifier}
  happened: {column: DATE, read: date, formats: ["%Y%m%d"]}
  ho_code: {column: CODE, read: ho_code}
  principal: {column: MAIN, read: yes_no}
  finding: {column: FINDING, read: code, codes: {"G": guilty_plea}}
"""


def written(tmp_path: Path, text: str) -> Path:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "court.yaml").write_text(text)
    return tmp_path


def test_every_mapping_file_loads() -> None:
    found = all_mappings(settings.DEFINITIONS)
    targets = {name: one.target for name, one in found.items() if name.startswith("sample_")}
    assert targets == {
        "sample_police_nominals": "nominal",
        "sample_court_results": "disposal",
        "sample_probation_cases": "probation_case",
        "sample_prison_movements": "prison_movement",
        "sample_needs": "need",
    }
    assert len(found) == len(list((settings.DEFINITIONS / "feeds").glob("*.yaml"))) == 13


def test_a_mapping_is_read_by_name(tmp_path: Path) -> None:
    found = all_mappings(written(tmp_path, GOOD))["court"]
    assert (found.key, found.columns) == ("court", ("PNC", "DATE", "CODE", "MAIN", "FINDING"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("encoding: utf-8", "encoding: wingdings", "there is no encoding wingdings"),
        ('{"G": guilty_plea}', "{no: guilty_plea}", "put quotation marks round codes"),
        ("row_key: [pnc, happened]", "row_key: [pnc, colour]", "colour must have a column"),
        (', formats: ["%Y%m%d"]', "", "give the forms of its dates"),
        ("read: ho_code}", "read: phone}", "ho_code must be read as ho_code, not as phone"),
        ("  ho_code: {column: CODE, read: ho_code}", "  shoe: {column: CODE}", "disposal has no field shoe"),
        ("  pnc: {column: PNC, read: identifier}\n", "", "pnc must have a column"),
        ("target: disposal", "target: sonnet", "target"),
    ],
)
def test_a_wrong_mapping_is_refused_with_file_and_field(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(Refused) as refusal:
        all_mappings(written(tmp_path, GOOD.replace(old, new)))
    assert "feeds/court.yaml" in str(refusal.value)
    assert said in str(refusal.value)


def test_a_feed_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(Refused, match=r"There is no feed “nothing”\. There are fable_cohort_list, "):
        mapping("nothing")
