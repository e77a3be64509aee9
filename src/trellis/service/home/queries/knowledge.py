"""What is believed now, or was believed on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.utils import timezone

from trellis.service.people.history import HistoryQuerySet

Rows = TypeVar("Rows", bound=HistoryQuerySet)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A day, and whether what has been learned since then counts."""

    day: date
    moment: datetime | None = None

    @classmethod
    def now(cls) -> Knowledge:
        """What is believed now of today."""
        return cls(timezone.localdate())

    @classmethod
    def of(cls, day: date) -> Knowledge:
        """What was believed of a day when it ended."""
        midnight = datetime.combine(day + timedelta(1), time(), tzinfo=timezone.get_current_timezone())
        return cls(day, midnight - timedelta(microseconds=1))

    @property
    def is_past(self) -> bool:
        """Whether this is what was believed once."""
        return self.moment is not None

    def rows(self, rows: Rows) -> Rows:
        """Those rows that were believed."""
        return rows.current() if self.moment is None else rows.known_on(self.moment)

    def in_force(self, rows: Rows) -> Rows:
        """Those believed to hold, or to have happened by, the day."""
        return self.rows(rows).as_at(self.day)
