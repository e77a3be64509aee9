"""A run scores, proposes and sets aside, with its reasons; it decides nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.factories import make_fact, make_person
from tests.service.selection.people import (
    BURGLARY,
    FROM_VEHICLE,
    ROBBERY,
    SHOPLIFTING,
    ago,
    convict,
    make_candidate,
    make_known,
    make_referral,
    proposals,
    run,
    seen,
)
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Band, Stage
from trellis.service.access.actor import acting
from trellis.service.people.models import Person, ProtectedCharacteristics
from trellis.service.record.models import Custody, Disposal, Registration
from trellis.service.selection.actions import choose_current_offence, propose_candidates, score_person
from trellis.service.selection.models import CohortMembership, PanelDecision, Proposal, Run, Score

pytestmark = pytest.mark.django_db

HIGH_ROUTE = "High or very high OGRS and neighbourhood crime"
MEDIUM_ROUTE = "Medium OGRS or above and robbery or burglary"


@pytest.mark.requirement("SEL-01", "SEL-02", "SEL-03")
@pytest.mark.parametrize(
    ("band", "ho_code", "sanctions", "fired"),
    [
        ("HIGH", BURGLARY, 42, HIGH_ROUTE),
        ("HIGH", FROM_VEHICLE, 25, HIGH_ROUTE),
        ("HIGH", SHOPLIFTING, 25, None),
        ("MEDIUM", BURGLARY, 15, MEDIUM_ROUTE),
        ("MEDIUM", ROBBERY, 25, MEDIUM_ROUTE),
        ("MEDIUM", FROM_VEHICLE, 15, None),
        ("LOW", BURGLARY, 5, None),
        ("LOW", ROBBERY, 5, None),
    ],
)
def test_proposes_by_band_and_offence(cast: Cast, band: str, ho_code: str, sanctions: int, fired: str | None) -> None:
    person = make_known(cast, ho_code=ho_code, sanctions=sanctions)
    run(cast)
    with acting(cast.coordinator):
        assert Score.objects.get(person=person).band == Band(band)
    assert [proposal.fired for proposal in proposals(cast, person)] == ([fired] if fired else [])
    assert seen(cast, person).stage == (Stage.CANDIDATE if fired else Stage.KNOWN)


def test_keeps_the_score_with_every_input_term_and_reason(cast: Cast) -> None:
    person = make_known(cast)
    run(cast)
    (proposal,) = proposals(cast, person)
    score = proposal.score
    assert score is not None
    assert score.inputs["values"]["total_sanctions"] == 42
    assert {each["name"] for each in score.inputs["derived"]} >= {"Start of follow-up", "Age at first sanction"}
    total = sum(term["weight"] for term in score.terms) + score.inputs["constants"]["2"]
    assert round(100 / (1 + 2.718281828**-total)) == score.percent_2y
    assert score.parameters == "arns-2025"
    assert score.scored_by == cast.coordinator
    assert (proposal.rule, proposal.rule_version) == ("fixed_national", "1")
    assert any("Home Office code 028/01" in reason for reason in proposal.reasons)


def test_an_old_burglary_counts_only_within_the_window_or_as_the_index_offence(cast: Cast) -> None:
    index = make_known(cast, "Index", latest=ago(3))
    inside = make_known(cast, "Inside", ho_code=SHOPLIFTING)
    convict(cast, inside, ago(1.9))
    outside = make_known(cast, "Outside", ho_code=SHOPLIFTING)
    convict(cast, outside, ago(2.1))
    run(cast)
    assert [bool(proposals(cast, person)) for person in (index, inside, outside)] == [True, True, False]


def test_somebody_under_eighteen_is_not_proposed(cast: Cast) -> None:
    person = make_person(cast, date_of_birth=ago(17.9))
    for place in range(12):
        convict(cast, person, ago(1.5, -place * 40))
    run(cast)
    assert proposals(cast, person) == []


@pytest.mark.requirement("SEL-04")
def test_a_scheme_with_its_own_list_proposes_a_recent_release_on_a_tag(cast: Cast) -> None:
    with acting("setup"):
        cast.flex.eligibility_rule = "fixed_avon_and_somerset"
        cast.flex.save()
    people = {}
    for reason, days in (("Home detention curfew", 30), ("HDC", 200), ("Conditional release", 30)):
        person = people[reason] = make_known(cast, reason.split()[0], band="LOW", ho_code=SHOPLIFTING)
        make_fact(
            Custody, person, cast.police, kind="sentence", starts=ago(1), ends=ago(days=days), release_reason=reason
        )
    run(cast)
    fired = {reason: [one.fired for one in proposals(cast, person)] for reason, person in people.items()}
    assert fired == {
        "Home detention curfew": ["Released on an electronic tag"],
        "HDC": [],
        "Conditional release": [],
    }


@pytest.mark.requirement("SEL-18")
def test_a_high_risk_of_serious_harm_proposes_for_the_cohort_that_asks_for_it(cast: Cast) -> None:
    with acting("setup"):
        cast.flex.eligibility_rule = "high_harm"
        cast.flex.save()
    person = make_known(cast, band="LOW", ho_code=SHOPLIFTING)
    make_fact(Registration, person, cast.probation, code="RHRH", title="High risk", risk_of_harm="high", starts=ago(1))
    run(cast)
    assert [(one.cohort, one.fired) for one in proposals(cast, person)] == [
        (cast.flex, "High or very high risk of serious harm")
    ]


def test_nobody_is_scored_without_a_sanction(cast: Cast) -> None:
    person = make_person(cast)
    convict(cast, person, ago(1), finding="not_guilty")
    counts = run(cast)
    assert (counts.considered, counts.scored, counts.proposed, counts.missing) == (1, 0, 0, 0)


def missing_of(cast: Cast, person: Person) -> str:
    run(cast)
    (proposal,) = proposals(cast, person)
    assert not proposal.proposes
    assert seen(cast, person).stage == Stage.KNOWN
    return " ".join(proposal.missing)


def test_an_unsettled_current_offence_is_listed_as_missing(cast: Cast) -> None:
    person = make_known(cast, ho_code=SHOPLIFTING)
    for code in (BURGLARY, ROBBERY):
        convict(cast, person, ago(days=5), code, principal=False)
    assert "a person must choose" in missing_of(cast, person)


def test_custody_without_a_release_date_is_listed_as_missing(cast: Cast) -> None:
    person = make_known(cast, latest=ago(days=40))
    make_fact(Custody, person, cast.police, kind="sentence", starts=ago(days=40))
    assert "no date of release is known" in missing_of(cast, person)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"sex": "U"}, "male or female"),
        ({"date_of_birth": None, "birth_precision": ""}, "date of birth is not known"),
        ({"date_of_birth": date(1988, 1, 1), "birth_precision": "year"}, "Only the year"),
    ],
)
def test_what_nobody_recorded_of_a_person_is_listed_as_missing(cast: Cast, fields: dict, sentence: str) -> None:
    assert sentence in missing_of(cast, make_known(cast, **fields))


def test_a_release_in_future_is_the_start_of_follow_up(cast: Cast) -> None:
    person = make_known(cast, latest=ago(days=40))
    release = ago(days=-200)
    make_fact(Custody, person, cast.police, kind="sentence", starts=ago(days=40), expected_release=release)
    run(cast)
    (proposal,) = proposals(cast, person)
    assert proposal.score is not None
    assert proposal.score.inputs["values"]["followup_date"] == release.isoformat()


def test_the_same_again_changes_nothing(cast: Cast) -> None:
    person = make_known(cast)
    run(cast)
    again = run(cast)
    assert (again.stored, again.opened, again.closed, again.now_candidates, again.set_aside) == (0, 0, 0, 0, 0)
    with acting(cast.coordinator):
        assert Score.objects.filter(person=person).count() == 1
        assert Run.objects.filter(scheme=cast.scheme).count() == 2


def test_somebody_no_longer_proposed_goes_back_to_known_and_the_proposal_is_kept(cast: Cast) -> None:
    person = make_known(cast, ho_code=SHOPLIFTING)
    burglary = convict(cast, person, ago(days=10))
    run(cast)
    assert seen(cast, person).stage == Stage.CANDIDATE
    with acting("feeds"):
        Disposal.objects.filter(pk=burglary.pk).update(superseded_at="2026-01-01T00:00Z")
    counts = run(cast)
    assert (counts.closed, counts.set_aside) == (1, 1)
    assert seen(cast, person).stage == Stage.KNOWN
    with acting(cast.coordinator):
        assert Proposal.objects.get(person=person).closed_at is not None


@pytest.mark.requirement("SEL-08")
def test_a_run_adopts_and_refuses_nobody(cast: Cast) -> None:
    make_known(cast)
    managed = make_known(cast, "Managed", stage=Stage.MANAGED, ho_code=SHOPLIFTING)
    referred = make_known(cast, "Referred", stage=Stage.REFERRAL, ho_code=SHOPLIFTING)
    assert run(cast).considered == 1
    with acting(cast.coordinator):
        assert not PanelDecision.objects.exists()
        assert not CohortMembership.objects.exists()
    assert [seen(cast, person).stage for person in (managed, referred)] == [Stage.MANAGED, Stage.REFERRAL]


def test_a_choice_of_the_current_offence_supersedes_and_scores_again(cast: Cast) -> None:
    person = make_known(cast, ho_code=SHOPLIFTING)
    chosen, other = (convict(cast, person, ago(days=5), code, principal=False) for code in (BURGLARY, ROBBERY))
    run(cast)
    with acting(cast.police_om), pytest.raises(Disposal.DoesNotExist):
        Disposal.objects.get(pk=chosen.pk)
    with acting(cast.coordinator):
        choose_current_offence(by=cast.coordinator, disposal=Disposal.objects.get(pk=chosen.pk))
        kept = Disposal.objects.get(pk=chosen.pk)
        assert (kept.principal, kept.superseded_at is not None) == (False, True)
        now = Disposal.objects.current().filter(person=person, happened_on=ago(days=5))
        assert {row.ho_code: row.principal for row in now} == {BURGLARY: True, ROBBERY: False}
        assert Disposal.objects.get(pk=other.pk).superseded_at is None
    assert [proposal.fired for proposal in proposals(cast, person)] == [HIGH_ROUTE]
    assert seen(cast, person).stage == Stage.CANDIDATE


def test_two_who_act_at_once_are_told(cast: Cast) -> None:
    person = make_candidate(cast)
    stale = seen(cast, person)
    make_referral(cast, person)
    with pytest.raises(Refused, match="Somebody else has just acted"):
        make_referral(cast, stale)


def test_wrong_roles_are_refused(cast: Cast) -> None:
    person = make_known(cast)
    with acting(cast.analyst), pytest.raises(Refused, match="may not run the scores"):
        propose_candidates(scheme=cast.scheme, by=cast.analyst)
    for user in (cast.police_om, cast.information_officer, cast.housing_worker):
        with acting(user), pytest.raises(Refused, match="may not run the scores"):
            score_person(by=user, person=person)


@pytest.mark.requirement("EQ-06")
def test_a_run_never_reads_protected_characteristics(cast: Cast) -> None:
    person = make_known(cast)
    with acting("feeds"):
        ProtectedCharacteristics.objects.create(person=person, self_defined_ethnicity="B1")
    with CaptureQueriesContext(connection) as queries:
        run(cast)
    assert not [query for query in queries if "protectedcharacteristics" in query["sql"]]


@pytest.mark.parametrize("people", [3, 300])
def test_a_run_takes_as_many_queries_for_three_as_for_three_hundred(cast: Cast, people: int) -> None:
    for number in range(people):
        person = make_person(cast, f"Person{number}", date_of_birth=ago(19), sex="MU"[number % 2])
        convict(cast, person, ago(days=20))
    with CaptureQueriesContext(connection) as queries:
        run(cast)
    work = [query["sql"] for query in queries if "actor_begin" not in query["sql"]]
    assert len(work) == 22, "\n".join(sql[:100] for sql in work)
