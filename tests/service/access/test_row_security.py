"""Need to know is enforced by the database: however a query is written, nothing shows without a grant."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import ProgrammingError, connection, models, transaction
from django.db.models import Count
from django.utils import timezone

from tests.cast import Cast
from tests.factories import grant, make_fact, make_person
from trellis.rules.vocabulary import Stage
from trellis.service.access.actor import acting, clear_actor
from trellis.service.access.models import Grant
from trellis.service.people.models import Identifier, Person
from trellis.service.record.models import Custody

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Person:
    person = make_person(cast, stage=Stage.MANAGED)
    make_fact(Custody, person, cast.police, kind="remand", starts=date(2026, 1, 1))
    make_fact(Identifier, person, cast.police, kind="PNC", value="2020/0000001A")
    return person


def raw_sql() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_person p JOIN record_custody c ON c.person_id = p.id")
        return int(cursor.fetchone()[0])


WAYS = {
    "a QuerySet": Person.objects.count,
    "a bare QuerySet": lambda: len(models.QuerySet(Person)),
    "the base manager": Person._base_manager.count,
    "raw SQL": raw_sql,
    "a raw QuerySet": lambda: len(list(Person.objects.raw("SELECT * FROM people_person"))),
    "values across a join": lambda: len(Custody.objects.values_list("person__family_name")),
    "select_related": lambda: len(Custody.objects.select_related("person")),
    "prefetch_related": lambda: len(Person.objects.prefetch_related("custody_set")),
    "an aggregate": lambda: Custody.objects.aggregate(n=Count("person"))["n"],
    "an annotation": lambda: len(Person.objects.annotate(n=Count("custody_set"))),
    "a child alone": Identifier.objects.count,
    "a union": lambda: len(Person.objects.union(Person.objects.all())),
    "exists": lambda: int(Person.objects.filter(family_name="Quillfeather").exists()),
    "an update": lambda: Person.objects.update(version=9),
}


@pytest.mark.requirement("SEC-06")
@pytest.mark.parametrize("way", WAYS)
def test_shows_nothing_without_a_grant(way: str, cast: Cast, person: Person) -> None:
    for stranger in (cast.stranger, cast.housing_worker, cast.auditor):
        with acting(stranger):
            assert WAYS[way]() == 0


@pytest.mark.parametrize("way", WAYS)
def test_shows_the_person_with_a_grant(way: str, cast: Cast, person: Person) -> None:
    grant(cast, cast.police_om, person)
    with acting(cast.police_om):
        assert WAYS[way]() == 1


def test_a_grant_that_has_ended_shows_nothing(cast: Cast, person: Person) -> None:
    now = timezone.now()
    grant(cast, cast.police_om, person, starts_at=now - timezone.timedelta(days=9), ends_at=now)
    with acting(cast.police_om):
        assert Person.objects.count() == 0


def test_a_grant_of_stages_in_an_area_shows_those_alone(cast: Cast, person: Person) -> None:
    candidate = make_person(cast, "Tallowfield", stage=Stage.CANDIDATE, area=cast.north)
    make_person(cast, "Wethercott", stage=Stage.CANDIDATE, area=cast.south)
    with acting("setup") as actor:
        Grant.objects.create(
            user=cast.analyst, scheme=cast.scheme, stages=["candidate"], area=cast.north, compartments=["core"],
            basis="role", granted_by_id=actor.user_id,
        )  # fmt: skip
    with acting(cast.analyst):
        assert list(Person.objects.all()) == [candidate]


def test_a_team_grant_reaches_its_members_alone(cast: Cast, person: Person) -> None:
    grant(cast, None, person, team=cast.north_team)
    with acting(cast.police_om):
        assert Person.objects.count() == 1
    with acting(cast.neighbourhood):
        assert Person.objects.count() == 0


def test_a_write_without_an_actor_is_refused(cast: Cast, person: Person) -> None:
    clear_actor()
    with pytest.raises(ProgrammingError, match="Nobody is named as the actor"), transaction.atomic():
        Person.objects.update(version=2)
    with pytest.raises(ProgrammingError, match="Nobody is named as the actor"), transaction.atomic():
        cast.scheme.save()


def test_only_who_allocates_may_pass_sight_on(cast: Cast, person: Person) -> None:
    grant(cast, cast.police_om, person)
    with (
        acting(cast.police_om) as actor,
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        Grant.objects.create(
            user=cast.stranger, person_id=person.pk, compartments=["core"], basis="role", granted_by_id=actor.user_id
        )
    with acting(cast.coordinator) as actor:
        Grant.objects.create(
            user=cast.housing_worker,
            person_id=person.pk,
            compartments=["core"],
            basis="role",
            granted_by_id=actor.user_id,
        )
    with acting(cast.housing_worker):
        assert Person.objects.count() == 1


def test_history_may_only_be_superseded(cast: Cast, person: Person) -> None:
    with acting(cast.coordinator):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Custody.objects.update(kind="sentence")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Custody.objects.all().delete()
        assert Custody.objects.update(superseded_at=timezone.now()) == 1
