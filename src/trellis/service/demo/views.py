"""The demonstration's sign-in: one button for each of its cast, no password."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from trellis.service.access.models import User
from trellis.service.access.sign_in.backend import PasswordBackend
from trellis.service.access.sign_in.proof import record_demonstration
from trellis.service.access.sign_in.views.proving import safe_address
from trellis.service.demo.cast import CAST

BACKEND = f"{PasswordBackend.__module__}.{PasswordBackend.__qualname__}"
USERNAMES = {member.username for member in CAST}


@login_not_required
def cast(request: HttpRequest) -> HttpResponse:
    """Show who may be signed in as, and what each can try."""
    made = set(User.objects.filter(username__in=USERNAMES, is_active=True).values_list("username", flat=True))
    members = [member for member in CAST if member.username in made]
    place = safe_address(request)
    context = {
        "title": "Sign in to the demonstration",
        "members": members,
        "onward": "" if place == "/" else f"?{urlencode({'next': place})}",
    }
    return render(request, "demo/cast.html", context)


@login_not_required
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the cast; nobody else can be named here."""
    username = request.POST.get("username", "")
    user = get_object_or_404(User, username=username if username in USERNAMES else None, is_active=True)
    login(request, user, backend=BACKEND)
    record_demonstration(request, user)
    return redirect(safe_address(request))
