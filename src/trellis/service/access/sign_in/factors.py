"""Second factors: an authenticator app, passkeys and recovery codes.

The rows are the library's (allauth.mfa), and so is the ceremony of passkeys. An app's secret is sealed for its row. A
code counts once: the step it belongs to is kept, and neither it nor an earlier one is taken again (RFC 6238, 5.2).
Recovery codes are kept only as hashes.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.webauthn.internal import auth as webauthn
from cryptography.exceptions import InvalidSignature
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.service.access.models import User
from trellis.service.common.encryption import field_keys

TOTP, PASSKEY, RECOVERY = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES
MAIN = (TOTP, PASSKEY)
STEP_SECONDS = 30
# A clock may be half a minute wrong either way.
STEPS_ALLOWED = (0, -1, 1)
RECOVERY_CODES = 10
# Without vowels, so that no code spells a word, and without what is mistaken for something else.
RECOVERY_LETTERS = "bcdfghjkmnpqrstvwxz23456789"
# 27 letters, 24 times: 114 bits, with which one plain hash is enough (OWASP ASVS 5.0, 6.5.2, asks for 112).
RECOVERY_GROUPS, RECOVERY_GROUP = 6, 4
_PASSKEY_FAULTS = (ValidationError, ValueError, TypeError, KeyError, AttributeError, InvalidSignature)

new_totp_secret = generate_totp_secret


def has_second_factor(user: User) -> bool:
    """Whether the user has an app or a passkey; recovery codes stand in for one and are none."""
    return bool(factors_of(user, *MAIN).exists())


def factors_of(user: User, *kinds: str) -> Any:
    """The user's factors of those kinds, as a query set in the order they were added."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=kinds or Authenticator.Type.values).order_by("pk")


def matching_step(secret: str, code: str, *, after: int = -1, now: float | None = None) -> int | None:
    """The step of time whose code this is, not before the clock's error allows nor at or before `after`; or None."""
    step = int((time.time() if now is None else now) // STEP_SECONDS)
    typed = "".join(code.split())
    right = [
        one
        for one in (step + away for away in STEPS_ALLOWED)
        if hmac.compare_digest(format_hotp_value(hotp_value(secret, one)).encode(), typed.encode())
    ]
    return next((one for one in right if one > after), None)


@transaction.atomic
def set_up_totp(user: User, secret: str, code: str) -> None:
    """Make an app the user's, in place of one before, once a code proves that it holds the secret.

    Raises Refused for a code that does not.
    """
    step = matching_step(secret, code)
    if step is None:
        raise Refused("The code is not right. Check that the time on your phone is right, then type the code it shows.")
    data = {"secret": field_keys().encrypt(secret, row=_totp_row(user)), "used_step": step}
    Authenticator.objects.update_or_create(
        user_id=user.pk, type=TOTP, defaults={"data": data, "created_at": timezone.now(), "last_used_at": None}
    )


@transaction.atomic
def use_totp(user: User, code: str) -> bool:
    """Whether the code is the app's and has not been used; from now on it has."""
    row = factors_of(user, TOTP).select_for_update().first()
    if row is None:
        return False
    keys = field_keys()
    secret = keys.decrypt(row.data["secret"], row=_totp_row(user))
    step = matching_step(secret, code, after=row.data["used_step"])
    if step is None:
        return False
    row.data["used_step"] = step
    if keys.needs_sealing_again(row.data["secret"]):
        row.data["secret"] = keys.encrypt(secret, row=_totp_row(user))
    row.last_used_at = timezone.now()
    row.save(update_fields=["data", "last_used_at"])
    return True


@transaction.atomic
def make_recovery_codes(user: User) -> list[str]:
    """New recovery codes in place of any before. They are shown once: only their hashes stay."""
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    factors_of(user, RECOVERY).delete()
    hashes = [_recovery_hash(user, code) for code in codes]
    Authenticator.objects.create(user_id=user.pk, type=RECOVERY, data={"hashes": hashes})
    return codes


@transaction.atomic
def use_recovery_code(user: User, code: str) -> bool:
    """Whether it is one of the user's codes; from now on it no longer is."""
    row = factors_of(user, RECOVERY).select_for_update().first()
    if row is None:
        return False
    tried = _recovery_hash(user, code)
    left = [one for one in row.data["hashes"] if not hmac.compare_digest(one.encode(), tried.encode())]
    found = len(left) < len(row.data["hashes"])
    if found:
        row.data["hashes"] = left
        row.last_used_at = timezone.now()
        row.save(update_fields=["data", "last_used_at"])
    return found


def recovery_codes_left(user: User) -> int:
    """How many recovery codes are still good."""
    row = factors_of(user, RECOVERY).first()
    return len(row.data["hashes"]) if row else 0


def passkey_to_make(user: User) -> dict[str, Any]:
    """What the browser needs to make a passkey; the challenge stays in the session."""
    return dict(webauthn.begin_registration(user, passwordless=False))


def add_passkey(user: User, name: str, credential: Any) -> None:
    """Keep the passkey that a browser made. Raises Refused for an answer that does not fit the challenge."""
    try:
        webauthn.parse_registration_response(credential)
        webauthn.complete_registration(credential)
        webauthn.WebAuthn.add(user, name, credential)
    except _PASSKEY_FAULTS as fault:
        raise Refused("The passkey was not made. Try again, and finish within a few minutes.") from fault


def passkey_to_prove(user: User) -> dict[str, Any]:
    """What the browser needs to prove one of the user's passkeys; the challenge stays in the session."""
    return dict(webauthn.begin_authentication(user))


def use_passkey(user: User, credential: Any) -> bool:
    """Whether the browser's answer proves one of the user's passkeys for the challenge in the session."""
    try:
        webauthn.parse_authentication_response(credential)
        webauthn.complete_authentication(user, credential).record_usage()
    except _PASSKEY_FAULTS:
        return False
    return True


@transaction.atomic
def remove_factor(user: User, factor_id: int) -> None:
    """Take one of the user's factors away. Raises Refused for the last: nobody works without one."""
    # The user's row is the lock, so that two removals at once do not both believe the other's factor stays.
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    main = list(factors_of(user, *MAIN))
    wanted = next((one for one in main if one.pk == factor_id), None)
    if wanted is None:
        raise Refused("It is not there any longer. Look at the list again.")
    if len(main) == 1:
        raise Refused("This is your only second factor. Add another before you remove it.")
    wanted.delete()


def remove_all_factors(user: User) -> int:
    """Take away all factors of a user who has lost them; the next sign-in sets one up. Returns how many there were.

    For administrators, once they have made sure who asks.
    """
    removed: int = factors_of(user).delete()[0]
    return removed


def _totp_row(user: User) -> str:
    return f"mfa_authenticator/{user.pk}/totp"


def _recovery_code() -> str:
    return "-".join(
        "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_GROUP)) for _ in range(RECOVERY_GROUPS)
    )


def _recovery_hash(user: User, code: str) -> str:
    """The hash of a code, however it was typed; another of the same letters in somebody else's set."""
    letters = "".join(one for one in code.lower() if one.isalnum())
    return hashlib.sha256(f"mfa_authenticator/{user.pk}/recovery/{letters}".encode()).hexdigest()
