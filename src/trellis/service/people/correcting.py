"""How a row of history is put right: superseded, and added again as it should read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.merging import Changed
from trellis.service.people.history import AboutPerson, Spell

Row = TypeVar("Row", bound=AboutPerson)


def take_turns(person_id: int) -> None:
    """Wait for whoever else is acting on this person; the turn ends with the transaction.

    For acts that depend on there being no row yet, which no row's own lock can guard. Take the turn before changing
    any row: then nobody waits for a turn while holding what another needs.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('person', %s))", [person_id])


def withdraw(row: AboutPerson) -> datetime:
    """Supersede a row: from now on it is what was once believed. Returns the moment.

    Raises Changed when somebody else has done so: of two who correct a row at once, one wins. Raises Refused where
    part of the row is not shared with the agency that acts: a copy of it would lose what they cannot see.
    """
    if row.withheld:
        raise Refused("Part of this is not shared with your agency. Ask the agency that recorded it to correct it.")
    moment = timezone.now()
    if not type(row).objects.filter(pk=row.pk, superseded_at=None).update(superseded_at=moment):
        raise Changed("Somebody else corrected this while you wrote. Look at it again before you change it.")
    return moment


def latest_of(row: Row) -> Row:
    """The row that stands today in place of one: the row itself while nobody has corrected it.

    A correction begins at the very moment at which what it corrects ends, and keeps a feed's key; that is how the
    rows of one fact hang together. Raises Changed when the fact was withdrawn and nothing stands in its place.
    """
    while row.superseded_at is not None:
        rows = type(row).objects.filter(person_id=row.person_id)
        if row.source_key is not None:
            rows = rows.filter(source=row.source, source_key=row.source_key).current()
        else:
            rows = rows.filter(recorded_at=row.superseded_at)
        following = rows.exclude(pk=row.pk).order_by("pk").first()
        if following is None:
            raise Changed("Somebody else withdrew this while you wrote, so there is nothing left to change.")
        row = following
    return row


def correct(row: Row, **changes: Any) -> Row:
    """Supersede a row and add it again with the changes; returns the new row.

    The feed's key stays, so that the feed knows the row again. So does who recorded it unless that is changed: whose
    fact it is outlasts the correction, and the trail says who made it. Raises Changed as `withdraw` does.
    """
    moment = withdraw(row)
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    for name, value in (changes | {"recorded_at": moment, "superseded_at": None}).items():
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
