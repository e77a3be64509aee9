"""The page on which a second factor is proved: while signing in, and again before what would do most harm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.core.ratelimit import clear, consume
from allauth.mfa.stages import AuthenticateStage
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters

from trellis.service.access.middleware import name_who_signed_in
from trellis.service.access.models import User
from trellis.service.access.sign_in import factors
from trellis.service.access.sign_in.forms import CodeForm, PasskeyForm, RecoveryForm
from trellis.service.access.sign_in.middleware import before_second_factor
from trellis.service.access.sign_in.proof import is_demonstration, record_demonstration, record_second_factor
from trellis.service.access.sign_in.sessions import renew_session
from trellis.service.access.sign_in.telling import CODE_USED, TRIED, tell_of_change
from trellis.service.audit.seen import note_detail
from trellis.service.ui.forms import Form

LIMIT, TOLD = "second_factor", "tries_told"
TOO_MANY = "There have been too many tries. Wait five minutes, then try again."
# The way, its form, the field that an error stands at, how it is checked, and what is said when it is wrong.
Check = Callable[[User, Any], bool]
WAYS: dict[str, tuple[type[Form], str, Check, str]] = {
    factors.TOTP: (
        *(CodeForm, "code", factors.use_totp),
        "The code is not right, or it was used already. Wait for your app to show the next one.",
    ),
    factors.PASSKEY: (
        *(PasskeyForm, "credential", factors.use_passkey),
        "The passkey did not prove who you are. Try again, or use another way.",
    ),
    factors.RECOVERY: (
        *(RecoveryForm, "recovery_code", factors.use_recovery_code),
        "The recovery code is not right, or it was used already.",
    ),
}


@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")  # type: ignore[untyped-decorator]
@sensitive_post_parameters()
def second_factor(request: HttpRequest) -> HttpResponseBase:
    """Prove a second factor after the password; only then is there a session that is anybody's."""
    stage = request._login_stage  # type: ignore[attr-defined]
    user: User = stage.login.user
    tried = try_to_prove(request, user)
    if tried is None:
        response: HttpResponseBase = stage.exit()
        return response
    return _ask(request, user, tried, title="Prove it is you", lede="Your password was right. Now show that it is you.")


@before_second_factor
@sensitive_post_parameters()
def step_up(request: HttpRequest) -> HttpResponseBase:
    """Prove a second factor again, and go back to what asked for it."""
    user = request.user
    assert isinstance(user, User)
    place = safe_address(request)
    if is_demonstration(request):
        return _step_up_in_demonstration(request, user, place)
    if not factors.has_second_factor(user):
        return redirect("account_set_up")
    tried = try_to_prove(request, user)
    if tried is None:
        name_who_signed_in(request, user)
        renew_session(request)
        return redirect(place)
    return _ask(
        request,
        user,
        tried,
        title="Prove again that it is you",
        lede="What you are about to do needs it, because it is more than five minutes since you last did.",
    )


def _step_up_in_demonstration(request: HttpRequest, user: User, place: str) -> HttpResponseBase:
    if request.method == "POST":
        record_demonstration(request, user)
        renew_session(request)
        return redirect(place)
    return render(request, "account/step_up_demonstration.html")


def try_to_prove(request: HttpRequest, user: User) -> dict[str, Form] | None:
    """Prove by what the request posts: None when it is proved, otherwise the forms to show, with their errors."""
    forms = {way: kind() for way, (kind, *_) in WAYS.items()}
    way = request.POST.get("way", "")
    if request.method != "POST" or way not in WAYS:
        return forms
    kind, field, check, wrong = WAYS[way]
    form = forms[way] = kind(request.POST)
    if not form.is_valid():
        return forms
    if not consume(request, action=LIMIT, key=str(user.pk)):
        note_detail(second_factor="too many tries")
        if consume(request, action=TOLD, key=str(user.pk)):
            tell_of_change(user, TRIED)
        form.add_error(field, TOO_MANY)
        return forms
    if not check(user, form.cleaned_data[field]):
        note_detail(second_factor="refused", way=way)
        form.add_error(field, wrong)
        return forms
    clear(request, action=LIMIT, key=str(user.pk))
    note_detail(second_factor="proved", way=way)
    record_second_factor(request, user, way)
    if way == factors.RECOVERY:
        tell_of_change(user, CODE_USED)
    return None


def _ask(request: HttpRequest, user: User, forms: dict[str, Form], *, title: str, lede: str) -> HttpResponse:
    kinds = set(factors.factors_of(user).values_list("type", flat=True))
    shown = {way: form for way, form in forms.items() if way in kinds}
    context = {
        "title": title,
        "lede": lede,
        "forms": list(shown.values()),
        "totp_form": shown.get(factors.TOTP),
        "recovery_form": shown.get(factors.RECOVERY),
        "passkey_form": shown.get(factors.PASSKEY),
        "passkey_options": factors.passkey_to_prove(user) if factors.PASSKEY in kinds else None,
    }
    return render(request, "account/second_factor.html", context)


def safe_address(request: HttpRequest) -> str:
    """Where to go on to: the address that the request names on this site, or home."""
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else "/"


second_factor = login_not_required(second_factor)
