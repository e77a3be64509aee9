"""The panel's page, its decision and who leads: the pages, for each of the cast."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.editing import hidden_in, opened, send
from tests.factories import grant, make_fact, make_person
from tests.service.selection.people import adopt, ago, decide, make_candidate, make_referral, refer_by_name, seen
from trellis.rules.vocabulary import PanelOutcome, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.record.models import AgencyScore, Custody, Registration, Supervision
from trellis.service.selection.actions import give_view
from trellis.service.selection.models import Lead, PanelDecision, Referral

pytestmark = pytest.mark.django_db
DECISION = {
    "rationale": "Six burglaries.",
    "present": "Ana Reed, Fable police\nTom Ashby, Fable probation",
    "decided_on": "today",
}


def page(cast: Cast, who: User, address: str, **data: object) -> tuple[int, str]:
    client = cast.client(who)
    response = client.post(address, data, follow=True) if data else client.get(address)
    return response.status_code, response.content.decode()


def of(name: str, referral: Referral) -> str:
    return reverse(f"selection:{name}", args=[referral.pk])


@pytest.mark.requirement("SEL-10")
def test_score_context_and_views_stand_side_by_side(cast: Cast) -> None:
    person = make_candidate(cast)
    make_fact(Supervision, person, cast.probation, kind="licence", starts=ago(days=90))
    make_fact(Custody, person, cast.police, kind="sentence", starts=ago(1), ends=ago(days=90))
    make_fact(Registration, person, cast.probation, code="RHRH", title="High risk of serious harm", starts=ago(1))
    make_fact(AgencyScore, person, cast.probation, predictor="OGRS3", percent_2y=81, happened_on=ago(days=50))
    referral = make_referral(cast, person)
    with acting(cast.coordinator):
        give_view(by=cast.coordinator, referral=referral, supports=True, text="A place is free in May.")
    status, html = page(cast, cast.coordinator, of("panel", referral))
    assert status == 200
    for words in (
        "High: ",
        "Age and sex",
        "Proven offences by the year they were dealt with",
        "Licence since",
        "Serving a sentence",
        "High risk of serious harm",
        "OGRS3: 81% in two years",
        "A place is free in May.",
        "Fewer than two agencies took part",
        "Record the decision",
    ):
        assert words in html, words


@pytest.mark.requirement("SEL-13")
def test_a_panel_without_a_score_is_warned(cast: Cast) -> None:
    referral = make_referral(cast, make_person(cast))
    html = page(cast, cast.coordinator, of("panel", referral))[1]
    assert "There is no score to look at" in html
    assert "There is no score, which is not a low score" in html


@pytest.mark.requirement("REF-04", "SEL-09")
def test_the_panel_adopts_and_allocates_in_one_step(cast: Cast) -> None:
    referral = make_referral(cast)
    html = page(cast, cast.coordinator, of("panel", referral), **DECISION, outcome="adopt", cohort=cast.fixed.pk)[1]
    assert "Select the police lead" in html
    with acting(cast.coordinator):
        assert not PanelDecision.objects.exists()
    answers = DECISION | {"outcome": "adopt", "cohort": cast.fixed.pk, "police_lead": cast.police_om.pk}
    html = page(cast, cast.coordinator, of("panel", referral), **answers)[1]
    assert "is adopted to Fixed cohort, with a lead" in html
    assert "Set a priority" in html
    assert "Tom Ashby, Fable probation" in html
    with acting(cast.police_om):
        assert Lead.objects.get().officer == cast.police_om
    assert "The panel has decided" in page(cast, cast.coordinator, of("referral", referral))[1]


def test_each_officer_is_offered_with_their_load(cast: Cast) -> None:
    adopt(cast)
    referral = make_referral(cast, make_candidate(cast, "Second"))
    assert "Police Om, Fable police (1 of 20)" in page(cast, cast.coordinator, of("panel", referral))[1]


@pytest.mark.requirement("CAP-03")
def test_a_full_cohort_is_warned_of(cast: Cast) -> None:
    with acting("setup"):
        cast.fixed.cap = 1
        cast.fixed.save()
    adopt(cast)
    referral = make_referral(cast, make_candidate(cast, "Second"))
    assert "Fixed cohort is full: 1 of 1." in page(cast, cast.coordinator, of("panel", referral))[1]


def test_a_decision_lacking_answers_is_handed_back(cast: Cast) -> None:
    referral = make_referral(cast)
    html = page(cast, cast.coordinator, of("panel", referral), outcome="defer", decided_on="today")[1]
    for words in ("There is a problem", "panel look again", "Enter the panel’s reasons", "Enter who was present"):
        assert words in html, words


def test_whoever_may_see_scores_may_read_but_not_decide(cast: Cast) -> None:
    referral = make_referral(cast)
    assert referral.person is not None
    grant(cast, cast.police_om, referral.person)
    grant(cast, cast.analyst, referral.person)
    for user in (cast.police_om, cast.analyst):
        status, html = page(cast, user, of("panel", referral))
        assert (status, "Record the decision" in html) == (200, False)
        assert page(cast, user, of("panel", referral), **DECISION, outcome="refuse")[0] == 403
    with acting(cast.coordinator):
        assert not PanelDecision.objects.exists()


def test_the_panel_page_is_refused_to_partners_and_strangers(cast: Cast) -> None:
    referral = make_referral(cast)
    for user in (cast.housing_worker, cast.auditor, cast.stranger):
        assert page(cast, user, of("panel", referral))[0] == 403
    assert page(cast, cast.probation_om, of("panel", referral))[0] == 404
    assert page(cast, cast.coordinator, of("panel", refer_by_name(cast)))[0] == 404


def test_a_decided_referral_offers_no_decision(cast: Cast) -> None:
    referral = make_referral(cast)
    decide(cast, referral, PanelOutcome.REFUSE)
    html = page(cast, cast.coordinator, of("panel", referral))[1]
    assert "Record the decision" not in html
    assert "as known then" in html


def test_a_decision_is_shown_with_what_was_known(cast: Cast) -> None:
    person = make_candidate(cast)
    make_fact(Supervision, person, cast.probation, kind="licence", starts=ago(days=90))
    made = decide(cast, make_referral(cast, person), PanelOutcome.REFUSE)
    address = reverse("selection:decision", args=[made.pk])
    status, html = page(cast, cast.coordinator, address)
    assert status == 200
    for words in ("as known on", "Six burglaries since spring", "Age and sex", "Home Office code 028/01", "to then"):
        assert words in html, words
    assert page(cast, cast.police_om, address)[0] == 404
    assert page(cast, cast.housing_worker, address)[0] == 403
    assert page(cast, cast.stranger, address)[0] == 403


@pytest.mark.requirement("REF-06")
def test_a_lead_is_changed_on_its_page(cast: Cast) -> None:
    person = adopt(cast)
    address = reverse("selection:change_lead", args=[person.pk, "probation"])
    assert page(cast, cast.coordinator, address)[0] == 200
    send(cast.client(cast.coordinator), address, {"officer": cast.probation_om.pk, "reason": "New licence."})
    with acting(cast.probation_om):
        assert {lead.officer for lead in Lead.objects.current()} == {cast.police_om, cast.probation_om}
    assert "New licence." in page(cast, cast.coordinator, address)[1]


def test_a_change_of_lead_is_refused_to_others_and_without_a_reason(cast: Cast) -> None:
    person = adopt(cast)
    address = reverse("selection:change_lead", args=[person.pk, "police"])
    for user in (cast.police_om, cast.analyst, cast.stranger):
        assert page(cast, user, address)[0] == 403
    assert (
        "Enter why the lead changes" in page(cast, cast.coordinator, address, officer=cast.police_om.pk, reason="")[1]
    )
    same = send(cast.client(cast.coordinator), address, {"officer": cast.police_om.pk, "reason": "x"})
    assert "already leads" in same.content.decode()
    assert page(cast, cast.coordinator, address.replace("police", "prison"))[0] == 404


def test_two_who_change_a_lead_at_once_both_have_their_say(cast: Cast) -> None:
    person = adopt(cast)
    address = reverse("selection:change_lead", args=[person.pk, "probation"])
    client = cast.client(cast.coordinator)
    drawn = opened(client, address)
    chosen = {"officer": cast.probation_om.pk, "reason": "New licence."}
    assert send(client, address, chosen).status_code == 302
    merging = send(client, address, chosen | {"reason": "Asked for by probation."}, drawn).content.decode()
    assert "Changed by Coordinator on" in merging
    assert "New licence." in merging
    settled = client.post(address, hidden_in(merging) | {"keep_reason": "yours"}).content.decode()
    assert "already leads" in settled
    with acting(cast.coordinator):
        assert Lead.objects.current().filter(kind="probation").count() == 1


def test_management_ends_on_its_page(cast: Cast) -> None:
    person = adopt(cast)
    address = reverse("selection:leave", args=[person.pk])
    assert page(cast, cast.police_om, address)[0] == 403
    assert page(cast, cast.stranger, address)[0] == 403
    assert page(cast, cast.analyst, address)[0] == 403
    assert "Enter why management ends" in page(cast, cast.coordinator, address, reason="")[1]
    cast.client(cast.coordinator).post(address, {"reason": "Moved away."})
    assert seen(cast, person).stage == Stage.FORMER
    assert "You cannot end management here" in page(cast, cast.coordinator, address, reason="Again.")[1]
