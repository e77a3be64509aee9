"""The table of transitions, and what a referral and a decision must say."""

from datetime import date

import pytest

from trellis.rules.errors import Refused
from trellis.rules.selection import (
    ACT_OF_OUTCOME,
    TRANSITIONS,
    Act,
    can_act,
    check_decide,
    check_refer,
    drawn_transitions,
    next_stage,
    warn_few_agencies,
    warn_no_current_score,
)
from trellis.rules.vocabulary import PanelOutcome, ReferralSource, Stage

AS_AT = date(2026, 10, 31)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("act", Act)
def test_an_act_leads_on_or_is_refused(stage: Stage, act: Act) -> None:
    if can_act(stage, act):
        assert next_stage(stage, act) is TRANSITIONS[stage, act]
    else:
        with pytest.raises(Refused, match="You cannot"):
            next_stage(stage, act)


def test_every_stage_and_act_has_its_place_in_the_table() -> None:
    assert {stage for stage, _ in TRANSITIONS} == set(Stage)
    assert {act for _, act in TRANSITIONS} == set(Act)
    assert len(drawn_transitions()) == len(TRANSITIONS)


@pytest.mark.requirement("SEL-08")
def test_only_a_panels_adoption_of_a_referral_makes_somebody_managed() -> None:
    assert [pair for pair, stage in TRANSITIONS.items() if stage is Stage.MANAGED] == [(Stage.REFERRAL, Act.ADOPT)]


@pytest.mark.requirement("SEL-08")
@pytest.mark.parametrize("stage", [Stage.KNOWN, Stage.CANDIDATE, Stage.FORMER])
def test_anybody_not_managed_can_be_referred_whatever_their_score(stage: Stage) -> None:
    check_refer(stage=stage, source=ReferralSource.HOUSING, reason="Known to every landlord in town")


def test_a_referral_of_somebody_referred_or_managed_is_refused() -> None:
    with pytest.raises(Refused, match="the person is already referred"):
        check_refer(stage=Stage.REFERRAL, source=ReferralSource.POLICE, reason="x")
    with pytest.raises(Refused, match="the person is already managed"):
        check_refer(stage=Stage.MANAGED, source=ReferralSource.POLICE, reason="x")


@pytest.mark.requirement("SEL-17")
def test_a_referral_says_where_it_comes_from_and_why() -> None:
    with pytest.raises(Refused, match="who or what the referral comes from"):
        check_refer(stage=Stage.KNOWN, source=None, reason="x")
    with pytest.raises(Refused, match="Say why"):
        check_refer(stage=Stage.KNOWN, source=ReferralSource.POLICE, reason=" ")


@pytest.mark.requirement("SEL-09")
@pytest.mark.parametrize("outcome", PanelOutcome)
def test_a_decision_has_reasons_somebody_present_and_a_cohort_for_adoption_alone(outcome: PanelOutcome) -> None:
    cohort = "fixed" if outcome is PanelOutcome.ADOPT else None
    stage, present = Stage.REFERRAL, ["Ottilie Pebblesworth, police"]
    check_decide(stage=stage, outcome=outcome, rationale="As discussed", present=present, cohort=cohort)
    with pytest.raises(Refused, match="Write the panel's reasons"):
        check_decide(stage=stage, outcome=outcome, rationale=" ", present=present, cohort=cohort)
    with pytest.raises(Refused, match="Name at least one person"):
        check_decide(stage=stage, outcome=outcome, rationale="As discussed", present=[" "], cohort=cohort)
    with pytest.raises(Refused, match="cohort"):
        check_decide(
            stage=stage,
            outcome=outcome,
            rationale="As discussed",
            present=present,
            cohort=None if cohort else "fixed",
        )
    with pytest.raises(Refused, match="You cannot"):
        check_decide(stage=Stage.KNOWN, outcome=outcome, rationale="x", present=present, cohort=cohort)


def test_every_outcome_is_an_act_on_a_referral() -> None:
    assert set(ACT_OF_OUTCOME) == set(PanelOutcome)
    assert all(can_act(Stage.REFERRAL, act) for act in ACT_OF_OUTCOME.values())


@pytest.mark.requirement("SEL-13")
def test_a_decision_without_a_current_score_is_warned_of() -> None:
    assert "There is no score" in warn_no_current_score(scored_on=None, as_at=AS_AT)
    assert warn_no_current_score(scored_on=date(2025, 10, 31), as_at=AS_AT) == ""
    assert warn_no_current_score(scored_on=date(2025, 10, 30), as_at=AS_AT) == (
        "The score is of 30 October 2025, 12 months ago: older than 12 months. Run it again before you decide."
    )


def test_a_decision_of_one_agency_is_warned_of() -> None:
    assert warn_few_agencies(["police", "probation"]) == ""
    assert "Fewer than two" in warn_few_agencies(["police", "police"])
