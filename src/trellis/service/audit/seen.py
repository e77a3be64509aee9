"""Whom a request has shown. Models about people report every instance that is read from the database.

Reporting by the models errs on the side of too much: a person whom a view read but did not print is named in the
trail, and a person whom a page printed cannot be missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from django.db import models


@dataclass
class Seen:
    """What one request gathers for its access event."""

    people: set[int] = field(default_factory=set)
    detail: dict[str, Any] = field(default_factory=dict)


_seen: ContextVar[Seen | None] = ContextVar("trellis_seen", default=None)


@contextmanager
def gathering() -> Iterator[Seen]:
    """Gather whom the code inside reads."""
    token = _seen.set(gathered := Seen())
    try:
        yield gathered
    finally:
        _seen.reset(token)


def note_person(person_id: int | None) -> None:
    """Somebody has been read; outside a request there is nobody to tell."""
    gathered = _seen.get()
    if gathered is not None and person_id is not None:
        gathered.people.add(person_id)


def note_detail(**detail: Any) -> None:
    """Add to the event what the address does not say, such as how many a search found."""
    gathered = _seen.get()
    if gathered is not None:
        gathered.detail |= detail


class ShowsPerson(models.Model):
    """A model whose every row is about somebody: reading one tells the trail whom."""

    # The attribute that holds the person's id.
    shown_person: ClassVar[str] = "person_id"

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> Self:
        """Read a row, and tell the trail whom it is about."""
        instance = super().from_db(db, field_names, values)
        note_person(instance.__dict__.get(cls.shown_person))
        return instance
