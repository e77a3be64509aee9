"""A field's value as the text that a page posts, as a value to compare, and as words to read.

Of a field with several values the text is its values in order, a line each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import ChoiceWidget
from django.http import QueryDict

from trellis.service.ui.filters import date as date_words

Texts = Mapping[str, str]
NOTHING = "Nothing"


def is_many(field: forms.Field) -> bool:
    """Whether a field holds several values."""
    return isinstance(field, forms.MultipleChoiceField)


def text_of_many(values: Iterable[Any]) -> str:
    """Several values as a text, the same whatever their order."""
    return "\n".join(sorted({str(one) for one in values}))


def values_in(text: str) -> list[str]:
    """The values that such a text holds."""
    return text.split("\n") if text else []


def posted_text(field: forms.Field, name: str, data: Any) -> str:
    """What a page posted for a field. `data`: a QueryDict."""
    return text_of_many(data.getlist(name)) if is_many(field) else str(data.get(name, ""))


def put_text(field: forms.Field, name: str, text: str, data: QueryDict) -> None:
    """Put a text in place of what was posted."""
    if is_many(field):
        data.setlist(name, values_in(text))
    else:
        data[name] = text


def text_of(field: forms.Field, value: Any) -> str:
    """The text that a page posts for a value of this field when nobody touches it."""
    prepared = field.prepare_value(value)
    if is_many(field):
        return text_of_many(prepared or ())
    if isinstance(field.widget, ChoiceWidget):
        return "" if prepared is None else str(prepared)
    text = field.widget.format_value(prepared)
    return "" if text is None else str(text)


def same(field: forms.Field, text: str) -> Any:
    """What a text comes to, so that two spellings of one answer are equal; the text itself where it is no answer.

    Several values come to a set of them.
    """
    if is_many(field):
        return frozenset(values_in(text))
    try:
        value = field.to_python(text)
    except ValidationError:
        return text
    return "" if value is None else value


def words_of(field: forms.Field, text: str) -> str:
    """A posted text as people read it: the label of a choice, a date in full, or that there is nothing."""
    choices = {str(value): str(label) for value, label in getattr(field, "choices", ())}
    if is_many(field):
        held = values_in(text)
        return ", ".join(label for value, label in choices.items() if value in held) or NOTHING
    if text in choices:
        return choices[text]
    value = same(field, text)
    return date_words(value) if isinstance(value, date) else (text.strip() or NOTHING)
