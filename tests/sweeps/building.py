"""One world for every sweep: people in each relation to those who work here, with a row of every model about each.

Every text that a row may hold is a word of its own (a canary), and so is every row's number, so that whatever a page
shows can be traced to the row it came from.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.test import Client
from django.utils import timezone

from tests.cast import LONG_AGO, Cast, make_cast
from tests.sweeps.database import outside, spread_ids
from tests.sweeps.facts import oracle_of
from tests.sweeps.limits import limit_people
from tests.sweeps.rows import make_rows, shared_rows, unmatched_referral
from tests.sweeps.world import Held, World, grant_to
from trellis.rules.access import STAGES_SEEN
from trellis.rules.vocabulary import Compartment, GrantBasis, Role, Stage
from trellis.service.access.actor import acting
from trellis.service.access.agreements import found_agreement
from trellis.service.access.models import Cover, Grant, Posting, SharingAgreement, User
from trellis.service.people.models import Person
from trellis.service.schemes.models import Agency, Area, Cohort, Scheme, Team

# How a person stands to the officers of the cast, and where.
RELATIONS: dict[str, dict[str, Any]] = {
    "allocated": {},
    "of the team": {},
    "in another area": {"area": "south"},
    "in no area": {"area": None},
    "candidate": {"stage": Stage.CANDIDATE},
    "known": {"stage": Stage.KNOWN},
    "referred": {"stage": Stage.REFERRAL},
    "formerly managed": {"stage": Stage.FORMER},
    "allocated until yesterday": {},
    "allocated from tomorrow": {},
    "allocated without the core": {},
    "excluded": {},
    "restricted": {},
    "in stealth": {},
    "of another scheme": {"scheme": "theirs"},
}
OFFICERS = ("police_om", "probation_om", "housing_worker", "neighbourhood")
# Relations in which officers hold a grant of the person that would open the record, were it not for a limit.
GRANTED = ("allocated", "excluded", "restricted", "in stealth")


def build() -> World:
    """Make the world, and leave the database's connection as nobody."""
    with acting("setup"):
        cast = make_cast()
    world = World(cast, time.time())
    spread_ids()
    with outside():
        theirs = _another_scheme(cast)
        _make_users(world, theirs)
        for relation in RELATIONS:
            _make_person(world, relation, theirs)
        _make_grants(world)
        limit_people(world)
        _fill(world, theirs)
        world.oracle = oracle_of()
        _open_sessions(world)
        world.moment = time.time()
        User.objects.filter(pk=world.users["disabled"].pk).update(is_active=False)
    return world


def _fill(world: World, theirs: Mapping[str, Any]) -> None:
    world.shared = shared_rows(world, theirs)
    for rows in world.shared.values():
        rows["access.SharingAgreement"] = SharingAgreement.objects.get(scheme=rows["schemes.Scheme"])
        rows["access.AgreementParty"] = rows["access.SharingAgreement"].parties.order_by("pk")[0]
        # Nobody is allocated to whom it stands in for, so it opens nobody's record.
        rows["access.Cover"] = Cover.objects.create(
            user=rows["access.User"], covered_by=world.users["writer"], agency=rows["schemes.Agency"],
            scheme=rows["schemes.Scheme"], starts=timezone.localdate(), ends=timezone.localdate() + timedelta(9),
            reason="Leave", arranged_by=world.users["writer"],
        )  # fmt: skip
    make_rows(world)
    world.rows |= world.shared
    world.rows["a partner's own"] = {"selection.Referral": unmatched_referral(world)}


def more_people(scratch: World, relations: Iterable[str], ids_from: int) -> None:
    """More people in those relations, with rows of their own numbered far from the others; for a world that passes."""
    spread_ids(ids_from)
    for relation in relations:
        _make_person(scratch, relation, scratch.shared["theirs"])
    limit_people(scratch)
    make_rows(scratch)


