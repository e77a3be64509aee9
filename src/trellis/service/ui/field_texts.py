"""A field's value as the text that a page posts, as a value to compare, and as words to read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import ChoiceWidget

from trellis.service.ui.filters import date as date_words

Texts = Mapping[str, str]
NOTHING = "Nothing"


def text_of(field: forms.Field, value: Any) -> str:
    """The text that a page posts for a value of this field when nobody touches it."""
    prepared = field.prepare_value(value)
    if isinstance(field.widget, ChoiceWidget):
        return "" if prepared is None else str(prepared)
    text = field.widget.format_value(prepared)
    return "" if text is None else str(text)


def same(field: forms.Field, text: str) -> Any:
    """What a text comes to, so that two spellings of one answer are equal; the text itself where it is no answer."""
    try:
        value = field.to_python(text)
    except ValidationError:
        return text
    return "" if value is None else value


def words_of(field: forms.Field, text: str) -> str:
    """A posted text as people read it: the label of a choice, a date in full, or that there is nothing."""
    choices = {str(value): str(label) for value, label in getattr(field, "choices", ())}
    if text in choices:
        return choices[text]
    value = same(field, text)
    return date_words(value) if isinstance(value, date) else (text.strip() or NOTHING)
