"""The forms of a page as a browser finds them, filled in by what each field is."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

DATES = ("_on", "date", "birth", "starts", "ends", "since", "until", "from", "to", "review")
UNTICKED = {"", "0", "no"}


@dataclass
class Field:
    """One control: its options are (value, chosen) pairs."""

    name: str
    kind: str
    value: str = ""
    options: list[tuple[str, bool]] = field(default_factory=list)
    numeric: bool = False


@dataclass
class HtmlForm:
    """One form of a page."""

    method: str
    action: str
    fields: dict[str, Field] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Gathers forms, links and the title."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[HtmlForm] = []
        self.links: list[str] = []
        self.title = ""
        self._open: HtmlForm | None = None
        self._select: Field | None = None
        self._text: Field | None = None
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        self._in_title = tag == "title" and not self.title
        if tag == "form":
            self._open = HtmlForm(found.get("method", "get").lower(), found.get("action", ""))
            self.forms.append(self._open)
        if self._open is not None:
            self._control(tag, found)

    def _control(self, tag: str, found: dict[str, str]) -> None:
        assert self._open is not None
        name, fields = found.get("name", ""), self._open.fields
        if tag == "option" and self._select is not None:
            self._select.options.append((found.get("value", ""), "selected" in found))
        elif not name:
            return
        elif tag == "select":
            self._select = fields.setdefault(name, Field(name, "select"))
        elif tag == "textarea":
            self._text = fields.setdefault(name, Field(name, "textarea"))
        elif tag in {"input", "button"}:
            kind = "button" if tag == "button" else found.get("type", "text")
            one = fields.setdefault(name, Field(name, kind, found.get("value", "")))
            one.numeric = found.get("inputmode") == "numeric" or kind == "number"
            if kind in {"radio", "checkbox", "button", "submit"}:
                one.options.append((found.get("value", "on"), "checked" in found))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._text = None
        elif tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        if self._text is not None:
            self._text.value += data.lstrip("\n")


def read(html: str) -> _Reader:
    """The forms, links and title of a page."""
    reader = _Reader()
    reader.feed(html)
    return reader


def filled(form: HtmlForm, **instead: Any) -> dict[str, Any]:
    """What a browser would send once every field has an answer: those there already, or one of the field's kind."""
    answers = {one.name: _answer(one) for one in form.fields.values()}
    return {name: value for name, value in (answers | instead).items() if value is not None}


def variants(form: HtmlForm) -> list[dict[str, Any]]:
    """For a form that filters a list: each choice of each field by itself."""
    return [
        {one.name: value}
        for one in form.fields.values()
        for value, _ in one.options
        if value and one.kind not in {"button", "submit"}
    ]


def _answer(one: Field) -> Any:
    chosen = [value for value, is_chosen in one.options if is_chosen and value]
    offered = [value for value, _ in one.options if value]
    if one.kind == "checkbox":
        return chosen or (offered[:1] if len(offered) > 1 else None)
    if one.kind in {"radio", "select", "button", "submit"}:
        return (chosen or offered or [None])[0]
    if one.kind == "file":
        return SimpleUploadedFile("extract.csv", b"a,b\n1,2\n", "text/csv")
    return one.value.strip() or _typed(one)


def _typed(one: Field) -> str:
    if one.kind == "email":
        return "somebody@example.org"
    if one.numeric:
        return "1"
    if one.kind == "date" or any(one.name == word.strip("_") or one.name.endswith(word) for word in DATES):
        return timezone.localdate().strftime("%d/%m/%Y")
    if one.name.endswith(("_at", "time")):
        return "10:30"
    if one.kind == "password":
        return "three or four plain words"
    return "Seen and heard at the meeting"
