"""A reader's notices. Row security shows nobody another's, nor one about somebody whom they may not see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, F, QuerySet, Window
from django.db.models.lookups import IsNull
from django.urls import NoReverseMatch, reverse

from trellis.rules.notices import NoticeKind, Way, usual_way
from trellis.service.access.models import User
from trellis.service.work.models import Notice, NoticeChoice, Task

AT_HOME = 5
# Where each kind leads; a person's page for the others that are about somebody.
PAGES = {NoticeKind.PRIORITY: "priority:person", NoticeKind.ALERT: "home:alerts"}
QUEUES = {
    NoticeKind.EMERGENCY: "protection:emergencies",
    NoticeKind.REQUEST: "protection:requests",
    NoticeKind.REQUEST_DECIDED: "protection:requests",
    NoticeKind.RESTRICTION_REVIEW: "protection:restrictions",
    NoticeKind.TASKS_DUE: "work:tasks",
}


@dataclass(frozen=True, slots=True)
class Unread:
    """The latest of the notices not yet read, and how many there are in all."""

    latest: Sequence[Notice]
    count: int


def linked_users(person_id: int) -> frozenset[int]:
    """The ids of those who work with a person whom the actor sees; of nobody for one whom they do not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor_linked_users(%s)", [person_id])
        return frozenset(cursor.fetchone()[0])


def notices_of(user: User) -> QuerySet[Notice]:
    """Everything a user was told, the unread first, each group latest first."""
    return _told(user).order_by(IsNull(F("read_at"), True).desc(), "-at", "id")


def unread_of(user: User) -> Unread:
    """What a user has not read yet: one query, and one more where a task is among it."""
    latest = list(_told(user).filter(read_at=None).annotate(unread=Window(Count("pk")))[:AT_HOME])
    name_tasks(latest)
    return Unread(latest, latest[0].unread if latest else 0)


def name_tasks(notices: Iterable[Notice]) -> None:
    """Say in each notice of a task which it is, as far as its reader may see that task: one query if there is any."""
    told = {notice.data.get("task", ""): notice for notice in notices if notice.kind == NoticeKind.TASK}
    for task in Task.objects.filter(pk__in=[key for key in told if key]) if told else ():
        told[str(task.pk)].which = task.reason.rstrip(".")


def _told(user: User) -> QuerySet[Notice]:
    """What a user was told of the kinds that they want to be told of."""
    unwanted = NoticeChoice.objects.filter(chosen_by=user, way=Way.NONE).values("kind")
    return Notice.objects.filter(user=user).exclude(kind__in=unwanted).select_related("person", "done_by")


def ways_of_telling(user: User) -> dict[NoticeKind, Way]:
    """How a user wants to be told of each kind of thing."""
    chosen = {NoticeKind(one.kind): Way(one.way) for one in NoticeChoice.objects.filter(chosen_by=user)}
    return {kind: chosen.get(kind, usual_way(kind)) for kind in NoticeKind}


def address_of(notice: Notice) -> str:
    """Where a notice leads, or nothing where it leads nowhere."""
    kind = NoticeKind(notice.kind)
    if kind is NoticeKind.TASK and (task := notice.data.get("task")):
        return reverse("work:task", args=[task])
    # Of emergencies, one that was refused stands in no queue, and a coordinator reviews none.
    if kind is NoticeKind.EMERGENCY and notice.data.get("case"):
        return ""
    if kind in QUEUES:
        try:
            return reverse(QUEUES[kind])
        except NoReverseMatch:
            return ""
    return reverse(PAGES.get(kind, "home:person"), args=[notice.person_id]) if notice.person_id else ""
