"""What a session has proved about whoever holds it.

The library keeps in the session by what means its holder was authenticated and when. Only a second factor makes a
session whole: until then it stands for nobody.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.http import HttpRequest

from trellis.service.access.models import User

SECOND_FACTOR = "mfa"
# The demonstration signs its cast in without a password, and must not pretend that they proved anything.
DEMONSTRATION = "demonstration"
RECENT_SECONDS = 5 * 60


def record_second_factor(request: HttpRequest, user: User, kind: str) -> None:
    """The user has just proved a second factor of that kind (`totp`, `webauthn` or `recovery_codes`)."""
    record_authentication(request, user, SECOND_FACTOR, type=kind)


def record_demonstration(request: HttpRequest, user: User) -> None:
    """One of the demonstration's cast was signed in, or asked to go on. Raises RuntimeError in production."""
    if settings.IS_PRODUCTION:
        raise RuntimeError("Production has no sign-in without a password.")
    record_authentication(request, user, DEMONSTRATION)


def is_fully_signed_in(request: HttpRequest) -> bool:
    """Whether the session's holder has proved a second factor since signing in."""
    return proved_at(request) is not None


def is_demonstration(request: HttpRequest) -> bool:
    """Whether the session is one of the demonstration's."""
    return DEMONSTRATION in {record.get("method") for record in _records(request)}


def proved_at(request: HttpRequest) -> float | None:
    """When the second factor was proved last, in seconds since 1970, or None."""
    return max((record["at"] for record in _records(request)), default=None)


def has_proved_recently(request: HttpRequest) -> bool:
    """Whether the second factor was proved within the last five minutes."""
    at = proved_at(request)
    return at is not None and 0 <= time.time() - at < RECENT_SECONDS


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    user = request.user
    if not isinstance(user, User):
        return []
    accepted = {SECOND_FACTOR} if settings.IS_PRODUCTION else {SECOND_FACTOR, DEMONSTRATION}
    return [one for one in get_authentication_records(request, user) if one.get("method") in accepted]
