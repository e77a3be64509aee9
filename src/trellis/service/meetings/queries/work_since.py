"""What was done with people since they were last discussed: contacts, needs assessed again, tasks, appointments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from trellis.rules.agenda import LOOK_AHEAD, Change, Window
from trellis.rules.contacts import NOT_KEPT
from trellis.rules.dates import long_date
from trellis.rules.tasks import TaskState
from trellis.rules.vocabulary import ChangeKind, ContactOutcome
from trellis.service.casework.models import Appointment, Contact
from trellis.service.needs.models import PathwayAnswer
from trellis.service.schemes.queries import definitions
from trellis.service.ui.filters import plural
from trellis.service.work.models import Task

Windows = Mapping[int, Window]
Found = Iterator[tuple[int, Change]]


def day_of(moment: datetime) -> date:
    """The day in London on which something was recorded."""
    return timezone.localdate(moment)


def contacts_since(windows: Windows, earliest: date) -> Found:
    """How many contacts were kept and missed, by agency."""
    kept: dict[int, Counter[str]] = {person: Counter() for person in windows}
    missed: dict[int, Counter[str]] = {person: Counter() for person in windows}
    rows = Contact.objects.current().filter(person__in=windows, happened_on__gt=earliest).select_related("agency")
    for row in rows:
        if windows[row.person_id].holds(row.happened_on, day_of(row.recorded_at)) and row.outcome:
            if ContactOutcome(row.outcome).successful:
                kept[row.person_id][str(row.agency)] += 1
            elif row.outcome in NOT_KEPT:
                missed[row.person_id][str(row.agency)] += 1
    for kind, counts, word in (
        (ChangeKind.MISSED, missed, "missed or not complied with"),
        (ChangeKind.KEPT, kept, "kept"),
    ):
        for person, by_agency in counts.items():
            if total := by_agency.total():
                yield person, Change(kind, f"{plural(total, 'contact')} {word} ({_by_agency(by_agency)})", times=total)


def scores_since(windows: Windows) -> Found:
    """Each need whose score differs from the assessment before, of those pathways that the reader may see."""
    last: dict[tuple[int, str, str], int] = {}
    names = definitions().pathway_sets
    rows = PathwayAnswer.objects.current().filter(person__in=windows, score__isnull=False, assessment_key__isnull=False)
    for row in rows.order_by("happened_on", "id"):
        key = (row.person_id, row.pathway_set, row.pathway)
        before, last[key] = last.get(key), row.score
        if before is None or before == row.score:
            continue
        if windows[row.person_id].holds(row.happened_on, day_of(row.recorded_at)):
            name = names[row.pathway_set].name_of(row.pathway) if row.pathway_set in names else row.pathway
            yield row.person_id, Change(ChangeKind.SCORE, f"{name}: {before} to {row.score}", row.happened_on)


def tasks_since(windows: Windows, overdue_on: date | None) -> Found:
    """How many tasks about each person were done since, and how many are overdue on a day, if one is given."""
    ended = Q(state=TaskState.DONE, ended_at__date__gt=min(window.since for window in windows.values()))
    late = Q(state=TaskState.OPEN, due_on__lt=overdue_on) if overdue_on else Q(pk=None)
    done, overdue = Counter[int](), Counter[int]()
    for task in Task.objects.filter(ended | late, person__in=windows):
        person: Any = task.person_id
        if task.state == TaskState.OPEN:
            overdue[person] += 1
        elif task.ended_at is not None and windows[person].holds(day_of(task.ended_at), day_of(task.ended_at)):
            done[person] += 1
    for kind, counts, word in ((ChangeKind.DONE, done, "done"), (ChangeKind.OVERDUE, overdue, "overdue")):
        for person, total in counts.items():
            yield person, Change(kind, f"{plural(total, 'task')} {word}", times=total)


def coming(windows: Windows, today: date) -> Found:
    """How many appointments each person has ahead, and when the next is."""
    rows = Appointment.objects.current().filter(
        person__in=windows, called_off=False, happened_on__gte=today, happened_on__lte=today + LOOK_AHEAD
    )
    days: dict[int, list[date]] = {}
    for row in rows:
        days.setdefault(row.person_id, []).append(row.happened_on)
    for person, theirs in days.items():
        total = len(theirs)
        words = f"{plural(total, 'appointment')} ahead, next on {long_date(min(theirs))}"
        yield person, Change(ChangeKind.COMING, words, times=total)


def _by_agency(counts: Counter[str]) -> str:
    return ", ".join(f"{agency} {count}" for agency, count in sorted(counts.items()))
