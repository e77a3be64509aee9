"""Every definition loads, every fault gets a sentence naming file and field, and the built rules do what they say."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from trellis.rules.allocation import GUIDANCE_RATIO
from trellis.rules.criteria import Facts
from trellis.rules.eligibility import judge
from trellis.rules.errors import Refused
from trellis.rules.offences import ProvenOffence
from trellis.rules.priority import PriorityFacts, every_combination, propose
from trellis.rules.vocabulary import (
    AreaKind,
    Band,
    Engagement,
    Finding,
    IntelligencePicture,
    NationalClass,
    PriorityColour,
    RiskOfHarm,
)
from trellis.service.schemes.definitions import KINDS, Definitions, DefinitionsRefused, Status, load_all

FOLDER = Path(__file__).parents[2] / "definitions"
AS_AT = date(2026, 10, 31)
RED, AMBER, GREEN, BLUE = PriorityColour
Mend = Callable[[str, str, str], list[str]]


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return load_all(FOLDER)


def test_every_definition_loads_and_says_where_it_comes_from(definitions: Definitions) -> None:
    loaded = {(kind, definition.key) for kind, definition in definitions.all()}
    on_disk = {(path.parent.name, path.stem) for path in FOLDER.glob("*/*.yaml") if path.parent.name in KINDS}
    assert loaded == on_disk
    assert {kind for kind, _ in loaded} == set(KINDS)
    assert {definition.status for _, definition in definitions.all()} == set(Status)


def test_everything_can_be_built(definitions: Definitions) -> None:
    for key in definitions.offence_groups:
        assert definitions.offence_group(key).name == key
    for key in definitions.eligibility_rules:
        assert definitions.eligibility_rule(key).version >= 1
    for key in definitions.priority_grids:
        assert definitions.priority_grid(key).name == key
    for key in definitions.schemes:
        assert definitions.cohorts_of(key)


def test_what_is_not_there_is_told(definitions: Definitions) -> None:
    with pytest.raises(Refused, match="There is no scheme nowhere"):
        definitions.scheme("nowhere")


@pytest.mark.requirement("GOV-01")
def test_a_scheme_has_its_local_brand_and_its_national_label(definitions: Definitions) -> None:
    fable = definitions.scheme("fable")
    assert (fable.name, fable.national_label) == ("Fable IOM", "Integrated Offender Management")
    assert fable.starts < AS_AT


@pytest.mark.requirement("GOV-03")
def test_police_and_probation_boundaries_stand_side_by_side(definitions: Definitions) -> None:
    areas = {area.key: area for area in definitions.scheme("fable").areas}
    districts = {key for key, area in areas.items() if area.kind is AreaKind.DISTRICT}
    units = [area for area in areas.values() if area.kind is AreaKind.PROBATION_DELIVERY_UNIT]
    assert len(districts) == 3
    assert len(definitions.scheme("fable").agencies) == 8
    assert sorted(key for unit in units for key in unit.covers) == sorted(districts)
    assert any(len(unit.covers) > 1 for unit in units)


@pytest.mark.requirement("COH-01", "COH-04", "COH-06", "COH-07")
@pytest.mark.parametrize("key", ["national_default", "avon_and_somerset", "lincolnshire", "west_midlands", "fable"])
def test_each_preset_maps_its_local_names_to_every_national_class(definitions: Definitions, key: str) -> None:
    cohorts = definitions.cohorts[key].cohorts
    assert {cohort.national_class for cohort in cohorts} == set(NationalClass)
    fixed = [cohort for cohort in cohorts if cohort.national_class is NationalClass.FIXED]
    assert all(cohort.eligibility_rule for cohort in fixed)


@pytest.mark.requirement("GOV-02", "COH-06")
def test_old_names_and_caps_are_kept(definitions: Definitions) -> None:
    former = {name for cohort in definitions.cohorts["avon_and_somerset"].cohorts for name in cohort.formerly}
    assert former == {"IMPACT", "IRiS"}
    female = next(c for c in definitions.cohorts["lincolnshire"].cohorts if c.key == "female")
    assert (female.cap, female.opens_on) == (20, date(2022, 1, 1))


@pytest.mark.requirement("CAP-01")
def test_the_schemes_ratio_is_the_guidances(definitions: Definitions) -> None:
    assert definitions.scheme("fable").capacity.people_per_officer == GUIDANCE_RATIO


@pytest.mark.requirement("SEL-03")
@pytest.mark.parametrize(
    ("ho_code", "part"),
    [
        ("02801", "burglary"),
        ("02900", "burglary"),
        ("03002", "burglary"),
        ("03100", "burglary"),
        ("03401", "robbery"),
        ("03900", "theft_from_person"),
        ("03701", "theft_of_motor_vehicle"),
        ("04801", "theft_of_motor_vehicle"),
        ("13001", "theft_of_motor_vehicle"),
        ("13101", "theft_of_motor_vehicle"),
        ("04510", "theft_from_motor_vehicle"),
        ("04511", None),
        ("13002", None),
        ("13003", None),
        ("12600", None),
        ("04600", None),
        ("10501", None),
    ],
)
def test_neighbourhood_crime_by_home_office_code(definitions: Definitions, ho_code: str, part: str | None) -> None:
    found = definitions.offence_group("neighbourhood_crime").find(ho_code)
    assert (found.name if found else None) == part


def convicted(ho_code: str, band: Band | None, **known: object) -> Facts:
    offence = ProvenOffence(date(2026, 1, 29), ho_code, Finding.FOUND_GUILTY, principal=True)
    return Facts(as_at=AS_AT, age=30, band=band, offences=(offence,), **known)  # type: ignore[arg-type]


@pytest.mark.requirement("SEL-01", "SEL-02")
@pytest.mark.parametrize("band", Band)
def test_the_national_fixed_rule(definitions: Definitions, band: Band) -> None:
    rule = definitions.eligibility_rule("fixed_national")
    assert judge(rule, convicted("04510", band)).eligible == band.at_least(Band.HIGH)
    assert judge(rule, convicted("02900", band)).eligible == band.at_least(Band.MEDIUM)
    assert not judge(rule, convicted("04600", band)).eligible


@pytest.mark.requirement("SEL-04", "SEL-05")
def test_the_avon_and_somerset_list_and_tagged_releases(definitions: Definitions) -> None:
    rule = definitions.eligibility_rule("fixed_avon_and_somerset")
    assert not judge(rule, convicted("04510", Band.VERY_HIGH)).eligible
    assert judge(rule, convicted("04801", Band.HIGH)).eligible
    tagged = judge(rule, convicted("04600", Band.LOW, tagged_release_on=date(2026, 10, 1)))
    assert tagged.fired == ("released_on_tag",)


@pytest.mark.requirement("SEL-18", "COH-08")
def test_high_harm_goes_by_risk_of_serious_harm(definitions: Definitions) -> None:
    rule = definitions.eligibility_rule("high_harm")
    eligible = [level for level in RiskOfHarm if judge(rule, Facts(as_at=AS_AT, age=40, risk_of_harm=level)).eligible]
    assert eligible == [RiskOfHarm.HIGH, RiskOfHarm.VERY_HIGH]


@pytest.mark.parametrize(
    ("facts", "colour"),
    [
        pytest.param(
            (Engagement.ENGAGING, IntelligencePicture.NONE, True), RED, marks=pytest.mark.requirement("RAG-01")
        ),
        pytest.param(
            (Engagement.NOT_ENGAGING, IntelligencePicture.ACTIVE), RED, marks=pytest.mark.requirement("RAG-01")
        ),
        pytest.param((Engagement.ENGAGING, IntelligencePicture.ACTIVE), RED, marks=pytest.mark.requirement("RAG-05")),
        pytest.param((Engagement.SOME, IntelligencePicture.NONE), AMBER, marks=pytest.mark.requirement("RAG-02")),
        pytest.param(
            (Engagement.NOT_ENGAGING, IntelligencePicture.NONE), AMBER, marks=pytest.mark.requirement("RAG-05")
        ),
        pytest.param((Engagement.ENGAGING, IntelligencePicture.NOT_KNOWN), AMBER),
        pytest.param((Engagement.ENGAGING, IntelligencePicture.NONE), GREEN, marks=pytest.mark.requirement("RAG-03")),
    ],
)
def test_the_inspections_grid(
    definitions: Definitions, facts: tuple[Engagement, IntelligencePicture], colour: PriorityColour
) -> None:
    proposal = propose(PriorityFacts(*facts), definitions.priority_grid("hm_2014"))
    assert proposal.colour is colour
    assert proposal.reason


@pytest.mark.requirement("RAG-04", "RAG-05")
def test_custody_is_blue_and_green_needs_a_check_that_found_nothing(definitions: Definitions) -> None:
    grid = definitions.priority_grid("hm_2014")
    for facts in every_combination():
        colour = propose(facts, grid).colour
        assert (colour is BLUE) == (facts.in_custody and not facts.at_large)
        assert colour is not GREEN or facts.intelligence is IntelligencePicture.NONE


@pytest.fixture
def spoilt(tmp_path: Path) -> Mend:
    """Change one text in one copied file, and give the faults that loading then finds."""

    def spoil(file: str, was: str, becomes: str) -> list[str]:
        folder = tmp_path / "definitions"
        shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
        text = (folder / file).read_text(encoding="utf-8") if (folder / file).exists() else ""
        assert was in text
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(text.replace(was, becomes, 1), encoding="utf-8")
        with pytest.raises(DefinitionsRefused) as refused:
            load_all(folder)
        return list(refused.value.faults)

    return spoil


@pytest.mark.parametrize(
    ("file", "was", "becomes", "fault"),
    [
        ("offence_groups/robbery.yaml", '"034"', '"34"', "offence_groups/robbery.yaml, codes > 0: String should match"),
        (
            "offence_groups/robbery.yaml",
            '"034"',
            "34",
            "offence_groups/robbery.yaml, codes > 0: Input should be a valid",
        ),
        ("offence_groups/robbery.yaml", "version: 1", "version: 0", "offence_groups/robbery.yaml, version: "),
        ("offence_groups/robbery.yaml", "status: national", "status: rumour", "offence_groups/robbery.yaml, status: "),
        ("offence_groups/robbery.yaml", 'codes: ["034"]', "", "an empty group would match nobody"),
        ("offence_groups/robbery.yaml", 'codes: ["034"]', "includes: [robbery]", "the group includes itself"),
        ("offence_groups/robbery.yaml", 'codes: ["034"]', "includes: [arson]", "there is no offence group arson"),
        (
            "offence_groups/robbery.yaml",
            "version: 1",
            "version: 1\nversion: 2",
            "“version” stands there twice in line 5",
        ),
        ("offence_groups/robbery.yaml", "name: Robbery", "name: [", "cannot be read as YAML"),
        ("offence_groups/robbery.yaml", "name: Robbery", "name: Robbery\nkey: theft", "the file's name is its key"),
        ("offence_groups/empty.yaml", "", "- one", "a definition is a mapping"),
        ("rumours/one.yaml", "", "name: One", "there is no kind of definition rumours"),
        (
            "eligibility_rules/fixed_national.yaml",
            "group: neighbourhood_crime",
            "group: arson",
            "no offence group arson",
        ),
        (
            "eligibility_rules/fixed_national.yaml",
            "band: HIGH",
            "band: GRIM",
            "routes > 0 > criteria > 0 > band_at_least",
        ),
        (
            "cohorts/fable.yaml",
            "fixed_national",
            "fixed",
            "fixed > eligibility_rule: there is no eligibility rule fixed",
        ),
        ("cohorts/fable.yaml", "key: flex", "key: fixed", "the cohort fixed stands there twice"),
        ("schemes/fable.yaml", "cohorts: fable", "cohorts: hearth", "cohorts: there is no set of cohorts hearth"),
        ("schemes/fable.yaml", "hm_2014", "hm_2015", "priority_grid: there is no priority grid hm_2015"),
        ("schemes/fable.yaml", "rule: high_harm", "rule: harm", "approvals: there is no eligibility rule harm"),
        ("schemes/fable.yaml", "area: fable\n", "area: atlantis\n", "there is no area atlantis in this scheme"),
        ("schemes/fable.yaml", "agency: fable-work", "agency: guild", "there is no agency guild in this scheme"),
        ("schemes/fable.yaml", "parent: fable}", "parent: thimbleford}", "comes before its parent, thimbleford"),
        (
            "priority_grids/hm_2014.yaml",
            "intelligence: [not_known]",
            "intelligence: [rumour]",
            "“rumour” is no value of",
        ),
        (
            "priority_grids/hm_2014.yaml",
            "intelligence: [not_known]",
            "weather: [wet]",
            "“weather” is no fact of a priority",
        ),
        (
            "priority_grids/hm_2014.yaml",
            "{intelligence: [not_known]}",
            "{intelligence: [not_known], engagement: [some]}",
            "priority_grids/hm_2014.yaml: The priority grid hm_2014 says nothing of somebody who is engaging",
        ),
    ],
)
def test_a_fault_names_file_and_field(spoilt: Mend, file: str, was: str, becomes: str, fault: str) -> None:
    faults = spoilt(file, was, becomes)
    assert any(fault in sentence for sentence in faults), faults
    assert all(sentence.startswith(file) for sentence in faults), faults
    assert all(sentence.endswith(".") for sentence in faults)


@pytest.mark.requirement("EQ-06")
@pytest.mark.parametrize(
    ("file", "was", "becomes", "fault"),
    [
        (
            "priority_grids/hm_2014.yaml",
            "when: {intelligence: [not_known]}",
            "when: {ethnicity: [W1]}",
            "“ethnicity” is a protected characteristic: no local score or priority may use one",
        ),
        (
            "eligibility_rules/fixed_national.yaml",
            "kind: age_at_least\n    years: 18",
            "kind: ethnicity_is\n    code: W1",
            "“ethnicity_is” is a protected characteristic and may not decide who is eligible",
        ),
        ("eligibility_rules/high_harm.yaml", "justification: >-", "about: >-", "Write down the justification"),
        (
            "schemes/fable.yaml",
            "Ottilie Pebblesworth, ",
            "",
            "approvals > fixed_national: Eligibility by age or sex needs",
        ),
    ],
)
def test_protected_characteristics_are_kept_out_or_justified(
    spoilt: Mend, file: str, was: str, becomes: str, fault: str
) -> None:
    assert any(fault in sentence for sentence in spoilt(file, was, becomes))


def test_every_fault_is_told_at_once(spoilt: Mend) -> None:
    faults = spoilt("offence_groups/robbery.yaml", "status: national\nversion: 1", "status: rumour\nversion: 0")
    assert len(faults) == 2


def test_a_folder_without_definitions_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DefinitionsRefused, match="There are no definitions under"):
        load_all(tmp_path)
