"""Who may see a record and why: every grant in words, what limits it, and what agreements share."""

from __future__ import annotations

import pytest

from tests.cast import LONG_AGO, Cast
from tests.factories import grant, make_person
from tests.service.protection.scene import go, limit
from trellis.rules.vocabulary import LimitKind, Role
from trellis.service.access.actor import acting
from trellis.service.access.models import Posting, User
from trellis.service.people.models import Person
from trellis.service.protection.queries.grants import openers_of, who_sees

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast)
    grant(cast, cast.police_om, person)
    return person


@pytest.mark.requirement("SEC-01")
def test_it_tells_who_on_what_basis_and_what_each_agency_may_read(cast: Cast, person: Person) -> None:
    with acting("setup"):
        head = User.objects.create(username="head", name="Hob Supervisor", password="!")
        Posting.objects.create(
            user=head, agency=cast.police, team=cast.north_team, scheme=cast.scheme,
            role=Role.POLICE_OFFENDER_MANAGER, supervises=True, starts=LONG_AGO,
        )  # fmt: skip
    status, html = go(cast, cast.coordinator, "who", person.pk)
    assert status == 200
    for words in (
        "Police Om", "Allocated", "Coordinator", "Works for the whole scheme", "Hob Supervisor",
        "Supervises North team",
        "Fable housing", "The whole record", "kinds of information",
    ):  # fmt: skip
        assert words in html, words


def test_an_information_officer_reads_it_and_limits_stand_first(cast: Cast, person: Person) -> None:
    limit(cast, person, cast.police_om, kind=LimitKind.EXCLUSION)
    client = cast.client(cast.information_officer)
    address = f"/protection/person/{person.pk}/who/"
    client.post(address, {"reason_for": "restricted_record", "reason": "Answering a subject's question"})
    html = client.get(address).content.decode()
    assert html.index("Exclusion") < html.index("Who is given access")


def test_others_are_refused_and_a_stranger_learns_nothing(cast: Cast, person: Person) -> None:
    for user in (cast.police_om, cast.analyst, cast.housing_worker, cast.stranger):
        assert go(cast, user, "who", person.pk)[0] == 403
    assert go(cast, cast.coordinator, "who", 999_999_999)[0] == 404


def test_the_database_tells_grants_to_those_alone_who_may_know(cast: Cast, person: Person) -> None:
    with acting(cast.coordinator):
        assert {cast.police_om.pk, cast.coordinator.pk, cast.information_officer.pk} == openers_of(person.pk)
    for user in (cast.police_om, cast.housing_worker, cast.auditor, cast.stranger):
        with acting(user):
            assert who_sees(person.pk) == []
    limit(cast, person, cast.police_om, kind=LimitKind.STEALTH)
    with acting(cast.coordinator):
        assert who_sees(person.pk) == []
