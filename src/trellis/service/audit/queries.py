"""Reading the trail. Row security decides whose: an auditor's everything, anybody else's their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from trellis.service.audit.models import AccessEvent

DAYS = 7
REFUSED = (403, 404)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which events: of one actor, page or person, refusals alone, and from which day to which (both included)."""

    actor: int | None = None
    page: str = ""
    person: int | None = None
    refused: bool = False
    since: date | None = None
    until: date | None = None

    @property
    def span(self) -> tuple[date, date]:
        """The days looked at: a week up to the last day, unless a first day is named."""
        until = self.until or timezone.localdate()
        return self.since or until - timedelta(DAYS - 1), until


def access_events(asked: Asked) -> QuerySet[AccessEvent]:
    """The events asked for, the latest first."""
    since, until = asked.span
    events = AccessEvent.objects.filter(at__gte=_midnight(since), at__lt=_midnight(until + timedelta(1)))
    if asked.actor is not None:
        events = events.filter(actor_id=asked.actor)
    if asked.page:
        events = events.filter(page=asked.page)
    if asked.person is not None:
        events = events.filter(person_ids__contains=[asked.person])
    return events.filter(status__in=REFUSED) if asked.refused else events


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())
