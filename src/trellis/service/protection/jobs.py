"""What falls due by the calendar."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from trellis.service.access.actor import acting
from trellis.service.access.models import User
from trellis.service.access.system_actors import REMINDER
from trellis.service.protection.actions.reminding import remind_of_reviews


@app.periodic(cron="0 6 * * *")  # type: ignore[untyped-decorator]
@app.task(name="protection.remind", queueing_lock="protection.remind")  # type: ignore[untyped-decorator]
def remind(timestamp: int) -> None:
    """Each morning, of the restrictions to be reviewed. A morning without a worker is told a week later."""
    with acting(REMINDER) as actor:
        remind_of_reviews(today=timezone.localdate(), by=User.objects.get(pk=actor.user_id))
