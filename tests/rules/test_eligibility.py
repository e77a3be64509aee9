"""The national Fixed rule at every band edge, and what is said when something is missing."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trellis.rules.criteria import (
    AgeAtLeast,
    AgeBelow,
    AnyOf,
    BandAtLeast,
    ConvictedOf,
    Criterion,
    Facts,
    Registered,
    ReleasedOnTag,
    RiskOfHarmAtLeast,
    SexIs,
    Verdict,
)
from trellis.rules.eligibility import EligibilityRule, Route, judge
from trellis.rules.offences import OffenceGroup, ProvenOffence, index_offences
from trellis.rules.vocabulary import Band, Finding, RiskOfHarm, Sex

AS_AT = date(2026, 10, 31)
BURGLARY = OffenceGroup("burglary", "Burglary", ("028", "029", "030", "031"))
ROBBERY = OffenceGroup("robbery", "Robbery", ("034",))
FROM_VEHICLE = OffenceGroup("theft_from_motor_vehicle", "Theft from a motor vehicle", ("04500", "04510"))
ROBBERY_OR_BURGLARY = OffenceGroup("robbery_or_burglary", "Robbery or burglary", parts=(ROBBERY, BURGLARY))
NEIGHBOURHOOD = OffenceGroup("neighbourhood_crime", "Neighbourhood crime", parts=(BURGLARY, ROBBERY, FROM_VEHICLE))
FIXED = EligibilityRule(
    "fixed",
    "Fixed",
    1,
    everyone=(AgeAtLeast(18),),
    routes=(
        Route("high", "High and neighbourhood crime", (BandAtLeast(Band.HIGH), ConvictedOf(NEIGHBOURHOOD, 24, True))),
        Route("medium", "Robbery or burglary", (BandAtLeast(Band.MEDIUM), ConvictedOf(ROBBERY_OR_BURGLARY, 24, True))),
    ),
)


def conviction(ho_code: str, on: date = date(2026, 1, 29), finding: Finding = Finding.FOUND_GUILTY) -> ProvenOffence:
    return ProvenOffence(on, ho_code, finding, principal=True)


def somebody(band: Band | None, *offences: ProvenOffence, age: int | None = 30) -> Facts:
    return Facts(as_at=AS_AT, age=age, band=band, percent_in_two_years=None, offences=offences)


@pytest.mark.requirement("SEL-01")
@pytest.mark.parametrize("band", Band)
def test_neighbourhood_crime_asks_for_a_high_band(band: Band) -> None:
    outcome = judge(FIXED, somebody(band, conviction("04510")))
    assert outcome.eligible == band.at_least(Band.HIGH)
    assert outcome.fired == (("high",) if outcome.eligible else ())
    assert (outcome.rule, outcome.version) == ("fixed", 1)


@pytest.mark.requirement("SEL-02")
@pytest.mark.parametrize("ho_code", ["02801", "02900", "03002", "03100", "03401"])
@pytest.mark.parametrize("band", Band)
def test_robbery_and_burglary_qualify_at_medium_by_home_office_class(band: Band, ho_code: str) -> None:
    outcome = judge(FIXED, somebody(band, conviction(ho_code)))
    assert outcome.eligible == band.at_least(Band.MEDIUM)
    assert ("medium" in outcome.fired) == outcome.eligible
    assert ("high" in outcome.fired) == band.at_least(Band.HIGH)


def test_the_reasons_of_a_proposal_can_be_checked_by_hand() -> None:
    facts = replace(somebody(Band.HIGH, conviction("02801")), percent_in_two_years=82, scored_on=date(2026, 3, 3))
    outcome = judge(FIXED, facts)
    assert outcome.fired_label == "High and neighbourhood crime"
    assert outcome.reasons == (
        "Aged 30; the rule asks for 18 or over.",
        "OGRS3 is high, 82% in two years, scored 3 March 2026; the rule asks for high or above.",
        "Convicted on 29 January 2026 of burglary (Home Office code 028/01), within 24 months of 31 October 2026.",
    )
    assert outcome.short_of == outcome.missing == ()


def test_a_missing_score_is_missing_and_not_low() -> None:
    facts = replace(somebody(None, conviction("02801")), why_no_score="no sanction is marked as the current one")
    outcome = judge(FIXED, facts)
    assert not outcome.eligible
    assert outcome.almost
    assert outcome.missing == (
        "There is no OGRS3 score: no sanction is marked as the current one. That is not a low score.",
    )
    assert outcome.reasons[-1].startswith("Convicted on 29 January 2026 of burglary")


def test_a_high_score_without_neighbourhood_crime_is_almost() -> None:
    outcome = judge(FIXED, somebody(Band.VERY_HIGH, conviction("04600")))
    assert outcome.almost
    assert outcome.short_of == (
        "No conviction for neighbourhood crime in the last 24 months, "
        "and the index offence, 046/00 on 29 January 2026, is none either.",
    )
    assert not outcome.missing


@pytest.mark.requirement("SEL-11")
def test_the_core_rule_is_for_adults() -> None:
    assert judge(FIXED, somebody(Band.HIGH, conviction("03401"), age=18)).eligible
    young = judge(FIXED, somebody(Band.HIGH, conviction("03401"), age=17))
    assert young.short_of == ("Aged 17; the rule asks for 18 or over.",)
    unknown = judge(FIXED, somebody(Band.HIGH, conviction("03401"), age=None))
    assert unknown.missing == ("The date of birth is not known, so the age is not either.",)


@pytest.mark.parametrize("finding", set(Finding) - {Finding.GUILTY_PLEA, Finding.FOUND_GUILTY})
def test_only_a_conviction_counts(finding: Finding) -> None:
    offences = (conviction("04600"), conviction("02801", finding=finding))
    assert not judge(FIXED, somebody(Band.VERY_HIGH, *offences)).eligible


@pytest.mark.parametrize(
    ("on", "met"),
    [(date(2024, 10, 30), False), (date(2024, 10, 31), True), (AS_AT, True), (date(2026, 11, 1), False)],
)
def test_the_window_holds_both_its_edges(on: date, met: bool) -> None:
    judged = ConvictedOf(BURGLARY, months=24).judge(somebody(None, conviction("02801", on)))
    assert (judged.verdict is Verdict.MET) == met


def test_the_index_offence_counts_however_old_and_anything_else_does_not() -> None:
    old = conviction("02801", date(2020, 1, 1))
    criterion = ConvictedOf(BURGLARY, months=24, or_index_offence=True)
    told = criterion.judge(somebody(None, old))
    assert told.verdict is Verdict.MET
    assert "the index offence, though more than 24 months before" in told.sentence
    assert criterion.judge(somebody(None, old, conviction("04600"))).verdict is Verdict.NOT_MET
    assert ConvictedOf(BURGLARY).judge(somebody(None, old, conviction("04600"))).verdict is Verdict.MET
    assert ConvictedOf(BURGLARY, months=24).judge(somebody(None, old)).verdict is Verdict.NOT_MET


def test_the_index_offence_is_the_principal_one_of_the_latest_day() -> None:
    beside = replace(conviction("04600"), principal=False)
    assert index_offences((conviction("04600", date(2020, 1, 1)), beside, conviction("02801"))) == (
        conviction("02801"),
    )
    assert index_offences((beside,)) == (beside,)
    assert index_offences(()) == ()


facts = st.builds(
    Facts,
    as_at=st.just(AS_AT),
    age=st.none() | st.integers(10, 80),
    sex=st.sampled_from(Sex),
    band=st.none() | st.sampled_from(Band),
    offences=st.lists(
        st.builds(
            ProvenOffence,
            on=st.dates(date(2022, 1, 1), AS_AT),
            ho_code=st.sampled_from(["02801", "03401", "04510", "04511", "04600", "10501"]),
            finding=st.sampled_from(Finding),
            principal=st.booleans(),
        ),
        max_size=4,
    ).map(tuple),
    risk_of_harm=st.none() | st.sampled_from(RiskOfHarm),
)


@given(facts)
@pytest.mark.requirement("EQ-03")
def test_eligible_means_that_nothing_is_short(known: Facts) -> None:
    outcome = judge(FIXED, known)
    assert outcome == judge(FIXED, known)
    assert outcome.eligible == (not outcome.short_of) == bool(outcome.fired)
    assert not (outcome.eligible and (outcome.almost or outcome.missing))


@given(facts, st.sampled_from(Sex))
def test_sex_makes_no_difference_to_the_fixed_rule(known: Facts, sex: Sex) -> None:
    assert judge(FIXED, known) == judge(FIXED, replace(known, sex=sex))


@given(facts, st.sampled_from(Band))
def test_a_higher_band_never_loses_anybody(known: Facts, band: Band) -> None:
    if judge(FIXED, replace(known, band=band)).eligible:
        assert judge(FIXED, replace(known, band=Band.VERY_HIGH)).eligible


@pytest.mark.requirement("SEL-18")
@pytest.mark.parametrize(
    ("criterion", "verdicts"),
    [
        (RiskOfHarmAtLeast(RiskOfHarm.HIGH), (Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN)),
        (AgeBelow(25), (Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN)),
        (SexIs(Sex.FEMALE), (Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN)),
        (Registered("IIOM", "managed by the scheme"), (Verdict.MET, Verdict.NOT_MET, Verdict.NOT_MET)),
        (ReleasedOnTag(3), (Verdict.MET, Verdict.NOT_MET, Verdict.NOT_MET)),
        (BandAtLeast(Band.VERY_HIGH), (Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN)),
        (
            AnyOf((ReleasedOnTag(3), RiskOfHarmAtLeast(RiskOfHarm.HIGH))),
            (Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN),
        ),
    ],
)
def test_each_criterion_says_met_not_met_and_unknown(criterion: Criterion, verdicts: tuple[Verdict, ...]) -> None:
    meets = Facts(
        as_at=AS_AT,
        age=20,
        sex=Sex.FEMALE,
        band=Band.VERY_HIGH,
        risk_of_harm=RiskOfHarm.HIGH,
        registrations=frozenset({"IIOM"}),
        tagged_release_on=date(2026, 10, 1),
    )
    fails = Facts(
        as_at=AS_AT,
        age=25,
        sex=Sex.MALE,
        band=Band.HIGH,
        risk_of_harm=RiskOfHarm.MEDIUM,
        tagged_release_on=date(2026, 1, 1),
    )
    judged = [criterion.judge(each) for each in (meets, fails, Facts(as_at=AS_AT))]
    assert tuple(each.verdict for each in judged) == verdicts
    assert all(each.sentence.endswith(".") for each in judged)


def test_any_of_tells_what_is_met_or_everything_that_might_have_been() -> None:
    either = AnyOf((Registered("A", "one"), Registered("B", "two")))
    assert either.judge(Facts(as_at=AS_AT, registrations=frozenset("B"))).sentence == "Registered as two."
    assert either.judge(Facts(as_at=AS_AT)).sentence == "Not registered as one. Not registered as two."
