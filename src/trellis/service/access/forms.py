"""Signing in and changing a password, in our own components."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from django import forms

from trellis.service.access.sign_in.forms import PASSWORD_HINT
from trellis.service.access.sign_in.telling import PASSWORD, tell_of_change
from trellis.service.ui.forms import GovukForm


class _SignIn(LoginForm):  # type: ignore[misc]
    """The library's form, said plainly: a label says already what a placeholder would."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields)
        self.fields["password"].help_text = ""


class SignInForm(GovukForm, _SignIn):
    """Username and password. A wrong name and a wrong password get the same answer, so neither can be tried out."""

    says_optional = False


class _ChangePassword(ChangePasswordForm):  # type: ignore[misc]
    """The library's form, its fields named as people name them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields)
        self.fields["oldpassword"].label = "Your password now"
        self.fields["password1"].label = "New password"
        self.fields["password1"].help_text = PASSWORD_HINT
        self.fields["password2"].label = "New password again"


class PasswordForm(GovukForm, _ChangePassword):
    """The old password and the new one, twice."""

    def save(self) -> None:
        """Change it, and tell whose it is."""
        super().save()
        tell_of_change(self.user, PASSWORD)


def _plain(fields: dict[str, forms.Field]) -> None:
    for field in fields.values():
        field.widget.attrs.pop("placeholder", None)
