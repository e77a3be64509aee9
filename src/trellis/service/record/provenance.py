"""Whose word a row of history is, and how it is put right: superseded, and added again as it should read."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.utils import timezone

from trellis.rules.access import check_may
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.actor import acting_agency_id, current_actor
from trellis.service.access.models import User
from trellis.service.access.queries import roles_of
from trellis.service.people.history import AboutPerson, Spell

Row = TypeVar("Row", bound=AboutPerson)


def acting_agency(by: User) -> int:
    """The id of the agency that somebody acts for. Raises Refused when there is none."""
    actor = current_actor()
    chosen = actor.agency_id if actor and actor.user_id == by.pk else None
    agency_id = chosen or acting_agency_id(by)
    if agency_id is None:
        raise Refused("You act for no agency today, so nothing can be recorded as yours. Ask an administrator.")
    return agency_id


def check_permitted(by: User, permission: Permission) -> None:
    """Refuse an act that none of somebody's roles at the agency they act for allows."""
    check_may(roles_of(by, acting_agency(by)), permission)


def withdraw(row: AboutPerson) -> None:
    """Supersede a row: from now on it is what was once believed."""
    type(row).objects.filter(pk=row.pk, superseded_at=None).update(superseded_at=timezone.now())


def correct(row: Row, **changes: Any) -> Row:
    """Supersede a row and add it again with the changes; returns the new row.

    The feed's key stays, so that the feed knows the row again. So does who recorded it unless that is changed: whose
    fact it is outlasts the correction, and the trail says who made it.
    """
    withdraw(row)
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    for name, value in (changes | {"recorded_at": timezone.now(), "superseded_at": None}).items():
        values.pop(name, None)
        values.pop(f"{name}_id", None)
        values[name] = value
    again: Row = type(row).objects.create(**values)
    return again


def end(spell: Spell, day: date, **changes: Any) -> None:
    """End a spell on a day; one that began no earlier never held and is withdrawn."""
    if spell.starts < day:
        correct(spell, ends=day, **changes)
    else:
        withdraw(spell)
