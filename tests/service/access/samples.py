"""One row of every registered model, made from what the fields are, so that a new model needs no code here."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from tests.cast import Cast
from trellis.rules.need_to_know import EMERGENCY_MINUTES
from trellis.rules.search import Matched
from trellis.rules.vocabulary import GrantBasis
from trellis.service.access.actor import acting
from trellis.service.access.database import registered_models
from trellis.service.access.models import Grant, User
from trellis.service.schemes.definitions.needs import COMMON_SET
from trellis.service.schemes.queries import definitions
from trellis.service.selection.actions.candidates import Counts

OURS = {model._meta.label: model for model, _ in registered_models()}
# Columns that name who wrote a row, and the agency in whose name.
AUTHORS = {
    *("recorded_by", "granted_by", "referred_by", "given_by", "decided_by", "issued_by", "scored_by", "asked_by"),
    *("received_by", "done_by", "ran_by", "arranged_by", "set_by", "named_by", "reviewed_by", "written_by"),
    *("made_by", "chosen_by"),
}
IN_THE_AGENCYS_NAME = {"selection.Referral", "selection.AgencyView"}
# Not even a system actor writes these.
ONLY_IN_PERSON = {
    "selection.ViewRequest": "coordinator",
    "selection.AgencyView": "coordinator",
    "access.AccessRequest": "police_om",
    "access.EmergencyReview": "information_officer",
    "access.Draft": "coordinator",
    "work.NoticeChoice": "coordinator",
    "casework.CalendarFeed": "coordinator",
}
COLLEAGUES = {"user": "police_om", "covered_by": "coordinator"}
# Whatever a grant opens beside one person is left out, and so is the end of a fact.
LEFT_OUT = {
    "access.Grant": {"team", "stages", "scheme", "area", "ends_at"},
    # Whose work it is: somebody's who is named, and not a role's too.
    "work.Task": {"role"},
}
PATHWAYS = definitions().pathway_sets[COMMON_SET].pathways
# What pages read of a field whose type does not say what it holds.
FILLED_TO_BE_SHOWN: dict[str, dict[str, Any]] = {
    "selection.Run": {"counts": dict.fromkeys(Counts.__dataclass_fields__, 1)},
    "feeds.FeedFile": {"feed": "fable_cohort_list"},
    "needs.Assessment": {"pathway_set": COMMON_SET},
    "needs.PathwayAnswer": {"pathway_set": COMMON_SET, "pathway": PATHWAYS[0].key},
    "people.SearchToken": {"kind": next(iter(Matched))},
    "work.Notice": {"data": {}},
}
FILLED_THOUGH_NULL = {
    "access.Grant": {"user", "person_id"},
    "access.LimitName": {"user"},
    "needs.PathwayAnswer": {"assessment_key"},
    "access.NameChange": {"user"},
    "selection.Referral": {"person", "area"},
    "work.Notice": {"person"},
    "work.Task": {"person"},
    "administration.AccountRequest": {"agency", "starts"},
}


def _soon() -> datetime:
    return timezone.now() + timezone.timedelta(days=1)


# In this order, because some are kinds of others.
BY_TYPE: dict[type[models.Field[Any, Any]], Callable[[], Any]] = {
    models.DateTimeField: _soon,
    models.DateField: lambda: date(2026, 1, 5),
    models.TimeField: lambda: time(12),
    models.UUIDField: uuid.uuid4,
    models.BooleanField: bool,
    models.JSONField: list,
    ArrayField: list,
    models.BinaryField: bytes,
    models.IntegerField: lambda: 1,
    models.DecimalField: lambda: 1,
    models.CharField: lambda: "x",
    models.TextField: lambda: "x",
}


def make_world(cast: Cast, person: models.Model) -> dict[str, models.Model]:
    """A row of every model, about that person where it is about somebody; keyed by the model's label."""
    world: dict[str, models.Model] = {"people.Person": person}
    for one in (cast.scheme, cast.force, cast.police, cast.north_team, cast.fixed):
        world[one._meta.label] = one
    with acting("setup"):
        world["access.User"] = User.objects.create(username="sample", name="Sample", password="!")
    for label, model in OURS.items():
        if label not in world and model._meta.app_label != "audit":
            if label == "access.EmergencyReview":
                world["emergency"] = _emergency(cast, person)
            with acting(getattr(cast, ONLY_IN_PERSON[label]) if label in ONLY_IN_PERSON else "setup") as actor:
                world[label] = model(**values_of(model, world, User.objects.get(pk=actor.user_id)))
                world[label].save(force_insert=True)
    return world


def _emergency(cast: Cast, person: models.Model) -> Grant:
    """Emergency access to the person, by the police officer: what a review is of."""
    now = timezone.now()
    with acting(cast.police_om):
        emergency = Grant(
            user=cast.police_om, granted_by=cast.police_om, person_id=person.pk, scheme=cast.scheme, agency=cast.police,
            compartments=["core"], basis=GrantBasis.BREAK_GLASS, reason="A threat to life today",
            starts_at=now, ends_at=now + timedelta(minutes=EMERGENCY_MINUTES),
        )  # fmt: skip
        emergency.save(force_insert=True)
    return emergency


def values_of(model: type[models.Model], world: Mapping[str, models.Model], author: User) -> dict[str, Any]:
    """What a row of the model holds, in the name of that author."""
    values: dict[str, Any] = {}
    label = model._meta.label
    for field in model._meta.concrete_fields:
        if field.generated or isinstance(field, models.AutoField) or field.name in LEFT_OUT.get(label, ()):
            continue
        if field.null and field.name not in FILLED_THOUGH_NULL.get(label, ()):
            continue
        values[field.name] = _value(field, world, author)
    values |= FILLED_TO_BE_SHOWN.get(label, {})
    if "person_id" in {field.name for field in model._meta.concrete_fields}:
        values["person_id"] = world["people.Person"].pk
    if "compartments" in values:
        values["compartments"] = ["core"]
    if label == "access.EmergencyReview":
        values["grant"] = world["emergency"]
    if label == "access.Cover":
        # Two colleagues at the police.
        values |= {name: User.objects.get(username=who) for name, who in COLLEAGUES.items()}
    return values


def keyed_by(field: Any) -> str:
    """The label of the model whose key a field holds, as `plan_key` does a Plan's; "" for any other field."""
    name, _, key = field.name.rpartition("_")
    if not name or key != "key" or not isinstance(field, models.UUIDField):
        return ""
    app = field.model._meta.app_label
    found = (label for label, model in OURS.items() if model._meta.app_label == app and hasattr(model, "key"))
    return next(label for label in found if label.lower().endswith(name))


def _value(field: Any, world: Mapping[str, models.Model], author: User) -> Any:
    if label := keyed_by(field):
        return world[label].key  # type: ignore[attr-defined]
    if field.name in AUTHORS or field.name == "actor_id":
        return author if field.is_relation else author.pk
    if field.is_relation:
        return world[field.related_model._meta.label]
    if field.choices:
        return field.choices[0][0]
    return next(make for kind, make in BY_TYPE.items() if isinstance(field, kind))()
