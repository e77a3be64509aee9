"""Referring by name, the queue, matching, asking and giving views: the pages, for each of the cast."""

from __future__ import annotations

import pytest
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from tests.cast import Cast
from tests.factories import make_fact, make_person
from tests.service.selection.people import make_candidate, make_referral, refer_by_name, seen
from trellis.rules.vocabulary import ReferralSource, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Grant, User
from trellis.service.people.models import Identifier, Person, SearchToken
from trellis.service.selection.actions import ask_for_view
from trellis.service.selection.models import AgencyView, Referral

pytestmark = pytest.mark.django_db
REFER, QUEUE = "/selection/refer/", "/selection/referrals/"
ANSWERS = {"name": "Osric Quillfeather", "birth": "14 5 1988", "source": "housing", "reason": "Stolen bicycles."}


def page(cast: Cast, who: User, address: str, **data: object) -> tuple[int, str]:
    client = cast.client(who)
    response = client.post(address, data, follow=True) if data else client.get(address)
    return response.status_code, response.content.decode()


def of(name: str, referral: Referral) -> str:
    return reverse(f"selection:{name}", args=[referral.pk])


@pytest.mark.requirement("REF-01")
def test_a_partner_refers_by_name_and_reads_what_happens_next(cast: Cast) -> None:
    make_candidate(cast)
    status, html = page(cast, cast.housing_worker, REFER, **ANSWERS)
    assert status == 200
    assert "What happens next" in html
    assert "The scheme coordinator is finding out who this is about" in html
    assert "OGRS" not in html
    with acting(cast.coordinator):
        referral = Referral.objects.get()
    assert (referral.person_id, str(referral.given_birth), referral.agency) == (None, "1988-05-14", cast.housing)


def test_a_neighbourhood_officer_may_refer_and_reads_their_own(cast: Cast) -> None:
    assert "What happens next" in page(cast, cast.neighbourhood, REFER, **ANSWERS)[1]
    assert "Osric Quillfeather" in page(cast, cast.neighbourhood, QUEUE)[1]
    assert "Osric Quillfeather" not in page(cast, cast.housing_worker, QUEUE)[1]


@pytest.mark.requirement("SEL-17")
def test_a_referral_by_name_needs_source_and_reason(cast: Cast) -> None:
    status, html = page(
        cast, cast.housing_worker, REFER, **(ANSWERS | {"source": "", "reason": "", "birth": "31 2 1988"})
    )
    assert status == 200
    for words in ("Select where the referral comes from", "Enter why you refer", "February 1988 has days 1 to 29"):
        assert words in html, words
    with acting(cast.coordinator):
        assert not Referral.objects.exists()


def test_referring_by_name_is_refused_to_readers_and_strangers(cast: Cast) -> None:
    for user in (cast.analyst, cast.auditor, cast.stranger):
        assert page(cast, user, REFER)[0] == 403
        assert page(cast, user, REFER, **ANSWERS)[0] == 403


@pytest.mark.requirement("REF-02")
def test_the_queue_shows_each_what_is_theirs_to_see(cast: Cast) -> None:
    make_referral(cast)
    refer_by_name(cast, "Briony Tallowfield")
    coordinator = page(cast, cast.coordinator, QUEUE)[1]
    assert "Osric Quillfeather" in coordinator
    assert "Say who this is" in coordinator
    partner = page(cast, cast.housing_worker, QUEUE)[1]
    assert "Briony Tallowfield" in partner
    assert "Quillfeather" not in partner
    assert "Say who this is" not in partner
    assert "No closed referrals" in page(cast, cast.housing_worker, f"{QUEUE}?show=closed")[1]


def test_the_queue_offers_the_panel_only_to_who_may_open_it(cast: Cast) -> None:
    referral = make_referral(cast)
    with acting(cast.coordinator):
        ask_for_view(by=cast.coordinator, referral=referral, user=cast.police_om)
    assert of("panel", referral) in page(cast, cast.coordinator, QUEUE)[1]
    queue = page(cast, cast.police_om, QUEUE)[1]
    assert of("referral", referral) in queue
    assert of("panel", referral) not in queue
    assert page(cast, cast.police_om, of("panel", referral))[0] == 404


def test_the_queue_is_refused_to_strangers(cast: Cast) -> None:
    for user in (cast.stranger, cast.auditor, cast.administrator):
        assert page(cast, user, QUEUE)[0] == 403


