"""Telling those who work with somebody of what a feed has just brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from trellis.rules.notices import NoticeKind
from trellis.rules.vocabulary import Stage
from trellis.service.feeds.staging import Batch, fetch
from trellis.service.people.models import Person
from trellis.service.work.actions import notify

# An older movement is history that a first extract brings, and news to nobody.
NEWS_FOR = timedelta(days=14)

Sent = Mapping[tuple[int, str], tuple[date, date | None]]


def custody_sent(batch: Batch, people: Sequence[int]) -> Sent:
    """When these people's custody began and ended as this feed has it now, by the person and the feed's key."""
    rows = fetch(
        "SELECT person_id, source_key, starts, ends FROM record_custody WHERE person_id = ANY(%s) AND source = %s"
        " AND superseded_at IS NULL",
        [list(people), batch.source],
    )
    return {(person, key): (starts, ends) for person, key, starts, ends in rows}


def tell_of_custody(before: Sent, after: Sent, *, today: date) -> None:
    """Tell of those managed who have just gone to prison or come out, as the latest of what changed says."""
    latest: dict[int, tuple[date, NoticeKind]] = {}
    for key, (starts, ends) in sorted(after.items()):
        if before.get(key) == (starts, ends):
            continue
        news = (starts, NoticeKind.CUSTODY) if ends is None else (ends, NoticeKind.RELEASE)
        if today - NEWS_FOR <= news[0] <= today:
            latest[key[0]] = max(latest.get(key[0], news), news, key=lambda one: one[0])
    managed = Person.objects.filter(pk__in=list(latest), stage=Stage.MANAGED).values_list("pk", flat=True)
    for person_id in managed.order_by("pk"):
        notify(person_id=person_id, kind=latest[person_id][1])
