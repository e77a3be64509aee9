"""Every set of unit costs and harm weights loads; a code finds its narrowest line; each fault gets a sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from trellis.evaluation.definitions import Basis, Coded, Line, Status, read_harm_index, read_unit_costs
from trellis.rules.errors import Refused

FOLDER = Path(__file__).parents[2] / "definitions"
COSTS = sorted((FOLDER / "unit_costs").glob("*.yaml"))
WEIGHTS = sorted((FOLDER / "harm_weights").glob("*.yaml"))


def lines(found: Coded[Line]) -> dict[str, Line]:
    return {line.key: line for line in found.lines}


@pytest.mark.requirement("PERF-01")
def test_every_set_loads_and_names_its_basis_and_price_year() -> None:
    sets = [read_unit_costs(path) for path in COSTS]
    assert {unit_costs.key for unit_costs in sets} == {"gmca_v1_4", "home_office_rr99"}
    for unit_costs in sets:
        assert unit_costs.basis.value in unit_costs.label
        assert f"in {unit_costs.price_year} prices" in unit_costs.label


def test_every_index_loads() -> None:
    assert [read_harm_index(path).unit for path in WEIGHTS] == ["days of imprisonment", "severity points"]


def test_published_costs_are_those_of_their_source() -> None:
    gmca, rr99 = (read_unit_costs(path) for path in COSTS)
    robbery = next(line for line in gmca.lines if line.key == "robbery")
    assert robbery.amount == 3674
    assert dict(robbery.agencies) == {
        "police": 1041, "probation": 95, "courts": 561, "prison": 1009, "other criminal justice": 395, "health": 572,
    }  # fmt: skip
    assert gmca.basis is Basis.PUBLIC_PURSE
    assert rr99.basis is Basis.ECONOMIC_AND_SOCIAL
    found = rr99.line_of("03401")
    assert found is not None
    assert (found.amount, rr99.status_of(found)) == (11_320, Status.NATIONAL)


def test_agencies_parts_come_to_the_published_cost_within_a_pound() -> None:
    gmca = read_unit_costs(COSTS[0])
    assert max(abs(line.not_split) for line in gmca.lines) <= 1


def test_what_no_page_confirms_is_an_example() -> None:
    rr99 = read_unit_costs(COSTS[1])
    examples = {line.key for line in rr99.lines if rr99.status_of(line) is Status.EXAMPLE}
    assert {"homicide", "violence_without_injury", "domestic_burglary", "theft_from_person", "fraud"} <= examples
    assert not {"robbery", "rape", "violence_with_injury", "theft_of_vehicle", "arson"} & examples


def test_the_longest_code_decides_and_drug_possession_has_no_cost() -> None:
    cchi, severity = (read_harm_index(path) for path in WEIGHTS)
    possession, supply = cchi.line_of("09251"), cchi.line_of("09231")
    assert possession is not None
    assert supply is not None
    assert (possession.weight, supply.weight) == (3, 5)
    assert severity.line_of("09251") is None
    assert all(read_unit_costs(path).line_of("09251") is None for path in COSTS)


def test_indices_disagree_on_theft_from_the_person_so_the_index_is_named() -> None:
    days, points = (read_harm_index(path).line_of("03900") for path in WEIGHTS)
    assert days is not None
    assert points is not None
    assert (days.weight, points.weight) == (2, 86)


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("amount: 3674", "amount: 0", "lines > 5 > amount: Input should be greater than 0"),
        ("police: 1041", "police: 9041", "parts of robbery come to more than its amount"),
        ('codes: ["034"]', 'codes: ["028"]', "028 stands there twice"),
        ('codes: ["034"]', 'codes: ["34"]', "String should match pattern"),
        ("price_year: 2010/11", "price_year: lately", "price_year: String should match pattern"),
        ("version: 1", "version: 1\nversion: 2", "“version” stands there twice"),
        ("basis: public purse", "based: public purse", "basis: Field required"),
    ],
)
def test_faults_are_sentences_with_file_and_field(tmp_path: Path, was: str, becomes: str, fault: str) -> None:
    (tmp_path / "unit_costs").mkdir()
    spoilt = Path(shutil.copy(COSTS[0], tmp_path / "unit_costs"))
    text = spoilt.read_text(encoding="utf-8")
    assert was in text
    spoilt.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(Refused, match=r"unit_costs/gmca_v1_4\.yaml") as refused:
        read_unit_costs(spoilt)
    assert fault in str(refused.value)


def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text("- 1", encoding="utf-8")
    with pytest.raises(Refused, match="a definition is a mapping"):
        read_harm_index(path)
