"""The page that shows two people's changes of one record beside each other, and asks what to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from trellis.service.ui.field_texts import Texts, same, words_of
from trellis.service.ui.fields import RadioField
from trellis.service.ui.filters import date_and_time
from trellis.service.ui.forms import Form

CHOICE = "keep_"
OURS, THEIRS, BOTH = "yours", "theirs", "both"
OF_A_TEXT = {OURS, THEIRS, BOTH}


def unresolved(choose: Sequence[str], posted: Mapping[str, Any]) -> list[str]:
    """The fields that await a choice and have none."""
    return [name for name in choose if posted.get(CHOICE + name) not in OF_A_TEXT]


def resolved(choice: str, *, ours: str, theirs: str) -> str:
    """The text that a choice comes to."""
    return {OURS: ours, THEIRS: theirs, BOTH: f"{theirs.rstrip()}\n\n{ours.lstrip()}"}[choice]


@dataclass(frozen=True, slots=True)
class Sides:
    """The three states of a form's fields as texts, what is to be chosen between them, and who changed it when."""

    form: Form
    began: Texts
    theirs: Texts
    ours: Texts
    choose: Sequence[str]
    who: str
    when: datetime | None


def merge_page(sides: Sides, data: Mapping[str, Any] | None) -> dict[str, Any]:
    """What `ui/merge.html` draws: a question for each field that both changed, and a table of the rest.

    `data` is what was posted when a choice is missing: the questions come back with their errors.
    """
    asks = _questions(sides, data)
    if data is not None:
        asks.is_valid()
    return {
        "title": "Changed while you wrote",
        "form": asks,
        "who": sides.who,
        "when": date_and_time(sides.when),
        "settled": _settled(sides),
    }


def _questions(sides: Sides, data: Mapping[str, Any] | None) -> Form:
    asked: dict[str, forms.Field] = {}
    for name in sides.choose:
        field = sides.form.fields[name]
        options = [(OURS, "What you wrote"), (THEIRS, f"What {sides.who} wrote")]
        if isinstance(field.widget, forms.Textarea):
            options.append((BOTH, "Both, yours after theirs"))
        label = str(sides.form[name].label)
        asked[CHOICE + name] = RadioField(
            label=label,
            choices=options,
            hints={OURS: words_of(field, sides.ours[name]), THEIRS: words_of(field, sides.theirs[name])},
            help_text=f"When you began: {words_of(field, sides.began[name])}",
            error_messages={"required": f"Choose what to keep for “{label}”"},
        )
    questions: Form = type("Questions", (Form,), asked)(data)
    return questions


def _settled(sides: Sides) -> list[tuple[str, str, str, str]]:
    """The fields that one side changed, or both to the same: label, before, now, and who changed it."""
    rows = []
    for name, before in sides.began.items():
        field, ours = sides.form.fields[name], sides.ours.get(name, "")
        now, old, other = (same(field, text) for text in (ours, before, sides.theirs[name]))
        if name in sides.choose or now == old:
            continue
        by = "You" if other == old else sides.who if now == other else f"You and {sides.who}"
        rows.append((str(sides.form[name].label), words_of(field, before), words_of(field, ours), by))
    return rows
