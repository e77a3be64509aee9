"""One agency a session: whoever works for several chooses at signing in, and opens nothing until they have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from trellis.service.access.models import User
from trellis.service.access.queries import signed_in

CHOSEN = "agency_id"
MUST_CHOOSE = "must_choose_agency"
# What somebody may open before they have chosen: the choice itself, and what signing in and out needs.
FREE = ("administration:acting_agency", "account_", "mfa_", "demo:")


def ask_which(request: HttpRequest, user: User, **_: object) -> None:
    """Receiver of user_logged_in: note whether there is a choice to make."""
    if user.postings.live().values("agency").distinct().count() > 1:
        request.session[MUST_CHOOSE] = True


def choose(request: HttpRequest, agency_id: int) -> None:
    """Act for that agency from the next request on; its roles add up, and no other agency's count."""
    request.session[CHOSEN] = agency_id
    request.session.pop(MUST_CHOOSE, None)


class OneAgency:
    """Sends whoever has a choice of agencies to make it before anything else, and again when the chosen one is over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Handle the request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Send to the choice, or let the view answer."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        # A session that has not proved a second factor yet has nobody signed in to it.
        if not hasattr(request, "signed") or name.startswith(FREE):
            return None
        if MUST_CHOOSE in request.session or _is_over(request):
            return HttpResponseRedirect(reverse("administration:acting_agency"))
        return None


def _is_over(request: HttpRequest) -> bool:
    """Whether the last role at the agency chosen has ended, while there is one at another."""
    if CHOSEN not in request.session:
        return False
    signed = signed_in(request)
    return not signed.postings and bool(signed.agencies)
