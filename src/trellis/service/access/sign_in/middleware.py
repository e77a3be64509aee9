"""What stands between a cookie and a page: the session's time, and the second factor."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse

from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.access.reasons import ASKED_FOR
from trellis.service.access.sign_in.drafts import drafted_pages, drop_draft, keep_draft_of, page_of
from trellis.service.access.sign_in.factors import has_second_factor
from trellis.service.access.sign_in.proof import is_fully_signed_in
from trellis.service.access.sign_in.sessions import ending_of, note_activity

Handler = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., HttpResponseBase]


def before_second_factor(view: View) -> View:
    """Mark a view that a session may reach before it has proved a second factor: there are as few as can be."""
    view.before_second_factor = True  # type: ignore[attr-defined]
    return view


class SessionLimits:
    """Ends a session that was idle or is too old, and keeps what it was about to send."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Handle the request, as nobody's where its session has ended."""
        user = request.user
        if isinstance(user, User):
            self._end_or_go_on(request, user)
        before = drafted_pages(request)
        response = self.get_response(request)
        if isinstance(user, User) and _was_sent(request, response) and (page := page_of(request)) in before:
            drop_draft(request, user, page)
        return response

    def _end_or_go_on(self, request: HttpRequest, user: User) -> None:
        now = time.time()
        ending = ending_of(request.session, now)
        if ending is None:
            note_activity(request, now)
            return
        request.session_ended_for = user  # type: ignore[attr-defined]
        logout(request)
        messages.info(request, ending)

    def process_view(self, request: HttpRequest, view: View, *_: Any) -> HttpResponseBase | None:
        """Keep what a form sent after the end, once its token has been checked, and ask to sign in again."""
        user = getattr(request, "session_ended_for", None)
        if user is None or request.method != "POST" or not getattr(view, "login_required", True):
            return None
        with acting(user):
            keep_draft_of(request, user)
        return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page_of(request)})}")


class SecondFactor:
    """Lets a session that has proved no second factor reach only where one is set up or proved, and the way out."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Handle the request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, *_: Any) -> HttpResponseBase | None:
        """Send a half-signed session to its second factor, whatever it asks for and by whichever method."""
        user = request.user
        if not isinstance(user, User) or is_fully_signed_in(request) or getattr(view, "before_second_factor", False):
            return None
        return HttpResponseRedirect(reverse("account_step_up" if has_second_factor(user) else "account_set_up"))


def _was_sent(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether a form was accepted: it answers with another page, and that page is none of signing in."""
    # An answer to the question why is not the form that waits for it.
    if request.method != "POST" or response.status_code != HTTPStatus.FOUND or ASKED_FOR in request.POST:
        return False
    return not response.headers["Location"].startswith((reverse("account_step_up"), resolve_url(settings.LOGIN_URL)))
