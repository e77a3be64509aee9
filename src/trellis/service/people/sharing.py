"""Withholds the fields of a row that the sharing agreement does not list for the agency that acts.

Rows are the database's to show or hide. Where an agreement lists single fields of a kind of record, the rest of what
such a row says is emptied as it is read, so that no page, export or form can print it.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, Self

from django.db import models

from trellis.rules.errors import Refused
from trellis.rules.need_to_know import WHOLE_RECORD
from trellis.service.access.actor import current_actor, shared_with_actor
from trellis.service.audit.seen import ShowsPerson
from trellis.service.common.register import Category

CONTENT = (Category.IDENTITY, Category.OFFENDING, Category.CASE, Category.PROTECTED)
# What a row cannot do without: whose it is called, where they stand, and when it was so.
SKELETON = frozenset(
    {"family_name", "given_names", "birth_precision", "stage", "starts", "ends", "happened_on", "happened_at"}
)


class SharedByAgreement(ShowsPerson):
    """A row about somebody whose fields are shared one by one. `withheld` names those that were emptied."""

    withheld: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> Self:
        """Read a row, and empty what is not shared with the agency that acts. Its own rows stay whole."""
        instance = super().from_db(db, field_names, values)
        hidden = withheld_fields(cls._meta.label, shared_with_actor())
        actor = current_actor()
        if hidden and (actor is None or instance.__dict__.get("agency_id", 0) != actor.agency_id):
            instance.__dict__["withheld"] = hidden
            for name in hidden & instance.__dict__.keys():
                instance.__dict__[name] = _empty(cls, name)
        return instance


def reads_whole(label: str) -> bool:
    """Whether the agency that acts reads every field of a kind of record, by its model's label."""
    return bool({WHOLE_RECORD, label} & shared_with_actor())


def check_reads(model: type[models.Model], otherwise: str) -> None:
    """Refuse, with the sentence given, what needs every row of a kind of record read.

    Where a person has one of a kind at a time, an agency that does not read the kind cannot tell whether they have one.
    """
    label = model._meta.label
    if not reads_whole(label) and not any(one.startswith(f"{label}.") for one in shared_with_actor()):
        raise Refused(otherwise)


@cache
def withheld_fields(label: str, shared: frozenset[str]) -> frozenset[str]:
    """The fields of a model, by its label, that an agency does not read whose agreement lists `shared`."""
    from django.apps import apps  # noqa: PLC0415 - the registry is full only once a row is read

    if {WHOLE_RECORD, label} & shared:
        return frozenset()
    model = apps.get_model(label)
    return frozenset(
        name for name in sharable_fields(model) if f"{label}.{name}" not in shared and _can_be_empty(model, name)
    )


def sharable_fields(model: type[models.Model]) -> list[str]:
    """The fields of a model that an agreement may list one by one: those that say something.

    One that cannot stand empty, such as how a contact ended, is read with any other of its row.
    """
    register = model.register  # type: ignore[attr-defined]
    content = [name for category in CONTENT for name in register.fields.get(category, ()) if name not in SKELETON]
    return [name for name in content if not model._meta.get_field(name).is_relation]


def _can_be_empty(model: type[models.Model], name: str) -> bool:
    field: Any = model._meta.get_field(name)
    text = isinstance(field, models.CharField | models.TextField) and not field.choices
    return bool(field.null or text or field.has_default())


def _empty(model: type[models.Model], name: str) -> Any:
    field: Any = model._meta.get_field(name)
    return None if field.null else field.get_default()
