"""The list of candidates and a candidate's page, for each of the cast."""

from __future__ import annotations

import pytest
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from tests.cast import Cast
from tests.factories import make_fact, make_person
from tests.service.selection.people import (
    BURGLARY,
    ROBBERY,
    SHOPLIFTING,
    ago,
    convict,
    decide,
    make_candidate,
    make_known,
    make_referral,
    proposals,
    run,
    seen,
)
from trellis.rules.vocabulary import PanelOutcome, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.audit.models import AccessEvent
from trellis.service.people.models import Alert, Identifier, Person
from trellis.service.record.models import Disposal
from trellis.service.selection.models import Proposal, Score

pytestmark = pytest.mark.django_db
LIST = "/selection/candidates/"


def page(cast: Cast, who: User, address: str, **data: object) -> tuple[int, str]:
    client = cast.client(who)
    response = client.post(address, data) if data else client.get(address)
    return response.status_code, response.content.decode()


@pytest.mark.requirement("SEL-28")
def test_the_list_shows_rule_score_and_date(cast: Cast) -> None:
    make_known(cast, "Greywhistle", sanctions=60)
    make_candidate(cast)
    status, html = page(cast, cast.coordinator, LIST)
    assert status == 200
    assert "High or very high OGRS and neighbourhood crime" in html
    assert html.index("Greywhistle, Osric") < html.index("Quillfeather, Osric"), "the highest score comes first"
    assert "High: " in html
    assert "% in two years" in html
    assert "Last run" in html


def test_what_is_missing_is_listed_apart(cast: Cast) -> None:
    make_known(cast, sex="U")
    run(cast)
    assert "Quillfeather" not in page(cast, cast.coordinator, LIST)[1]
    status, html = page(cast, cast.coordinator, f"{LIST}?show=missing")
    assert status == 200
    assert "Quillfeather, Osric" in html
    assert "male or female" in html
    assert "No score" in html


def test_filters_by_cohort_and_area(cast: Cast) -> None:
    make_candidate(cast)
    for query, found in [
        (f"area={cast.north.pk}", True),
        (f"area={cast.force.pk}", True),
        (f"area={cast.south.pk}", False),
        (f"cohort={cast.fixed.pk}", True),
    ]:
        assert ("Quillfeather" in page(cast, cast.coordinator, f"{LIST}?{query}")[1]) == found, query


def test_a_filter_that_cannot_be_understood_is_left_out(cast: Cast) -> None:
    make_candidate(cast)
    status, html = page(cast, cast.coordinator, f"{LIST}?area=nowhere&cohort=99999&show=all&page=x")
    assert (status, "Quillfeather" in html) == (200, True)


def test_an_officer_without_a_grant_sees_an_empty_list(cast: Cast) -> None:
    make_candidate(cast)
    status, html = page(cast, cast.police_om, LIST)
    assert (status, "Quillfeather" in html) == (200, False)
    assert "Run scores and rules again" not in html


def test_the_list_is_refused_to_other_roles(cast: Cast) -> None:
    for user in (cast.housing_worker, cast.auditor, cast.stranger):
        assert page(cast, user, LIST)[0] == 403


