"""Who acts. The name lives in the transaction, so it cannot outlast it; the database refuses work without one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction

from trellis.service.access.models import User


@dataclass(frozen=True)
class Actor:
    """The user of a transaction, the agency acted for and the request it belongs to."""

    user_id: int
    agency_id: int | None = None
    request_id: str = ""


_current: ContextVar[Actor | None] = ContextVar("trellis_actor", default=None)


_shared: ContextVar[frozenset[str]] = ContextVar("trellis_shared", default=frozenset())


def shared_with_actor() -> frozenset[str]:
    """What the sharing agreement lets the agency that acts read: names of models and fields, or "*"."""
    return _shared.get()


def current_actor() -> Actor | None:
    """The actor named last in this context, or None."""
    return _current.get()


def name_actor(actor: Actor) -> None:
    """Name the actor of the present transaction. Raises TransactionManagementError outside one.

    Outside a transaction the name would be gone with the statement that set it, and the next one would fail.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An actor can be named only inside a transaction.")
    _write_settings(actor.user_id, actor.agency_id, actor.request_id)
    _current.set(actor)


def clear_actor() -> None:
    """From here on nobody acts, until somebody is named again."""
    _current.set(None)
    if connection.in_atomic_block and not connection.needs_rollback:
        _write_settings(None, None, "")


@contextmanager
def acting(user: User | str, *, agency_id: int | None = None, request_id: str | None = None) -> Iterator[Actor]:
    """A transaction in which `user` (or the system actor of that name) acts; restores the actor before."""
    before = _current.get()
    if isinstance(user, str):
        user_id, agency = system_actor_id(user), agency_id
    else:
        user_id, agency = user.pk, agency_id if agency_id is not None else acting_agency_id(user)
    actor = Actor(user_id=user_id, agency_id=agency, request_id=request_id or f"task-{uuid.uuid4().hex[:12]}")
    try:
        with transaction.atomic():
            name_actor(actor)
            yield actor
    finally:
        if before is not None and connection.in_atomic_block and not connection.needs_rollback:
            name_actor(before)
        else:
            clear_actor()


def acting_agency_id(user: User) -> int | None:
    """The agency a user acts for when a session has not chosen: that of the first live posting."""
    return user.postings.live().values_list("agency_id", flat=True).first()


def system_actor_id(name: str) -> int:
    """The id of a system actor. Raises User.DoesNotExist before the first migration has made them."""
    return User.objects.values_list("id", flat=True).get(username=name, is_system=True)


def _write_settings(user_id: int | None, agency_id: int | None, request_id: str) -> None:
    texts = [str(value) if value is not None else "" for value in (user_id, agency_id)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor_begin(%s, %s, %s)", [*texts, request_id])
        (shared,) = cursor.fetchone()
    _shared.set(frozenset(shared))
