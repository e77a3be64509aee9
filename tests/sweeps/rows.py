"""Rows of every model about every person of the world, each text in them a word of its own."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import models
from django.utils import timezone

from tests.service.access.samples import AUTHORS, OURS, keyed_by, values_of
from tests.sweeps.sights import register_of
from tests.sweeps.world import Held, World, grant_to
from trellis.rules.need_to_know import EMERGENCY_MINUTES
from trellis.rules.vocabulary import GrantBasis, Stage
from trellis.service.access.models import Grant, Posting, User
from trellis.service.common.encryption import field_keys
from trellis.service.common.register import Category
from trellis.service.people.models import Person

# Made once a scheme, or by hand below; or no row of them is about anybody.
PLACES = {"schemes.Area", "schemes.Agency", "schemes.Scheme", "schemes.Cohort", "schemes.Team"}
BY_HAND = {
    *PLACES,
    *("access.User", "access.Posting", "access.Grant", "access.Cover", "people.Person"),
    *("access.Limit", "access.LimitName", "access.SharingAgreement", "access.AgreementParty"),
}
# The trail's own rows are written by the database.
TRAIL = "audit."
# Read by whoever decides how a page is drawn, so a made-up word would break it or bar the way.
NOT_PLANTED = {"source", "feed", "ho_code", "boundary", "predictor", "parameters", "pathway_set", "pathway"}
# What a user has once: somebody else of the neighbouring scheme has it there.
ONCE_A_USER = {"casework.CalendarFeed", "work.NoticeChoice"}
LEAST_LENGTH = 8
THE_WHOLE_BUILDING = timedelta(minutes=5)


def shared_rows(world: World, theirs: Mapping[str, Any]) -> dict[str, dict[str, models.Model]]:
    """Rows of every model that is about nobody, in our scheme and in the neighbouring one."""
    ours = {one._meta.label: one for one in vars(world.cast).values() if isinstance(one, models.Model)}
    ours |= {"schemes.Area": world.cast.north, "schemes.Agency": world.cast.police, "schemes.Cohort": world.cast.fixed}
    shared = {"ours": dict(ours), "theirs": dict(theirs)}
    personal = _personal()
    for name, rows in shared.items():
        rows["access.User"] = world.users["colleague" if name == "ours" else "their_coordinator"]
        rows["access.Posting"] = Posting.objects.filter(user=rows["access.User"])[0]
        rows["access.Grant"] = Grant.objects.filter(stages__len__gt=0)[0]
        for label, model in _in_order():
            if label not in personal and _is_made(label):
                other = name == "theirs" and label in ONCE_A_USER
                rows[label] = _row(world, model, rows, world.users["their_coordinator" if other else "writer"])
    return shared


def make_rows(world: World) -> None:
    """A row of every model about each of the world's people who has none yet."""
    writer, personal = world.users["writer"], _personal()
    for relation, person in world.people.items():
        rows = dict(world.shared["theirs" if relation == "of another scheme" else "ours"])
        if person.area:
            rows["schemes.Area"] = person.area
        rows |= {"people.Person": person, "access.Grant": _grant_about(person, writer)}
        rows["emergency"] = _emergency(person, writer)
        if relation in world.limits:
            rows["access.Limit"] = world.limits[relation]
        for label, model in _in_order():
            if label in personal and _is_made(label) and not _needs(model) - rows.keys():
                rows[label] = _row(world, model, rows, writer)
        world.rows[relation] = rows


def _emergency(person: Person, writer: User) -> Grant:
    """Emergency access that has ended, which a review is of."""
    ended = timezone.now() - timedelta(days=1)
    return grant_to(
        user=writer, person_id=person.pk, scheme=person.scheme, basis=GrantBasis.BREAK_GLASS, reason="A threat to life",
        starts_at=ended - timedelta(minutes=EMERGENCY_MINUTES), ends_at=ended,
    )  # fmt: skip


def unmatched_referral(world: World) -> models.Model:
    """A referral by a partner of somebody whom nobody has named yet."""
    partner = world.users["housing_worker"]
    rows = world.shared["ours"] | {"schemes.Agency": world.cast.housing, "people.Person": None}
    return _row(world, OURS["selection.Referral"], rows, partner)  # type: ignore[arg-type]


def _is_ones_own(model: type[models.Model]) -> bool:
    """Whether a user may have a row of the model once."""
    unique = (one for one in model._meta.constraints if isinstance(one, models.UniqueConstraint))
    return any(AUTHORS & set(one.fields) for one in unique)


def _needs(model: type[models.Model]) -> set[str]:
    """The models of which a row must be there first."""
    fields = (one for one in model._meta.concrete_fields if not one.null)
    return _points_to(fields) - {model._meta.label}


def _points_to(fields: Iterable[Any]) -> set[str]:
    """The models that fields point to, as relations or by a key."""
    related = ((one.related_model._meta.label if one.is_relation else keyed_by(one)) for one in fields)
    return {label for label in related if label}


def _is_made(label: str) -> bool:
    return label not in BY_HAND and not label.startswith(TRAIL)


def _grant_about(person: Person, writer: User) -> Grant:
    found = Grant.objects.filter(person_id=person.pk).first()
    return found or grant_to(user=writer, person_id=person.pk)


def _personal() -> set[str]:
    """The models whose rows are about one person, each with its own or by way of another's."""
    found = {"people.Person", "access.Grant", "access.EmergencyReview", "access.Limit", "access.LimitName"}
    for label, model in _in_order():
        related = {one.related_model._meta.label for one in model._meta.concrete_fields if one.is_relation}
        if label not in BY_HAND and (register_of(label).subject or related & found - {"access.Grant"}):
            found.add(label)
    return found


def _in_order() -> list[tuple[str, type[models.Model]]]:
    """Every model after those it points to."""
    waiting, done = dict(OURS), []
    while waiting:
        for label, model in list(waiting.items()):
            if not _points_to(model._meta.concrete_fields) & (waiting.keys() - {label}):
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
    if label == "casework.CalendarFeed":
        row.digest = uuid.uuid4().hex
    if label == "work.DocumentVersion":
        # A file that opens, and holds a word.
        content = f"%PDF-1.7 {world.plant(Held(label, 'note', row))}".encode()
        row.digest = sha256(content).hexdigest()
        row.sealed = field_keys().encrypt_bytes(content, row=row.seal)
    if label == "intelligence.Briefing":
        # Issued once everything about the people is known: it would be empty else.
        row.issued_at = timezone.now() + THE_WHOLE_BUILDING
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


def shown_rows(world: World) -> Iterator[tuple[str, models.Model]]:
    """Every row of the world once, with its model's label."""
    seen = set()
    for label, row in itertools.chain.from_iterable(rows.items() for rows in world.rows.values()):
        if label in OURS and row is not None and (label, row.pk) not in seen:
            seen.add((label, row.pk))
            yield label, row
