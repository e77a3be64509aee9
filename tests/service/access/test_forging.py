"""No row says that somebody else wrote it, no grant opens more than its giver holds, and what is settled stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.vocabulary import Compartment, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Grant, Posting, SharingAgreement, User
from trellis.service.audit.models import ChangeEvent
from trellis.service.people.models import Alert, Person
from trellis.service.schemes.models import Area, Scheme
from trellis.service.selection.models import AgencyView, Lead, Referral, ViewRequest

pytestmark = pytest.mark.django_db
LONG_AGO = date(2026, 1, 1)


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    grant(cast, cast.police_om, person)
    return person


def refused(write: Callable[[], Any]) -> bool:
    """Whether row security, or a guard of a row's change, refuses; any other fault is one of the test."""
    try:
        with transaction.atomic():
            write()
    except ProgrammingError as fault:
        if "row-level security" in str(fault) or "refused for" in str(fault):
            return True
        raise
    return False


def gives(cast: Cast, person: Person | None, by: User, **fields: Any) -> bool:
    """Whether the database lets somebody give such a grant."""
    values = {"user": cast.probation_om, "compartments": ["core"], "basis": "allocated", "granted_by": by} | fields
    with acting(by):
        return not refused(lambda: Grant.objects.create(person_id=person.pk if person else None, **values))


def test_a_coordinator_grants_what_they_hold(cast: Cast, person: Person) -> None:
    assert gives(cast, person, cast.coordinator)
    assert gives(cast, person, cast.coordinator, ends_at=timezone.now() + timedelta(days=14))


@pytest.mark.requirement("SEC-06")
@pytest.mark.parametrize("compartment", [one for one in Compartment if one is not Compartment.CORE])
def test_nobody_grants_a_compartment_that_they_do_not_hold(
    cast: Cast, person: Person, compartment: Compartment
) -> None:
    with acting("setup"):
        Posting.objects.create(
            user=cast.neighbourhood, agency=cast.police, scheme=cast.scheme, role="coordinator", starts=LONG_AGO
        )
    grant(cast, cast.neighbourhood, person)
    for by in (cast.neighbourhood, User.objects.get(username="feeds")):
        assert gives(cast, person, by)
        assert not gives(cast, person, by, compartments=[compartment])
        assert not gives(cast, person, by, compartments=["core", compartment])


def test_a_compartment_that_is_held_may_be_passed_on(cast: Cast, person: Person) -> None:
    assert not gives(cast, person, cast.coordinator, compartments=[])
    assert not gives(cast, None, cast.coordinator, stages=["managed"])
    assert not gives(cast, person, cast.coordinator, granted_by=cast.administrator)
    assert not gives(cast, person, cast.police_om)


def test_nothing_new_is_opened_to_an_agency_whose_agreement_is_past_its_review(cast: Cast, person: Person) -> None:
    assert gives(cast, person, cast.coordinator, user=cast.probation_om)
    grant(cast, cast.probation_om, person)
    with acting("setup"):
        SharingAgreement.objects.update(review_on=timezone.localdate() - timedelta(days=1))
    assert not gives(cast, person, cast.coordinator, user=cast.probation_om)
    assert gives(cast, person, cast.coordinator, user=cast.police_om)
    # What was opened before stays open: nobody who works with the person loses sight because of a date.
    with acting(cast.probation_om):
        assert Person.objects.filter(pk=person.pk).exists()


def test_a_grant_does_not_outlast_the_givers_own(cast: Cast, person: Person) -> None:
    soon = timezone.now() + timedelta(days=3)
    with acting("setup"):
        Posting.objects.create(
            user=cast.neighbourhood, agency=cast.police, scheme=cast.scheme, role="coordinator", starts=LONG_AGO
        )
    grant(cast, cast.neighbourhood, person, ends_at=soon)
    assert not gives(cast, person, cast.neighbourhood)
    assert not gives(cast, person, cast.neighbourhood, ends_at=soon + timedelta(days=1))
    assert gives(cast, person, cast.neighbourhood, ends_at=soon)


def test_an_administrator_alone_opens_nothing(cast: Cast, person: Person) -> None:
    assert not gives(cast, person, cast.administrator)
    assert not gives(cast, None, cast.administrator, stages=["managed"], scheme=cast.scheme)
    assert not gives(cast, person, cast.administrator, user=cast.administrator)
    with acting(cast.administrator):
        assert refused(
            lambda: Posting.objects.create(
                user=cast.administrator, agency=cast.police, role="coordinator", starts=LONG_AGO
            )
        )


