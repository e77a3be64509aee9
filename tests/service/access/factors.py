"""What tests of signing in stand on: a user with a password and an app, and the app itself, written apart from ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

from django.test import Client

from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.access.sign_in import factors

PASSWORD = "nettle bicycle harbour seven"
SIGN_IN = "/account/sign-in/"
SECOND = "/account/sign-in/second-factor/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def app_code(secret: str = SECRET, *, steps_away: int = 0, at: float | None = None) -> str:
    """What an authenticator app shows (RFC 6238 over RFC 4226, SHA-1, 30 seconds, 6 digits)."""
    step = int((time.time() if at is None else at) // 30) + steps_away
    key = base64.b32decode(secret.replace(" ", ""))
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[19] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def give_password(user: User, password: str = PASSWORD) -> User:
    """Give the user a password."""
    with acting(user):
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def give_app(user: User, secret: str = SECRET) -> User:
    """Give the user an authenticator app, set up so long ago that every code of today is good."""
    factors.set_up_totp(user, secret, app_code(secret))
    row = factors.factors_of(user, factors.TOTP).get()
    row.data["used_step"] = 0
    row.save()
    return user


def type_password(client: Client, user: User, password: str = PASSWORD, **options: object) -> object:
    """Sign in with the password alone; the response."""
    return client.post(SIGN_IN, {"login": user.username, "password": password}, **options)


def sign_in_fully(user: User) -> Client:
    """A browser in which the user typed their password and their app's code."""
    client = Client()
    type_password(client, user)
    client.post(SECOND, {"way": "totp", "code": app_code()})
    return client