def _another_scheme(cast: Cast) -> dict[str, models.Model]:
    """A neighbouring scheme with an agency and an area of its own, by the models' labels."""
    area = Area.objects.create(slug="beyond", name="Beyond", boundary="force")
    area.path = f"/{area.pk}/"
    area.save()
    agency = Agency.objects.create(slug="beyond", name="Beyond police", kind="police")
    scheme = Scheme.objects.create(
        slug="beyond", name="Beyond IOM", national_label="Integrated Offender Management", area=area,
        priority_grid="hm_2014", people_per_officer=20, starts=LONG_AGO,
    )  # fmt: skip
    cohort = Cohort.objects.create(
        scheme=scheme, slug="fixed", name="Fixed cohort", national_class="fixed", opens_on=LONG_AGO
    )
    found_agreement(scheme=scheme, agencies=[agency], by=User.objects.get(username="setup"))
    team = Team.objects.create(slug="beyond", name="Beyond team", agency=agency, scheme=scheme, area=area)
    return {one._meta.label: one for one in (area, agency, scheme, cohort, team)}


def _make_users(world: World, theirs: Mapping[str, Any]) -> None:
    cast = world.cast
    named = {post.role: post.user for post in Posting.objects.filter(scheme=cast.scheme).select_related("user")}
    world.users = {name: user for name, user in vars(cast).items() if isinstance(user, User)}
    for role in Role:
        if role not in named:
            world.users[role.value] = _user(role.value, role, cast.police, cast.scheme)
    world.users["their_coordinator"] = _user(
        "their_coordinator", Role.COORDINATOR, theirs["schemes.Agency"], theirs["schemes.Scheme"]
    )
    # Colleagues who take no part: whoever wrote the rows, whom rows are about, who is disabled later.
    world.users["colleague"] = _user("colleague", Role.NEIGHBOURHOOD_OFFICER, cast.police, cast.scheme)
    world.users["writer"] = _user("writer", Role.NEIGHBOURHOOD_OFFICER, cast.police, cast.scheme)
    world.users["half_signed_in"] = _user("half_signed_in", Role.COORDINATOR, cast.police, cast.scheme)
    world.users["disabled"] = _user("disabled", Role.COORDINATOR, cast.police, cast.scheme)
    for user in world.users.values():
        for post in Posting.objects.filter(user=user).select_related("scheme"):
            if STAGES_SEEN[Role(post.role)] and not Grant.objects.filter(user=user, scheme=post.scheme).exists():
                grant_to(
                    user=user, scheme=post.scheme, stages=sorted(STAGES_SEEN[Role(post.role)]), basis=GrantBasis.ROLE
                )


def _user(name: str, role: Role, agency: Agency, scheme: Scheme) -> User:
    user = User.objects.create(username=name, name=name.replace("_", " ").capitalize(), password="!")
    Posting.objects.create(user=user, agency=agency, scheme=scheme, role=role, starts=LONG_AGO)
    return user


def _make_person(world: World, relation: str, theirs: Mapping[str, Any]) -> None:
    number, place = len(world.people), RELATIONS[relation]
    person = Person(
        date_of_birth=date(1960 + number, 1 + number % 12, 3 + number), sex="M", stage=place.get("stage", Stage.MANAGED)
    )
    if "scheme" in place:
        person.scheme, person.area = theirs["schemes.Scheme"], theirs["schemes.Area"]
    else:
        area = place.get("area", "north")
        person.scheme, person.area = world.cast.scheme, getattr(world.cast, area) if area else None
    person.family_name = world.plant(Held("people.Person", "family_name", person)).capitalize()
    person.given_names = world.plant(Held("people.Person", "given_names", person)).capitalize()
    person.save(force_insert=True)
    world.people[relation] = person
    world.numbers[str(person.pk)] = Held("people.Person", "id", person)


def _make_grants(world: World) -> None:
    now = timezone.now()
    officers = [world.users[name] for name in OFFICERS]
    for relation, person in world.people.items():
        ends = {"allocated until yesterday": now - timedelta(1)}.get(relation)
        starts = {"allocated from tomorrow": now + timedelta(1)}.get(relation, now - timedelta(9))
        compartments = [Compartment.HEALTH] if relation == "allocated without the core" else [Compartment.CORE]
        if relation in GRANTED or relation.startswith("allocated"):
            for officer in officers:
                grant_to(user=officer, person_id=person.pk, compartments=compartments, starts_at=starts, ends_at=ends)
    grant_to(team=world.cast.north_team, person_id=world.people["of the team"].pk, basis=GrantBasis.TEAM)


def _open_sessions(world: World) -> None:
    for name, user in world.users.items():
        client = world.cast.client(user) if name != "half_signed_in" else Client()
        if name == "half_signed_in":
            client.force_login(user)
        world.sessions[name] = client.cookies["sessionid"].value
