"""Forms over a record that others may change meanwhile: the page carries what it was drawn from, so that nobody's
change is lost.

A view makes an `Editing`, hands `save` the act, and draws `page` when nothing was saved: the form, or, where somebody
else was quicker, the merge page. Works without scripts: every field and what it was drawn from travel in the form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from django import forms
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from trellis.rules.errors import Refused
from trellis.rules.merging import Changed, merge
from trellis.service.ui.field_texts import (
    Texts,
    is_many,
    posted_text,
    put_text,
    same,
    text_of,
    text_of_many,
    values_in,
)
from trellis.service.ui.forms import Form
from trellis.service.ui.merge_page import CHOICE, Sides, merge_page, resolved, unresolved

DRAWN_FROM = "drawn_from"
MOST_TRIES = 3
AGED = (
    "This page cannot be matched to the record any more. Copy what you wrote, open the page again from the record, and"
    " enter it there."
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A record as it stands: `values` by the form's fields, and who left it so and when.

    `mark` tells one state from the next: a version, or the id of the row that is current.
    """

    mark: int
    values: Mapping[str, Any]
    changed_by: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a page was drawn from; a merge page also keeps where the writer began, what to choose and who changed it."""

    record: str
    mark: int
    texts: Texts
    # What the record said where the page asked anew instead of showing it.
    stood: Texts = field(default_factory=dict)
    began: Texts = field(default_factory=dict)
    choose: tuple[str, ...] = ()
    who: str = ""
    when: str = ""

    def signed(self) -> str:
        """As it travels in the page: readable, since the page shows the same, but not to be altered."""
        return _signer().sign_object(asdict(self))

    @classmethod
    def read(cls, text: str, record: str) -> Drawn:
        """Read what a page sent back. Raises BadSignature for what we did not sign or signed for another record."""
        held = _signer().unsign_object(text)
        if held["record"] != record:
            raise BadSignature("That page was drawn from another record.")
        return cls(**held | {"choose": tuple(held["choose"])})


class Editing:
    """One form over one record. `record` names it, as "people.Person 12"; `read` returns it as it stands now.

    `make` makes the form from `data` or `initial`. `asked` are the fields that the page does not fill from the record,
    with what it fills in instead.
    """

    def __init__(
        self,
        request: HttpRequest,
        make: Callable[..., Form],
        *,
        record: str,
        read: Callable[[], Standing],
        asked: Mapping[str, Any] | None = None,
    ) -> None:
        self._request, self._make, self._record, self._read = request, make, record, read
        self._asked = dict(asked or {})
        self._merging: dict[str, Any] | None = None
        if request.method == "POST":
            self._drawn = self._posted()
            self.form = self._bound(request.POST)
        else:
            standing = read()
            self.form = make(initial={**standing.values, **self._asked})
            self._drawn = self._draw(standing)
            self._carry(self.form, self._drawn)

    def save(self, act: Callable[[int, dict[str, Any]], object]) -> bool:
        """Carry out the act with the mark it rests on and the answers. False when the page must be shown (again)."""
        if self._request.method != "POST":
            return False
        try:
            for _ in range(MOST_TRIES):
                mark = self._ready()
                if mark is None:
                    return False
                try:
                    act(mark, self._answers())
                except Changed:
                    continue
                return True
        except Refused as refusal:
            self.form.add_error(None, str(refusal))
            return False
        self.form.add_error(None, "Others keep changing this record. Nothing is saved yet: try again in a moment.")
        return False

    def page(self, context: Mapping[str, Any], template: str = "ui/form.html") -> HttpResponse:
        """The form in the template, or the merge page."""
        if self._merging is None:
            return render(self._request, template, {**context, "form": self.form})
        kept = {name: context[name] for name in ("caption", "back", "cancel", "submit") if name in context}
        return render(self._request, "ui/merge.html", kept | self._merging)

    def draw_again(self, initial: Mapping[str, Any]) -> None:
        """Show the form filled in anew, unchecked, over what the page was drawn from all the same."""
        self.form = self._make(initial=dict(initial))
        self._carry(self.form, self._drawn)

    def _ready(self) -> int | None:
        """The mark that the act may rest on, or None when there is something to mend, to merge or to choose."""
        drawn = self._drawn
        if drawn is None:
            self.form.add_error(None, AGED)
            return None
        if drawn.choose and (missing := unresolved(drawn.choose, self._request.POST)):
            self._show_merge(drawn, self._request.POST, missing)
            return None
        if not self.form.is_valid():
            return None
        standing = self._read()
        return standing.mark if standing.mark == drawn.mark else self._merge(drawn, standing)

    def _merge(self, drawn: Drawn, standing: Standing) -> int | None:
        theirs = self._texts(standing.values)
        ours = self._posted_texts(self.form.data, theirs)
        merged = merge(*(self._comparable(texts) for texts in (drawn.texts, theirs, ours)))
        if merged.is_untouched:
            return standing.mark
        when = timezone.localtime(standing.changed_at).isoformat() if standing.changed_at else ""
        again = Drawn(
            self._record,
            standing.mark,
            theirs,
            began={**drawn.texts, **drawn.stood},
            choose=merged.conflicts,
            who=standing.changed_by,
            when=when,
        )
        data = self.form.data.copy()  # type: ignore[attr-defined]
        for name in merged.theirs:
            put_text(self.form.fields[name], name, theirs[name], data)
        for name in merged.joined:
            put_text(self.form.fields[name], name, text_of_many(merged.values[name]), data)
        self._show_merge(again, data, [])
        return None

    def _show_merge(self, drawn: Drawn, data: QueryDict, missing: list[str]) -> None:
        fields = self.form.fields
        posted = self._posted_texts(data, [name for name in fields if name in data and name != DRAWN_FROM])
        sides = Sides(
            form=self.form,
            began=drawn.began,
            theirs=drawn.texts,
            ours=posted,
            choose=drawn.choose,
            who=drawn.who or "Somebody else",
            when=datetime.fromisoformat(drawn.when) if drawn.when else None,
        )
        several = [(name, one) for name, text in posted.items() if is_many(fields[name]) for one in values_in(text)]
        single = [(name, text) for name, text in posted.items() if not is_many(fields[name])]
        hidden = [*single, *several, (DRAWN_FROM, drawn.signed())]
        self._merging = merge_page(sides, data if missing else None) | {"hidden": hidden}

    def _posted(self) -> Drawn | None:
        try:
            return Drawn.read(self._request.POST.get(DRAWN_FROM, ""), self._record)
        except (BadSignature, KeyError, TypeError):
            return None

    def _bound(self, posted: QueryDict) -> Form:
        """The form over what was posted, each choice of a merge page put in its field's place."""
        data = posted.copy()
        drawn = self._drawn
        if drawn is not None and drawn.choose and not unresolved(drawn.choose, posted):
            for name in drawn.choose:
                data[name] = resolved(str(posted[CHOICE + name]), ours=posted.get(name, ""), theirs=drawn.texts[name])
            # What was chosen is settled: should the form be shown again, it is an ordinary form over their state.
            drawn = self._drawn = replace(drawn, stood={}, began={}, choose=())
        form = self._make(data)
        if drawn is not None:
            data[DRAWN_FROM] = drawn.signed()
        self._carry(form, drawn)
        return form

    def _draw(self, standing: Standing) -> Drawn:
        asked = {name: value for name, value in self._asked.items() if name in standing.values}
        texts = self._texts({**standing.values, **asked})
        return Drawn(self._record, standing.mark, texts, self._texts({name: standing.values[name] for name in asked}))

    def _carry(self, form: Form, drawn: Drawn | None) -> None:
        form.fields[DRAWN_FROM] = forms.CharField(widget=forms.HiddenInput, required=False)
        form.initial[DRAWN_FROM] = drawn.signed() if drawn else ""

    def _answers(self) -> dict[str, Any]:
        return {name: value for name, value in self.form.cleaned_data.items() if name != DRAWN_FROM}

    def _posted_texts(self, data: Any, names: Iterable[str]) -> dict[str, str]:
        return {name: posted_text(self.form.fields[name], name, data) for name in names}

    def _texts(self, values: Mapping[str, Any]) -> Texts:
        return {name: text_of(self.form.fields[name], value) for name, value in values.items()}

    def _comparable(self, texts: Texts) -> dict[str, Any]:
        return {name: same(self.form.fields[name], text) for name, text in texts.items()}


def _signer() -> Signer:
    # Without a time: two pages drawn from the same state are the same page.
    return Signer(salt="trellis.ui.editing")
