"""Asking for what widens access: a new account, another role, enabling, a new link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in
from trellis.service.access.stepping_up import recently_proved
from trellis.service.access.views import needs
from trellis.service.administration.actions import ask_for_enabling, ask_for_link, ask_for_role, invite
from trellis.service.administration.forms import InviteForm, PostingForm, ReasonForm
from trellis.service.administration.views.reading import account_of, scheme_of

WAITS = "Somebody else approves it before it takes effect: another administrator or the information officer."


@needs(Permission.MANAGE_USERS)
@recently_proved
def new(request: HttpRequest) -> HttpResponse:
    """Ask for an account for somebody new."""
    scheme = scheme_of(request)
    form = InviteForm(request.POST or None, scheme=scheme)
    if form.is_valid():
        who = {name: form.cleaned_data[name] for name in ("name", "email", "username")}
        try:
            invite(by=signed_in(request).user, scheme=scheme, **who, **form.posting())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The account is asked for. {WAITS}")
            return redirect("administration:waiting")
    context = {
        "form": form,
        "title": "Invite somebody",
        "lede": f"Make an account with its first role. {WAITS} Then they get a link to sign in the first time.",
        "submit": "Ask for the account",
        "back": reverse("administration:users"),
        "cancel": reverse("administration:users"),
    }
    return render(request, "ui/form.html", context)


@needs(Permission.MANAGE_USERS)
@recently_proved
def role(request: HttpRequest, user_id: int) -> HttpResponse:
    """Ask for another role for somebody."""
    one, scheme = account_of(request, user_id)
    form = PostingForm(request.POST or None, scheme=scheme)
    if form.is_valid():
        try:
            ask_for_role(by=signed_in(request).user, user=one, scheme=scheme, **form.posting())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The role is asked for. {WAITS}")
            return redirect("administration:user", one.pk)
    back = reverse("administration:user", args=[one.pk])
    context = {"title": "Give another role", "caption": str(one), "lede": WAITS, "submit": "Ask for the role"}
    return render(request, "ui/form.html", context | {"form": form, "back": back, "cancel": back})


@needs(Permission.MANAGE_USERS)
@recently_proved
def enable(request: HttpRequest, user_id: int) -> HttpResponse:
    """Ask that a disabled account be opened again."""
    words = {"title": "Enable the account", "submit": "Ask to enable it"}
    return _ask(request, user_id, ask_for_enabling, words)


@needs(Permission.MANAGE_USERS)
@recently_proved
def link(request: HttpRequest, user_id: int) -> HttpResponse:
    """Ask for a new link for somebody whose first one has run out."""
    words = {"title": "A new link to sign in", "submit": "Ask for a new link"}
    return _ask(request, user_id, ask_for_link, words)


def _ask(request: HttpRequest, user_id: int, act: Callable[..., Any], words: dict[str, str]) -> HttpResponse:
    one, scheme = account_of(request, user_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            act(by=signed_in(request).user, user=one, scheme=scheme, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"It is asked for. {WAITS}")
            return redirect("administration:user", one.pk)
    back = reverse("administration:user", args=[one.pk])
    context = {"form": form, "caption": str(one), "lede": WAITS, "back": back, "cancel": back}
    return render(request, "ui/form.html", context | words)
