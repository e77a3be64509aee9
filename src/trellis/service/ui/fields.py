"""Form fields: dates and times typed as people type them, and choices with hints and further questions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from trellis.rules.dates import parse_date
from trellis.rules.errors import Refused

Reveals = Mapping[str, str | list[str]]
_TIME = re.compile(r"(?P<hour>\d{1,2})\s*(?:[:.]?\s*(?P<minute>\d{2}))?\s*(?P<half>am|pm)?", re.IGNORECASE)
_NAMED_TIMES = {"midday": dt.time(12), "noon": dt.time(12), "midnight": dt.time(0)}


class DatePicker(forms.DateInput):
    """One text box for a date, which the MoJ date picker enhances where scripts run."""

    def format_value(self, value: Any) -> str | None:
        """Return a date as day/month/year; leave what somebody typed as they typed it."""
        if isinstance(value, dt.date):
            return f"{value.day}/{value.month}/{value.year}"
        return None if value in (None, "") else str(value)


class DateField(forms.DateField):
    """A date typed in one box, in any usual British way.

    `not_after_today` and `not_before_today` refuse the future and the past, where the act allows only the other.
    """

    widget = DatePicker

    def __init__(self, *, not_after_today: bool = False, not_before_today: bool = False, **kwargs: Any) -> None:
        """Make the field; the hint shows an example unless one is given."""
        kwargs.setdefault("help_text", "For example, 27 3 2026")
        super().__init__(**kwargs)
        self.not_after_today = not_after_today
        self.not_before_today = not_before_today

    def prepare_value(self, value: Any) -> Any:
        """Leave the value to the widget."""
        return value

    def to_python(self, value: Any) -> dt.date | None:
        """Return the date, or raise ValidationError with the sentence of the rule that refused it."""
        if value in self.empty_values:
            return None
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        text = str(value).strip()
        if not text:
            return None
        try:
            return parse_date(text, today=timezone.localdate())
        except Refused as refusal:
            raise ValidationError(str(refusal), code="invalid") from refusal

    def validate(self, value: Any) -> None:
        """Refuse a date on the wrong side of today."""
        super().validate(value)
        if value is None:
            return
        name = self.label or "Date"
        if self.not_after_today and value > timezone.localdate():
            raise ValidationError(f"{name} must be today or in the past", code="future")
        if self.not_before_today and value < timezone.localdate():
            raise ValidationError(f"{name} must be today or in the future", code="past")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare dates, not their spellings."""
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


class TimeField(forms.Field):
    """A time of day typed as people type it: 3pm, 3.15pm, 15:15, 0930, midday."""

    widget = forms.TextInput(attrs={"class": "govuk-input--width-5", "spellcheck": "false"})

    def __init__(self, **kwargs: Any) -> None:
        """Make the field; the hint shows an example unless one is given."""
        kwargs.setdefault("help_text", "For example, 9.30am or 14:00")
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a time as hours and minutes."""
        return f"{value:%H:%M}" if isinstance(value, dt.time) else value

    def to_python(self, value: Any) -> dt.time | None:
        """Return the time; raise ValidationError saying how to write one."""
        if value is None or isinstance(value, dt.time):
            return value
        text = str(value).strip().lower()
        if not text or text in _NAMED_TIMES:
            return _NAMED_TIMES.get(text)
        time = _time_of(text)
        if time is None:
            raise ValidationError(f"“{value}” is not a time; write it like 9.30am or 14:00", code="invalid")
        return time


def _time_of(text: str) -> dt.time | None:
    match = _TIME.fullmatch(text)
    if match is None or not (match["minute"] or match["half"]):
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"] == "pm" else 0)
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


class ChoiceField(forms.ChoiceField):
    """One choice from a list. `hints` explain choices; `reveals` name the fields that a choice opens (radios)."""

    def __init__(
        self, *, hints: Mapping[str, str] | None = None, reveals: Reveals | None = None, **kwargs: Any
    ) -> None:
        """Make the field."""
        super().__init__(**kwargs)
        self.hints = dict(hints or {})
        self.reveals = dict(reveals or {})


class RadioField(ChoiceField):
    """One choice from a few, all in view."""

    widget = forms.RadioSelect


class CheckboxesField(forms.MultipleChoiceField):
    """Any number of choices; `hints` and `reveals` as for ChoiceField."""

    widget = forms.CheckboxSelectMultiple

    def __init__(
        self, *, hints: Mapping[str, str] | None = None, reveals: Reveals | None = None, **kwargs: Any
    ) -> None:
        """Make the field."""
        super().__init__(**kwargs)
        self.hints = dict(hints or {})
        self.reveals = dict(reveals or {})


class YesNoField(forms.TypedChoiceField):
    """Yes or no, neither chosen beforehand; cleans to True, False or None."""

    widget = forms.RadioSelect

    def __init__(
        self, *, hints: Mapping[str, str] | None = None, reveals: Reveals | None = None, **kwargs: Any
    ) -> None:
        """Make the field."""
        super().__init__(choices=[("yes", "Yes"), ("no", "No")], coerce=_is_yes, empty_value=None, **kwargs)
        self.widget.attrs.setdefault("class", "govuk-radios--inline")
        self.hints = dict(hints or {})
        self.reveals = dict(reveals or {})

    def prepare_value(self, value: Any) -> Any:
        """Show True and False as the choices they are."""
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


def _is_yes(value: str) -> bool:
    return value == "yes"


class TextField(forms.CharField):
    """Several lines of text; with `max_length` it counts down as somebody writes."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Return the text with line ends of one character, as the count beside the box counts them."""
        return str(super().to_python(value)).replace("\r\n", "\n")
