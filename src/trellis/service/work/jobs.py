"""What falls due by the calendar. The jobs that mail are with the outbox, because writing a notice defers them."""

from __future__ import annotations

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.access.system_actors import CLOCKS
from trellis.service.schemes.models import Scheme
from trellis.service.work.actions.sweeping import sweep, tell_of_due
from trellis.service.work.clocks import Clock, clocks
from trellis.service.work.outbox import mail_digests, mail_notices

__all__ = ["mail_digests", "mail_notices", "morning_digests", "raise_due", "raise_due_tasks"]

logger = logging.getLogger(__name__)
# A mail server that stumbles over one address must not keep the mail of all the others.
USERS_A_JOB = 50


class ClocksFailed(Exception):
    """Clocks that could not be read: those after them were asked all the same."""


@app.periodic(cron="*/15 5-20 * * *")  # type: ignore[untyped-decorator]
@app.task(name="work.raise_due_tasks", queueing_lock="work.raise_due_tasks")  # type: ignore[untyped-decorator]
def raise_due_tasks(timestamp: int) -> None:
    """Through the day, have every clock's tasks stand as it finds them. Runs twice to no more effect than once."""
    raise_due()


@app.periodic(cron="0 7 * * *")  # type: ignore[untyped-decorator]
@app.task(name="work.morning_digests", queueing_lock="work.morning_digests")  # type: ignore[untyped-decorator]
def morning_digests(timestamp: int) -> None:
    """Each morning, one mail to everybody who wants to be told of something once a day."""
    users = list(
        User.objects.filter(is_active=True, is_system=False)
        .exclude(email="")
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for start in range(0, len(users), USERS_A_JOB):
        mail_digests.defer(user_ids=users[start : start + USERS_A_JOB])


def raise_due() -> None:
    """Ask every clock of every scheme, each in a transaction of its own, and tell whose work has fallen due.

    Raises ClocksFailed after all have been asked if one failed, so that the job is seen to have failed.
    """
    with acting(CLOCKS):
        schemes = list(Scheme.objects.order_by("pk"))
    failed = [clock.name for scheme in schemes for clock in clocks() if not _swept(clock, scheme)]
    with acting(CLOCKS) as actor:
        tell_of_due(today=timezone.localdate(), by=User.objects.get(pk=actor.user_id))
    if failed:
        raise ClocksFailed(", ".join(sorted(set(failed))))


def _swept(clock: Clock, scheme: Scheme) -> bool:
    try:
        with acting(CLOCKS) as actor:
            sweep(clock=clock, scheme=scheme, today=timezone.localdate(), by=User.objects.get(pk=actor.user_id))
    except Exception:
        # What the clock had to do with stays out of the log, which is no place for anybody's record.
        logger.error("The clock %s failed in scheme %s", clock.name, scheme.pk)
        return False
    return True
