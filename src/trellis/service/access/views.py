"""Guards of views: which permission a page needs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

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
