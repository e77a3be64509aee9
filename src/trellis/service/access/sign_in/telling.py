"""Tells somebody that how they sign in has changed or was tried, so that what was not theirs is noticed."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from trellis.service.access.models import User

log = logging.getLogger(__name__)
APP, PASSKEY = "an authenticator app was set up", "a passkey was added"
CODES_MADE, CODE_USED = "new recovery codes were made", "a recovery code was used"
REMOVED, PASSWORD = "a second factor was removed", "the password was changed"
TRIED = "the right password was given, and then wrong codes, too often"


def tell_of_change(user: User, what: str) -> None:
    """Send a letter, once the change holds, to whoever has an address. It names nobody and nothing of the account.

    A mail server that does not answer undoes nothing: the trail has the change all the same.
    """
    if not user.email:
        return
    letter = (
        f"In Trellis, {what} for the account that goes with this address.",
        "If that was you, there is nothing to do.",
        "If it was not, tell your administrator at once: they can close the account while you find out.",
    )
    transaction.on_commit(lambda: _send(user.email, "\n\n".join(letter) + "\n"))


def _send(address: str, text: str) -> None:
    try:
        send_mail("A change to how you sign in to Trellis", text, settings.DEFAULT_FROM_EMAIL, [address])
    except (SMTPException, OSError):
        log.exception("A letter about a change of signing in could not be sent")