@pytest.mark.parametrize("count", [3, 300])
def test_the_queue_takes_as_many_queries_for_three_as_for_three_hundred(
    cast: Cast, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with acting(cast.coordinator):
        Referral.objects.bulk_create(
            Referral(
                scheme=cast.scheme, area=cast.north, given_name=f"Person {number}", source=ReferralSource.POLICE,
                reason="x", referred_by=cast.coordinator, agency=cast.police,
            )
            for number in range(count)
        )  # fmt: skip
    client = cast.client(cast.coordinator)
    with django_assert_num_queries(19):
        html = client.get(QUEUE).content.decode()
    assert f"of <strong>{count}</strong>" in html


def test_a_referral_is_hidden_from_others(cast: Cast) -> None:
    referral = refer_by_name(cast)
    assert page(cast, cast.probation_om, of("referral", referral))[0] == 404
    assert page(cast, cast.stranger, of("referral", referral))[0] == 403


def findable(cast: Cast, family_name: str = "Quillfeather") -> Person:
    person = make_person(cast, family_name)
    make_fact(Identifier, person, cast.police, kind="CRN", value="X200001", source="probation")
    with acting("feeds"):
        SearchToken.objects.bulk_create(
            SearchToken(person=person, token=token, kind=kind, text=text)
            for token, kind, text in [
                (family_name.lower(), "name", f"Osric {family_name}"),
                ("osric", "name", f"Osric {family_name}"),
                ("x200001", "identifier", "CRN X200001"),
            ]
        )
    return person


def test_the_coordinator_says_who_it_is(cast: Cast) -> None:
    person = findable(cast)
    referral = refer_by_name(cast, identifier="X200001", birth=person.date_of_birth)
    html = page(cast, cast.coordinator, of("match", referral))[1]
    assert "Quillfeather, Osric" in html
    assert "Same date of birth" in html
    html = page(cast, cast.coordinator, of("match", referral), match="yes", words="", person=person.pk)[1]
    assert "now stands before the panel" in html
    assert seen(cast, person).stage == Stage.REFERRAL
    assert "It waits for the panel" in page(cast, cast.housing_worker, of("referral", referral))[1]


def test_other_words_find_somebody_else(cast: Cast) -> None:
    findable(cast, "Tallowfield")
    referral = refer_by_name(cast, "Bryony Talowfeild")
    assert "Nobody was found by the number and the name" in page(cast, cast.coordinator, of("match", referral))[1]
    html = page(cast, cast.coordinator, of("match", referral), words="Tallowfield")[1]
    assert "Tallowfield, Osric" in html
    assert "There is a problem" not in html


def test_nobody_is_an_answer_that_the_referrer_reads(cast: Cast) -> None:
    referral = refer_by_name(cast, "Zebedee Nowhere")
    html = page(cast, cast.coordinator, of("match", referral), match="yes", person="nobody", closing="")[1]
    assert "There is a problem" in html
    page(cast, cast.coordinator, of("match", referral), match="yes", person="nobody", closing="Send a date of birth.")
    assert "Send a date of birth." in page(cast, cast.housing_worker, of("referral", referral))[1]


def test_matching_is_refused_to_others_and_without_an_answer(cast: Cast) -> None:
    referral = refer_by_name(cast)
    assert page(cast, cast.housing_worker, of("match", referral))[0] == 403
    assert page(cast, cast.analyst, of("match", referral))[0] == 403
    assert "Select an answer" in page(cast, cast.coordinator, of("match", referral), match="yes")[1]


def test_an_agency_is_asked_and_answers(cast: Cast) -> None:
    referral = make_referral(cast)
    assert page(cast, cast.housing_worker, of("referral", referral))[0] == 404
    html = page(cast, cast.coordinator, of("ask", referral), user=cast.housing_worker.pk)[1]
    assert "can see the referral and give a view for 14 days" in html
    html = page(cast, cast.housing_worker, of("referral", referral))[1]
    assert "Osric Quillfeather" in html
    assert "OGRS" not in html
    assert "Panel page" not in html
    html = page(cast, cast.housing_worker, of("view", referral), supports="undecided", text="Lost his flat.")[1]
    assert "view is with the panel" in html
    with acting(cast.coordinator):
        view = AgencyView.objects.get()
        assert (view.supports, view.text, view.agency) == (None, "Lost his flat.", cast.housing)
        assert not Grant.objects.filter(basis="view").exists()


def test_asking_may_open_the_record(cast: Cast) -> None:
    referral = make_referral(cast)
    page(cast, cast.coordinator, of("ask", referral), user=cast.housing_worker.pk, with_record="on")
    with acting(cast.coordinator):
        assert Grant.objects.get(basis="view").person_id == referral.person_id


def test_asking_is_refused_to_others_and_of_nobody(cast: Cast) -> None:
    referral = make_referral(cast)
    for user in (cast.police_om, cast.housing_worker, cast.analyst, cast.stranger):
        assert page(cast, user, of("ask", referral))[0] == 403
    assert "Select an answer to “Who should be asked?”" in page(cast, cast.coordinator, of("ask", referral), user="")[1]
    assert "There is a problem" in page(cast, cast.coordinator, of("ask", referral), user=cast.analyst.pk)[1]


def test_a_view_without_words_is_handed_back_and_refused_to_others(cast: Cast) -> None:
    referral = make_referral(cast)
    with acting(cast.coordinator):
        ask_for_view(by=cast.coordinator, referral=referral, user=cast.housing_worker)
    html = page(cast, cast.housing_worker, of("view", referral), supports="", text="")[1]
    assert "There is a problem" in html
    assert page(cast, cast.analyst, of("view", referral))[0] == 403
    assert page(cast, cast.stranger, of("view", referral))[0] == 403
    assert page(cast, cast.probation_om, of("view", referral))[0] == 404
