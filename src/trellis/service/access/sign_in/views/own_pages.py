"""One's own sessions and drafts, and the way out."""

from __future__ import annotations

import time

from allauth.account import views as library
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from trellis.service.access.models import User
from trellis.service.access.sign_in.drafts import drop_draft, keep_draft_of, page_named
from trellis.service.access.sign_in.middleware import before_second_factor
from trellis.service.access.sign_in.sessions import end_session, end_sessions, own_sessions, seconds_left

# Not the cookies: the browser would clear those of the organisation's other sites of the same domain too.
CLEARED = '"cache", "storage"'


@before_second_factor
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Ask, and sign out; the browser throws away what it holds of this site."""
    response: HttpResponseBase = library.logout(request)
    if not request.user.is_authenticated:
        response.headers["Clear-Site-Data"] = CLEARED
    return response


def sessions(request: HttpRequest) -> HttpResponseBase:
    """List one's own sessions; end one of them, or all."""
    user = _user(request)
    if request.method != "POST":
        found = own_sessions(user, request.session.session_key)
        return render(request, "account/sessions.html", {"sessions": found})
    if "everywhere" in request.POST:
        end_sessions(user)
        logout(request)
        messages.success(request, "You are signed out everywhere.")
        response = redirect("account_login")
        response.headers["Clear-Site-Data"] = CLEARED
        return response
    wanted = request.POST.get("session", "")
    if wanted.isascii() and wanted.isdigit() and end_session(user, int(wanted)):
        messages.success(request, "That session is signed out.")
    else:
        messages.info(request, "That session had ended already.")
    return redirect("account_sessions")


def session_left(request: HttpRequest) -> HttpResponse:
    """How many seconds the session lasts if nothing more is done. Asking is nothing done."""
    return JsonResponse({"left": int(seconds_left(request.session, time.time()))})


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Stay signed in: asking for this page is what does it."""
    return JsonResponse({"left": int(seconds_left(request.session, time.time()))})


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what somebody is typing on a page."""
    fields = {name: values for name, values in request.POST.lists() if name != "page"}
    kept = keep_draft_of(request, _user(request), fields)
    return JsonResponse({"kept": kept, "left": int(seconds_left(request.session, time.time()))})


@require_POST
def drop(request: HttpRequest) -> HttpResponseBase:
    """Throw a draft away, and go back to its page."""
    page = page_named(request)
    drop_draft(request, _user(request), page)
    return redirect(page or "/")


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
