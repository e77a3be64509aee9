"""One world for every sweep: people in each relation to those who work here, with a row of every model about each.

Every text that a row may hold is a word of its own (a canary), and so is every row's number, so that whatever a page
shows can be traced to the row it came from.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from tests.cast import EVERY_STAGE, LONG_AGO, Cast, make_cast
from tests.service.access.samples import OURS, values_of
from tests.sweeps.database import outside, spread_ids
from tests.sweeps.facts import oracle_of
from tests.sweeps.forms import HtmlForm
from tests.sweeps.limits import limit_people
from tests.sweeps.oracle import Oracle
from tests.sweeps.sights import register_of
from trellis.rules.access import STAGES_SEEN
from trellis.rules.vocabulary import Compartment, Role, Stage
from trellis.service.access.actor import acting
from trellis.service.access.models import Grant, Posting, User
from trellis.service.common.register import Category
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
# Made once a scheme, or by hand below; or no row of them is about anybody.
PLACES = {"schemes.Area", "schemes.Agency", "schemes.Scheme", "schemes.Cohort", "schemes.Team"}
BY_HAND = {*PLACES, "access.User", "access.Posting", "access.Grant", "people.Person"}
# The trail's own rows are written by the database.
TRAIL = "audit."
# Read by whoever decides how a page is drawn, so a made-up word would break it or bar the way.
NOT_PLANTED = {"source", "feed", "ho_code", "boundary", "predictor", "parameters"}
WORD = "zq{:05d}x"
LEAST_LENGTH = 8


@dataclass(frozen=True)
class Held:
    """What a canary tells of: a row, and the field of it."""

    label: str
    field: str
    row: models.Model


@dataclass
class World:
    """Everything the sweeps ask about. `rows` gives, by relation and the model's label, one row."""

    cast: Cast
    users: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    rows: dict[str, dict[str, models.Model]] = field(default_factory=dict)
    words: dict[str, Held] = field(default_factory=dict)
    numbers: dict[str, Held] = field(default_factory=dict)
    # The forms that pages hold, by the name and by the address of the page that they lead to.
    forms: dict[str, HtmlForm] = field(default_factory=dict)
    forms_at: dict[str, HtmlForm] = field(default_factory=dict)
    oracle: Oracle = field(default_factory=lambda: Oracle(timezone.now()))

    def plant(self, held: Held) -> str:
        """A word that stands for that field and nothing else."""
        word = WORD.format(len(self.words))
        self.words[word] = held
        return word


def build() -> World:
    """Make the world, and leave the database's connection as nobody."""
    with acting("setup"):
        cast = make_cast()
    world = World(cast)
    spread_ids()
    with outside():
        theirs = _another_scheme(cast)
        _make_users(world, theirs)
        for relation, place in RELATIONS.items():
            _make_person(world, relation, place, theirs)
        _make_grants(world)
        _make_rows(world, theirs)
        limit_people(world)
        world.oracle = oracle_of()
        _open_sessions(world)
        User.objects.filter(pk=world.users["disabled"].pk).update(is_active=False)
    return world


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
    # Colleagues who take no part: whoever wrote the rows, whom accounts' rows are about, who is disabled after signing in.
    world.users["colleague"] = User.objects.create(username="colleague", name="Some Colleague", password="!")
    world.users["writer"] = User.objects.create(username="writer", name="Somebody who writes", password="!")
    world.users["disabled"] = _user("disabled", Role.COORDINATOR, cast.police, cast.scheme)
    for user in world.users.values():
        for post in Posting.objects.filter(user=user).select_related("scheme"):
            if STAGES_SEEN[Role(post.role)] and not Grant.objects.filter(user=user, scheme=post.scheme).exists():
                _grant(user=user, scheme=post.scheme, stages=sorted(STAGES_SEEN[Role(post.role)]))


def _user(name: str, role: Role, agency: Agency, scheme: Scheme) -> User:
    user = User.objects.create(username=name, name=name.replace("_", " ").capitalize(), password="!")
    Posting.objects.create(user=user, agency=agency, scheme=scheme, role=role, starts=LONG_AGO)
    return user


def _grant(**fields: Any) -> Grant:
    values = {"compartments": [Compartment.CORE], "basis": "allocated", "starts_at": timezone.now() - timedelta(9)}
    return Grant.objects.create(**values | {"granted_by": User.objects.get(username="setup")} | fields)


def _make_person(world: World, relation: str, place: dict[str, Any], theirs: Mapping[str, Any]) -> None:
    number = len(world.people)
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
                _grant(user=officer, person_id=person.pk, compartments=compartments, starts_at=starts, ends_at=ends)
    _grant(team=world.cast.north_team, person_id=world.people["of the team"].pk)
    # Sessions and pages must not differ by whether somebody holds grants at all.
    assert EVERY_STAGE


