"""Helpers that list pages share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.http import HttpRequest

Item = TypeVar("Item")
PER_PAGE = 25
MOST_PER_PAGE = 100
_NEIGHBOURS = 1


class Sliceable(Protocol):
    """A query set, or anything else that counts and slices."""

    def __getitem__(self, index: slice, /) -> Any:
        """Return the items of a slice."""

    def count(self) -> int:
        """Return how many there are."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """One link of the pagination; no number stands for skipped pages."""

    number: int | None
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list: its items, and where it stands (`first` and `last` count from 1; both 0 when empty)."""

    items: list[Item]
    number: int
    per_page: int
    total: int
    address: str

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        """The place of the first item shown."""
        return (self.number - 1) * self.per_page + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The place of the last item shown."""
        return self.first + len(self.items) - 1 if self.items else 0

    @property
    def previous(self) -> str | None:
        """The address of the page before."""
        return self._href(self.number - 1) if self.number > 1 else None

    @property
    def next(self) -> str | None:
        """The address of the page after."""
        return self._href(self.number + 1) if self.number < self.pages else None

    @property
    def links(self) -> list[PageLink]:
        """First, last, current and its neighbours, with a gap wherever pages are skipped."""
        shown = sorted({1, self.pages, *range(self.number - _NEIGHBOURS, self.number + _NEIGHBOURS + 1)})
        links: list[PageLink] = []
        before = 0
        for number in (n for n in shown if 1 <= n <= self.pages):
            if number - before > 1:
                links.append(PageLink(None, "", False))
            links.append(PageLink(number, self._href(number), number == self.number))
            before = number
        return links

    def _href(self, number: int) -> str:
        return f"{self.address}page={number}"


def paginate(request: HttpRequest, everything: Sliceable | Sequence[Item], per_page: int = PER_PAGE) -> Page[Item]:
    """Return the page that `?page=` asks for: two queries, never more than 100 items.

    A page number that is not one, or is out of range, becomes the nearest page there is.
    """
    size = max(1, min(per_page, MOST_PER_PAGE))
    total = len(everything) if isinstance(everything, list | tuple) else everything.count()  # type: ignore[call-arg]
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    number = max(1, min(number, max(1, -(-total // size))))
    query = request.GET.copy()
    query.pop("page", None)
    address = f"?{query.urlencode()}&" if query else "?"
    items = list(everything[(number - 1) * size : number * size])
    return Page(items=items, number=number, per_page=size, total=total, address=address)


def chosen(form: Any, query: Any) -> list[dict[str, Any]]:
    """The filters in force as links that remove them, by the form's own labels. `query` is the request's GET."""
    groups = []
    for bound in form:
        # A ticked box has no choices: its own label says what it is.
        words = dict(getattr(bound.field, "choices", ())) or {"on": bound.field.label}
        values = [value for value in query.getlist(bound.name) if value]
        items = [{"text": words.get(value, value), "href": _without(query, bound.name, value)} for value in values]
        if items:
            groups.append({"heading": bound.field.label, "items": items})
    return groups


def _without(query: Any, name: str, value: str) -> str:
    rest = query.copy()
    rest.setlist(name, [kept for kept in query.getlist(name) if kept != value])
    rest.pop("page", None)
    return f"?{rest.urlencode()}"
