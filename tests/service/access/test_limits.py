"""What limits keep from people, also from those who deal with limits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from tests.cast import LONG_AGO, Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.vocabulary import Compartment, GrantBasis, LimitKind, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import AccessRequest, AgreementParty, Cover, Grant, Limit, LimitName, Posting, User
from trellis.service.people.models import Address, Person, SensitiveNote
from trellis.service.people.queries import search
from trellis.service.people.tokens import refresh_search_tokens

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Person:
    return make_person(cast, stage=Stage.MANAGED)


def limit(cast: Cast, person: Person, kind: LimitKind, *names: User, by: User | None = None) -> Limit:
    with acting("setup") as actor:
        found = Limit.objects.create(
            person_id=person.pk, scheme=cast.scheme, kind=kind, reason_code="high_profile", reason="x",
            review_on=timezone.localdate() + timedelta(days=30), set_by=by or User.objects.get(pk=actor.user_id),
        )  # fmt: skip
        for name in names:
            LimitName.objects.create(limit=found, user=name, named_by_id=actor.user_id)
    return found


def break_glass(cast: Cast, person: Person, user: User) -> None:
    now = timezone.now()
    with acting(user):
        Grant(
            user=user, granted_by=user, person_id=person.pk, scheme=cast.scheme, agency=cast.police,
            compartments=["core", "health"], basis=GrantBasis.BREAK_GLASS, reason="A threat to life today",
            starts_at=now, ends_at=now + timedelta(minutes=60),
        ).save(force_insert=True)  # fmt: skip


def refused(write: Any) -> bool:
    try:
        with transaction.atomic():
            write()
    except ProgrammingError as fault:
        return "row-level security" in str(fault)
    return False


@pytest.mark.requirement("SEC-06")
def test_an_emergency_never_opens_victim_safety_whatever_else_one_holds(cast: Cast, person: Person) -> None:
    grant(cast, cast.police_om, person, compartments=[Compartment.CORE, Compartment.VICTIM_SAFETY, Compartment.STAFF])
    for one in (Compartment.HEALTH, Compartment.VICTIM_SAFETY, Compartment.STAFF):
        about = {"happened_on": timezone.localdate(), "compartment": one, "text": "x", "recorded_by": cast.coordinator}
        with acting(cast.coordinator):
            SensitiveNote.objects.create(person=person, agency=cast.police, **about)
    limit(cast, person, LimitKind.RESTRICTION, cast.coordinator)
    with acting(cast.police_om):
        assert not SensitiveNote.objects.exists()
    break_glass(cast, person, cast.police_om)
    with acting(cast.police_om):
        assert Person.objects.filter(pk=person.pk).exists()
        assert [note.compartment for note in SensitiveNote.objects.all()] == ["health"]


def test_whom_an_exclusion_names_deals_with_no_limit_and_no_request_on_that_record(cast: Cast, person: Person) -> None:
    limit(cast, person, LimitKind.EXCLUSION, cast.coordinator)
    restriction = limit(cast, person, LimitKind.RESTRICTION, cast.police_om)
    with acting(cast.probation_om):
        AccessRequest.objects.create(
            person_id=person.pk, scheme=cast.scheme, agency=cast.probation, asked_by=cast.probation_om,
            compartments=["core"], reason="x",
        )  # fmt: skip
    with acting(cast.coordinator):
        assert not Limit.objects.exists()
        assert not AccessRequest.objects.exists()
        assert not Limit.objects.filter(pk=restriction.pk).update(review_on=timezone.localdate())
    with acting(cast.information_officer):
        assert Limit.objects.count() == 2
        assert AccessRequest.objects.count() == 1


def test_what_two_have_approved_is_not_widened_by_one(cast: Cast, person: Person) -> None:
    limited = limit(cast, person, LimitKind.RESTRICTION, cast.police_om, by=cast.coordinator)
    named = {"limit": limited, "user": cast.probation_om}
    with acting(cast.information_officer):
        assert refused(lambda: LimitName.objects.create(named_by=cast.information_officer, **named))
        Limit.objects.filter(pk=limited.pk).update(approved_by=cast.information_officer, approved_at=timezone.now())
    with acting(cast.coordinator):
        assert refused(lambda: LimitName.objects.create(named_by=cast.coordinator, **named))
        assert refused(lambda: LimitName.objects.update(ends_at=timezone.now()))


def test_a_grant_outlives_no_role(cast: Cast, person: Person) -> None:
    grant(cast, cast.police_om, person)
    with acting(cast.police_om):
        assert Person.objects.exists()
    with acting("setup"):
        Posting.objects.filter(user=cast.police_om).update(ends=timezone.localdate())
    with acting(cast.police_om, agency_id=cast.police.pk):
        assert not Person.objects.exists()


def test_nobody_makes_themselves_a_colleagues_cover(cast: Cast) -> None:
    values: dict[str, Any] = {
        "agency": cast.police, "scheme": cast.scheme, "starts": LONG_AGO, "ends": timezone.localdate(), "reason": "x",
    }  # fmt: skip
    with acting(cast.coordinator):
        mine = values | {"user": cast.police_om, "covered_by": cast.coordinator, "arranged_by": cast.coordinator}
        assert refused(lambda: Cover.objects.create(**mine))
        Cover.objects.create(**mine | {"covered_by": cast.neighbourhood})


def test_a_search_tells_nothing_by_a_field_that_is_not_listed(cast: Cast, person: Person) -> None:
    grant(cast, cast.housing_worker, person)
    make_fact(Address, person, cast.police, text="7 Gannet Steps", postcode="ZZ1 1AA", starts=LONG_AGO)
    with acting("feeds"):
        refresh_search_tokens([person.pk])
    with acting("setup"):
        AgreementParty.objects.filter(agency=cast.housing).update(shares=["people.Address.postcode"])
    with acting(cast.housing_worker):
        assert search("7 Gannet Steps").hits == []
        assert [hit.person for hit in search("ZZ1 1AA").hits] == [person]
