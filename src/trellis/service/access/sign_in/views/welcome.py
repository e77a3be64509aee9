"""Setting a password by a one-time link."""

from __future__ import annotations

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.access.sign_in.forms import NewPasswordForm
from trellis.service.access.sign_in.invitations import check_invitation
from trellis.service.access.sign_in.sessions import end_sessions
from trellis.service.access.sign_in.telling import PASSWORD, tell_of_change
from trellis.service.audit.seen import note_detail

GONE = 410


@login_not_required
@sensitive_post_parameters()
def welcome(request: HttpRequest, uid: str, token: str) -> HttpResponseBase:
    """Set the password of whoever holds the link, and lead to signing in."""
    limited: HttpResponseBase | None = consume_or_429(request, action="welcome", limit_get=True)
    if limited is not None:
        return limited
    user = check_invitation(uid, token)
    if user is None:
        return render(request, "account/welcome_gone.html", status=GONE)
    form = NewPasswordForm(request.POST or None, user=user)
    if form.is_valid():
        _set_password(user, form.cleaned_data["password"])
        messages.success(request, "Your password is set. Sign in with it.")
        return redirect("account_login")
    return render(request, "account/welcome.html", {"form": form, "username": user.username})


def _set_password(user: User, password: str) -> None:
    """The link proves whose password it is, so it is they who set it; sessions begun with another end."""
    note_detail(password="set by link")  # noqa: S106 - what was done, not a password
    with acting(user):
        user.set_password(password)
        user.save(update_fields=["password"])
        end_sessions(user)
    tell_of_change(user, PASSWORD)
