"""How sign-in behaves here: accounts are made by administrators, never by their holders."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
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
