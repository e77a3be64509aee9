"""Anybody in the scheme may refer; who it is, and what each agency thinks, is gathered for the panel."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from tests.cast import Cast
from tests.factories import make_person
from tests.service.selection.people import make_candidate, make_referral, refer_by_name, seen
from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.rules.vocabulary import ReferralSource, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Grant
from trellis.service.people.models import Person
from trellis.service.selection.actions import (
    ask_for_view,
    close_unmatched,
    give_view,
    match_referral,
    refer,
)
from trellis.service.selection.models import AgencyView, Referral, ViewRequest

pytestmark = pytest.mark.django_db


def test_a_candidate_is_referred_with_source_and_reason(cast: Cast) -> None:
    person = make_candidate(cast)
    referral = make_referral(cast, person)
    assert (referral.source, referral.reason) == ("candidate_list", "Burgling again since release.")
    assert (referral.given_name, referral.agency, referral.referred_by) == (
        "Osric Quillfeather",
        cast.police,
        cast.coordinator,
    )
    assert seen(cast, person).stage == Stage.REFERRAL


@pytest.mark.requirement("SEL-17")
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({"source": None}, "comes from"), ({"reason": "  "}, "why you refer"), ({"name": " "}, "Give the name")],
)
def test_a_referral_without_source_reason_or_name_is_refused(cast: Cast, fields: dict, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        refer_by_name(cast, **fields)


def test_somebody_already_referred_is_not_referred_twice(cast: Cast) -> None:
    person = make_candidate(cast)
    make_referral(cast, person)
    with pytest.raises(Refused, match="already referred"):
        make_referral(cast, seen(cast, person))


def test_a_role_that_may_not_refer_is_refused(cast: Cast) -> None:
    with acting(cast.analyst), pytest.raises(Refused, match="may not refer"):
        refer(by=cast.analyst, scheme=cast.scheme, source=ReferralSource.POLICE, reason="x", name="A")


@pytest.mark.requirement("REF-01")
def test_a_partner_refers_by_name_and_sees_no_record(cast: Cast) -> None:
    person = make_candidate(cast)
    referral = refer_by_name(cast, identifier="HX-12")
    with acting(cast.coordinator):
        match_referral(by=cast.coordinator, referral=referral, person=person)
    assert seen(cast, person).stage == Stage.REFERRAL
    with acting(cast.housing_worker):
        assert Referral.objects.get().person_id == person.pk
        assert not Person.objects.exists()
    with acting(cast.stranger):
        assert not Referral.objects.exists()


def test_a_referral_of_nobody_is_closed_with_words_for_the_referrer(cast: Cast) -> None:
    referral = refer_by_name(cast, "Zebedee Nowhere")
    with acting(cast.coordinator):
        with pytest.raises(Refused, match="Say what the referrer should know"):
            close_unmatched(by=cast.coordinator, referral=referral, closing="")
        close_unmatched(by=cast.coordinator, referral=referral, closing="Nobody of that name.")
    with acting(cast.housing_worker):
        found = Referral.objects.get()
        assert (found.closing, found.closed_at is not None) == ("Nobody of that name.", True)


def test_only_somebody_who_may_decide_says_who_it_is(cast: Cast) -> None:
    person, referral = make_person(cast), refer_by_name(cast)
    with acting(cast.housing_worker), pytest.raises(Refused, match="may not record a panel decision"):
        match_referral(by=cast.housing_worker, referral=referral, person=person)


def test_a_referral_is_matched_once(cast: Cast) -> None:
    referral = make_referral(cast)
    with acting(cast.coordinator), pytest.raises(Refused, match="already said who"):
        match_referral(by=cast.coordinator, referral=referral, person=make_person(cast, "Else"))


def test_of_two_who_answer_a_referral_at_once_one_is_told(cast: Cast) -> None:
    read_before = refer_by_name(cast)
    with acting(cast.coordinator):
        match_referral(by=cast.coordinator, referral=Referral.objects.get(), person=make_candidate(cast))
        with pytest.raises(Changed, match="Somebody else has just answered"):
            match_referral(by=cast.coordinator, referral=read_before, person=make_person(cast, "Else"))
        with pytest.raises(Changed, match="Somebody else has just answered"):
            close_unmatched(by=cast.coordinator, referral=read_before, closing="Nobody of that name.")
        now = Referral.objects.get()
        assert (now.person.family_name, now.closed_at) == ("Quillfeather", None)


def test_a_request_opens_the_referral_and_no_record(cast: Cast) -> None:
    referral = make_referral(cast)
    with acting(cast.housing_worker):
        assert not Referral.objects.exists()
    with acting(cast.coordinator):
        ask_for_view(by=cast.coordinator, referral=referral, user=cast.housing_worker)
        assert not Grant.objects.filter(basis="view").exists()
    with acting(cast.housing_worker):
        assert Referral.objects.get().given_name == "Osric Quillfeather"
        assert not Person.objects.exists()
    with acting(cast.probation_om):
        assert not Referral.objects.exists()


def test_a_request_may_open_the_record_for_two_weeks(cast: Cast) -> None:
    referral = make_referral(cast)
    with acting(cast.coordinator):
        ask_for_view(by=cast.coordinator, referral=referral, user=cast.housing_worker, with_record=True)
        (given,) = Grant.objects.filter(basis="view")
    assert given.ends_at is not None
    assert given.agency_id == cast.housing.pk
    assert abs(given.ends_at - timezone.now() - timedelta(days=14)) < timedelta(hours=1)
    with acting(cast.housing_worker):
        assert Person.objects.count() == 1


def test_nobody_but_a_coordinator_can_open_a_referral_to_somebody(cast: Cast) -> None:
    """Not even by going round the action."""
    referral = refer_by_name(cast)
    with acting(cast.housing_worker), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        ViewRequest.objects.create(
            referral=referral, user=cast.stranger, agency=cast.housing, asked_by=cast.housing_worker,
            ends_at=timezone.now() + timedelta(days=1),
        )  # fmt: skip


def test_each_agency_gives_its_view(cast: Cast) -> None:
    referral = make_referral(cast)
    with acting(cast.coordinator):
        ask_for_view(by=cast.coordinator, referral=referral, user=cast.housing_worker)
        give_view(by=cast.coordinator, referral=referral, supports=None, text="Six burglaries.")
    with acting(cast.housing_worker):
        with pytest.raises(Refused, match="Say what your agency thinks"):
            give_view(by=cast.housing_worker, referral=referral, supports=True, text=" ")
        give_view(by=cast.housing_worker, referral=referral, supports=True, text="A place is free.")
        assert [str(view.agency) for view in AgencyView.objects.all()] == ["Fable housing"]
    with acting(cast.coordinator):
        assert AgencyView.objects.count() == 2


def test_a_view_is_refused_to_a_role_that_gives_none(cast: Cast) -> None:
    referral = make_referral(cast)
    with acting(cast.analyst), pytest.raises(Refused, match="may not give their agency's view"):
        give_view(by=cast.analyst, referral=referral, supports=True, text="x")
