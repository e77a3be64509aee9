"""One-time links by which somebody sets their password: the first one, or after forgetting it.

A link lasts three days (PASSWORD_RESET_TIMEOUT) and ends with the password it sets. It opens no session, so the second
factor is asked for, or set up, at the sign-in that follows.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import send_mail
from django.urls import reverse
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from trellis.service.access.models import User
from trellis.service.access.sign_in.factors import remove_all_factors
from trellis.service.access.sign_in.sessions import end_sessions


class InvitationTokens(PasswordResetTokenGenerator):
    """Tokens of their own kind, so that none made for another purpose opens an account."""

    key_salt = "trellis.service.access.sign_in.invitations"


_tokens = InvitationTokens()


def invitation_link(user: User, *, site: str = "") -> str:
    """The address at which the user sets a password. `site` stands before it, such as `https://iom.example`.

    Making another link does not end an earlier one; setting the password ends all.
    """
    uid = urlsafe_base64_encode(str(user.pk).encode())
    path = reverse("account_welcome", kwargs={"uid": uid, "token": _tokens.make_token(user)})
    return f"{site.rstrip('/')}{path}"


def check_invitation(uid: str, token: str) -> User | None:
    """Whose password the link sets; None when it is used, too old or altered, or the account is disabled."""
    try:
        pk = int(urlsafe_base64_decode(uid))
    except ValueError:
        return None
    user = User.objects.filter(pk=pk, is_active=True, is_system=False).first()
    return user if user and _tokens.check_token(user, token) else None


def send_invitation(user: User, *, site: str) -> None:
    """Send the link. The letter says nobody's name: whoever else reads it learns no more than the address it went to.

    Raises ValueError for a user without an e-mail address.
    """
    if not user.email:
        raise ValueError("The account has no e-mail address, so no link can be sent to it.")
    days = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)
    letter = (
        f"Open this link to set your password. It works once, for {days} days:",
        invitation_link(user, site=site),
        "You will also need a phone with an authenticator app, or a passkey.",
        "If you did not expect this, tell your administrator and do not open the link.",
    )
    send_mail("Set your password for Trellis", "\n\n".join(letter) + "\n", settings.DEFAULT_FROM_EMAIL, [user.email])


def start_afresh(user: User) -> None:
    """Take away the password, the second factors and the sessions of a user whose account is opened again.

    For whoever lost phone, key and recovery codes. All go together: were only the factors taken away, the password
    alone would set up others.
    """
    user.set_unusable_password()
    user.save(update_fields=["password"])
    remove_all_factors(user)
    end_sessions(user)
