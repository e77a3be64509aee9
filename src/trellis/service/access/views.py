"""Guards of views, by the permission that a page needs; and changing one's password."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.views import password_change
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from trellis.rules.access import check_may
from trellis.rules.errors import Refused
from trellis.rules.vocabulary import Permission
from trellis.service.access.queries import signed_in

View = Callable[..., HttpResponseBase]


def needs(*permissions: Permission) -> Callable[[View], View]:
    """Let only those in who hold one of the permissions; others are told what is missing, with status 403."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            signed = signed_in(request)
            if not any(signed.may(permission) for permission in permissions):
                raise PermissionDenied(_sentence(signed.roles, permissions[0]))
            return view(request, *args, **kwargs)

        guarded.needs = permissions  # type: ignore[attr-defined]
        return guarded

    return guard


def _sentence(roles: Any, permission: Permission) -> str:
    try:
        check_may(roles, permission)
    except Refused as refusal:
        return str(refusal)
    raise AssertionError("a permission that was refused cannot be held")


def change_password(request: HttpRequest) -> HttpResponseBase:
    """Change one's own password; an account that signs in another way has none to change."""
    if not signed_in(request).user.has_usable_password():
        raise PermissionDenied("Your account signs in without a password of its own, so there is none to change.")
    response: HttpResponseBase = password_change(request)
    return response
