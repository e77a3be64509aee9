"""What a form says when an answer will not do: what is wrong, with which question, and how to mend it."""

from __future__ import annotations

from typing import Any

from django import forms

_QUESTION_WORDS = frozenset("who what when where why how which whether".split())  # noqa: SIM905
_NO_ARTICLE = _QUESTION_WORDS | frozenset("a an any the their this your all each at".split())  # noqa: SIM905

# A label that already tells somebody what to do is its own sentence.
_INSTRUCTIONS = frozenset("say give describe explain choose select enter tell write".split())  # noqa: SIM905


def explain(field: forms.Field, label: str) -> None:
    """Put our sentences in place of Django's, leaving those that the field sets for itself."""
    given = _given(field)
    for code, sentence in _sentences(field, label).items():
        if code not in given:
            field.error_messages[code] = sentence


def noun(label: str) -> str:
    """Return a label as it reads inside a sentence: "Date of birth" becomes "the date of birth"."""
    first, _, rest = label.strip().partition(" ")
    if (not (first.isupper() and len(first) > 1) and first[1:].islower()) or len(first) == 1:
        first = first.lower()
    phrase = f"{first} {rest}".strip()
    return phrase if first.lower() in _NO_ARTICLE else f"the {phrase}"


def _given(field: forms.Field) -> set[str]:
    defaults: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        defaults.update(getattr(kind, "default_error_messages", {}))
    return {code for code, text in field.error_messages.items() if code not in defaults or text != defaults[code]}


def _sentences(field: forms.Field, label: str) -> dict[str, str]:
    name = label.replace("%", "%%")
    required = _required(field, label)
    sentences = {"required": required}
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        sentences["invalid_choice"] = f"{required}: choose one of the answers shown"
    if isinstance(field, forms.ModelChoiceField):
        sentences["invalid_pk_value"] = sentences["invalid_choice"]
    if isinstance(field, forms.CharField):
        sentences["max_length"] = f"{name} must be %(limit_value)d characters or fewer; yours is %(show_value)d"
        sentences["min_length"] = f"{name} must be %(limit_value)d characters or more; yours is %(show_value)d"
        sentences["null_characters_not_allowed"] = f"{name} holds a character that cannot be kept; type it again"
    if isinstance(field, forms.IntegerField):
        whole = not isinstance(field, forms.DecimalField | forms.FloatField)
        sentences["invalid"] = f"{label} must be a {'whole number, like 12' if whole else 'number, like 12.5'}"
        sentences["min_value"] = f"{name} must be %(limit_value)s or more"
        sentences["max_value"] = f"{name} must be %(limit_value)s or less"
    if isinstance(field, forms.EmailField):
        sentences["invalid"] = f"{label} must be an email address, like name@example.com"
    if isinstance(field, forms.FileField):
        sentences["empty"] = "The file is empty; choose another"
    return sentences


def _required(field: forms.Field, label: str) -> str:
    if isinstance(field, forms.FileField):
        return "Choose a file"
    if isinstance(field, forms.BooleanField):
        return f"Tick “{label}” to go on"
    picks = isinstance(field, forms.ChoiceField | forms.ModelChoiceField | forms.MultipleChoiceField)
    if label.partition(" ")[0].lower() in _INSTRUCTIONS:
        return label
    if label.rstrip().endswith("?"):
        return f"{'Select' if picks else 'Give'} an answer to “{label}”"
    return f"{'Select' if picks else 'Enter'} {noun(label)}"
