"""The forms of second factors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from trellis.service.access.models import User
from trellis.service.access.sign_in.passwords import check_new_password
from trellis.service.ui.forms import Form

_NARROW = {"class": "govuk-input--width-10", "spellcheck": "false"}
PASSWORD_HINT = "15 characters or more. Three or four words that do not belong together do well."  # noqa: S105


class CodeForm(Form):
    """The code that an authenticator app shows."""

    code = forms.CharField(
        label="Code from your authenticator app",
        help_text="6 digits",
        max_length=20,
        widget=forms.TextInput(attrs=_NARROW | {"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "Enter the code that your app shows"},
    )


class RecoveryForm(Form):
    """One of the recovery codes."""

    recovery_code = forms.CharField(
        label="Recovery code",
        help_text="24 letters and figures in groups of four. Each code can be used once.",
        max_length=40,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": "Enter one of your recovery codes"},
    )


class PasskeyForm(Form):
    """What the browser answers to a passkey's challenge."""

    credential = forms.JSONField(
        widget=forms.HiddenInput,
        error_messages={
            "required": "The browser sent no passkey. Try again, or use another way.",
            "invalid": "The browser sent no passkey. Try again, or use another way.",
        },
    )


class NewPasskeyForm(PasskeyForm):
    """A passkey that the browser has made, and what to call it."""

    name = forms.CharField(
        label="What to call it",
        help_text="So that you can tell it from others, such as “Work phone” or “Blue key”",
        max_length=60,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
        error_messages={"required": "Give the passkey a name"},
    )
    field_order = ("name", "credential")


class NewPasswordForm(Form):
    """A first password, or one in place of a forgotten one."""

    password = forms.CharField(
        label="New password",
        help_text=PASSWORD_HINT,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter a new password"},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """`user` is whose password it will be, so that it is not made from their own name."""
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Refuse what is too short, common, guessed soon or published."""
        password: str = self.cleaned_data["password"]
        try:
            check_new_password(password, self.user)
        except ValidationError as fault:
            raise ValidationError(fault.messages) from fault
        return password
