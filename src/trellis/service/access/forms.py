"""Signing in and changing a password, in our own components."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from django import forms

from trellis.service.ui.forms import GovukForm


class SignInForm(GovukForm, LoginForm):  # type: ignore[misc]
    """Username and password. A wrong name and a wrong password get the same answer, so neither can be tried out."""

    says_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Leave out the placeholders: a label says it already."""
        super().__init__(*args, **kwargs)
        _plain(self.fields)
        self.fields["password"].help_text = ""


class PasswordForm(GovukForm, ChangePasswordForm):  # type: ignore[misc]
    """The old password and the new one, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the fields as people do."""
        super().__init__(*args, **kwargs)
        _plain(self.fields)
        self.fields["oldpassword"].label = "Your password now"
        self.fields["password1"].label = "New password"
        self.fields[
            "password1"
        ].help_text = "15 characters or more. Three or four words that do not belong together do well."
        self.fields["password2"].label = "New password again"


def _plain(fields: dict[str, forms.Field]) -> None:
    for field in fields.values():
        field.widget.attrs.pop("placeholder", None)
