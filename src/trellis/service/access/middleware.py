"""The outer ring of every request: one transaction, one actor, one line in the trail.

Exceptions never reach middleware (Django turns them into responses), so what failed is told by the status.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
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
from trellis.service.access.sign_in.proof import is_fully_signed_in
from trellis.service.access.system_actors import ANONYMOUS
from trellis.service.audit.models import AccessEvent
from trellis.service.audit.seen import Seen, gathering

Handler = Callable[[HttpRequest], HttpResponseBase]
SERVER_ERROR = 500
REFUSED = (403, 404)
METHODS = ("GET", "HEAD", "POST")


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
                anonymous = Actor(system_actor_id(ANONYMOUS), request_id=request.trellis_request_id)  # type: ignore[attr-defined]
                name_actor(anonymous)
                response = self._respond(request)
                actor = current_actor() or anonymous
                broken = connection.needs_rollback
                if not broken:
                    _write_event(request, response, seen, actor)
            if broken:
                # What failed outside the savepoint of the work took the transaction with it; the event survives it.
                with transaction.atomic():
                    _write_event(request, response, seen, actor)
        finally:
            clear_actor()
        # A page holds what its reader alone may see, so no cache and no browser keeps it.
        response.headers["Cache-Control"] = "no-store"
        # No other site shows what is here as a picture, script or style of its own.
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    def _respond(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)


class ActorOfRequest:
    """Names the signed-in user as the actor, and undoes the work of a request that failed."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Handle the request as its user."""
        user = request.user
        # Without a second factor a session stands for nobody, so row security shows it nothing, whatever it reaches.
        if isinstance(user, User) and is_fully_signed_in(request):
            _name_user(request, user)
            request.signed = SimpleLazyObject(lambda: Signed(user, _agency_id(request, user)))  # type: ignore[attr-defined]
        # The actor is set before the savepoint, because rolling back would undo the setting too.
        work = transaction.savepoint()
        response = self.get_response(request)
        if response.status_code >= SERVER_ERROR or response.streaming or connection.needs_rollback:
            connection.needs_rollback = False
            transaction.savepoint_rollback(work)
        else:
            transaction.savepoint_commit(work)
        if response.streaming:
            response.close()
            raise RuntimeError("A streaming response would be read after its transaction, as nobody: return it whole.")
        return response


def _agency_id(request: HttpRequest, user: User) -> int | None:
    chosen: int | None = request.session.get("agency_id")
    return chosen or acting_agency_id(user)


def _name_user(request: HttpRequest, user: User) -> None:
    name_actor(Actor(user.pk, agency_id=_agency_id(request, user), request_id=request.trellis_request_id))  # type: ignore[attr-defined]


def name_who_signed_in(request: HttpRequest, user: User, **_: object) -> None:
    """Receiver of user_logged_in: from that moment the request is theirs."""
    if hasattr(request, "trellis_request_id"):
        _name_user(request, user)


def _write_event(request: HttpRequest, response: HttpResponseBase, seen: Seen, actor: Actor) -> None:
    # Whatever became of the setting inside the work's savepoint, the event is the actor's own.
    name_actor(actor)
    match = request.resolver_match
    AccessEvent.objects.create(
        actor_id=actor.user_id,
        agency_id=actor.agency_id,
        request_id=actor.request_id,
        # A caller may send a method of any length, which must not cost the event.
        method=(request.method or "")[:10],
        page=((match.view_name if match else "") or "")[:100],
        status=response.status_code,
        person_ids=sorted(seen.people) if _shows_people(response) else [],
        detail=seen.detail | _asked_for(request, response),
    )


def _asked_for(request: HttpRequest, response: HttpResponseBase) -> dict[str, int]:
    """Whose page was refused: nobody was shown, and who tried must be findable by whom they tried to see."""
    asked = request.resolver_match.kwargs.get("person_id") if request.resolver_match else None
    return {"asked_for": asked} if response.status_code in REFUSED and isinstance(asked, int) else {}


def _shows_people(response: HttpResponseBase) -> bool:
    return isinstance(response, HttpResponse) and response.status_code < SERVER_ERROR
