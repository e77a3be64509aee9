"""How a row of history is put right: superseded, and added again as it should read."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.service.people.history import AboutPerson, Spell

Row = TypeVar("Row", bound=AboutPerson)


def withdraw(row: AboutPerson) -> None:
    """Supersede a row: from now on it is what was once believed. Raises Refused when somebody else has done so."""
    if not type(row).objects.filter(pk=row.pk, superseded_at=None).update(superseded_at=timezone.now()):
        raise Refused("Somebody else corrected this while you wrote. Look at it again before you change it.")


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
