"""One's own second factors: setting them up, new recovery codes, taking one away."""

from __future__ import annotations

from functools import wraps
from typing import Any

import qrcode
from allauth.mfa.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from trellis.rules.errors import Refused
from trellis.service.access.middleware import name_who_signed_in
from trellis.service.access.models import User
from trellis.service.access.sign_in import factors
from trellis.service.access.sign_in.forms import CodeForm, NewPasskeyForm
from trellis.service.access.sign_in.middleware import View, before_second_factor
from trellis.service.access.sign_in.proof import is_fully_signed_in, record_second_factor
from trellis.service.access.sign_in.sessions import renew_session
from trellis.service.access.sign_in.telling import APP, CODES_MADE, PASSKEY, REMOVED, tell_of_change
from trellis.service.access.stepping_up import recently_proved
from trellis.service.audit.seen import note_detail
from trellis.service.common.encryption import Undecipherable, field_keys

SECRET, CODES = "sign_in.new_secret", "sign_in.new_codes"


def changes_factors(view: View) -> View:
    """Open to who has proved a factor within five minutes, and to who has none yet and has just signed in."""
    proved = recently_proved(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        first = not is_fully_signed_in(request) and not factors.has_second_factor(_user(request))
        return (view if first else proved)(request, *args, **kwargs)

    return before_second_factor(guarded)


@before_second_factor
def set_up(request: HttpRequest) -> HttpResponseBase:
    """Choose how to prove who one is besides the password: the first page of who has no second factor."""
    if factors.has_second_factor(_user(request)):
        return redirect("account_security")
    return render(request, "account/set_up.html")


def security(request: HttpRequest) -> HttpResponse:
    """One's own second factors, password and sessions."""
    user = _user(request)
    context = {
        "app": factors.factors_of(user, factors.TOTP).first(),
        "passkeys": [(row, row.wrap().name) for row in factors.factors_of(user, factors.PASSKEY)],
        "codes_left": factors.recovery_codes_left(user),
        "has_factor": factors.has_second_factor(user),
        "has_password": user.has_usable_password(),
    }
    return render(request, "account/security.html", context)


@changes_factors
@sensitive_post_parameters()
def set_up_app(request: HttpRequest) -> HttpResponseBase:
    """Show the secret of an authenticator app as a QR code and in letters, and take the first code it makes."""
    user = _user(request)
    form = CodeForm(request.POST or None)
    secret = _secret(request, user)
    if form.is_valid():
        try:
            factors.set_up_totp(user, secret, form.cleaned_data["code"])
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            del request.session[SECRET]
            return _is_set_up(request, user, factors.TOTP)
    address = get_adapter().build_totp_url(user, secret)
    letters = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return render(request, "account/set_up_app.html", {"form": form, "letters": letters, "picture": QrPicture(address)})


@changes_factors
@sensitive_post_parameters()
def set_up_passkey(request: HttpRequest) -> HttpResponseBase:
    """Have the browser make a passkey, and keep it."""
    user = _user(request)
    form = NewPasskeyForm(request.POST or None)
    if form.is_valid():
        try:
            factors.add_passkey(user, form.cleaned_data["name"], form.cleaned_data["credential"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _is_set_up(request, user, factors.PASSKEY)
    return render(request, "account/set_up_passkey.html", {"form": form, "options": factors.passkey_to_make(user)})


def _is_set_up(request: HttpRequest, user: User, kind: str) -> HttpResponseBase:
    """The new factor was proved by setting it up. The first brings recovery codes."""
    note_detail(second_factor="set up", way=kind)
    record_second_factor(request, user, kind)
    name_who_signed_in(request, user)
    renew_session(request)
    tell_of_change(user, APP if kind == factors.TOTP else PASSKEY)
    if factors.recovery_codes_left(user):
        messages.success(request, "It is set up.")
        return redirect("account_security")
    _make_codes(request, user)
    return redirect("account_recovery_codes")


@recently_proved
@sensitive_post_parameters()
def recovery_codes(request: HttpRequest) -> HttpResponseBase:
    """Show new recovery codes until somebody says that they have kept them, and then never again."""
    user = _user(request)
    if request.method == "POST":
        if "kept" in request.POST:
            request.session.pop(CODES, None)
            return redirect("home:work")
        _make_codes(request, user)
        tell_of_change(user, CODES_MADE)
        return redirect("account_recovery_codes")
    codes = _opened(request, CODES, user).split()
    return render(
        request, "account/recovery_codes.html", {"codes": codes, "codes_left": factors.recovery_codes_left(user)}
    )


@require_POST
@recently_proved
def remove_factor(request: HttpRequest) -> HttpResponseBase:
    """Take one of one's own second factors away, never the last."""
    wanted = request.POST.get("factor", "")
    try:
        factors.remove_factor(_user(request), int(wanted) if wanted.isascii() and wanted.isdigit() else 0)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        note_detail(second_factor="removed")
        tell_of_change(_user(request), REMOVED)
        messages.success(request, "It is removed.")
    return redirect("account_security")


class QrPicture:
    """A QR code as one path of a picture, since the content policy allows no styles inside one."""

    def __init__(self, text: str) -> None:
        """Draw the text; `size` is the width and height in modules, `path` what an SVG path is made of."""
        code = qrcode.QRCode(border=4)
        code.add_data(text)
        rows: list[list[bool]] = code.get_matrix()
        self.size = len(rows)
        self.path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)


def _make_codes(request: HttpRequest, user: User) -> None:
    note_detail(second_factor="new recovery codes")
    _seal(request, CODES, user, " ".join(factors.make_recovery_codes(user)))


def _secret(request: HttpRequest, user: User) -> str:
    """The secret that is being set up; a new one each time the page is opened afresh."""
    secret = _opened(request, SECRET, user) if request.method == "POST" else ""
    if not secret:
        secret = factors.new_totp_secret()
        _seal(request, SECRET, user, secret)
    return secret


def _seal(request: HttpRequest, name: str, user: User, text: str) -> None:
    request.session[name] = field_keys().encrypt(text, row=f"session/{user.pk}/{name}")


def _opened(request: HttpRequest, name: str, user: User) -> str:
    try:
        return field_keys().decrypt(request.session.get(name, ""), row=f"session/{user.pk}/{name}")
    except Undecipherable:
        return ""


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