def _make_rows(world: World, theirs: Mapping[str, Any]) -> None:
    """A row of every model about every person, and one of every other model in each scheme."""
    ours = {one._meta.label: one for one in vars(world.cast).values() if isinstance(one, models.Model)}
    ours |= {"schemes.Area": world.cast.north, "schemes.Agency": world.cast.police, "schemes.Cohort": world.cast.fixed}
    shared = {"ours": dict(ours), "theirs": dict(theirs)}
    writer = world.users["writer"]
    for rows in shared.values():
        rows |= {
            "access.User": world.users["colleague"],
            "access.Posting": Posting.objects.filter(user=world.cast.police_om)[0],
        }
        rows["access.Grant"] = Grant.objects.filter(stages__len__gt=0)[0]
    for relation, person in world.people.items():
        rows = dict(shared["theirs" if relation == "of another scheme" else "ours"])
        if person.area:
            rows["schemes.Area"] = person.area
        world.rows[relation] = rows | {"people.Person": person, "access.Grant": _grant_about(person, writer)}
    personal = set(_personal())
    for label, model in _in_order():
        for name, rows in (world.rows if label in personal else shared).items():
            if label not in BY_HAND and not label.startswith(TRAIL):
                rows[label] = _row(world, model, rows, writer)
        if label not in personal:
            for relation, rows in world.rows.items():
                rows.setdefault(label, shared["theirs" if relation == "of another scheme" else "ours"].get(label))
    world.rows["ours"], world.rows["theirs"] = shared["ours"], shared["theirs"]
    world.rows["a partner's own"] = {"selection.Referral": _unmatched(world, shared["ours"])}


def _unmatched(world: World, rows: Mapping[str, models.Model]) -> models.Model:
    """A referral by a partner of somebody whom nobody has named yet."""
    partner = world.users["housing_worker"]
    agency = {"schemes.Agency": world.cast.housing, "people.Person": None}
    return _row(world, OURS["selection.Referral"], {**rows, **agency}, partner)  # type: ignore[dict-item]


def _grant_about(person: Person, writer: User) -> Grant:
    found = Grant.objects.filter(person_id=person.pk).first()
    return found or _grant(user=writer, person_id=person.pk)


def _personal() -> Iterator[str]:
    """The models whose rows are about one person, each with its own or by way of another's."""
    found = {"people.Person", "access.Grant"}
    for label, model in _in_order():
        related = {one.related_model._meta.label for one in model._meta.concrete_fields if one.is_relation}
        if label not in BY_HAND and (register_of(label).subject or related & found - {"access.Grant"}):
            found.add(label)
    return iter(found)


def _in_order() -> list[tuple[str, type[models.Model]]]:
    """Every model after those it points to."""
    waiting, done = dict(OURS), []
    while waiting:
        for label, model in list(waiting.items()):
            needs = {one.related_model._meta.label for one in model._meta.concrete_fields if one.is_relation}
            if not needs & (waiting.keys() - {label}):
                done.append((label, waiting.pop(label)))
    return done


def _row(world: World, model: type[models.Model], rows: Mapping[str, models.Model], writer: User) -> models.Model:
    label = model._meta.label
    row = model(**_timely(model, values_of(model, rows, writer)))
    # A row that a feed sent may not be corrected here, so these were typed in.
    if hasattr(row, "source_key"):
        row.source = ""
    for one in model._meta.concrete_fields:
        if word := _canary(world, label, one, row):
            setattr(row, one.attname, word)
    if label == "selection.Referral" and row.person_id and rows["people.Person"].stage != Stage.REFERRAL:
        row.closed_at = timezone.now()
    row.save(force_insert=True)
    if isinstance(row.pk, int) and len(str(row.pk)) == len("1000000"):
        world.numbers.setdefault(str(row.pk), Held(label, "id", row))
    return row


def _timely(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    """The values, but for moments that have a default: those are now, as a real row's would be."""
    return {
        name: value
        for name, value in values.items()
        if not (
            isinstance(model._meta.get_field(name), models.DateTimeField) and model._meta.get_field(name).has_default()
        )
    }


def _canary(world: World, label: str, one: Any, row: models.Model) -> str | list[str]:
    """A word for a field that can hold one; every third long text begins as a formula would."""
    kinds = (models.CharField, models.TextField)
    fixed = one.choices or one.generated or one.is_relation or one.name in NOT_PLANTED or _is_secret(label, one.name)
    if not isinstance(one, kinds) or fixed or (one.max_length or LEAST_LENGTH) < LEAST_LENGTH:
        return ""
    if label == "people.SearchToken" and one.name == "kind":
        return ""
    word = world.plant(Held(label, one.name, row))
    return f"={word}" if one.max_length is None and len(world.words) % 3 == 0 else word


def _is_secret(label: str, name: str) -> bool:
    return name in register_of(label).fields.get(Category.SECRET, ())


def _open_sessions(world: World) -> None:
    for name, user in world.users.items():
        client = world.cast.client(user)
        world.sessions[name] = client.cookies["sessionid"].value


def shown_rows(world: World) -> Iterator[tuple[str, models.Model]]:
    """Every row of the world once, with its model's label."""
    seen = set()
    for label, row in itertools.chain.from_iterable(rows.items() for rows in world.rows.values()):
        if row is not None and (label, row.pk) not in seen:
            seen.add((label, row.pk))
            yield label, row
