"""Signing in, signing out and being refused, told to the access event of the request in which they happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from trellis.service.audit.seen import note_detail

SIGNED_IN, SIGNED_OUT, REFUSED = "signed in", "signed out", "sign-in refused"


def connect() -> None:
    """Listen to what django.contrib.auth tells, whichever page the sign-in ends on."""
    user_logged_in.connect(_note_signed_in, dispatch_uid="trail")
    user_logged_out.connect(_note_signed_out, dispatch_uid="trail")
    user_login_failed.connect(_note_refused, dispatch_uid="trail")


def _note_signed_in(user: Any, **_: Any) -> None:
    note_detail(kind=SIGNED_IN, account=user.pk)


def _note_signed_out(user: Any, **_: Any) -> None:
    # Whoever leaves before the second factor is not the request's actor.
    note_detail(kind=SIGNED_OUT, **({"account": user.pk} if user else {}))


def _note_refused(credentials: Mapping[str, Any], **_: Any) -> None:
    """Name the account by its id. What was typed is never kept: people type passwords into the wrong field."""
    users = get_user_model()
    typed = str(credentials.get(users.USERNAME_FIELD) or "")
    account = users._default_manager.filter(**{f"{users.USERNAME_FIELD}__iexact": typed}).first()
    note_detail(kind=REFUSED, **({"account": account.pk} if account else {}))