@pytest.mark.parametrize("people", [3, 300])
def test_the_list_takes_as_many_queries_for_three_as_for_three_hundred(
    cast: Cast, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = [make_person(cast, f"Person{number:03}", stage=Stage.CANDIDATE) for number in range(people)]
    with acting("selection") as actor:
        scores = Score.objects.bulk_create(
            Score(
                person=person, predictor="OGRS3", parameters="arns-2025", scored_by_id=actor.user_id, as_at=ago(),
                inputs={}, terms=[], percent_1y=60, percent_2y=80, band="HIGH",
            )
            for person in made
        )  # fmt: skip
        Proposal.objects.bulk_create(
            Proposal(person=score.person, cohort=cast.fixed, score=score, rule="r", rule_version="1", fired="x")
            for score in scores
        )
    client = cast.client(cast.coordinator)
    with django_assert_num_queries(24):
        html = client.get(LIST).content.decode()
    assert f"of <strong>{people}</strong>" in html


def test_a_run_by_the_coordinator_tells_what_came_of_it(cast: Cast) -> None:
    make_known(cast)
    client = cast.client(cast.coordinator)
    html = client.post(reverse("selection:run"), follow=True).content.decode()
    assert "1 people looked at: 1 proposed" in html
    assert "Quillfeather, Osric" in html


def test_a_run_is_refused_to_whoever_may_not_run_scores(cast: Cast) -> None:
    make_known(cast)
    for user in (cast.police_om, cast.analyst, cast.housing_worker, cast.stranger):
        assert cast.client(user).post(reverse("selection:run")).status_code == 403
    assert cast.client(cast.coordinator).get(reverse("selection:run")).status_code == 405
    with acting(cast.coordinator):
        assert not Score.objects.exists()


def candidate_address(person: Person) -> str:
    return reverse("selection:candidate", args=[person.pk])


@pytest.mark.requirement("SEL-01")
def test_a_candidate_is_shown_term_by_term(cast: Cast) -> None:
    person = make_candidate(cast)
    make_fact(Identifier, person, cast.police, kind="PNC", value="2020/0000001A", source="police")
    make_fact(Alert, person, cast.police, kind="weapons", reason="Carries a knife", starts=ago(1), review_on=ago())
    status, html = page(cast, cast.coordinator, candidate_address(person))
    assert status == 200
    for words in (
        "2020/0000001A",
        "Carries a knife",
        "Age and sex",
        "Rate of sanctions",
        "Start of follow-up",
        "All offences of one day are one sanction",
        "<strong>arns-2025</strong>",
        "uses age and sex as published",
        "Refer to panel",
        "Home Office code 028/01",
    ):
        assert words in html, words


def test_a_look_at_a_candidate_is_in_the_trail(cast: Cast) -> None:
    person = make_candidate(cast)
    page(cast, cast.coordinator, candidate_address(person))
    with acting(cast.auditor):
        event = AccessEvent.objects.filter(page="selection:candidate").get()
    assert event.person_ids == [person.pk]


def test_a_candidate_is_hidden_from_whoever_has_no_grant(cast: Cast) -> None:
    person = make_candidate(cast)
    assert page(cast, cast.police_om, candidate_address(person))[0] == 403
    assert page(cast, cast.analyst, candidate_address(person))[0] == 404
    for user in (cast.housing_worker, cast.auditor, cast.stranger):
        assert page(cast, user, candidate_address(person))[0] == 403


def test_no_score_is_said_not_to_be_low(cast: Cast) -> None:
    person = make_person(cast)
    html = page(cast, cast.coordinator, candidate_address(person))[1]
    assert "There is no score, which is not a low score" in html
    assert "No conviction or caution is recorded" in html


def test_an_earlier_decision_is_shown_with_the_candidate(cast: Cast) -> None:
    person = make_candidate(cast)
    decide(cast, make_referral(cast, person), PanelOutcome.REFUSE)
    run(cast)
    assert "do not adopt" in page(cast, cast.coordinator, LIST)[1]
    assert "do not adopt" in page(cast, cast.coordinator, candidate_address(person))[1]


def unsettled(cast: Cast) -> tuple[Person, Disposal]:
    person = make_known(cast, ho_code=SHOPLIFTING)
    chosen = convict(cast, person, ago(days=5), BURGLARY, principal=False)
    convict(cast, person, ago(days=5), ROBBERY, principal=False)
    run(cast)
    return person, chosen


def test_the_current_offence_is_chosen_on_the_page(cast: Cast) -> None:
    person, chosen = unsettled(cast)
    assert "Which offence is the current one?" in page(cast, cast.coordinator, candidate_address(person))[1]
    address = reverse("selection:choose_offence", args=[person.pk])
    client = cast.client(cast.coordinator)
    html = client.post(address, {"disposal": chosen.pk}, follow=True).content.decode()
    assert "The current offence is chosen" in html
    assert "Which offence is the current one?" not in html
    assert proposals(cast, person)[0].proposes
    again = client.post(address, {"disposal": chosen.pk})
    assert again.status_code == 404, "the row has been superseded"


def test_a_choice_is_refused_to_others_and_when_it_is_none(cast: Cast) -> None:
    person, chosen = unsettled(cast)
    address = reverse("selection:choose_offence", args=[person.pk])
    assert page(cast, cast.housing_worker, address, disposal=chosen.pk)[0] == 403
    assert page(cast, cast.analyst, address, disposal=chosen.pk)[0] == 403
    assert page(cast, cast.police_om, address, disposal=chosen.pk)[0] == 403
    html = cast.client(cast.coordinator).post(address, {"disposal": "x"}, follow=True).content.decode()
    assert "Choose one of the offences shown" in html


def test_a_score_is_worked_out_again(cast: Cast) -> None:
    person = make_candidate(cast)
    address = reverse("selection:rescore", args=[person.pk])
    assert "worked out again" in cast.client(cast.coordinator).post(address, follow=True).content.decode()
    bare = make_person(cast, "Bare")
    html = cast.client(cast.coordinator).post(reverse("selection:rescore", args=[bare.pk]), follow=True)
    assert "There is no score, because something is missing" in html.content.decode()
    assert page(cast, cast.analyst, address, x="y")[0] == 403
    assert page(cast, cast.stranger, address, x="y")[0] == 403


def refer_address(person: Person) -> str:
    return reverse("selection:refer_candidate", args=[person.pk])


def test_a_candidate_is_referred_from_the_page(cast: Cast) -> None:
    person = make_candidate(cast)
    assert page(cast, cast.coordinator, refer_address(person))[0] == 200
    response = cast.client(cast.coordinator).post(
        refer_address(person), {"source": "candidate_list", "reason": "Again.", "cohort": cast.fixed.pk}, follow=True
    )
    html = response.content.decode()
    assert "What happens next" in html
    assert "Refer to panel" not in page(cast, cast.coordinator, candidate_address(person))[1]
    assert seen(cast, person).stage == Stage.REFERRAL


def test_a_referral_without_its_reason_is_handed_back(cast: Cast) -> None:
    person = make_candidate(cast)
    status, html = page(cast, cast.coordinator, refer_address(person), source="candidate_list", reason="")
    assert status == 200
    assert "There is a problem" in html
    assert "Enter why you refer this person" in html


def test_a_referral_is_refused_to_readers_and_strangers(cast: Cast) -> None:
    person = make_candidate(cast)
    assert page(cast, cast.analyst, refer_address(person))[0] == 403
    assert page(cast, cast.stranger, refer_address(person))[0] == 403
    assert page(cast, cast.housing_worker, refer_address(person))[0] == 404