def test_a_grant_ends_sooner_and_never_later(cast: Cast, person: Person) -> None:
    now = timezone.now()
    given = grant(cast, cast.stranger, person, ends_at=now + timedelta(days=9))
    mine = Grant.objects.filter(pk=given.pk)
    for actor in (cast.coordinator, "setup"):
        with acting(actor):
            assert refused(lambda: mine.update(ends_at=None))
            assert refused(lambda: mine.update(ends_at=now + timedelta(days=10)))
    with acting(cast.coordinator):
        assert mine.update(ends_at=now + timedelta(days=1)) == 1
        assert mine.update(ends_at=timezone.now()) == 1
        assert refused(lambda: mine.update(ends_at=now + timedelta(days=1)))


def test_an_area_that_has_no_place_yet_opens_nothing(cast: Cast, person: Person) -> None:
    with acting("setup"):
        nowhere = Area.objects.create(slug="nowhere", name="Nowhere", boundary="district")
        Grant.objects.create(
            user=cast.stranger, stages=["managed"], scheme=cast.scheme, area=nowhere, compartments=["core"],
            basis="role", granted_by=User.objects.get(username="setup"),
        )  # fmt: skip
    with acting(cast.stranger):
        assert Person.objects.count() == 0


def test_a_fact_is_written_in_ones_own_name(cast: Cast, person: Person) -> None:
    def alert(name: User) -> Alert:
        return Alert.objects.create(
            person=person, agency=cast.police, recorded_by=name, kind="weapons", reason="x",
            starts=LONG_AGO, review_on=date(2030, 1, 1),
        )  # fmt: skip

    with acting(cast.police_om):
        assert refused(lambda: alert(cast.probation_om))
        mine = alert(cast.police_om)
    with acting(cast.coordinator):
        # A correction keeps the name of whose fact it was, once theirs has been superseded.
        assert refused(lambda: alert(cast.police_om))
        Alert.objects.filter(pk=mine.pk).update(superseded_at=timezone.now())
        assert alert(cast.police_om).recorded_by == cast.police_om


def test_what_is_settled_stays_settled(cast: Cast, person: Person) -> None:
    lead = make_fact(Lead, person, cast.police, kind="police", officer=cast.police_om, starts=LONG_AGO)
    with acting(cast.coordinator):
        Lead.objects.filter(pk=lead.pk).update(superseded_at=timezone.now())
        assert refused(lambda: Lead.objects.filter(pk=lead.pk).update(superseded_at=None))
        assert refused(lambda: Person.objects.filter(pk=person.pk).update(stage=Stage.FORMER))
        assert refused(lambda: Person.objects.filter(pk=person.pk).update(area=cast.south))
        assert Person.objects.filter(pk=person.pk).update(stage=Stage.MANAGED, version=2) == 1


def referral_of(cast: Cast, by: User, **fields: Any) -> Referral:
    values = {"referred_by": by, "agency": cast.housing, "given_name": "A", "source": "partner", "reason": "x"}
    return Referral.objects.create(scheme=cast.scheme, **(values | fields))


def test_referrals_and_views_are_given_for_oneself_and_ones_agency(cast: Cast, person: Person) -> None:
    with acting(cast.housing_worker):
        assert refused(lambda: referral_of(cast, cast.police_om))
        assert refused(lambda: referral_of(cast, cast.housing_worker, agency=cast.police))
        referral = referral_of(cast, cast.housing_worker)
        # Who it is, and that it is closed, is for a coordinator to say.
        assert refused(lambda: Referral.objects.filter(pk=referral.pk).update(person_id=person.pk))
        assert refused(lambda: Referral.objects.filter(pk=referral.pk).update(closed_at=timezone.now()))
        view = {"referral": referral, "text": "x"}
        assert refused(lambda: AgencyView.objects.create(agency=cast.police, given_by=cast.housing_worker, **view))
        assert refused(lambda: AgencyView.objects.create(agency=cast.housing, given_by=cast.police_om, **view))
        AgencyView.objects.create(agency=cast.housing, given_by=cast.housing_worker, **view)


