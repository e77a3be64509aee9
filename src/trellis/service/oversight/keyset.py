"""A list that grows at its head while it is read: pages follow the last row seen, not a number of rows passed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

Row = TypeVar("Row", bound=Model)
COUNTED = 10_000
AFTER = "after"
_BETWEEN = "~"


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """Some rows, latest first; how many there are in all, up to a bound; and where the older ones begin."""

    items: list[Row]
    total: int
    older: str | None
    newest: str | None

    @property
    def count_words(self) -> str:
        """How many, honestly: past the bound nobody has counted."""
        return f"More than {COUNTED:,}" if self.total > COUNTED else f"{self.total:,}"


def slice_of(rows: QuerySet[Row], query: QueryDict, size: int) -> Slice[Row]:
    """The rows after the one that `?after=` names, by time and key. What it cannot read it takes for the beginning."""
    total = rows[: COUNTED + 1].count()
    after = _read(query.get(AFTER, ""))
    listed = rows.order_by("-at", "-pk")
    if after is not None:
        at, key = after
        listed = listed.filter(Q(at__lt=at) | Q(at=at, pk__lt=_key(rows.model, key)), at__lte=at)
    found = list(listed[: size + 1])
    items = found[:size]
    return Slice(
        items=items,
        total=total,
        older=_address(query, items[-1]) if len(found) > size else None,
        newest=_address(query, None) if after is not None else None,
    )


def _read(text: str) -> tuple[datetime, str] | None:
    moment, _, key = text.partition(_BETWEEN)
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (at, key) if at.tzinfo is not None and key else None


def _key(model: type[Model], text: str) -> Any:
    try:
        return model._meta.pk.to_python(text)
    except ValidationError:
        return model._meta.pk.to_python(0)


def _address(query: QueryDict, last: Model | None) -> str:
    changed = query.copy()
    changed.pop(AFTER, None)
    if last is not None:
        changed[AFTER] = f"{last.at.isoformat()}{_BETWEEN}{last.pk}"  # type: ignore[attr-defined]
    return f"?{changed.urlencode()}"
