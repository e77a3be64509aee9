"""Asking why. Whether a reason is asked, for which acts and how, is a definition under definitions/reasons.

A form that does the act mixes `AsksReason` in and calls `note_reason`. A page that is only read calls `ask_reason`
first. Either way the answer comes by POST, never stands in an address, and goes into the access event.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.reasons import ASKED_UNLESS_SAID, Reason, ReasonKind, check_reason_words
from trellis.service.audit.seen import note_detail
from trellis.service.schemes.definitions import ReasonDefinition, Status
from trellis.service.schemes.queries import definitions
from trellis.service.ui.fields import RadioField, TextField
from trellis.service.ui.forms import Form, GovukForm
from trellis.service.ui.wording import explain

LONGEST = 500
IN_SESSION = "reasons"
ASKED_FOR = "reason_for"


def reason_definition(kind: ReasonKind) -> ReasonDefinition:
    """How a reason of that kind is asked: the installation's definition, or in its absence the cautious default."""
    return definitions().reasons.get(kind) or ReasonDefinition(
        key=kind,
        name="Why do you need this?",
        source="Own default",
        status=Status.EXAMPLE,
        version=1,
        asked=kind in ASKED_UNLESS_SAID,
    )


def reason_needed(kind: ReasonKind) -> bool:
    """Whether somebody is asked for a reason before an act of that kind."""
    return reason_definition(kind).asked


def note_reason(reason: Reason | None) -> None:
    """Put the reason into the access event of this request; without one nothing is added."""
    if reason is not None:
        said = {"reason_for": reason.kind.value, "purpose": reason.purpose, "reason": reason.words}
        note_detail(**{key: value for key, value in said.items() if value})


class AsksReason(GovukForm):
    """Mixed into a form, before its other bases: asks for a reason where the definition of its kind says so."""

    reason_kind: ClassVar[ReasonKind]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Build the form, and add the questions that are asked."""
        super().__init__(*args, **kwargs)
        definition = reason_definition(self.reason_kind)
        if definition.asked and definition.purposes:
            choices = [(purpose.key, purpose.name) for purpose in definition.purposes]
            self._ask("purpose", RadioField(label=definition.name, choices=choices))
        if definition.asked and definition.in_words:
            label = "In your own words" if definition.purposes else definition.name
            self._ask("reason", TextField(label=label, max_length=LONGEST, help_text=definition.hint))

    def _ask(self, name: str, field: Any) -> None:
        self.fields[name] = field
        explain(field, str(field.label))

    def clean_reason(self) -> str:
        """The words, refused when they say nothing."""
        words: str = self.cleaned_data["reason"]
        try:
            check_reason_words(words)
        except Refused as refusal:
            self.add_error("reason", str(refusal))
        return words

    def reason_given(self) -> Reason | None:
        """The reason of a valid form; None where none is asked."""
        if not reason_needed(self.reason_kind):
            return None
        said = self.cleaned_data
        return Reason(self.reason_kind, said.get("purpose", ""), said.get("reason", ""))


def reason_form(kind: ReasonKind, data: Any = None) -> Any:
    """A form that asks for nothing but a reason of that kind."""
    asking = type("ReasonForm", (AsksReason, Form), {"reason_kind": kind})
    return asking(data)


def ask_reason(request: HttpRequest, kind: ReasonKind, *, about: str = "") -> HttpResponse | None:
    """The page to return instead of what was asked for, or None when the reader may go on; notes the reason given.

    `about` tells apart what an answer holds for, such as one person's record. An answer holds as long as its
    definition says, for this session.
    """
    definition = reason_definition(kind)
    if not definition.asked:
        return None
    key = f"{kind}/{about}"
    answering = request.method == "POST" and request.POST.get(ASKED_FOR) == kind
    form = reason_form(kind, request.POST if answering else None)
    if answering and form.is_valid():
        _keep(request, key, form.reason_given(), definition)
        note_reason(form.reason_given())
        note_detail(asked_why=kind.value)
        return redirect(request.get_full_path())
    if not answering and (held := _held(request, key, definition)):
        note_reason(held)
        return None
    note_detail(asked_why=kind.value)
    context = {"form": form, "title": "Before you go on", "submit": "Go on", "reason_kind": kind.value}
    return render(request, "account/reason.html", context)


def _keep(request: HttpRequest, key: str, reason: Reason, definition: ReasonDefinition) -> None:
    # An answer that is asked each time still has to outlast the redirect to what it was given for.
    until = timezone.now() + timedelta(minutes=definition.holds_for_minutes or 1)
    kept = request.session.get(IN_SESSION, {})
    request.session[IN_SESSION] = kept | {key: [until.timestamp(), reason.purpose, reason.words]}


def _held(request: HttpRequest, key: str, definition: ReasonDefinition) -> Reason | None:
    kept = request.session.get(IN_SESSION, {})
    until, purpose, words = kept.get(key, (0, "", ""))
    if not definition.holds_for_minutes:
        request.session[IN_SESSION] = {other: answer for other, answer in kept.items() if other != key}
    return Reason(definition.kind, purpose, words) if until > timezone.now().timestamp() else None