def test_a_refusal_does_not_tell_who_is_referred_already(cast: Cast, person: Person) -> None:
    """Somebody hidden who has an open referral, somebody hidden who has none, and nobody: one answer for all."""
    hidden, open_one = make_person(cast, "Hidden"), make_person(cast, "Open")
    with acting("feeds"):
        referral_of(cast, User.objects.get(username="feeds"), person=open_one)
    answers = set()
    for number in (hidden.pk, open_one.pk, 999_999):
        with acting(cast.police_om), pytest.raises((ProgrammingError, IntegrityError)) as fault, transaction.atomic():
            referral_of(cast, cast.police_om, agency=cast.police, person_id=number)
        answers.add((type(fault.value), str(fault.value)))
    assert len(answers) == 1, answers


def test_a_coordinator_sees_no_requests_of_another_scheme(cast: Cast, person: Person) -> None:
    with acting(cast.housing_worker):
        referral = referral_of(cast, cast.housing_worker)
    with acting(cast.coordinator):
        ViewRequest.objects.create(
            referral=referral, user=cast.police_om, agency=cast.police, asked_by=cast.coordinator,
            ends_at=timezone.now() + timedelta(days=3),
        )  # fmt: skip
    with acting("setup"):
        another = Scheme.objects.create(
            slug="another", name="Another", national_label="IOM", area=cast.south, priority_grid="hm_2014",
            people_per_officer=20, starts=LONG_AGO,
        )  # fmt: skip
        Posting.objects.create(
            user=cast.stranger, agency=cast.housing, scheme=another, role="coordinator", starts=LONG_AGO
        )
    with acting(cast.stranger):
        assert not ViewRequest.objects.exists()


def test_only_whoever_sees_a_referral_asks_for_views_of_it(cast: Cast, person: Person) -> None:
    with acting(cast.housing_worker):
        referral = referral_of(cast, cast.housing_worker)
    with acting("setup"):
        Posting.objects.create(
            user=cast.stranger, agency=cast.housing, scheme=cast.scheme, role="coordinator", starts=LONG_AGO
        )
    asked = {"referral": referral, "user": cast.stranger, "agency": cast.housing, "ends_at": timezone.now()}
    with acting(cast.stranger):
        assert refused(lambda: ViewRequest.objects.create(asked_by=cast.stranger, **asked))
    with acting(cast.coordinator):
        assert refused(lambda: ViewRequest.objects.create(asked_by=cast.stranger, **asked))
        ViewRequest.objects.create(asked_by=cast.coordinator, **asked)


def test_nobody_becomes_a_system_actor_or_another_user(cast: Cast, person: Person) -> None:
    one = User.objects.filter(pk=cast.stranger.pk)
    with acting(cast.stranger):
        assert refused(lambda: one.update(is_system=True))
        assert refused(lambda: one.update(username="feeds2"))
        assert refused(lambda: User.objects.filter(pk=cast.coordinator.pk).update(password="mine"))
        assert refused(lambda: User.objects.create(username="new", name="New", password="!"))
        assert one.update(password="mine") == 1
    with acting(cast.administrator):
        assert refused(lambda: one.update(is_system=True))
        assert refused(lambda: User.objects.create(username="new", password="!", is_system=True))
        assert one.update(is_active=False) == 1


def test_only_those_who_administer_redraw_boundaries(cast: Cast, person: Person) -> None:
    with acting(cast.coordinator):
        assert refused(lambda: Area.objects.filter(pk=cast.south.pk).update(path=cast.north.path))


def test_a_change_of_password_is_in_the_trail_by_name_alone(cast: Cast, person: Person) -> None:
    with acting(cast.stranger):
        User.objects.filter(pk=cast.stranger.pk).update(password="a-hash")
    with acting(cast.auditor):
        assert ChangeEvent.objects.filter(table="access_user").latest("id").columns == ["password"]


@pytest.mark.requirement("SEC-06")
def test_a_password_and_the_time_of_a_sign_in_are_written_by_whose_they_are(cast: Cast) -> None:
    """Not by nobody, who reads accounts to sign somebody in, and not by whoever makes accounts."""

    def writes(by: User | str, **values: Any) -> bool:
        with acting(by):
            return not refused(lambda: User.objects.filter(pk=cast.police_om.pk).update(**values))

    later = timezone.now() + timedelta(days=1)
    for own, forged in (
        ({"password": "!own"}, {"password": "!"}),
        ({"last_login": timezone.now()}, {"last_login": later}),
    ):
        assert writes(cast.police_om, **own)
        assert not any(writes(other, **forged) for other in ("anonymous", cast.administrator, cast.coordinator))
        assert writes("setup", **forged)
