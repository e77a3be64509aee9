"""Reading the trail. Row security decides whose: an auditor's everything, anybody else's their own accesses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.apps import apps
from django.db.models import QuerySet
from django.utils import timezone

from trellis.service.audit.models import AccessEvent, ChangeEvent

DAYS = 7
REFUSED = (403, 404)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """From which day to which, both included."""

    since: date | None = None
    until: date | None = None

    @property
    def span(self) -> tuple[date, date]:
        """The days looked at: a week up to the last day, unless a first day is named."""
        until = self.until or timezone.localdate()
        return self.since or until - timedelta(DAYS - 1), until

    def moments(self) -> dict[str, datetime]:
        """The days as a filter on `at`."""
        since, until = self.span
        return {"at__gte": _midnight(since), "at__lt": _midnight(until + timedelta(1))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Days):
    """Which access events: of one actor, page or person, refusals alone, and the days.

    `kind` is what the event's detail calls itself, such as "signed in" (trellis.service.audit.sign_in).
    """

    actor: int | None = None
    page: str = ""
    person: int | None = None
    refused: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedChanges(Days):
    """Which change events: by one actor, on one table, about one person, of one action, and the days.

    `action` is insert, update or delete; `table` the database's name of it, such as people_person.
    """

    actor: int | None = None
    table: str = ""
    person: int | None = None
    action: str = ""


def access_events(asked: Asked) -> QuerySet[AccessEvent]:
    """The events asked for, the latest first."""
    events = AccessEvent.objects.filter(**asked.moments())
    if asked.actor is not None:
        events = events.filter(actor_id=asked.actor)
    if asked.page:
        events = events.filter(page=asked.page)
    if asked.person is not None:
        events = events.filter(person_ids__contains=[asked.person])
    if asked.kind:
        events = events.filter(detail__kind=asked.kind)
    return events.filter(status__in=REFUSED) if asked.refused else events


def change_events(asked: AskedChanges) -> QuerySet[ChangeEvent]:
    """The events asked for, the latest first; only auditors see any.

    An event says who changed which columns of which row, when, and whom it is about. What the row held before and
    after is not to be had: it stands in images that the application cannot read.
    """
    wanted = {"actor_id": asked.actor, "table": asked.table, "person_id": asked.person, "action": asked.action}
    named = {name: value for name, value in wanted.items() if value not in (None, "")}
    return ChangeEvent.objects.filter(**asked.moments(), **named)


def changed_tables() -> list[str]:
    """The tables whose changes are written to the trail, by name, for a filter to choose from."""
    registers = [(model._meta.db_table, getattr(model, "register", None)) for model in apps.get_models()]
    return sorted(table for table, register in registers if register and register.audited)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())
