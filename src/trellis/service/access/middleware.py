"""The outer ring of every request: one transaction, one actor, one line in the trail.

Exceptions never reach middleware (Django turns them into responses), so what failed is told by the status.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib.auth.signals import user_logged_in
from django.db import connection, transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from trellis.service.access.actor import (
    Actor,
    acting_agency_id,
    clear_actor,
    current_actor,
    name_actor,
    system_actor_id,
)
from trellis.service.access.models import User
from trellis.service.access.queries import Signed
from trellis.service.access.system_actors import ANONYMOUS
from trellis.service.audit.models import AccessEvent
from trellis.service.audit.seen import Seen, gathering

Handler = Callable[[HttpRequest], HttpResponseBase]
SERVER_ERROR = 500


class OuterTransaction:
    """Opens the transaction that holds the whole request, and writes its access event at the end.

    The event is written after the response is rendered and outside the savepoint of the work, so a refusal or a
    failure leaves its event behind.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Handle the request inside its transaction."""
        request.trellis_request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        try:
            with transaction.atomic(), gathering() as seen:
                name_actor(Actor(system_actor_id(ANONYMOUS), request_id=request.trellis_request_id))  # type: ignore[attr-defined]
                response = self.get_response(request)
                _write_event(request, response, seen)
        finally:
            clear_actor()
        return response


class ActorOfRequest:
    """Names the signed-in user as the actor, and undoes the work of a request that failed."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Handle the request as its user."""
        user = request.user
        if isinstance(user, User):
            _name_user(request, user)
            request.signed = SimpleLazyObject(lambda: Signed(user, _agency_id(request, user)))  # type: ignore[attr-defined]
        # The actor is set before the savepoint, because rolling back would undo the setting too.
        work = transaction.savepoint()
        response = self.get_response(request)
        if response.status_code >= SERVER_ERROR or connection.needs_rollback:
            connection.needs_rollback = False
            transaction.savepoint_rollback(work)
        else:
            transaction.savepoint_commit(work)
        return response


def _agency_id(request: HttpRequest, user: User) -> int | None:
    chosen: int | None = request.session.get("agency_id")
    return chosen or acting_agency_id(user)


def _name_user(request: HttpRequest, user: User) -> None:
    name_actor(Actor(user.pk, agency_id=_agency_id(request, user), request_id=request.trellis_request_id))  # type: ignore[attr-defined]


@receiver(user_logged_in)
def name_who_signed_in(request: HttpRequest, user: User, **_: object) -> None:
    """From the moment of signing in the request is theirs."""
    if hasattr(request, "trellis_request_id"):
        _name_user(request, user)


def _write_event(request: HttpRequest, response: HttpResponseBase, seen: Seen) -> None:
    actor = current_actor()
    if actor is None or not _worth_an_event(request, response):
        return
    # Whatever became of the setting inside the work's savepoint, the event is the actor's own.
    name_actor(actor)
    match = request.resolver_match
    AccessEvent.objects.create(
        actor_id=actor.user_id,
        agency_id=actor.agency_id,
        request_id=actor.request_id,
        method=request.method or "",
        page=(match.view_name if match else "") or "",
        status=response.status_code,
        person_ids=sorted(seen.people) if _shows_people(response) else [],
        detail=seen.detail,
    )


def _shows_people(response: HttpResponseBase) -> bool:
    return isinstance(response, HttpResponse) and response.status_code < SERVER_ERROR


def _worth_an_event(request: HttpRequest, response: HttpResponseBase) -> bool:
    return not request.path.startswith("/static/")
