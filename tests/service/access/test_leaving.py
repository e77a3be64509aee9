"""Whoever leaves an agency takes nothing along: neither whom they saw there nor whom they stood in for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.cast import LONG_AGO, Cast
from tests.factories import grant, make_person
from trellis.rules.vocabulary import Compartment, GrantBasis, Role
from trellis.service.access.actions import end_posting
from trellis.service.access.actor import acting
from trellis.service.access.models import AccessRequest, Cover, Grant, Posting, User
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency

pytestmark = pytest.mark.django_db
SOON = timedelta(days=14)


def post(cast: Cast, user: User, role: Role, agency: Agency, *, ends: date | None = None) -> Posting:
    with acting("setup"):
        return Posting.objects.create(
            user=user, agency=agency, scheme=cast.scheme, role=role, starts=LONG_AGO, ends=ends
        )


def leave(cast: Cast, posting: Posting, on: date | None = None) -> None:
    with acting(cast.administrator):
        end_posting(by=cast.administrator, posting=posting, on=on)


def opened(cast: Cast, basis: GrantBasis, agency: Agency | None) -> Grant:
    person = make_person(cast)
    if basis is GrantBasis.REQUEST:
        return allowed(cast, person, agency)
    ends = timezone.now() + SOON if basis.has_end else None
    return grant(cast, cast.police_om, person, basis=basis, agency=agency, ends_at=ends)


def allowed(cast: Cast, person: Person, agency: Agency | None) -> Grant:
    """What answers a request: nobody writes it, not even the system, where nobody asked and another allowed."""
    with acting(cast.police_om):
        asked = AccessRequest.objects.create(
            person_id=person.pk, scheme=cast.scheme, agency=cast.police, asked_by=cast.police_om,
            compartments=[Compartment.CORE], reason="Arrested today",
        )  # fmt: skip
    with acting(cast.coordinator):
        AccessRequest.objects.filter(pk=asked.pk).update(
            allowed=True, decided_by=cast.coordinator, decided_at=timezone.now()
        )
        return Grant.objects.create(
            user=cast.police_om, person_id=person.pk, agency=agency, scheme=cast.scheme, basis=GrantBasis.REQUEST,
            compartments=[Compartment.CORE], granted_by=cast.coordinator, ends_at=timezone.now() + SOON,
        )  # fmt: skip


def is_open(cast: Cast, given: Grant, at: timedelta = timedelta(0)) -> bool:
    with acting(cast.administrator):
        given.refresh_from_db()
    return given.ends_at is None or given.ends_at > timezone.now() + at


@pytest.mark.requirement("SEC-01")
@pytest.mark.parametrize("basis", [GrantBasis.ALLOCATED, GrantBasis.VIEW, GrantBasis.PANEL, GrantBasis.REQUEST])
def test_grants_of_single_people_end_with_the_last_posting_at_their_agency(cast: Cast, basis: GrantBasis) -> None:
    given, unnamed = opened(cast, basis, cast.police), opened(cast, basis, None)
    elsewhere = opened(cast, basis, cast.housing)
    post(cast, cast.police_om, Role.PARTNER_WORKER, cast.housing)
    leave(cast, cast.police_om.postings.get(agency=cast.police))
    assert [is_open(cast, one) for one in (given, unnamed, elsewhere)] == [False, False, True]


def test_what_one_saw_for_one_agency_is_not_seen_for_the_next(cast: Cast) -> None:
    opened(cast, GrantBasis.ALLOCATED, None)
    leave(cast, cast.police_om.postings.get())
    post(cast, cast.police_om, Role.PARTNER_WORKER, cast.housing)
    with acting(cast.police_om):
        assert not Person.objects.exists()


def test_they_stay_while_another_posting_there_lasts_and_end_with_that(cast: Cast) -> None:
    given = opened(cast, GrantBasis.ALLOCATED, cast.police)
    first = cast.police_om.postings.get()
    post(cast, cast.police_om, Role.NEIGHBOURHOOD_OFFICER, cast.police)
    leave(cast, first)
    assert is_open(cast, given, at=timedelta(days=999))
    leave(cast, cast.police_om.postings.get(role=Role.NEIGHBOURHOOD_OFFICER), timezone.localdate() + SOON)
    assert is_open(cast, given, at=SOON - timedelta(days=2))
    assert not is_open(cast, given, at=SOON)


def test_an_end_already_set_for_the_other_posting_is_the_end_of_both(cast: Cast) -> None:
    given = opened(cast, GrantBasis.ALLOCATED, cast.police)
    first = cast.police_om.postings.get()
    post(cast, cast.police_om, Role.NEIGHBOURHOOD_OFFICER, cast.police, ends=timezone.localdate() + SOON)
    leave(cast, first)
    assert is_open(cast, given, at=SOON - timedelta(days=2))
    assert not is_open(cast, given, at=SOON)


def test_cover_that_they_give_there_ends(cast: Cast) -> None:
    today = timezone.localdate()
    with acting("setup") as actor:
        covers = [
            Cover.objects.create(
                user=cast.neighbourhood, covered_by=cast.police_om, agency=cast.police, scheme=cast.scheme,
                starts=starts, ends=today + SOON, reason="On leave", arranged_by_id=actor.user_id,
            )
            for starts in (today, today + timedelta(days=7))
        ]  # fmt: skip
    leave(cast, cast.police_om.postings.get())
    with acting(cast.coordinator):
        assert [Cover.objects.get(pk=one.pk).ends for one in covers] == [one.starts for one in covers]
