"""One assessment for everybody, its answers read by compartment, added to by partners and corrected without loss."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.editing import hidden_in, opened, send
from tests.factories import grant, make_fact, make_person
from trellis.rules.dates import add_months
from trellis.rules.errors import Refused
from trellis.rules.needs import Given, Progress
from trellis.rules.vocabulary import Compartment, RiskOfHarm, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.needs.actions import Answers, amend_assessment, record_assessment
from trellis.service.needs.models import Assessment, IndicatorAnswer, PathwayAnswer, Reached
from trellis.service.needs.queries.amending import current_answers, mark_of
from trellis.service.people.models import Person
from trellis.service.record.models import Registration
from trellis.service.selection.models import CohortMembership

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
BOTH = [Compartment.CORE, Compartment.HEALTH]


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person)
    grant(cast, cast.analyst, person)
    grant(cast, cast.probation_om, person, compartments=BOTH)
    return person


def page(cast: Cast, user: User, person: Person) -> str:
    response = cast.client(user).get(reverse("needs:person", args=[person.pk]))
    assert response.status_code == 200
    return response.content.decode()


def assessed(
    by: User, person: Person, on: date = TODAY, given: dict[str, Given] | None = None, **fields: Any
) -> Assessment:
    with acting(by):
        return record_assessment(
            person=person, assessed_on=on, assessor=str(by), by=by,
            answers=Answers(given or {"accommodation": Given(4), "family": Given(2)}, **fields),
        )  # fmt: skip


@pytest.mark.requirement("ASM-02", "ASM-03", "ASM-08", "ASM-11", "ASM-16", "ASM-19")
def test_an_assessment_scores_each_pathway_ranks_three_needs_and_asks_their_own_view(
    cast: Cast, person: Person
) -> None:
    client = cast.client(cast.probation_om)
    address = reverse("needs:assess", args=[person.pk])
    form = client.get(address).content.decode()
    for words in (
        "A score is a good place to start, not an answer",
        "Their own view",
        "an example: no scale",
        "In crisis",
    ):
        assert words in form
    response = client.post(address, {
        "score_accommodation": "4", "own_accommodation": "1", "score_health": "3", "score_family": "2",
        "rank_first": "accommodation", "rank_second": "health", "outcome_engagement": "partly",
        "risk_of_harm": "", "assessed_on": "yesterday", "assessor": "Posy Larkfield",
    })  # fmt: skip
    assert response.status_code == 302, response.content.decode()
    with acting(cast.probation_om):
        assessment = Assessment.objects.get()
        assert (assessment.happened_on, assessment.pathway_set) == (TODAY - timedelta(1), "national_seven")
        rows = {
            one.pathway: (one.score, one.own_score, one.rank, one.compartment) for one in PathwayAnswer.objects.all()
        }
        assert rows == {
            "accommodation": (4, 1, 1, "core"), "health": (3, None, 2, "health"), "family": (2, None, None, "core"),
        }  # fmt: skip
        assert IndicatorAnswer.objects.get().answer == Reached.PARTLY
    shown = page(cast, cast.probation_om, person)
    assert "1. Accommodation" in shown
    assert "2. Mental and physical health" in shown
    assert f"By {add_months(TODAY - timedelta(1), 3).day}" in shown


@pytest.mark.requirement("ASM-17")
def test_health_is_read_and_written_only_with_health(cast: Cast, person: Person) -> None:
    assessed(cast.probation_om, person, given={"health": Given(5), "family": Given(1)}, ranking=["health", "family"])
    for user in (cast.police_om, cast.analyst):
        shown = page(cast, user, person)
        assert "Not shown to you, because your work does not need it: Mental and physical health" in shown
        assert "1. Mental" not in shown
        assert "2. Children and families" in shown
        assert "1 of 7 pathways" in shown
        # Neither a total nor a gap in one tells the hidden score.
        assert "with a total of 1. A line is drawn" in shown
    assert "2 of 7 pathways" in page(cast, cast.probation_om, person)
    form = cast.client(cast.police_om).get(reverse("needs:assess", args=[person.pk])).content.decode()
    assert "score_health" not in form
    assert "left to somebody whose work needs to know of it" in form


def test_who_may_not_plan_is_refused_and_a_stranger_learns_nothing(cast: Cast, person: Person) -> None:
    address = reverse("needs:assess", args=[person.pk])
    assert cast.client(cast.analyst).post(address, {}).status_code == 403
    assert cast.client(cast.auditor).get(reverse("needs:person", args=[person.pk])).status_code == 403
    assert cast.client(cast.neighbourhood).get(reverse("needs:person", args=[person.pk])).status_code == 404


def test_bad_answers_are_told_and_nothing_typed_is_lost(cast: Cast, person: Person) -> None:
    client, address = cast.client(cast.probation_om), reverse("needs:assess", args=[person.pk])
    sent = {
        "score_family": "2", "rank_first": "family", "rank_second": "family", "assessed_on": "today",
        "assessor": "Posy",
    }  # fmt: skip
    answer = client.post(address, sent).content.decode()
    assert "ranked twice" in answer
    assert '<option value="2" selected>' in answer
    with acting(cast.probation_om):
        assert not Assessment.objects.exists()


@pytest.mark.requirement("ASM-07")
def test_what_probation_sent_is_not_asked_again_and_people_without_an_order_get_the_same_form(
    cast: Cast, person: Person
) -> None:
    for section, score in (("drugs", 5), ("alcohol", 1), ("accommodation", 7)):
        make_fact(
            PathwayAnswer, person, cast.probation, happened_on=TODAY - timedelta(30), pathway_set="probation_sections",
            pathway=section, compartment="core", score=score, source="fable_needs", source_key=section,
        )  # fmt: skip
    make_fact(
        Registration, person, cast.probation, starts=TODAY - timedelta(90), code="RHRH", title="High risk",
        risk_of_harm=RiskOfHarm.HIGH,
    )  # fmt: skip
    client, address = cast.client(cast.police_om), reverse("needs:assess", args=[person.pk])
    form = client.get(address).content.decode()
    assert "score_substances" not in form
    assert "score_accommodation" not in form
    assert "own_substances" in form
    assert "Scored 5 from what probation sent (Fable probation" in form
    assert 'name="risk_of_harm"' not in form
    client.post(address, {"score_family": "1", "assessed_on": "today", "assessor": "Wren"})
    with acting(cast.police_om):
        scores = {row.pathway: row.score for row in PathwayAnswer.objects.exclude(assessment_key=None)}
        assert scores == {"substances": 3, "accommodation": 5, "family": 1}
    nobody_on_an_order = make_person(cast, "Thistledown", stage=Stage.MANAGED)
    grant(cast, cast.police_om, nobody_on_an_order)
    plain = client.get(reverse("needs:assess", args=[nobody_on_an_order.pk])).content.decode()
    assert "score_substances" in plain
    assert 'name="risk_of_harm"' in plain


@pytest.mark.requirement("ASM-13")
def test_risk_of_serious_harm_shows_its_source_and_day_or_that_nobody_assessed_it(cast: Cast, person: Person) -> None:
    assert "<strong>Not assessed</strong>" in page(cast, cast.police_om, person)
    assessed(cast.police_om, person, risk_of_harm=RiskOfHarm.MEDIUM)
    assert "Police Om, Fable police" in page(cast, cast.police_om, person)
    make_fact(
        Registration, person, cast.probation, starts=TODAY - timedelta(9), code="RHRH", title="High",
        risk_of_harm="high",
    )  # fmt: skip
    # The later of the two stands.
    assert "Police Om, Fable police" in page(cast, cast.police_om, person)
    assessed(cast.police_om, person, TODAY - timedelta(200), risk_of_harm=RiskOfHarm.LOW)
    other = make_person(cast, "Thistledown", stage=Stage.MANAGED)
    grant(cast, cast.police_om, other)
    make_fact(
        Registration, other, cast.probation, starts=TODAY - timedelta(9), code="RHRH", title="High",
        risk_of_harm="high",
    )  # fmt: skip
    assert "High<br>Fable probation" in page(cast, cast.police_om, other)


@pytest.mark.requirement("ASM-10")
def test_a_review_rates_progress_and_the_chart_has_its_table(cast: Cast, person: Person) -> None:
    assessed(cast.police_om, person, TODAY - timedelta(100))
    form = cast.client(cast.police_om).get(reverse("needs:assess", args=[person.pk])).content.decode()
    assert "progress_accommodation" in form
    assert "Last time 4" in form
    reviewed = {"accommodation": Given(1, None, Progress.GOOD), "family": Given(3, None, Progress.DETERIORATION)}
    assessed(cast.police_om, person, given=reviewed)
    shown = page(cast, cast.police_om, person)
    assert "The total has fallen from 6 to 4" in shown
    assert 'role="img"' in shown
    assert "Total of 2" in shown
    assert "Deterioration" in shown


@pytest.mark.requirement("ASM-12", "ASM-14")
def test_what_lies_behind_a_need_is_told_by_any_partner_and_two_at_once_lose_nothing(
    cast: Cast, person: Person
) -> None:
    assessed(cast.police_om, person, ranking=["accommodation"])
    with acting(cast.police_om):
        row = PathwayAnswer.objects.get(pathway="accommodation")
    address = reverse("needs:need", args=[row.pk])
    ours, theirs = cast.client(cast.police_om), cast.client(cast.probation_om)
    first, second = opened(ours, address), opened(theirs, address)
    send(ours, address, {"motivation": "ready", "previous_attempts": "A hostel, until the fight."}, first)
    answer = send(theirs, address, {"obstacles": "Owes rent.", "offence_link": "acquisitive"}, second)
    # The second is shown what the first wrote meanwhile, beside their own, and saves both.
    merging = answer.content.decode()
    assert "Changed while you wrote" in merging
    assert theirs.post(address, hidden_in(merging)).status_code == 302
    with acting(cast.police_om):
        latest = PathwayAnswer.objects.current().get(pathway="accommodation")
        assert (latest.motivation, latest.previous_attempts) == ("ready", "A hostel, until the fight.")
        assert (latest.obstacles, latest.offence_link, latest.score, latest.rank) == ("Owes rent.", "acquisitive", 4, 1)


def test_a_partner_adds_what_was_left_open_and_corrects_only_their_own(cast: Cast, person: Person) -> None:
    assessment = assessed(cast.police_om, person)
    address = reverse("needs:amend", args=[assessment.pk])
    client = cast.client(cast.probation_om)
    drawn = opened(client, address)
    form = client.get(address).content.decode()
    assert "score_health" in form
    assert "score_accommodation" not in form
    assert send(client, address, {"score_health": "5", "reason": ""}, drawn).status_code == 200
    answer = send(client, address, {"score_health": "5", "reason": "Health was left to us."}, drawn)
    assert answer.status_code == 302, answer.content.decode()
    with acting(cast.probation_om):
        newest = Assessment.objects.current().select_related("person__scheme").get()
        assert newest.correction == "Health was left to us."
        answers = current_answers(newest)
        assert {key: row.score for key, row in answers.items()} == {"accommodation": 4, "family": 2, "health": 5}
        with pytest.raises(Refused, match="the answer of Fable police"):
            amend_assessment(
                assessment=newest, given={"family": Given(0)}, reason="Better", version=mark_of(newest, answers),
                by=cast.probation_om,
            )  # fmt: skip


@pytest.mark.requirement("ASM-03")
def test_overdue_assessments_head_the_list_in_a_fixed_number_of_queries(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    late, never, fresh = (make_person(cast, name, stage=Stage.MANAGED) for name in ("Late", "Never", "Fresh"))
    make_fact(CohortMembership, never, cast.police, cohort=cast.fixed, starts=TODAY - timedelta(10))
    assessed(cast.coordinator, late, TODAY - timedelta(200))
    assessed(cast.coordinator, fresh, TODAY - timedelta(5))
    client = cast.client(cast.coordinator)
    client.get(reverse("needs:due"))
    with django_assert_max_num_queries(40):
        shown = client.get(reverse("needs:due")).content.decode()
    assert shown.index("Late") < shown.index("Never") < shown.index("Fresh")
    assert "2 of 3 managed people are overdue" in shown
    assert "Never</div>" in shown
