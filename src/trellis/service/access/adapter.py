"""How sign-in behaves here: accounts are made by administrators, never by their holders."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes signing up, and words the refusals."""

    # One sentence for a wrong name and a wrong password, so that neither can be tried out.
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "The username or the password is not correct. Check both and try again.",
        "too_many_login_attempts": "There have been too many tries. Wait five minutes, then try again.",
        "enter_current_password": "That is not your password now. Type it again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs themselves up."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Names the service to authenticators."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": "That did not prove who you are. Try again."}

    def get_totp_issuer(self) -> str:
        """What an authenticator app shows beside the code."""
        return "Trellis"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site that a passkey belongs to."""
        return {"id": context.request.get_host().partition(":")[0], "name": self.get_totp_issuer()}

    def encrypt(self, text: str) -> str:
        """Refuse: the library does not say for which row. `sign_in.factors` seals a secret for its own."""
        raise RuntimeError("A secret is sealed for its row, by trellis.service.access.sign_in.factors.")

    def decrypt(self, encrypted_text: str) -> Any:
        """Refuse, as `encrypt` does."""
        return self.encrypt(encrypted_text)
